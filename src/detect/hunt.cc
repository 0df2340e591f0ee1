#include "detect/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "base/unicode.h"
#include "detect/engine.h"
#include "detect/event_fields.h"
#include "detect/indicators.h"
#include "detect/naive.h"
#include "detect/rule_set.h"

namespace tocsin::detect {

namespace {

/// Digits of the fraction of a second as the source wrote them, at most nine.
std::uint8_t fraction_digits(const Timestamp& time) {
  const std::string text = print_utc(time);
  const std::size_t dot = text.find('.');
  return dot == std::string::npos ? std::uint8_t{0}
                                  : static_cast<std::uint8_t>(std::min<std::size_t>(text.size() - dot - 2, 9));
}

}  // namespace

struct Hunter::State {
  State(event::Schema& names, const HuntOptions& hunt_options)
      : schema(names), options(hunt_options), rules(names), indicators(names) {}

  /// Rules are linked when somebody first looks at what became of them.
  void link() {
    if (rules.is_linked()) return;
    rules.link();
    matcher.reset();
    engine.reset();
    correlator.reset();
    correlated_fields.clear();
    if (!rules.correlations().correlations.empty()) {
      correlator.emplace(rules.correlations(), options.correlation);
      for (const RuleFeed& feed : rules.correlations().rules) {
        std::vector<event::FieldId>& fields = correlated_fields.emplace_back();
        for (const std::string& field : feed.fields) fields.push_back(schema.intern(field));
      }
    }
    counts.rules_loaded = rules.loaded();
    counts.rules_rejected = rules.rejected_count();
  }

  /// Compiles the rules where some were added since.
  void prepare() {
    link();
    if (matcher) return;
    engine = std::make_unique<Engine>(rules.rules(), schema, EngineOptions{.any_log_source = options.any_log_source});
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
      const SigmaRule& rule = rules.rules()[index];
      if (correlator) {
        const RuleFeed& feed = rules.correlations().rules[index];
        if (!feed.feeds.empty()) correlate(index, batch, text, source.renames_for(rule.log_source));
        if (!feed.is_shown) continue;
      }
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

  /// A rule that feeds correlations has matched.
  void correlate(std::uint32_t rule, const event::EventBatch& batch, EventText& text,
                 const std::vector<event::Rename>& renames) {
    const event::Event& event = text.event();
    const auto time = event::event_time(event);
    if (!time) {
      ++counts.hits_without_time;
      return;
    }
    std::vector<std::optional<std::string_view>> values;
    for (const event::FieldId field : correlated_fields[rule]) {
      std::optional<std::string_view>& value = values.emplace_back();
      for (const std::size_t slot : field_slots(event, field, renames)) {
        const event::TokenKind kind = event.slots[slot].kind;
        const bool is_empty = kind == event::TokenKind::null || kind == event::TokenKind::array;
        if (!value && !is_empty) value = text.text(slot);
      }
    }
    std::string scratch;
    correlator->observe({.rule = rule,
                         .event = event_number,
                         .time = time->instant,
                         .digits = fraction_digits(*time),
                         .path = batch.path,
                         .line = event.line,
                         .offset = event.offset,
                         .record = event.record_number,
                         .host = event::decode_token(event.host, scratch),
                         .values = values});
  }

  record::EventSource source_of(const Evidence& evidence) const {
    record::EventSource out{.path = correlator->path(evidence.path),
                            .member = {},
                            .line = evidence.line,
                            .offset = evidence.offset,
                            .record = {}};
    if (evidence.record != Evidence::kNoRecord) out.record = evidence.record;
    return out;
  }

  void take_correlated(std::vector<record::Match>& out) {
    if (!correlator) return;
    for (Correlated& found : correlator->take()) {
      const SigmaCorrelation& rule = correlator->plan().correlations[found.correlation].rule;
      record::Match match;
      match.engine = record::Engine::correlation;
      match.rule = {rule.id, rule.title, rule.level, rule.tags};
      match.time = print_rfc3339(found.at.time, found.at.digits);
      match.source = source_of(found.at);
      match.host = replace_invalid_utf8(found.host);
      std::string fields;
      for (const std::string& field : rule.value_fields) fields += (fields.empty() ? "" : ", ") + field;
      match.why.push_back({fields, std::string(correlation_type_name(rule.type)),
                           fmt::format("{} within {}: {}", rule.condition_text, rule.timespan_text,
                                       replace_invalid_utf8(found.measured))});
      for (const Evidence& one : found.events) {
        match.events.push_back({source_of(one), print_rfc3339(one.time, one.digits)});
        record::Why why{{}, "rule", rules.rules()[one.rule].title};
        if (std::ranges::find(match.why, why) == match.why.end()) match.why.push_back(std::move(why));
      }
      for (auto& [field, value] : found.group) match.group.emplace_back(field, replace_invalid_utf8(value));
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
  RuleSet rules;
  std::unique_ptr<Engine> engine;                              ///< of `rules` as they are
  std::optional<Matcher> matcher;                              ///< none: rules were added since
  std::optional<Correlator> correlator;                        ///< none: there are no correlations
  std::vector<std::vector<event::FieldId>> correlated_fields;  ///< by rule
  std::uint64_t event_number = 0;
  IndicatorSet indicators;
  std::vector<record::RejectedRule> rejected;  ///< of the indicators
  HuntCounts counts;
};

Hunter::Hunter(event::Schema& schema, const HuntOptions& options) : state_(std::make_unique<State>(schema, options)) {}
Hunter::Hunter(Hunter&&) noexcept = default;
Hunter& Hunter::operator=(Hunter&&) noexcept = default;
Hunter::~Hunter() = default;

void Hunter::set_placeholders(Placeholders placeholders) { state_->rules.set_placeholders(std::move(placeholders)); }
Status Hunter::add_rule_files(const std::vector<std::string>& paths) { return state_->rules.add_files(paths); }
void Hunter::add_rules(std::string_view text, const std::string& path) { state_->rules.add(text, path); }

Status Hunter::add_indicator_file(const std::string& path) {
  TRY(const PaddedBytes bytes, read_file(path));
  add_indicators(bytes.view(), path);
  return {};
}

void Hunter::add_indicators(std::string_view text, const std::string& list) {
  for (IndicatorSet::Problem& problem : state_->indicators.add_list(text, list)) {
    ++state_->counts.indicators_rejected;
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
    ++state_->event_number;
    if (event.unparsed == nullptr && event.log_source == event::LogSourceId{})
      ++state_->counts.events_without_log_source;
    state_->match_rules(batch, event, out);
    state_->take_correlated(out);
    state_->match_indicators(batch, event, out);
  }
  state_->counts.events += batch.events.size();
  state_->counts.matches += out.size();
  return out;
}

std::vector<record::Match> Hunter::finish() {
  std::vector<record::Match> out;
  if (state_->correlator) state_->correlator->finish();
  state_->take_correlated(out);
  state_->counts.matches += out.size();
  return out;
}

CorrelationCounts Hunter::correlation_counts() const {
  return state_->correlator ? state_->correlator->counts() : CorrelationCounts{};
}

std::vector<record::RejectedRule> Hunter::rejected() const {
  state_->link();
  std::vector<record::RejectedRule> out = state_->rules.rejected();
  out.insert(out.end(), state_->rejected.begin(), state_->rejected.end());
  return out;
}
const std::vector<Diagnostic>& Hunter::warnings() const {
  state_->link();
  return state_->rules.warnings();
}
const HuntCounts& Hunter::counts() const {
  state_->link();
  return state_->counts;
}

}  // namespace tocsin::detect
