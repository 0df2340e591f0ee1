#include "detect/naive.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/unicode.h"

namespace tocsin::detect {

using event::FieldId;
using event::Slot;
using event::TokenKind;

EventText::EventText(const event::Event& event) : event_(event), values_(event.slots.size()) {}

std::string_view EventText::text(std::size_t slot) {
  Value& value = values_[slot];
  if (!value.is_decoded) {
    std::string scratch;
    value.text = event::decode_token(event_.slots[slot].token(), scratch);
    if (value.text.data() == scratch.data()) value.text = value.decoded.emplace(std::move(scratch));
    value.is_decoded = true;
  }
  return value.text;
}

std::string_view EventText::folded(std::size_t slot) {
  Value& value = values_[slot];
  if (!value.folded) value.folded = fold_case(text(slot));
  return *value.folded;
}

std::string_view EventText::folded_record() {
  if (!folded_record_) folded_record_ = fold_case(record());
  return *folded_record_;
}

namespace {

bool has_value(const Slot& slot) { return slot.kind != TokenKind::null && slot.kind != TokenKind::array; }

/// One rule, one event.
class Evaluation {
 public:
  Evaluation(const SigmaRule& rule, EventText& text, std::span<const event::Rename> renames)
      : rule_(rule), text_(text), slots_(text.event().slots), renames_(renames) {}

  /// The condition that holds, or nullptr.
  const Condition* condition_that_holds() {
    for (const Condition& condition : rule_.conditions) {
      if (holds(condition)) return &condition;
    }
    return nullptr;
  }

  RuleMatch explain(const Condition& condition) {
    RuleMatch out;
    for (const std::uint32_t index : support(condition)) explain_detection(rule_.detections[index].detection, out);
    if (out.why.empty()) {  // it fires because nothing stands against it
      std::string names;
      for (const ConditionStep& step : condition) {
        for (const std::uint32_t index : step.detections)
          names += (names.empty() ? "" : ", ") + rule_.detections[index].name;
      }
      out.why.push_back({{}, "not", names});
    }
    std::set<std::string> told;
    for (const NamedDetection& detection : rule_.detections) add_fields(detection.detection, told, out);
    for (std::size_t i = 0; i < rule_.fields.size(); ++i) add_field(rule_.fields[i], rule_.field_ids[i], told, out);
    return out;
  }

 private:
  bool detection_holds(std::uint32_t index) {
    verdicts_.resize(rule_.detections.size());
    if (!verdicts_[index]) verdicts_[index] = holds(rule_.detections[index].detection);
    return *verdicts_[index];
  }

  bool step_holds(const ConditionStep& step) {
    const auto holds_here = [&](std::uint32_t index) { return detection_holds(index); };
    return step.kind == ConditionStep::Kind::any_of ? std::ranges::any_of(step.detections, holds_here)
                                                    : std::ranges::all_of(step.detections, holds_here);
  }

  bool holds(const Condition& condition) {
    std::vector<bool> stack;
    const auto pop = [&] {
      const bool top = stack.back();
      stack.pop_back();
      return top;
    };
    for (const ConditionStep& step : condition) {
      switch (step.kind) {
        case ConditionStep::Kind::not_:
          stack.back() = !stack.back();
          break;
        case ConditionStep::Kind::and_: {
          const bool right = pop();
          stack.back() = stack.back() && right;
          break;
        }
        case ConditionStep::Kind::or_: {
          const bool right = pop();
          stack.back() = stack.back() || right;
          break;
        }
        default:
          stack.push_back(step_holds(step));
      }
    }
    return stack.back();
  }

  /// The detections that carry a condition that holds: of an `or` the first side that holds, of a `not` none.
  std::vector<std::uint32_t> support(const Condition& condition) {
    struct Entry {
      bool holds;
      std::vector<std::uint32_t> by;
    };
    std::vector<Entry> stack;
    for (const ConditionStep& step : condition) {
      if (step.kind == ConditionStep::Kind::not_) {
        stack.back() = {!stack.back().holds, {}};
      } else if (step.kind == ConditionStep::Kind::and_ || step.kind == ConditionStep::Kind::or_) {
        Entry right = std::move(stack.back());
        stack.pop_back();
        Entry& left = stack.back();
        if (step.kind == ConditionStep::Kind::and_) {
          left.holds = left.holds && right.holds;
          left.by.insert(left.by.end(), right.by.begin(), right.by.end());
          if (!left.holds) left.by.clear();
        } else if (!left.holds) {
          left = std::move(right);
        }
      } else {
        Entry entry{step_holds(step), {}};
        for (const std::uint32_t index : step.detections) {
          if (!entry.holds || !detection_holds(index)) continue;
          entry.by.push_back(index);
          if (step.kind == ConditionStep::Kind::any_of) break;
        }
        stack.push_back(std::move(entry));
      }
    }
    std::vector<std::uint32_t> out = std::move(stack.back().by);
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
  }

  // Recursion is as deep as the YAML that the rule was read from, which is bounded.
  bool holds(const Detection& detection) {
    const auto child_holds = [&](const Detection& child) { return holds(child); };
    switch (detection.kind) {
      case Detection::Kind::all_of:
        return std::ranges::all_of(detection.children, child_holds);
      case Detection::Kind::any_of:
        return std::ranges::any_of(detection.children, child_holds);
      case Detection::Kind::item:
        return item_holds(detection.item);
    }
    return false;
  }

  bool item_holds(const Item& item) {
    const auto value_holds = [&](const RuleValue& value) { return passing_slot(item, value).has_value(); };
    const bool holds =
        item.all ? std::ranges::all_of(item.values, value_holds) : std::ranges::any_of(item.values, value_holds);
    return holds != item.negated;
  }

  static constexpr std::size_t kNoSlot = ~std::size_t{0};  ///< passed without a slot: absent, or the record itself

  /// The slot whose value passes one of the tests that a written value came to.
  std::optional<std::size_t> passing_slot(const Item& item, const RuleValue& value) {
    for (const Test& test : value.tests) {
      if (const auto slot = item.field.empty() ? keyword_passes(test) : field_passes(item.field_id, test)) return slot;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> keyword_passes(const Test& test) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (passes(test, i)) return i;
    }
    const auto* string = std::get_if<StringTest>(&test);
    const auto* regex = std::get_if<RegexTest>(&test);
    const bool in_record =
        (string != nullptr && match_pattern(string->pattern, string->cased ? text_.record() : text_.folded_record())) ||
        (regex != nullptr && regex->regex.matches(text_.record()));
    return in_record ? std::optional(kNoSlot) : std::nullopt;
  }

  std::optional<std::size_t> field_passes(FieldId field, const Test& test) {
    const std::vector<std::size_t> slots = field_slots(text_.event(), field, renames_);
    if (const auto* exists = std::get_if<ExistsTest>(&test)) {
      if (exists->present == slots.empty()) return std::nullopt;
      return slots.empty() ? kNoSlot : slots.front();
    }
    if (std::holds_alternative<NullTest>(test)) {
      if (slots.empty()) return kNoSlot;
      for (const std::size_t slot : slots) {
        if (slots_[slot].kind == TokenKind::null) return slot;
      }
      return std::nullopt;
    }
    for (const std::size_t slot : slots) {
      if (passes(test, slot)) return slot;
    }
    return std::nullopt;
  }

  bool passes(const Test& test, std::size_t slot) {
    if (!has_value(slots_[slot])) return false;
    return std::visit([&](const auto& one) { return value_passes(one, slot); }, test);
  }

  bool value_passes(const StringTest& test, std::size_t slot) {
    return match_pattern(test.pattern, test.cased ? text_.text(slot) : text_.folded(slot));
  }
  bool value_passes(const NumberTest& test, std::size_t slot) {
    return test_passes(test, slots_[slot].kind, text_.text(slot));
  }
  bool value_passes(const BooleanTest& test, std::size_t slot) {
    return test_passes(test, slots_[slot].kind, text_.text(slot));
  }
  bool value_passes(const RegexTest& test, std::size_t slot) { return test.regex.matches(text_.text(slot)); }
  bool value_passes(const CidrTest& test, std::size_t slot) { return test_passes(test, text_.text(slot)); }
  bool value_passes(const TimePartTest& test, std::size_t slot) { return test_passes(test, text_.text(slot)); }
  bool value_passes(const FieldRefTest& test, std::size_t slot) {
    const auto read = [&](std::size_t at) { return test.cased ? text_.text(at) : text_.folded(at); };
    const std::string_view left = read(slot);
    return std::ranges::any_of(field_slots(text_.event(), test.field_id, renames_), [&](std::size_t other) {
      if (!has_value(slots_[other])) return false;
      const std::string_view right = read(other);
      switch (test.mode) {
        case FieldRefTest::Mode::equals:
          return left == right;
        case FieldRefTest::Mode::contains:
          return left.find(right) != std::string_view::npos;
        case FieldRefTest::Mode::startswith:
          return left.starts_with(right);
        case FieldRefTest::Mode::endswith:
          return left.ends_with(right);
      }
      return false;
    });
  }
  // These two are about the field, not about a value: field_passes settles them.
  bool value_passes(const NullTest&, std::size_t) { return false; }
  bool value_passes(const ExistsTest&, std::size_t) { return false; }

  void explain_detection(const Detection& detection, RuleMatch& out) {
    if (detection.kind == Detection::Kind::item) return explain_item(detection.item, out);
    for (const Detection& child : detection.children) {
      if (!holds(child)) continue;
      explain_detection(child, out);
      if (detection.kind == Detection::Kind::any_of) return;
    }
  }

  void explain_item(const Item& item, RuleMatch& out) {
    const auto add = [&](const RuleValue& value) {
      record::Why why{item.field, item.test, value.written};
      if (std::ranges::find(out.why, why) == out.why.end()) out.why.push_back(std::move(why));
    };
    for (const RuleValue& value : item.values) {
      if (item.negated) {
        add(value);
        continue;
      }
      const auto slot = passing_slot(item, value);
      if (!slot) continue;
      if (*slot != kNoSlot) shown_.emplace(item.field, *slot);
      add(value);
      if (!item.all) return;
    }
  }

  void add_fields(const Detection& detection, std::set<std::string>& told, RuleMatch& out) {
    for (const Detection& child : detection.children) add_fields(child, told, out);
    const Item& item = detection.item;
    if (detection.kind == Detection::Kind::item && !item.field.empty()) add_field(item.field, item.field_id, told, out);
  }

  void add_field(const std::string& name, FieldId field, std::set<std::string>& told, RuleMatch& out) {
    if (!told.insert(name).second) return;
    const std::vector<std::size_t> slots = field_slots(text_.event(), field, renames_);
    if (slots.empty()) return;
    const auto passed = shown_.find(name);  // of several values, the one that passed
    const std::size_t slot = passed == shown_.end() ? slots.front() : passed->second;
    if (!has_value(slots_[slot])) return;
    constexpr std::size_t kMaxShown = 16'384;
    std::string value(text_.text(slot).substr(0, kMaxShown));
    out.fields.emplace_back(name, replace_invalid_utf8(value));
  }

  const SigmaRule& rule_;
  EventText& text_;
  std::span<const Slot> slots_;
  std::span<const event::Rename> renames_;
  std::vector<std::optional<bool>> verdicts_;
  std::map<std::string, std::size_t> shown_;
};

void bind_detection(Detection& detection, event::Schema& schema) {
  for (Detection& child : detection.children) bind_detection(child, schema);
  Item& item = detection.item;
  if (!item.field.empty()) item.field_id = schema.intern(item.field);
  for (RuleValue& value : item.values) {
    for (Test& test : value.tests) {
      if (auto* reference = std::get_if<FieldRefTest>(&test)) reference->field_id = schema.intern(reference->field);
    }
  }
}

}  // namespace

void bind_rule(SigmaRule& rule, event::Schema& schema) {
  for (NamedDetection& detection : rule.detections) bind_detection(detection.detection, schema);
  rule.field_ids.clear();
  for (const std::string& name : rule.fields) rule.field_ids.push_back(schema.intern(name));
}

bool match_rule(const SigmaRule& rule, EventText& text, std::span<const event::Rename> renames) {
  return Evaluation(rule, text, renames).condition_that_holds() != nullptr;
}

std::optional<RuleMatch> explain_rule(const SigmaRule& rule, EventText& text, std::span<const event::Rename> renames) {
  Evaluation evaluation(rule, text, renames);
  const Condition* condition = evaluation.condition_that_holds();
  if (condition == nullptr) return std::nullopt;
  return evaluation.explain(*condition);
}

}  // namespace tocsin::detect
