#pragma once

#include "report/mention_scene.h"

namespace tocsin::report {

/// Merges short forms into the long ones, over all sentences; their mentions must be complete.
/// cost: quadratic in the number of distinct organisations and persons (bounded at 2,000)
void read_short_forms(MentionScene& scene);

}  // namespace tocsin::report
