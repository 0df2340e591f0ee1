#pragma once

// What ties names together: whom an actor works for, its other names, where it comes from.

#include "report/claim_scene.h"

namespace tocsin::report {

/// "X works for Y", "X, a group linked to Y"
void read_attribution(ClaimScene& scene, const Mark& mark);
/// "APT10, also known as Stone Panda"
void read_aliases(ClaimScene& scene);
/// "the Chinese hacking group APT10"
void read_origins(ClaimScene& scene);

}  // namespace tocsin::report
