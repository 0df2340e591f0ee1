#pragma once

// Rules lowered: the intermediate representation between Sigma's syntax tree and the engine.
//
// A predicate is "some value of this field passes one of these tests": a whole list of alternatives, as rules write
// them, is one predicate, so most rules come to two to ten. Predicates and the tests in them are hash-consed: what many
// rules ask is held, looked for and remembered once. A rule is a formula over predicates; what a formula says of absent
// fields is said with the predicate "the field is there".

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/sigma_rule.h"
#include "event/event.h"

namespace tocsin::detect {

using TestId = std::uint32_t;
using PredicateId = std::uint32_t;

struct Predicate {
  event::FieldId field{};
  bool is_keyword = false;    ///< of every string of the event and of the record; `field` says nothing then
  std::vector<TestId> tests;  ///< any of them; ordered, each once. NullTest: the value is null. ExistsTest: it is there
};

/// Every predicate and test of a set of rules, once.
class PredicateTable {
 public:
  TestId add(const Test& test);
  PredicateId add(Predicate predicate);
  const Test& test(TestId id) const { return tests_[id]; }
  const Predicate& predicate(PredicateId id) const { return predicates_[id]; }
  std::size_t size() const { return predicates_.size(); }

 private:
  std::vector<Test> tests_;
  std::vector<Predicate> predicates_;
  std::unordered_map<std::string, TestId> test_ids_;
  std::unordered_map<std::string, PredicateId> predicate_ids_;
};

/// A truth function of predicates.
struct Formula {
  enum class Kind : std::uint8_t {
    unknown,    ///< may hold or not: what the engine leaves to the naive evaluator
    predicate,  ///< holds
    all,        ///< every child; none: true
    any,        ///< one child; none: false
  };
  Kind kind = Kind::unknown;
  bool negated = false;  ///< the whole is turned around
  PredicateId predicate = 0;
  std::vector<Formula> children;

  /// Larger and deeper formulas than these are `unknown`: they come from rules that nobody writes by hand.
  static constexpr std::size_t kMaxSize = 20'000;
  static constexpr std::size_t kMaxDepth = 64;
};

/// What the engine keeps of a rule.
struct LoweredRule {
  Formula formula;
  bool is_exact = true;  ///< false: the formula has an `unknown`; where it may hold, the naive evaluator decides
};

/// in: rule: bound to a schema
LoweredRule lower_rule(const SigmaRule& rule, PredicateTable& table);

/// Predicates of which at least one holds whenever the formula does.
struct Clause {
  double cost = 0;  ///< the sum of the predicates' costs
  std::vector<PredicateId> predicates;
};
/// The cheapest clause of the formula, or nullopt: it may hold where no predicate does.
std::optional<Clause> cheapest_clause(const Formula& formula, const std::function<double(PredicateId)>& cost);

/// One step of a formula as a decision chain: negation costs nothing, and what is settled is not asked.
struct Step {
  PredicateId predicate = 0;
  std::int32_t if_true = 0;  ///< the next step, or how it ends
  std::int32_t if_false = 0;
};
inline constexpr std::int32_t kHolds = -1;
inline constexpr std::int32_t kFails = -2;
/// Appends the steps to `code`. `unknown` holds where that makes the formula hold.
/// out: the first step, or kHolds or kFails
std::int32_t append_steps(const Formula& formula, std::vector<Step>& code);

}  // namespace tocsin::detect
