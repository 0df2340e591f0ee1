#pragma once

#include "report/mention_scene.h"

namespace tocsin::report {

/// Described actors and victims of the sentence in work. Names must have been read.
void read_descriptions(MentionScene& scene);

}  // namespace tocsin::report
