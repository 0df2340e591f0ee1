#pragma once

// The engine: which of many Sigma rules hold for an event, at a cost that hardly depends on how many rules there are.
//
//   SigmaRule ── lower_rule ──► formulas over shared predicates          rule_formula.h   once, when rules are loaded
//                                      │
//   event's log source ── RuleGroup ───┤ the rules for it, field by field rule_group.h     once a log source
//                                      │
//   event ── Matcher ── ValueMemo ─────┤ value → predicates that hold     value_memo.h     per event, most often known
//                       FieldMatcher ──┤ the same, found                  field_matcher.h  per value seen first
//                                      ▼
//                              witnesses → candidates → steps → rules that hold
//
// What an event costs. Its slots are walked once; of a field that no rule of its group names, nothing but the id is
// looked at. A value that was seen before costs a look into the memo; a new one is decoded and folded once, and one
// pass finds the literals of all rules in it (literal_index.h). The predicates that hold are few, usually none.
//
// Witnesses. A rule cannot hold unless some predicate of its witness clause holds (cheapest_clause): of an `and` one
// side's is enough, of an `or` both sides' are needed, a negation gives none. Only rules with a witness among the
// predicates that hold are candidates; rules without any (such as "not this user", alone) always are. Which clause is
// cheapest is what the log says: predicates that hold are counted, and witnesses are chosen anew from the counts after
// 1,024, 8,192… events of a group. The choice changes costs, never verdicts.
//
// Candidates are settled by running their formula as a decision chain over the predicates that hold (append_steps).
// Formulas say exactly what the naive evaluator says, but for two kinds of rules where it has the last word:
// those with fieldref, which compare two values of an event, and formulas larger than Formula::kMaxSize.
//
// Absent fields. "The field is there" is a predicate; null and `exists: false` are formulas with its negation. A field
// that is absent makes no predicate true, which is what absence means everywhere else.
//
// Keywords look at every value of the event and at the record itself. Most records are plain (Event::is_plain): what a
// value of them says stands in them, so one pass over the record sees that no keyword can be there.
//
// What a newcomer changes where: a new modifier that looks at one value is a Test, decided in FieldMatcher; one that
// compares fields makes its rule inexact; a new kind of condition is a Formula. Whatever changes, agreement_test.cc
// holds the engine against the naive evaluator.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "detect/sigma_rule.h"
#include "event/event.h"
#include "event/schema.h"

namespace tocsin::detect {

struct EngineOptions {
  bool any_log_source = false;                     ///< rules hold on records of any log source
  std::size_t memo_bytes = std::size_t{32} << 20;  ///< what a Matcher may remember of values
};

/// The compiled rules. Groups are made when their first event comes. Thread-safe. `rules`, bound to `schema`, and
/// `schema` must outlive it.
class Engine {
 public:
  Engine(std::span<const SigmaRule> rules, const event::Schema& schema, const EngineOptions& options = {});
  ~Engine();

 private:
  friend class Matcher;
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs events through an engine and remembers what it has seen. One thread; the engine must outlive it.
class Matcher {
 public:
  explicit Matcher(Engine& engine);
  Matcher(Matcher&&) noexcept;
  ~Matcher();

  /// The indices of the rules that hold, ascending; valid until the next call. Why a rule holds says explain_rule.
  std::span<const std::uint32_t> match(const event::Event& event);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::detect
