// tocsin assess: warnings and briefs.

#include <fmt/format.h>

#include "app/assessment.h"
#include "app/commands.h"
#include "app/packs_folder.h"
#include "base/bytes.h"
#include "stix/bundle.h"

namespace tocsin::app {

namespace {

void print_not_used(Output& output, const std::vector<assess::NotUsed>& items) {
  if (items.empty()) return;
  output.write("\nLooked at and not used:\n");
  for (const assess::NotUsed& item : items) output.write_line(fmt::format("  {}: {}", item.what, item.reason));
}

std::string print_not_used_record(const assess::NotUsed& item) {
  json::Value record;
  record.set("kind", "not-used");
  record.set("what", item.what);
  record.set("reason", item.reason);
  json::Array evidence;
  for (const record::Evidence& place : item.evidence) {
    json::Value one;
    one.set("document", place.document);
    one.set("start", json::Value::unsigned_integer(place.span.start));
    one.set("end", json::Value::unsigned_integer(place.span.end));
    one.set("quote", place.quote);
    evidence.push_back(std::move(one));
  }
  record.set("evidence", std::move(evidence));
  return json::print(record);
}

}  // namespace

Result<int> run_command(const AssessOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  JourneyInput input{
      .packs = {}, .estate = options.estate, .reports = options.reports, .logs = options.logs, .rules = options.rules};
  TRY(input.packs, find_packs_folder(common.packs));
  TRY(input.as_of, parse_as_of(options.as_of));
  TRY(const Journey journey, make_journey(input, skips, [](const std::string&) {}));

  const std::vector<assess::Brief> briefs = make_briefs(journey, input.as_of, options.view);
  if (common.json) {
    for (const record::Warning& warning : journey.assessment.warnings) output.write_line(record::print_record(warning));
    for (const assess::NotUsed& item : journey.assessment.not_used) output.write_line(print_not_used_record(item));
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    record::Summary summary{.command = "assess", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    summary.values = {{"documents", number(journey.reports.readings.size())},
                      {"components", number(journey.survey.components.size())},
                      {"exposures", number(journey.survey.exposures.size())},
                      {"events", number(journey.hunt_counts.events)},
                      {"matches", number(journey.matches.size())},
                      {"warnings", number(journey.assessment.warnings.size())},
                      {"not_used", number(journey.assessment.not_used.size())}};
    output.write_line(record::print_record(summary));
  } else if (briefs.empty()) {
    output.write_line(fmt::format("No warning for {}.", journey.estate.organisation.name));
    print_not_used(output, journey.assessment.not_used);
  } else {
    // Who decides wants one page; the other views, --json and --html have every warning in full.
    if (options.view == assess::View::executive) {
      output.write_styled(print_leading_brief(journey, input.as_of, {.colour = common.colour},
                                              options.html.empty() ? "--view management" : options.html));
    } else {
      for (const assess::Brief& brief : briefs)
        output.write_styled(assess::print_brief_text(brief, {.colour = common.colour}));
    }
  }
  if (!options.html.empty()) TRY_VOID(write_file_atomically(options.html, assess::print_brief_html(briefs)));
  if (!options.stix.empty()) {
    TRY_VOID(write_file_atomically(options.stix,
                                   stix::print_bundle_pretty(make_shared_bundle(journey, input.as_of, skips))));
  }
  return skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
