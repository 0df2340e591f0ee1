#pragma once

// Why a claim concerns the organisation, in words and as a score. The weights are those of docs/assessment.md.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assess/assess.h"
#include "assess/directory.h"

namespace tocsin::assess {

/// Ways to be concerned, from the nearest to the most distant.
enum class Concern : std::uint8_t {
  named,
  named_short,     ///< by the beginning of its name
  indicator_seen,  ///< an indicator of the actor or of the report was seen in our logs
  supplier,        ///< a supplier is named
  sector_and_country,
  vulnerability,  ///< a vulnerability that is open here
  software,       ///< a product that runs here
  sector,         ///< the same sector elsewhere
  weakness,       ///< a kind of system that is weak here as well
  country         ///< the same country, another or no sector
};
double concern_weight(Concern concern);

struct Reason {
  Concern concern = Concern::country;
  double weight = 0;  ///< concern_weight times the factor of the claim's factuality
  std::string text;   ///< a clause: "names Example Vaccines"
  auto operator<=>(const Reason&) const = default;
};

/// One per concern (the heaviest); the weaker halves of sector_and_country left out; by falling weight.
std::vector<Reason> settle(std::vector<Reason> reasons);
/// 1 − Π(1 − weight): more reasons never lower it.
double relevance_score(const std::vector<Reason>& settled);

/// attempted and actual count whole, planned 0.9, possible 0.7, generic 0.4.
double factuality_factor(record::Factuality factuality);

/// May such a claim raise a warning by itself (given relevance, no negation, no denial)? targets, compromises,
/// exploits and impersonates may.
bool can_raise(record::Predicate predicate);

/// Reasons of a statement: claims of one subject that stand in one place of one document, so that "vaccine makers" and
/// "in India" meet. All claims must have an object.
std::vector<Reason> reasons_of(const std::vector<const record::Claim*>& statement, const AssessInput& input,
                               const Directory& directory);

/// Technology terms (weakness, vulnerability, software) against open exposures and components.
std::vector<Reason> technology_reasons(const record::Term& term, double factor, const AssessInput& input);

bool is_technology(record::EntityType type);
/// Does an open exposure answer to this term: weakness by its kind, vulnerability by number, software by product name?
bool answers_to(const record::Exposure& exposure, const record::Term& term);

}  // namespace tocsin::assess
