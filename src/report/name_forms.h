#pragma once

#include "report/mention_scene.h"

namespace tocsin::report {

/// Names by their form in the sentence in work: capitals, Chinese organisations by their heads, governments and CERTs;
/// and for whom a person speaks. Known names must have been read.
void read_name_forms(MentionScene& scene);

}  // namespace tocsin::report
