#include "detect/sigma_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/unicode.h"
#include "detect/sigma_condition.h"
#include "detect/sigma_reader.h"

namespace tocsin::detect {

namespace {

void read_rules(const yaml::Node& filter, SigmaFilter& out, Problems& problems) {
  const yaml::Node* rules = filter.find("rules");
  constexpr std::string_view kHint = "ids or names of rules, or 'any'";
  if (rules == nullptr) {
    return problems.error(filter.begin, "sigma/filter-without-rules", "the filter does not say for which rules it is",
                          std::string(kHint));
  }
  const auto add = [&](const yaml::Node& node) {
    if (!node.is_scalar() || node.text.empty())
      return problems.error(node.begin, "sigma/wrong-type", "'rules' must name rules", std::string(kHint));
    out.rules.push_back({node.text, node.begin});
  };
  if (rules->is_scalar() && equals_ascii_case_insensitive(rules->text, "any")) {
    out.any_rule = true;
  } else if (rules->is_sequence()) {
    if (rules->items.empty())
      problems.error(rules->begin, "sigma/filter-without-rules", "the filter's list of rules is empty",
                     std::string(kHint));
    for (const yaml::Node& item : rules->items) add(item);
  } else {
    add(*rules);
  }
}

}  // namespace

void read_filter(SigmaReader& reader, RuleFile& file) {
  SigmaFilter out;
  static_cast<SigmaHead&>(out) = reader.read_head();
  out.log_source = reader.read_log_source();
  Problems& problems = reader.problems();
  const yaml::Node& node = *reader.document().find("filter");
  if (!node.is_mapping()) {
    problems.error(node.begin, "sigma/wrong-type", "'filter' must map rules, detections and a condition");
  } else {
    read_rules(node, out, problems);
    out.detections = reader.read_detections(node, {"rules", "condition"});
    const yaml::Node* condition = node.find("condition");
    if (condition == nullptr || !condition->is_scalar()) {
      problems.error(condition == nullptr ? node.begin : condition->begin, "sigma/no-condition",
                     "a filter needs one condition", "rules then match only where it holds, e.g. 'not selection'");
    } else {
      std::vector<bool> used(out.detections.size());
      if (auto parsed = parse_condition(*condition, names_of(out.detections), used, problems))
        out.condition = *std::move(parsed);
      warn_of_unused(out.detections, used, problems);
    }
  }
  for (const std::string_view key : {"detection", "correlation", "level", "status"}) {
    if (reader.document().find(key) == nullptr) continue;
    problems.warning(SigmaReader::key_mark(reader.document(), key), "sigma/filter-key",
                     fmt::format("a filter has no '{}'", key));
  }
  if (file.take_problems(out, problems.take())) file.filters.push_back(std::move(out));
}

bool names(const Reference& reference, const SigmaHead& head) {
  return (!head.id.empty() && equals_ascii_case_insensitive(reference.text, head.id)) ||
         (!head.name.empty() && reference.text == head.name);
}

bool is_for(const SigmaFilter& filter, const SigmaRule& rule) {
  const auto contains = [](const std::string& wanted, const std::string& own) {
    return wanted.empty() || wanted == own;
  };
  if (!contains(filter.log_source.product, rule.log_source.product) ||
      !contains(filter.log_source.category, rule.log_source.category) ||
      !contains(filter.log_source.service, rule.log_source.service)) {
    return false;
  }
  return filter.any_rule ||
         std::ranges::any_of(filter.rules, [&](const Reference& reference) { return names(reference, rule); });
}

void add_filter(SigmaRule& rule, const SigmaFilter& filter) {
  const auto shift = static_cast<std::uint32_t>(rule.detections.size());
  rule.detections.insert(rule.detections.end(), filter.detections.begin(), filter.detections.end());
  Condition shifted = filter.condition;
  for (ConditionStep& step : shifted) {
    for (std::uint32_t& index : step.detections) index += shift;
  }
  for (Condition& condition : rule.conditions) {
    condition.insert(condition.end(), shifted.begin(), shifted.end());
    condition.push_back({ConditionStep::Kind::and_, {}});
  }
  rule.filter_detections += filter.detections.size();
  rule.filter_steps += filter.condition.size() + 1;
}

void remove_filters(SigmaRule& rule) {
  rule.detections.resize(rule.detections.size() - rule.filter_detections);
  for (Condition& condition : rule.conditions) condition.resize(condition.size() - rule.filter_steps);
  rule.filter_detections = 0;
  rule.filter_steps = 0;
}

}  // namespace tocsin::detect
