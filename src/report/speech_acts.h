#pragma once

// What is done by speaking: telling a CERT, keeping silent, denying.

#include <cstddef>

#include "report/claim_scene.h"

namespace tocsin::report {

/// Reads the speech act whose word begins at `token` of the scene's sentence, if one does.
void read_speech_act(ClaimScene& scene, std::size_t token);

}  // namespace tocsin::report
