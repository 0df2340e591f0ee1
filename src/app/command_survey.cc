// tocsin survey and tocsin why: what the estate runs, and what is wrong with it.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/packs_folder.h"
#include "app/pipeline.h"
#include "estate/packs.h"
#include "estate/survey.h"

namespace tocsin::app {

namespace {

struct Surveyed {
  record::Estate estate;
  estate::EstatePacks packs;
  estate::Survey survey;
};

Result<Surveyed> survey(const std::string& estate_path, const std::string& as_of, const CommonOptions& common) {
  TRY(const std::string packs, find_packs_folder(common.packs));
  TRY(const Instant instant, parse_as_of(as_of));
  TRY(const record::KnownEntities known, load_known_names(packs));
  Surveyed out;
  TRY(out.estate, load_estate_file(estate_path, known));
  TRY(out.packs, estate::load_packs(packs + "/estate"));
  if (report_problems(out.packs.problems, ""))
    return fail(ErrorCode::invalid, "the packs have errors", Where{.source = packs});
  out.survey = estate::survey_estate(out.estate, out.packs, std::chrono::floor<std::chrono::days>(instant));
  return out;
}

void print_exposure(Output& output, const record::Exposure& exposure, bool with_trace) {
  output.write_line(fmt::format(
      "{:<12} {:<28} {:<20} {}", exposure.asset,
      fmt::format("{} {}", exposure.component, exposure.version.empty() ? "?" : exposure.version),
      exposure.vulnerability.empty() ? "end of life" : exposure.vulnerability, record::verdict_name(exposure.verdict)));
  std::string detail;
  const auto add = [&](const std::string& part) { detail += (detail.empty() ? "" : "; ") + part; };
  if (!exposure.summary.empty()) add(exposure.summary);
  if (exposure.kev && exposure.kev->listed) {
    add(fmt::format("known to be exploited{}", exposure.kev->ransomware ? ", also by ransomware" : ""));
  }
  if (exposure.priority) add("fix within: " + exposure.priority->decision);
  if (!exposure.fixed_version.empty()) add("fixed in " + exposure.fixed_version);
  if (!detail.empty()) output.write_line(fmt::format("{:13}{}", "", detail));
  if (with_trace) {
    for (const std::string& step : exposure.trace) output.write_line(fmt::format("{:13}- {}", "", step));
  }
}

}  // namespace

Result<int> run_command(const SurveyOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  TRY(const Surveyed surveyed, survey(options.estate, options.as_of, common));
  const estate::Survey& found = surveyed.survey;
  const bool has_errors = report_problems(found.problems, "");
  std::uint64_t open = 0;
  if (!common.json && options.components) {
    for (const record::Component& component : found.components) {
      output.write_line(fmt::format("{:<12} {:<28} {:<20} {}", component.asset, component.name,
                                    component.version.empty() ? "?" : component.version, component.purl));
    }
    output.write("\n");
  }
  if (common.json) {
    for (const record::Component& component : found.components) output.write_line(record::print_record(component));
  }
  for (const record::Exposure& exposure : found.exposures) {
    if (record::is_open(exposure.verdict)) {
      ++open;
    } else if (!options.all) {
      continue;
    }
    if (common.json) {
      output.write_line(record::print_record(exposure));
    } else {
      print_exposure(output, exposure, false);
    }
  }
  const estate::SurveyCounts& counts = found.counts;
  if (common.json) {
    record::Summary summary{.command = "survey", .skipped = {}, .seconds = stopwatch.seconds()};
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    json::Object verdicts;
    for (const auto& [verdict, count] : counts.verdicts) verdicts.push_back({verdict, number(count)});
    summary.values = {{"assets", number(counts.assets)},
                      {"inventories", number(counts.inventories)},
                      {"components", number(counts.components)},
                      {"components_of_known_products", number(counts.components_of_known_products)},
                      {"exposures", number(open)},
                      {"verdicts", std::move(verdicts)}};
    if (counts.later_vulnerabilities != 0) {
      summary.skipped.emplace_back("vulnerability-published-after-the-day", counts.later_vulnerabilities);
    }
    if (counts.damaged_records != 0) summary.skipped.emplace_back("damaged-record", counts.damaged_records);
    if (counts.unreadable_inventories != 0)
      summary.skipped.emplace_back("unreadable-inventory", counts.unreadable_inventories);
    output.write_line(record::print_record(summary));
  } else {
    output.write_line(fmt::format("{} components on {} assets, {} of products that are known here; {} open exposures",
                                  counts.components, counts.assets, counts.components_of_known_products, open));
    for (const auto& [verdict, count] : counts.verdicts) output.write_line(fmt::format("  {:<18} {}", verdict, count));
    if (counts.later_vulnerabilities != 0) {
      output.write_line(
          fmt::format("  {} vulnerabilities published after that day were passed over", counts.later_vulnerabilities));
    }
  }
  return has_errors ? kExitBad : kExitDone;
}

Result<int> run_command(const WhyOptions& options, const CommonOptions& common, Output& output) {
  TRY(const Surveyed surveyed, survey(options.estate, options.as_of, common));
  TRY(const estate::Explanation explanation,
      estate::explain(options.vulnerability, options.asset, surveyed.estate, surveyed.survey, surveyed.packs));
  for (const record::Exposure& exposure : explanation.exposures) {
    if (common.json) {
      output.write_line(record::print_record(exposure));
    } else {
      print_exposure(output, exposure, true);
    }
  }
  if (explanation.exposures.empty()) {
    if (common.json) {
      json::Value none;
      none.set("kind", "no-exposure");
      none.set("asset", options.asset);
      none.set("vulnerability", options.vulnerability);
      json::Array steps;
      for (const std::string& step : explanation.why_none) steps.emplace_back(step);
      none.set("trace", std::move(steps));
      output.write_line(json::print(none));
    } else {
      // What is not known here is not a "no".
      const bool is_known = surveyed.packs.vulnerabilities.find(options.vulnerability) != nullptr;
      output.write_line(
          is_known ? fmt::format("{} does not concern {}:", options.vulnerability, options.asset)
                   : fmt::format("It is not known whether {} concerns {}:", options.vulnerability, options.asset));
      for (const std::string& step : explanation.why_none) output.write_line("  - " + step);
    }
  }
  return kExitDone;
}

}  // namespace tocsin::app
