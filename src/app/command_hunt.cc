// tocsin hunt: rules and indicators over logs.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/commands.h"
#include "app/packs_folder.h"
#include "app/pipeline.h"
#include "app/rule_explainer.h"
#include "base/bytes.h"
#include "share/sightings.h"
#include "stix/bundle.h"

namespace tocsin::app {

namespace {

constexpr std::string_view kLevelNames[] = {"informational", "low", "medium", "high", "critical"};

bool is_at_least(const std::string& level, Level bound) {
  const auto found = std::ranges::find(kLevelNames, level);
  return found != std::end(kLevelNames) && found - std::begin(kLevelNames) >= static_cast<std::ptrdiff_t>(bound);
}

/// "path:17", or where the format has no lines "path, record 4711" or "path, byte 4096".
std::string print_place(const record::EventSource& source) {
  if (source.record) return fmt::format("{}, record {}", source.path, *source.record);
  if (source.line == 0) return fmt::format("{}, byte {}", source.path, source.offset);
  return fmt::format("{}:{}", source.path, source.line);
}

std::string print_match_line(const record::Match& match) {
  const bool is_indicator = match.engine == record::Engine::indicator;
  std::string out = fmt::format(
      "{}  {:<8}  {}", match.time.empty() ? "time unknown" : match.time,
      match.rule.level.empty() ? "-" : match.rule.level,
      is_indicator ? fmt::format("{} {} of {}", match.indicator->type, match.indicator->value, match.indicator->list)
                   : match.rule.title);
  if (!match.host.empty()) out += "  on " + match.host;
  out += "\n    " + print_place(match.source);
  for (const auto& [field, value] : match.group) out += fmt::format("\n    {} = {}", field, value);
  for (const record::Why& why : match.why) {
    if (match.engine == record::Engine::correlation) {
      out += fmt::format("\n    {}{}{} {}", why.test, why.field.empty() ? "" : " of ", why.field, why.value);
      continue;
    }
    out += fmt::format("\n    {} {} {}", why.field.empty() ? "the record" : why.field, why.test, why.value);
  }
  constexpr std::size_t kEventsShown = 10;
  for (std::size_t i = 0; i < std::min(match.events.size(), kEventsShown); ++i) {
    const record::CorrelatedEvent& event = match.events[i];
    out += fmt::format("\n    {}  {}:{}", event.time, event.source.path, event.source.line);
  }
  if (match.events.size() > kEventsShown)
    out += fmt::format("\n    and {} more events", match.events.size() - kEventsShown);
  return out;
}

/// Matches by rule, level and host.
class MatchTable {
 public:
  void add(const record::Match& match) {
    Row& row = rows_[{match.rule.title.empty() && match.indicator ? match.indicator->value : match.rule.title,
                      match.rule.level.empty() ? "-" : match.rule.level, match.host.empty() ? "-" : match.host}];
    ++row.count;
    if (row.first.empty() || (!match.time.empty() && match.time < row.first)) row.first = match.time;
    row.last = std::max(row.last, match.time);
  }

  std::string print() const {
    std::vector<std::pair<Key, Row>> sorted(rows_.begin(), rows_.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
    const std::uint64_t most = sorted.empty() ? 1 : sorted.front().second.count;
    std::string out;
    for (const auto& [key, row] : sorted) {
      const std::size_t bar = 1 + static_cast<std::size_t>(row.count * 19 / most);
      out += fmt::format("{:>7}  {:<20}  {:<13}  {:<24}  {}\n", row.count, std::string(bar, '#'), key.level, key.host,
                         key.title);
      if (!row.first.empty()) out += fmt::format("{:>9}{} to {}\n", "", row.first, row.last);
    }
    return out;
  }

 private:
  struct Key {
    std::string title;
    std::string level;
    std::string host;
    auto operator<=>(const Key&) const = default;
  };
  struct Row {
    std::uint64_t count = 0;
    std::string first;
    std::string last;
  };
  std::map<Key, Row> rows_;
};

record::UnparsedRecord unparsed_record(const event::EventBatch& batch, const event::Event& event) {
  return {.source = {.path = batch.path,
                     .member = {},
                     .line = event.line,
                     .offset = event.offset,
                     .record = event.record_number},
          .error = event.unparsed};
}

json::Value counts_to_json(const std::map<std::string, std::uint64_t>& counts) {
  json::Object out;
  for (const auto& [name, count] : counts) out.push_back({name, json::Value::unsigned_integer(count)});
  return out;
}

/// What STIX patterns add to the closing line; nothing where there are none.
std::string print_pattern_counts(const detect::StixHuntCounts& stix) {
  if (stix.patterns + stix.rejected == 0) return {};
  std::string out = fmt::format(", {} patterns, {} rejected", stix.patterns, stix.rejected);
  if (stix.observations != 0) out += fmt::format(", {} observations", stix.observations);
  if (stix.untimed != 0) out += fmt::format(", {} of them without a time that a pattern asks for", stix.untimed);
  if (stix.forgotten != 0) out += fmt::format(", {} forgotten for want of room", stix.forgotten);
  if (stix.given_up != 0) out += fmt::format(", {} searches given up", stix.given_up);
  return out;
}

/// What correlations could not use, by reason; all reasons, so that a nought is seen.
std::map<std::string, std::uint64_t> correlation_counts(const detect::Hunter& hunter) {
  const detect::CorrelationCounts counts = hunter.correlation_counts();
  return {{"hits", counts.hits},
          {"without_time", hunter.counts().hits_without_time},
          {"without_group", counts.without_group},
          {"without_value", counts.without_value},
          {"late", counts.late},
          {"released_early", counts.released_early},
          {"evicted_groups", counts.evicted_groups},
          {"evicted_events", counts.evicted_events}};
}

}  // namespace

Result<int> run_command(const HuntOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  TRY(const std::string packs, find_packs_folder(common.packs));
  if (!options.explain.empty()) return explain_rules(options, common, packs, output);
  TRY(HuntSetup setup, prepare_hunt(packs, {.rules = options.rules,
                                            .placeholders = options.placeholders,
                                            .indicators = options.indicators,
                                            .patterns = options.patterns,
                                            .options = {.any_log_source = options.any_logsource,
                                                        .correlation = {.lateness = options.lateness,
                                                                        .memory = options.correlation_memory << 20}}}));
  std::vector<record::RejectedRule> rejected = setup.hunter->rejected();
  if (setup.stix) rejected.insert(rejected.end(), setup.stix->rejected().begin(), setup.stix->rejected().end());
  for (const record::RejectedRule& rule : rejected) {
    if (common.json) {
      output.write_line(record::print_record(rule));
    } else {
      output.write_line(fmt::format("rejected {}:{}:{}: {}{}", rule.path, rule.line, rule.column, rule.error,
                                    rule.hint.empty() ? "" : fmt::format(" ({})", rule.hint)));
    }
  }

  MatchTable table;
  std::vector<record::Match> kept;  // only for --stix
  bool found_level = false;
  std::uint64_t matches = 0;
  const auto on_batch = [&](const event::EventBatch& batch, std::vector<record::Match> found) {
    if (options.unparsed) {
      for (const event::Event& event : batch.events) {
        if (event.unparsed == nullptr) continue;
        const record::UnparsedRecord record = unparsed_record(batch, event);
        output.write_line(common.json ? record::print_record(record)
                                      : fmt::format("unparsed {}: {}", print_place(record.source), record.error));
      }
    }
    matches += found.size();
    for (record::Match& match : found) {
      found_level |= options.fail_on && is_at_least(match.rule.level, *options.fail_on);
      if (options.summary) table.add(match);
      if (!options.summary || common.json) {
        output.write_line(common.json ? record::print_record(match) : print_match_line(match));
      }
      if (!options.stix.empty()) kept.push_back(std::move(match));
    }
    if (options.follow) output.flush();
    return !output.is_closed();
  };
  TRY(const HuntTotals totals, options.follow ? follow_logs(setup, options.logs, skips, options.format, on_batch)
                                              : hunt_logs(setup, options.logs, skips, options.format, on_batch));

  if (!options.stix.empty()) {
    TRY(const Instant now, parse_as_of(""));
    TRY_VOID(write_file_atomically(options.stix, stix::print_bundle_pretty(share::make_sightings_bundle(kept, now))));
  }
  const detect::HuntCounts& counts = setup.hunter->counts();
  const detect::StixHuntCounts stix = setup.stix ? setup.stix->counts() : detect::StixHuntCounts{};
  if (common.json) {
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    record::Summary summary{.command = "hunt", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    summary.values = {{"events", number(counts.events)},
                      {"bytes", number(totals.bytes)},
                      {"unparsed", number(totals.unparsed)},
                      {"events_without_log_source", number(counts.events_without_log_source)},
                      {"matches", number(matches)},
                      {"rules_loaded", number(counts.rules_loaded)},
                      {"rules_rejected", number(counts.rules_rejected)},
                      {"indicators", number(counts.indicators)},
                      {"indicators_rejected", number(counts.indicators_rejected)},
                      {"patterns", number(stix.patterns)},
                      {"patterns_rejected", number(stix.rejected)},
                      {"observations", number(stix.observations)},
                      {"observations_untimed", number(stix.untimed)},
                      {"observations_forgotten", number(stix.forgotten)},
                      {"searches_given_up", number(stix.given_up)},
                      {"load_seconds", json::Value(json::Number{fmt::format("{:.3f}", setup.load_seconds)})},
                      {"unparsed_by_reason", counts_to_json(totals.unparsed_by_reason)},
                      {"defects", counts_to_json(totals.defects)},
                      {"correlation", counts_to_json(correlation_counts(*setup.hunter))}};
    output.write_line(record::print_record(summary));
  } else {
    if (options.summary) output.write(table.print());
    output.write_line(fmt::format(
        "{} match{} in {} events ({} rules, {} rejected, {} indicators{}{}; {} records unparsed)", matches,
        matches == 1 ? "" : "es", counts.events, counts.rules_loaded, counts.rules_rejected, counts.indicators,
        counts.indicators_rejected == 0 ? std::string() : fmt::format(", {} rejected", counts.indicators_rejected),
        print_pattern_counts(stix), totals.unparsed));
    for (const auto& [reason, count] : totals.unparsed_by_reason)
      output.write_line(fmt::format("  unparsed: {} ({})", reason, count));
    if (counts.events_without_log_source != 0 && !options.any_logsource) {
      output.write_line(fmt::format("  no rule looks at {} events: their log source is not known (--any-logsource)",
                                    counts.events_without_log_source));
    }
    for (const auto& [reason, count] : correlation_counts(*setup.hunter)) {
      if (count != 0 && reason != "hits") output.write_line(fmt::format("  correlation: {} ({})", reason, count));
    }
  }
  // With nothing left of what was given to look for, finding nothing says nothing.
  const bool is_blind = (!options.rules.empty() && counts.rules_loaded == 0 && counts.rules_rejected != 0) ||
                        (counts.indicators + stix.patterns == 0 && counts.indicators_rejected + stix.rejected != 0);
  if (skips.has_bad_input() || is_blind) return kExitBad;
  return found_level ? kExitFindings : kExitDone;
}

}  // namespace tocsin::app
