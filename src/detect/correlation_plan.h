#pragma once

// Correlations and the rules that they name → a plan: who feeds whom, in which order, with which fields.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "detect/sigma_correlation.h"
#include "detect/sigma_head.h"

namespace tocsin::detect {

/// What of a hit goes into a correlation: indices into RuleFeed::fields of the rule whose event it is.
struct FieldUse {
  std::vector<std::uint32_t> group;
  std::vector<std::uint32_t> value;
};

/// A rule, or another correlation, feeds input `input` (an index into SigmaCorrelation::rules) of a correlation.
struct Feed {
  std::uint32_t correlation = 0;
  std::uint32_t input = 0;
  /// By the rule at the root whose event is counted.
  std::unordered_map<std::uint32_t, FieldUse> uses;
};

struct RuleFeed {
  std::vector<std::string> fields;  ///< that correlations want of an event of this rule
  std::vector<Feed> feeds;
  bool is_shown = true;  ///< false: it only feeds correlations, none of which says `generate`
};

struct CorrelationNode {
  SigmaCorrelation rule;
  std::vector<Feed> feeds;
  bool is_shown = true;
};

struct CorrelationPlan {
  std::vector<RuleFeed> rules;                ///< by the index of the rule
  std::vector<CorrelationNode> correlations;  ///< what feeds stands before what is fed
  struct Rejected {
    SigmaCorrelation rule;
    Diagnostic problem;
  };
  std::vector<Rejected> rejected;
  std::vector<Diagnostic> warnings;
};

/// A reference is an id, whose rules are all meant should there be several; or a name, that of the same file before
/// those of others. References to nothing, to several rules of that name, to rejected correlations and in circles
/// reject the correlation that makes them, and no other rule.
CorrelationPlan plan_correlations(const std::vector<const SigmaHead*>& rules,
                                  std::vector<SigmaCorrelation> correlations);

/// Correlations of correlations: as deep as this.
inline constexpr std::size_t kMaxCorrelationDepth = 32;
/// Ways from rules into correlations, of all correlations together.
inline constexpr std::size_t kMaxFeeds = 1'000'000;

}  // namespace tocsin::detect
