#pragma once

// Whom a stretch of a sentence names or describes as attacked.

#include <cstddef>
#include <optional>
#include <vector>

#include "report/claim_scene.h"

namespace tocsin::report {

struct Victim {
  record::Term term;
  std::optional<std::size_t> thing;  ///< of a named organisation
  std::size_t token = 0;
  record::Confidence confidence = 80;
};

/// Organisations, places and sectors at tokens [from, to): what only describes another name is left out.
std::vector<Victim> victims_between(ClaimScene& scene, std::size_t from, std::size_t to);
/// "对X发动攻击": the object stands before the verb, behind a marker.
std::vector<Victim> marked_victims(ClaimScene& scene, const Mark& verb);
/// "In the case of Serum Institute, they have targeted …"
std::vector<Victim> topic_victims(ClaimScene& scene, const Mark& verb);

}  // namespace tocsin::report
