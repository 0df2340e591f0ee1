#pragma once

// What the evidence does not say, and what to do first.

#include <string>
#include <vector>

#include "assess/assess.h"
#include "assess/intake.h"
#include "assess/join.h"
#include "assess/relevance.h"

namespace tocsin::assess {

/// Everything that one warning rests on. Borrows from the input.
struct Findings {
  const AssessInput& input;
  std::string actor;  ///< as named, empty when nobody is
  std::vector<const Item*> used;
  std::vector<record::Term> terms;  ///< technology that the claims name
  Ways ways;
  std::vector<Sighting> sightings;
  std::vector<Reason> reasons;
  std::size_t independent_sources = 0;
  bool actor_indicator_seen = false;  ///< one that is said to be the actor's
};

/// Whole sentences.
std::vector<std::string> list_not_known(const Findings& findings);

/// In the order in which to do them: look at what was seen, tell the CERT, close what is open (most urgent first, one
/// step a component and asset), find out what is unknown, suppliers, logs.
std::vector<record::Action> list_actions(const Findings& findings);

}  // namespace tocsin::assess
