#include "detect/rule_explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "detect/event_fields.h"

namespace tocsin::detect {

namespace {

/// A rule that is one detection, so that the naive evaluator says whether it holds.
SigmaRule rule_of(Detection detection) {
  SigmaRule rule;
  NamedDetection named;
  named.name = "part";
  named.detection = std::move(detection);
  rule.detections.push_back(std::move(named));
  rule.conditions = {{ConditionStep{ConditionStep::Kind::detection, {0}}}};
  return rule;
}

class Explainer {
 public:
  Explainer(EventText& text, std::span<const event::Rename> renames) : text_(text), renames_(renames) {}

  bool holds(const Detection& detection) { return match_rule(rule_of(detection), text_, renames_); }

  void explain(const Detection& detection, std::uint32_t depth, std::vector<ExplainedStep>& out) {
    ExplainedStep step;
    step.kind = detection.kind;
    step.depth = depth;
    step.holds = holds(detection);
    if (detection.kind == Detection::Kind::item) fill(detection.item, step);
    out.push_back(std::move(step));
    for (const Detection& child : detection.children) explain(child, depth + 1, out);
  }

 private:
  void fill(const Item& item, ExplainedStep& step) {
    step.field = item.field;
    step.test = item.test;
    step.all = item.all;
    step.negated = item.negated;
    for (const RuleValue& value : item.values) {
      step.values.push_back(value.written);
      Detection alone;
      alone.item = item;
      alone.item.values = {value};
      alone.item.negated = false;
      if (holds(alone)) step.passing.push_back(value.written);
    }
    if (item.field.empty()) return;
    const std::vector<std::size_t> slots = field_slots(text_.event(), item.field_id, renames_);
    step.is_there = !slots.empty();
    for (const std::size_t slot : slots) {
      const bool is_null = text_.event().slots[slot].kind == event::TokenKind::null;
      step.found.emplace_back(is_null ? "null" : text_.text(slot));
    }
  }

  EventText& text_;
  std::span<const event::Rename> renames_;
};

}  // namespace

std::string print_condition(const Condition& condition, std::span<const NamedDetection> detections) {
  using Kind = ConditionStep::Kind;
  struct Part {
    std::string text;
    Kind kind = Kind::detection;
  };
  std::vector<Part> stack;
  const auto pop = [&] {
    Part top = std::move(stack.back());
    stack.pop_back();
    return top;
  };
  // Brackets where the part binds less than what it becomes a part of.
  const auto bracketed = [](const Part& part, bool needs) { return needs ? "(" + part.text + ")" : part.text; };
  for (const ConditionStep& step : condition) {
    switch (step.kind) {
      case Kind::detection:
        stack.push_back({detections[step.detections[0]].name, step.kind});
        break;
      case Kind::any_of:
      case Kind::all_of: {
        std::vector<std::string_view> names;
        for (const std::uint32_t index : step.detections) names.push_back(detections[index].name);
        stack.push_back({fmt::format("{} of ({})", step.kind == Kind::any_of ? "1" : "all", fmt::join(names, ", ")),
                         Kind::detection});
        break;
      }
      case Kind::not_: {
        const Part part = pop();
        stack.push_back({"not " + bracketed(part, part.kind == Kind::and_ || part.kind == Kind::or_), Kind::not_});
        break;
      }
      case Kind::and_:
      case Kind::or_: {
        const Part right = pop();
        const Part left = pop();
        const bool is_and = step.kind == Kind::and_;
        stack.push_back({fmt::format("{} {} {}", bracketed(left, is_and && left.kind == Kind::or_),
                                     is_and ? "and" : "or", bracketed(right, is_and && right.kind == Kind::or_)),
                         step.kind});
        break;
      }
    }
  }
  return stack.empty() ? std::string() : stack.back().text;
}

RuleExplanation explain_verdict(const SigmaRule& rule, EventText& text, const event::Schema& schema) {
  RuleExplanation out;
  out.asked = rule.log_source;
  out.given = schema.log_source(text.event().log_source);
  out.log_source_fits = out.given.is_covered_by(rule.log_source);
  const std::span<const event::Rename> renames = out.given.renames_for(rule.log_source);
  out.holds = match_rule(rule, text, renames);
  Explainer explainer(text, renames);
  for (const NamedDetection& named : rule.detections) {
    ExplainedDetection& explained = out.detections.emplace_back();
    explained.name = named.name;
    explainer.explain(named.detection, 0, explained.steps);
    explained.holds = explained.steps.front().holds;
  }
  for (const Condition& condition : rule.conditions) {
    SigmaRule alone = rule;
    alone.conditions = {condition};
    out.conditions.push_back({print_condition(condition, rule.detections), match_rule(alone, text, renames)});
  }
  return out;
}

}  // namespace tocsin::detect
