#include "detect/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/bytes.h"
#include "base/time.h"
#include "base/unicode.h"
#include "detect/engine.h"
#include "detect/indicators.h"
#include "detect/naive.h"
#include "detect/sigma_rule.h"

namespace tocsin::detect {

struct Hunter::State {
  State(event::Schema& names, const HuntOptions& hunt_options)
      : schema(names), options(hunt_options), indicators(names) {}

  /// Compiles the rules where some were added since.
  void prepare() {
    if (matcher) return;
    std::ranges::sort(rules, {},
                      [](const SigmaRule& rule) { return std::tie(rule.id, rule.title, rule.path, rule.mark.offset); });
    engine = std::make_unique<Engine>(rules, schema, EngineOptions{.any_log_source = options.any_log_source});
    matcher.emplace(*engine);
  }

  record::Match match_of(const event::EventBatch& batch, const event::Event& event) const {
    record::Match out;
    if (const auto time = event::event_time(event)) out.time = print_utc(*time);
    out.source = {
        .path = batch.path, .member = {}, .line = event.line, .offset = event.offset, .record = event.record_number};
    std::string scratch;
    out.host = replace_invalid_utf8(event::decode_token(event.host, scratch));
    return out;
  }

  /// What a web server answered says how a request ended, so it stands in every match of one, looked at or not.
  void add_answer(EventText& text, record::Match& match) const {
    const auto slot = std::ranges::find(text.event().slots, answer_field, &event::Slot::field);
    if (slot == text.event().slots.end()) return;
    const std::string_view name = schema.name(answer_field);
    if (std::ranges::find(match.fields, name, &std::pair<std::string, std::string>::first) != match.fields.end())
      return;
    const std::string_view value = text.text(static_cast<std::size_t>(slot - text.event().slots.begin()));
    if (!value.empty()) match.fields.emplace_back(name, replace_invalid_utf8(value));
  }

  void match_rules(const event::EventBatch& batch, const event::Event& event, std::vector<record::Match>& out) {
    const std::span<const std::uint32_t> matched = matcher->match(event);
    if (matched.empty()) return;
    EventText text(event);
    const event::LogSource& source = schema.log_source(event.log_source);
    for (const std::uint32_t index : matched) {
      const SigmaRule& rule = rules[index];
      auto found = explain_rule(rule, text, source.renames_for(rule.log_source));
      if (!found) continue;  // never: the engine agrees with the naive evaluator
      record::Match match = match_of(batch, event);
      match.engine = record::Engine::sigma;
      match.rule = {rule.id, rule.title, rule.level, rule.tags};
      match.why = std::move(found->why);
      match.fields = std::move(found->fields);
      add_answer(text, match);
      out.push_back(std::move(match));
    }
  }

  void match_indicators(const event::EventBatch& batch, const event::Event& event, std::vector<record::Match>& out) {
    if (indicators.size() == 0) return;
    EventText text(event);
    for (IndicatorSet::Hit& hit : indicators.find(text)) {
      record::Match match = match_of(batch, event);
      match.engine = record::Engine::indicator;
      match.rule = {
          .id = {}, .title = fmt::format("{} {}", hit.indicator.type, hit.indicator.value), .level = {}, .tags = {}};
      const std::string field(schema.name(hit.field));
      match.why.push_back({field, std::move(hit.test), hit.indicator.value});
      match.fields.emplace_back(field, replace_invalid_utf8(hit.value));
      match.indicator = std::move(hit.indicator);
      add_answer(text, match);
      out.push_back(std::move(match));
    }
  }

  event::Schema& schema;
  HuntOptions options;
  event::FieldId answer_field = schema.intern("sc-status");
  std::vector<SigmaRule> rules;  ///< by id, title and path, so that the order of files does not matter
  std::unordered_map<std::string, std::string> path_of_id;
  std::unique_ptr<Engine> engine;  ///< of `rules` as they are
  std::optional<Matcher> matcher;  ///< none: rules were added since
  IndicatorSet indicators;
  std::vector<record::RejectedRule> rejected;
  std::vector<Diagnostic> warnings;
  HuntCounts counts;
};

Hunter::Hunter(event::Schema& schema, const HuntOptions& options) : state_(std::make_unique<State>(schema, options)) {}
Hunter::Hunter(Hunter&&) noexcept = default;
Hunter& Hunter::operator=(Hunter&&) noexcept = default;
Hunter::~Hunter() = default;

Status Hunter::add_rule_files(const std::vector<std::string>& paths) {
  TRY(const FileList list, list_files(paths));
  for (const FileList::Skipped& skipped : list.skipped) {
    state_->rejected.push_back(
        {.path = skipped.path, .line = 0, .column = 0, .rule = {}, .error = skipped.reason, .hint = {}});
  }
  for (const std::string& path : list.files) {
    const bool is_given = std::ranges::find(paths, path) != paths.end();
    if (!is_given && !path.ends_with(".yml") && !path.ends_with(".yaml")) continue;
    const Result<PaddedBytes> bytes = read_file(path);
    if (!bytes) {
      ++state_->counts.rules_rejected;
      state_->rejected.push_back({path, 0, 0, {}, bytes.error().message, bytes.error().hint});
      continue;
    }
    add_rules(bytes->view(), path);
  }
  return {};
}

void Hunter::add_rules(std::string_view text, const std::string& path) {
  State& state = *state_;
  RuleFile file = parse_sigma(text, path);
  for (RuleFile::Rejected& rejected : file.rejected) {
    ++state.counts.rules_rejected;
    for (Diagnostic& problem : rejected.problems) {
      if (problem.severity != Severity::error) continue;
      state.rejected.push_back({.path = path,
                                .line = problem.where.line,
                                .column = problem.where.column,
                                .rule = rejected.rule,
                                .error = std::move(problem.message),
                                .hint = std::move(problem.hint)});
    }
  }
  state.warnings.insert(state.warnings.end(), file.warnings.begin(), file.warnings.end());
  const auto warn = [&](const SigmaRule& rule, std::string id, std::string message) {
    const Where where{path, rule.mark.offset, rule.mark.line, rule.mark.column};
    state.warnings.push_back({Severity::warning, std::move(id), std::move(message), where, {}, {}});
  };
  for (SigmaRule& rule : file.rules) {
    for (std::string& unknown : state.schema.unknown_names(rule.log_source)) {
      warn(rule, "sigma/unknown-logsource", std::move(unknown) + ": no record is of this log source");
    }
    if (!rule.id.empty()) {
      const auto [known, is_new] = state.path_of_id.emplace(rule.id, path);
      if (!is_new)
        warn(rule, "sigma/repeated-id", fmt::format("the id {} is also that of a rule in {}", rule.id, known->second));
    }
    bind_rule(rule, state.schema);
    state.rules.push_back(std::move(rule));
    ++state.counts.rules_loaded;
  }
  state.matcher.reset();
  state.engine.reset();
}

Status Hunter::add_indicator_file(const std::string& path) {
  TRY(const PaddedBytes bytes, read_file(path));
  add_indicators(bytes.view(), path);
  return {};
}

void Hunter::add_indicators(std::string_view text, const std::string& list) {
  for (IndicatorSet::Problem& problem : state_->indicators.add_list(text, list)) {
    state_->rejected.push_back({.path = list,
                                .line = problem.line,
                                .column = 1,
                                .rule = std::move(problem.text),
                                .error = "not an indicator of a known type",
                                .hint = "an IP address or network, a domain, a URL, an MD5, SHA-1 or SHA-256 digest"});
  }
  state_->counts.indicators = state_->indicators.size();
}

std::vector<record::Match> Hunter::match(const event::EventBatch& batch) {
  std::vector<record::Match> out;
  state_->prepare();
  for (const event::Event& event : batch.events) {
    state_->match_rules(batch, event, out);
    state_->match_indicators(batch, event, out);
  }
  state_->counts.events += batch.events.size();
  state_->counts.matches += out.size();
  return out;
}

const std::vector<record::RejectedRule>& Hunter::rejected() const { return state_->rejected; }
const std::vector<Diagnostic>& Hunter::warnings() const { return state_->warnings; }
const HuntCounts& Hunter::counts() const { return state_->counts; }

}  // namespace tocsin::detect
