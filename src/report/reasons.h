#pragma once

// Through what and why: weak doors and motives.

#include "report/claim_scene.h"

namespace tocsin::report {

/// "its web servers are weak", "found gaps in the supply chain software of both": after the sentence's attacks, whose
/// victims own what is weak.
void read_weaknesses(ClaimScene& scene);
/// "The aim is to steal trade secrets"
void read_motives(ClaimScene& scene);

}  // namespace tocsin::report
