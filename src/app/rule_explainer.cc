#include "app/rule_explainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/pipeline.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/unicode.h"
#include "detect/rule_explanation.h"
#include "detect/rule_set.h"

namespace tocsin::app {

namespace {

using detect::ExplainedStep;
using detect::RuleExplanation;
using detect::SigmaRule;

/// "windows, process_creation": what a rule asks for, or what an event is.
std::string print_source(const std::string& product, const std::vector<std::string>& rest) {
  std::vector<std::string> parts;
  if (!product.empty()) parts.push_back(product);
  for (const std::string& part : rest) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts.empty() ? "nothing known" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string asked_source(const RuleExplanation& explanation) {
  return print_source(explanation.asked.product, {explanation.asked.category, explanation.asked.service});
}

std::string given_source(const RuleExplanation& explanation) {
  std::vector<std::string> rest;
  for (const auto& category : explanation.given.categories) rest.push_back(category.name);
  rest.insert(rest.end(), explanation.given.services.begin(), explanation.given.services.end());
  return print_source(explanation.given.product, rest);
}

std::string_view yes_or_no(bool holds) { return holds ? "yes" : "no "; }

std::string print_step(const ExplainedStep& step) {
  const std::string indent(4 + 2 * static_cast<std::size_t>(step.depth), ' ');
  if (step.kind != detect::Detection::Kind::item) {
    return fmt::format("{}{}  {} of:\n", indent, yes_or_no(step.holds),
                       step.kind == detect::Detection::Kind::all_of ? "all" : "any");
  }
  std::string out = fmt::format("{}{}  {} {}{}{}: {}\n", indent, yes_or_no(step.holds),
                                step.field.empty() ? "the record" : step.field, step.negated ? "not " : "", step.test,
                                step.values.size() < 2 ? ""
                                : step.all             ? " all of"
                                                       : " any of",
                                fmt::join(step.values, " | "));
  if (step.values.size() > 1 && !step.passing.empty())
    out += fmt::format("{}       of these: {}\n", indent, fmt::join(step.passing, " | "));
  if (!step.field.empty()) {
    out += step.is_there ? fmt::format("{}       the event has: {}\n", indent, fmt::join(step.found, " | "))
                         : fmt::format("{}       the event has no such field\n", indent);
  }
  return out;
}

std::string print_text(const SigmaRule& rule, const RuleExplanation& explanation, const std::string& place,
                       bool any_log_source) {
  const bool fires = explanation.holds && (explanation.log_source_fits || any_log_source);
  std::string out = fmt::format("{}\n  {}:{}{}\n  on {}: {}\n", rule.title, rule.path, rule.mark.line,
                                rule.id.empty() ? "" : "  " + rule.id, place, fires ? "FIRES" : "does not fire");
  out += fmt::format("  {}  log source: the rule asks for {}; the event is of {}\n",
                     yes_or_no(explanation.log_source_fits), asked_source(explanation), given_source(explanation));
  for (const detect::ExplainedDetection& detection : explanation.detections) {
    out += fmt::format("  {}  {}\n", yes_or_no(detection.holds), detection.name);
    for (const ExplainedStep& step : detection.steps) out += print_step(step);
  }
  for (const detect::ExplainedCondition& condition : explanation.conditions)
    out += fmt::format("  {}  condition: {}\n", yes_or_no(condition.holds), condition.text);
  return out;
}

json::Value strings(const std::vector<std::string>& texts) {
  json::Array out;
  for (const std::string& text : texts) out.emplace_back(replace_invalid_utf8(text));
  return out;
}

json::Value step_to_json(const ExplainedStep& step) {
  constexpr std::string_view kKinds[] = {"item", "all_of", "any_of"};
  json::Object out = {{"kind", kKinds[static_cast<std::size_t>(step.kind)]},
                      {"depth", json::Value::unsigned_integer(step.depth)},
                      {"holds", step.holds}};
  if (step.kind != detect::Detection::Kind::item) return out;
  if (!step.field.empty()) out.push_back({"field", step.field});
  out.push_back({"test", step.test});
  if (step.negated) out.push_back({"negated", true});
  out.push_back({"all", step.all});
  out.push_back({"values", strings(step.values)});
  out.push_back({"passing", strings(step.passing)});
  if (!step.field.empty()) {
    out.push_back({"is_there", step.is_there});
    out.push_back({"found", strings(step.found)});
  }
  return out;
}

std::string print_json(const SigmaRule& rule, const RuleExplanation& explanation, const event::EventBatch& batch,
                       const event::Event& event, bool any_log_source) {
  json::Array detections;
  for (const detect::ExplainedDetection& detection : explanation.detections) {
    json::Array steps;
    for (const ExplainedStep& step : detection.steps) steps.push_back(step_to_json(step));
    detections.push_back(
        json::Object{{"name", detection.name}, {"holds", detection.holds}, {"steps", std::move(steps)}});
  }
  json::Array conditions;
  for (const detect::ExplainedCondition& condition : explanation.conditions)
    conditions.push_back(json::Object{{"text", condition.text}, {"holds", condition.holds}});
  json::Object source = {{"path", batch.path},
                         {"line", json::Value::unsigned_integer(event.line)},
                         {"offset", json::Value::unsigned_integer(event.offset)}};
  if (event.record_number) source.push_back({"record", json::Value::unsigned_integer(*event.record_number)});
  return json::print(json::Object{{"kind", "explanation"},
                                  {"rule", json::Object{{"id", rule.id}, {"title", rule.title}, {"path", rule.path}}},
                                  {"source", std::move(source)},
                                  {"fires", explanation.holds && (explanation.log_source_fits || any_log_source)},
                                  {"log_source", json::Object{{"asked", asked_source(explanation)},
                                                              {"event", given_source(explanation)},
                                                              {"fits", explanation.log_source_fits}}},
                                  {"detections", std::move(detections)},
                                  {"conditions", std::move(conditions)}});
}

bool is_meant(const SigmaRule& rule, const std::string& wanted) {
  return wanted == rule.id || wanted == rule.path || (!rule.name.empty() && wanted == rule.name) ||
         equals_ascii_case_insensitive(wanted, rule.title);
}

}  // namespace

Result<int> explain_rules(const HuntOptions& options, const CommonOptions& common, const std::string& packs,
                          Output& output) {
  Skips skips;
  TRY(const std::unique_ptr<event::Schema> schema, event::Schema::load(packs + "/event"));
  detect::RuleSet rules(*schema);
  TRY(detect::Placeholders placeholders, load_placeholders(options.placeholders));
  rules.set_placeholders(std::move(placeholders));
  TRY_VOID(rules.add_files(options.rules.empty() ? std::vector{packs + "/rules"} : options.rules));
  rules.link();

  std::vector<const SigmaRule*> meant;
  for (const SigmaRule& rule : rules.rules()) {
    if (is_meant(rule, options.explain)) meant.push_back(&rule);
  }
  if (meant.empty()) {
    for (const record::RejectedRule& rejected : rules.rejected()) {
      if (rejected.rule == options.explain || rejected.path == options.explain) {
        return fail(ErrorCode::usage, fmt::format("--explain: the rule is rejected: {}", rejected.error),
                    {.source = rejected.path, .offset = 0, .line = rejected.line, .column = rejected.column},
                    rejected.hint);
      }
    }
    std::vector<std::string_view> titles;
    for (const SigmaRule& rule : rules.rules()) titles.push_back(rule.title);
    const std::string near = nearest_name(options.explain, titles);
    return fail(ErrorCode::usage,
                fmt::format("--explain: no rule has the id, name, title or path '{}'", options.explain), {},
                near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }

  std::uint64_t events = 0;
  TRY(const std::vector<std::string> files, find_inputs(options.logs, skips));
  for (const std::string& path : files) {
    Result<event::EventReader> reader = event::EventReader::open(path, *schema, {.format = options.format});
    while (reader && !output.is_closed()) {
      const Result<std::optional<event::EventBatch>> batch = reader->next();
      if (!batch) skips.report(batch.error());
      if (!batch || !*batch) break;
      for (const event::Event& event : (*batch)->events) {
        if (++events > kMaxExplained) continue;
        detect::EventText text(event);
        const std::string place = event.record_number ? fmt::format("{}, record {}", path, *event.record_number)
                                                      : fmt::format("{}:{}", path, event.line);
        for (const SigmaRule* rule : meant) {
          const RuleExplanation explanation = detect::explain_verdict(*rule, text, *schema);
          output.write_line(common.json ? print_json(*rule, explanation, **batch, event, options.any_logsource)
                                        : print_text(*rule, explanation, place, options.any_logsource));
        }
      }
    }
    if (!reader) skips.report(reader.error());
  }
  if (events > kMaxExplained && !common.json) {
    output.write_line(fmt::format("the first {} of {} events are explained; cut the log down to those in question",
                                  kMaxExplained, events));
  }
  if (common.json) {
    output.write_line(
        json::print(json::Object{{"kind", "summary"},
                                 {"command", "hunt"},
                                 {"events", json::Value::unsigned_integer(events)},
                                 {"explained", json::Value::unsigned_integer(std::min(events, kMaxExplained))},
                                 {"rules", json::Value::unsigned_integer(meant.size())}}));
  }
  return skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
