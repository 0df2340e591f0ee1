#pragma once

// Why a rule does or does not fire on one event, item by item: the question that rule writers ask most. Every verdict
// is the naive evaluator's.

#include <span>
#include <string>
#include <vector>

#include "detect/naive.h"
#include "detect/sigma_rule.h"
#include "event/schema.h"

namespace tocsin::detect {

/// One step through a detection, in the rule's order; `depth` 0 is the detection itself.
struct ExplainedStep {
  Detection::Kind kind = Detection::Kind::item;
  std::uint32_t depth = 0;
  bool holds = false;
  // Of an item:
  std::string field;                 ///< empty: keywords
  std::string test;                  ///< "endswith", "re"…
  bool all = false;                  ///< every value must pass, else any
  bool negated = false;              ///< neq
  std::vector<std::string> values;   ///< of the rule, as written
  std::vector<std::string> passing;  ///< those of `values` that pass on their own
  bool is_there = false;             ///< the event has the field
  std::vector<std::string> found;    ///< the event's values of it
};

struct ExplainedDetection {
  std::string name;
  bool holds = false;
  std::vector<ExplainedStep> steps;
};

struct ExplainedCondition {
  std::string text;  ///< written anew: "selection and not 1 of (filter_a, filter_b)"
  bool holds = false;
};

struct RuleExplanation {
  event::LogSourceQuery asked;  ///< the rule's log source
  event::LogSource given;       ///< the event's
  bool log_source_fits = false;
  bool holds = false;  ///< the rule's conditions, whatever the log source
  std::vector<ExplainedDetection> detections;
  std::vector<ExplainedCondition> conditions;  ///< any of them
};

/// in: rule: bound to `schema`     cost: the naive evaluator's, once for each value of the rule
RuleExplanation explain_verdict(const SigmaRule& rule, EventText& text, const event::Schema& schema);

/// A condition as people write it.
std::string print_condition(const Condition& condition, std::span<const NamedDetection> detections);

}  // namespace tocsin::detect
