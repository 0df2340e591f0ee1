#pragma once

// A group of claims held against the organisation: does it concern it, what else belongs to it.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "assess/assess.h"
#include "assess/directory.h"
#include "assess/grouping.h"
#include "assess/intake.h"
#include "assess/join.h"
#include "assess/relevance.h"

namespace tocsin::assess {

/// A group that concerns the organisation.
struct Case {
  const Group* group = nullptr;
  Naming actor;                      ///< by the claims of the core
  std::vector<const Item*> core;     ///< claims of the attack itself
  std::vector<const Item*> folded;   ///< the same attack with the actor only described
  std::vector<const Item*> context;  ///< what else is said of actor and victims
  std::vector<record::Term> terms;
  std::vector<Reason> reasons;
  double score = 0;
  bool actor_indicator_seen = false;
  std::set<std::string_view> passed_on_in;  ///< documents in which the press passes on some claim of the case
};

/// Documents that give an indicator, by its value; suppressed ones left out.
using IndicatorIndex = std::map<std::string_view, std::vector<std::string_view>>;
IndicatorIndex index_indicators(const std::vector<record::DocumentReading>& readings);

/// What every step looks at. Borrowed.
struct Scene {
  const AssessInput& input;
  const Directory& directory;
  const Grouping& grouping;
  const std::vector<Sighting>& sightings;
  const IndicatorIndex& indicators;
};

/// Is the sighting of an indicator that is said to be this group's, or that one of these documents gives?
enum class IndicatorTie : std::uint8_t { none, of_document, of_actor };
IndicatorTie tie_of(const Sighting& sighting, const Group& group, const Naming& actor,
                    const std::set<std::string_view>& documents, const Scene& scene);

/// Holds the group against the organisation, without the statements that were `taken` by others.
/// out:    nullopt when nothing in it may raise a warning; the score may lie below the threshold
std::optional<Case> evaluate(const Group& group, const std::set<const Statement*>& taken, const Scene& scene);

/// Statements about "Chinese hackers" or just "hackers" in a document that names an actor who fits are about that
/// actor, as far as the document goes; they support its case and make none of their own.
/// out:    the statements that were taken; the cases hold their items in `folded`
std::set<const Statement*> fold_descriptions(std::vector<Case>& cases, const Scene& scene);

}  // namespace tocsin::assess
