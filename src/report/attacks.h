#pragma once

// Verbs and nouns of attacks and of tools: "X targeted Y", "Y was breached by X", "attacks on Y", "X used M".

#include <cstddef>

#include "report/claim_scene.h"

namespace tocsin::report {

/// Reads the attack word that begins at `token` of the scene's sentence, if one does.
void read_attack_word(ClaimScene& scene, std::size_t token);

}  // namespace tocsin::report
