#include "detect/rule_formula.h"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::detect {

namespace {

/// Equal for equal tests only: each part is told apart by its kind and its length.
struct KeyOfTest {
  std::string operator()(const StringTest& test) const {
    return fmt::format("s{}{}", test.cased ? 'c' : 'f', print_pattern(test.pattern));
  }
  std::string operator()(const NumberTest& test) const {
    const Number& number = test.number;
    return fmt::format("n{}:{}:{}:{}", static_cast<int>(test.comparison), number.is_integer, number.integer,
                       number.real);
  }
  std::string operator()(const BooleanTest& test) const { return test.value ? "b1" : "b0"; }
  std::string operator()(const NullTest&) const { return "0"; }
  std::string operator()(const ExistsTest& test) const { return test.present ? "e1" : "e0"; }
  std::string operator()(const RegexTest& test) const { return "r" + test.regex.source(); }
  std::string operator()(const CidrTest& test) const {
    std::string key = fmt::format("c{}:", test.network.bits);
    key.append(test.network.address.begin(), test.network.address.end());
    return key;
  }
  std::string operator()(const TimePartTest& test) const {
    return fmt::format("t{}:{}:{}", static_cast<int>(test.part), static_cast<int>(test.comparison), test.number);
  }
  std::string operator()(const FieldRefTest& test) const {
    return fmt::format("f{}:{}:{}", static_cast<int>(test.mode), test.cased, test.field);
  }
};

}  // namespace

TestId PredicateTable::add(const Test& test) {
  const auto [known, is_new] = test_ids_.try_emplace(std::visit(KeyOfTest{}, test), static_cast<TestId>(tests_.size()));
  if (is_new) tests_.push_back(test);
  return known->second;
}

PredicateId PredicateTable::add(Predicate predicate) {
  std::ranges::sort(predicate.tests);
  predicate.tests.erase(std::ranges::unique(predicate.tests).begin(), predicate.tests.end());
  std::string key;
  const auto put = [&](std::uint32_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); };
  put(static_cast<std::uint32_t>(predicate.field));
  put(predicate.is_keyword ? 1 : 0);
  for (const TestId test : predicate.tests) put(test);
  const auto [known, is_new] = predicate_ids_.try_emplace(std::move(key), static_cast<PredicateId>(predicates_.size()));
  if (is_new) predicates_.push_back(std::move(predicate));
  return known->second;
}

namespace {

Formula constant(bool holds) { return {.kind = holds ? Formula::Kind::all : Formula::Kind::any, .children = {}}; }

Formula join(Formula::Kind kind, Formula left, Formula right) {
  if (left.kind != kind || left.negated) {
    Formula outer{.kind = kind, .children = {}};
    outer.children.push_back(std::move(left));
    left = std::move(outer);
  }
  if (right.kind == kind && !right.negated) {
    std::ranges::move(right.children, std::back_inserter(left.children));
  } else {
    left.children.push_back(std::move(right));
  }
  return left;
}

class Lowering {
 public:
  Lowering(const SigmaRule& rule, PredicateTable& table) : rule_(rule), table_(table) {}

  LoweredRule run() {
    for (const NamedDetection& detection : rule_.detections) {
      named_.push_back(of(detection.detection));
      sizes_.push_back(measure(named_.back()));
    }
    Formula whole = constant(false);
    for (const Condition& condition : rule_.conditions) {
      whole = join(Formula::Kind::any, std::move(whole), of(condition));
      if (too_large_) break;
    }
    if (too_large_) return {.formula = {}, .is_exact = false};
    return {std::move(whole), is_exact_};
  }

 private:
  struct Measure {
    std::size_t size = 0;
    std::size_t depth = 0;
  };

  static Measure measure(const Formula& formula) {  // as deep as YAML may be, or as join_checked lets it become
    Measure out{1, 1};
    for (const Formula& child : formula.children) {
      const Measure inner = measure(child);
      out.size += inner.size;
      out.depth = std::max(out.depth, inner.depth + 1);
    }
    return out;
  }

  Formula of(const Condition& condition) {
    struct Entry {
      Formula formula;
      Measure measure;
    };
    std::vector<Entry> stack;
    for (const ConditionStep& step : condition) {
      switch (step.kind) {
        case ConditionStep::Kind::not_:
          stack.back().formula.negated = !stack.back().formula.negated;
          break;
        case ConditionStep::Kind::and_:
        case ConditionStep::Kind::or_: {
          Entry right = std::move(stack.back());
          stack.pop_back();
          Entry& left = stack.back();
          // Joining chains of one kind keeps them flat; counting each as one deeper errs on the safe side.
          const auto kind = step.kind == ConditionStep::Kind::and_ ? Formula::Kind::all : Formula::Kind::any;
          const bool flat = left.formula.kind == kind && !left.formula.negated;
          left.measure.depth = std::max(left.measure.depth + (flat ? 0 : 1), right.measure.depth + 1);
          left.formula = join(kind, std::move(left.formula), std::move(right.formula));
          if (left.measure.depth > Formula::kMaxDepth) too_large_ = true;
          break;
        }
        default: {
          const bool any = step.kind == ConditionStep::Kind::any_of;
          Entry entry{constant(!any), {1, 1}};
          for (const std::uint32_t index : step.detections) {
            size_ += sizes_[index].size;
            if (size_ > Formula::kMaxSize || sizes_[index].depth >= Formula::kMaxDepth) too_large_ = true;
            if (too_large_) break;
            entry.formula = join(entry.formula.kind, std::move(entry.formula), named_[index]);
            entry.measure.depth = std::max(entry.measure.depth, sizes_[index].depth + 1);
          }
          stack.push_back(std::move(entry));
        }
      }
      if (too_large_) return {};
    }
    return std::move(stack.back().formula);
  }

  // As deep as the YAML that the rule was read from, which is bounded.
  Formula of(const Detection& detection) {
    if (detection.kind == Detection::Kind::item) return of(detection.item);
    Formula out = constant(detection.kind == Detection::Kind::all_of);
    for (const Detection& child : detection.children) out = join(out.kind, std::move(out), of(child));
    return out;
  }

  Formula of(const Item& item) {
    Formula out = constant(item.all);
    if (item.all) {
      for (const RuleValue& value : item.values) out = join(out.kind, std::move(out), any_of(item, {&value, 1}));
    } else {
      out = any_of(item, item.values);
    }
    out.negated = item.negated;
    return out;
  }

  /// One value of the field passes one test of one of `values`.
  Formula any_of(const Item& item, std::span<const RuleValue> values) {
    Formula out = constant(false);
    Predicate predicate{.field = item.field_id, .is_keyword = item.field.empty(), .tests = {}};
    bool or_absent = false;
    for (const RuleValue& value : values) {
      for (const Test& test : value.tests) {
        if (std::holds_alternative<FieldRefTest>(test)) {
          is_exact_ = false;
          out.children.emplace_back();
          continue;
        }
        const auto* exists = std::get_if<ExistsTest>(&test);
        or_absent = or_absent || std::holds_alternative<NullTest>(test) || (exists != nullptr && !exists->present);
        if (exists == nullptr || exists->present) predicate.tests.push_back(table_.add(test));
      }
    }
    if (!predicate.tests.empty()) {
      out.children.push_back(
          {.kind = Formula::Kind::predicate, .predicate = table_.add(std::move(predicate)), .children = {}});
    }
    if (or_absent) {
      const TestId there = table_.add(ExistsTest{});
      out.children.push_back({.kind = Formula::Kind::predicate,
                              .negated = true,
                              .predicate = table_.add({.field = item.field_id, .tests = {there}}),
                              .children = {}});
    }
    return out;
  }

  const SigmaRule& rule_;
  PredicateTable& table_;
  std::vector<Formula> named_;  ///< by index of the detection
  std::vector<Measure> sizes_;
  std::size_t size_ = 0;  ///< of all conditions
  bool is_exact_ = true;
  bool too_large_ = false;
};

// The depth of every recursion below is bounded by kMaxDepth.

std::optional<Clause> cheapest(const Formula& formula, bool negated, const std::function<double(PredicateId)>& cost) {
  negated = negated != formula.negated;
  if (formula.kind == Formula::Kind::unknown) return std::nullopt;
  if (formula.kind == Formula::Kind::predicate) {
    if (negated) return std::nullopt;
    return Clause{cost(formula.predicate), {formula.predicate}};
  }
  const bool is_and = (formula.kind == Formula::Kind::all) != negated;
  std::optional<Clause> out;
  if (!is_and) out.emplace();
  for (const Formula& child : formula.children) {
    auto clause = cheapest(child, negated, cost);
    if (is_and) {
      if (clause && (!out || clause->cost < out->cost)) out = std::move(clause);
    } else {
      if (!clause) return std::nullopt;
      out->cost += clause->cost;
      out->predicates.insert(out->predicates.end(), clause->predicates.begin(), clause->predicates.end());
    }
  }
  return out;
}

std::int32_t append(const Formula& formula, bool negated, std::int32_t if_true, std::int32_t if_false,
                    std::vector<Step>& code) {
  negated = negated != formula.negated;
  if (formula.kind == Formula::Kind::unknown) return if_true;
  if (formula.kind == Formula::Kind::predicate) {
    code.push_back({formula.predicate, negated ? if_false : if_true, negated ? if_true : if_false});
    return static_cast<std::int32_t>(code.size() - 1);
  }
  // Written from the last child to the first, so that every step knows where to go on.
  const bool is_and = (formula.kind == Formula::Kind::all) != negated;
  std::int32_t next = is_and ? if_true : if_false;
  for (auto child = formula.children.rbegin(); child != formula.children.rend(); ++child) {
    next = is_and ? append(*child, negated, next, if_false, code) : append(*child, negated, if_true, next, code);
  }
  return next;
}

}  // namespace

LoweredRule lower_rule(const SigmaRule& rule, PredicateTable& table) { return Lowering(rule, table).run(); }

std::optional<Clause> cheapest_clause(const Formula& formula, const std::function<double(PredicateId)>& cost) {
  return cheapest(formula, false, cost);
}

std::int32_t append_steps(const Formula& formula, std::vector<Step>& code) {
  return append(formula, false, kHolds, kFails, code);
}

}  // namespace tocsin::detect
