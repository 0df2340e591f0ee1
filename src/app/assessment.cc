#include "app/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "app/output.h"
#include "share/gate.h"
#include "share/warning_bundle.h"

namespace tocsin::app {

namespace {

/// The estate's logs and those given beside, each file once however often and under whatever path it is named.
Result<std::vector<std::string>> gather_logs(const JourneyInput& input, Skips& skips, Journey& journey) {
  std::vector<std::string> logs;
  std::set<std::filesystem::path> seen;
  const auto add = [&](const std::string& path, std::vector<std::string> hosts) {
    std::error_code error;
    const std::filesystem::path canonical = std::filesystem::weakly_canonical(path, error);
    if (!seen.insert(error ? std::filesystem::path(path) : canonical).second) return;
    logs.push_back(path);
    journey.logs.push_back({.path = path, .hosts = std::move(hosts)});
  };
  for (const record::Asset& asset : journey.estate.assets) {
    TRY(const std::vector<std::string> files, find_inputs(asset.logs, skips));
    for (const std::string& path : files) add(path, {asset.id});
  }
  TRY(const std::vector<std::string> files, find_inputs(input.logs, skips));
  for (const std::string& path : files) add(path, {});
  return logs;
}

}  // namespace

Result<Journey> make_journey(const JourneyInput& input, Skips& skips,
                             const std::function<void(const std::string&)>& step) {
  Journey journey;
  TRY(journey.known, load_known_names(input.packs));
  TRY(journey.estate, load_estate_file(input.estate, journey.known));

  TRY(const report::Reader reader, load_reader(input.packs, journey.known));
  TRY(journey.reports, read_reports(input.reports, reader, skips));
  std::size_t claims = 0;
  for (const record::DocumentReading& reading : journey.reports.readings) claims += reading.claims.size();
  step(fmt::format("read     {} report{}: {} claims, {} independent source{}", journey.reports.readings.size(),
                   journey.reports.readings.size() == 1 ? "" : "s", claims, journey.reports.groups.size(),
                   journey.reports.groups.size() == 1 ? "" : "s"));

  TRY(const estate::EstatePacks packs, estate::load_packs(input.packs + "/estate"));
  if (report_problems(packs.problems, "")) {
    return fail(ErrorCode::invalid, "the packs have errors", Where{.source = input.packs + "/estate"});
  }
  journey.survey = estate::survey_estate(journey.estate, packs, std::chrono::floor<std::chrono::days>(input.as_of));
  for (const Diagnostic& problem : journey.survey.problems)
    skips.report(Error{ErrorCode::invalid, problem.message, problem.where, problem.hint});
  const auto open = std::ranges::count_if(
      journey.survey.exposures, [](const record::Exposure& exposure) { return record::is_open(exposure.verdict); });
  step(fmt::format("survey   {} assets: {} components, {} open exposures", journey.estate.assets.size(),
                   journey.survey.components.size(), open));

  TRY(const std::vector<std::string> logs, gather_logs(input, skips, journey));
  if (!logs.empty()) {
    TRY(HuntSetup hunt, prepare_hunt(input.packs, {.rules = input.rules}));
    TRY(journey.hunt_totals, hunt_logs(hunt, logs, skips, event::LogFormat::detect,
                                       [&](const event::EventBatch&, std::vector<record::Match> found) {
                                         std::ranges::move(found, std::back_inserter(journey.matches));
                                         return true;
                                       }));
    journey.hunt_counts = hunt.hunter->counts();
  }
  step(fmt::format("hunt     {} events with {} rules: {} matches", journey.hunt_counts.events,
                   journey.hunt_counts.rules_loaded, journey.matches.size()));

  std::map<std::string, record::Tlp> markings;
  for (const record::DocumentReading& reading : journey.reports.readings) {
    if (reading.document.marking) markings[reading.document.path] = *reading.document.marking;
  }
  journey.assessment = assess::assess({.estate = journey.estate,
                                       .readings = journey.reports.readings,
                                       .source_groups = journey.reports.groups,
                                       .components = journey.survey.components,
                                       .exposures = journey.survey.exposures,
                                       .matches = journey.matches,
                                       .logs = journey.logs,
                                       .known = journey.known,
                                       .document_markings = std::move(markings),
                                       .as_of = input.as_of});
  step(fmt::format("assess   {} warning{}; {} claims and facts looked at and not used",
                   journey.assessment.warnings.size(), journey.assessment.warnings.size() == 1 ? "" : "s",
                   journey.assessment.not_used.size()));
  return journey;
}

std::vector<assess::Brief> make_briefs(const Journey& journey, Instant as_of, assess::View view) {
  std::vector<record::DocumentInfo> documents;
  for (const record::DocumentReading& reading : journey.reports.readings) documents.push_back(reading.document);
  std::vector<assess::Brief> briefs;
  for (const record::Warning& warning : journey.assessment.warnings) {
    briefs.push_back(assess::make_brief(
        warning, {.estate = journey.estate, .documents = documents, .logs = journey.logs, .as_of = as_of}, view));
  }
  return briefs;
}

namespace {

/// True when every trace of `later` stands in `earlier` too.
bool adds_nothing(const record::Warning& later, const record::Warning& earlier) {
  return std::ranges::all_of(later.seen, [&](const record::Seen& trace) {
    return std::ranges::any_of(earlier.seen, [&](const record::Seen& other) {
      return other.asset == trace.asset && other.match.rule == trace.match.rule;
    });
  });
}

}  // namespace

std::vector<record::Warning> warnings_by_incident(const std::vector<record::Warning>& warnings) {
  std::vector<record::Warning> out;
  for (const record::Warning& warning : warnings) {
    const bool is_told =
        std::ranges::any_of(out, [&](const record::Warning& earlier) { return adds_nothing(warning, earlier); });
    if (!is_told) out.push_back(warning);
  }
  return out;
}

std::string print_leading_brief(const Journey& journey, Instant as_of, const assess::TextStyle& style,
                                const std::string& rest) {
  const std::vector<record::Warning>& warnings = journey.assessment.warnings;
  if (warnings.empty()) return {};
  std::string out = assess::print_brief_text(make_briefs(journey, as_of, assess::View::executive).front(), style);
  if (warnings.size() == 1) return out;
  out += fmt::format("\nALSO REPORTED ({}; in full: {})\n", warnings.size() - 1, rest);
  for (std::size_t i = 1; i < warnings.size(); ++i) {
    const record::Warning& warning = warnings[i];
    const bool is_same = !warning.seen.empty() && adds_nothing(warning, warnings.front());
    const std::string likelihood = warning.actor ? std::string(record::likelihood_name(warning.actor->likelihood))
                                                 : std::string("no actor named stands out");
    out += replace_controls(fmt::format("  - {}\n    {}{}\n", warning.title, likelihood,
                                        is_same ? "; the logs show nothing beyond the traces above" : ""));
  }
  return out;
}

stix::Bundle make_shared_bundle(const Journey& journey, Instant as_of, Skips& skips) {
  const stix::Bundle bundle = share::make_warning_bundle({.warnings = journey.assessment.warnings,
                                                          .organisation = journey.estate.organisation,
                                                          .known = journey.known,
                                                          .created = as_of});
  const share::Audience audience{journey.estate.organisation.name,
                                 share::to_stix(journey.estate.organisation.clearance)};
  share::GateResult result = share::pass_bundle(bundle, audience);
  if (!result.withheld.empty()) skips.count("withheld-by-marking", result.withheld.size());
  return std::move(result.passed);
}

}  // namespace tocsin::app
