// tocsin demo: the whole journey on the example case, told step by step.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/assessment.h"
#include "app/commands.h"
#include "app/packs_folder.h"
#include "base/bytes.h"
#include "share/cert_notice.h"
#include "stix/bundle.h"

namespace tocsin::app {

namespace {

/// The case plays on this day; a replay must not depend on the clock.
constexpr Instant kCaseTime = std::chrono::sys_days(std::chrono::year(2021) / 3 / 2) + std::chrono::hours(3);

template <typename Record>
std::string print_lines(const std::vector<Record>& records) {
  std::string out;
  for (const Record& item : records) out += record::print_record(item) + "\n";
  return out;
}

/// The journey through the case in `folder`, entered for its length: records name the case's files as the case itself
/// does ("reports/news-item.html"), so that they are the same bytes wherever the folder stands.
/// errors: those of make_journey; io (the folder cannot be entered or left)
Result<Journey> make_journey_in(const std::string& folder, JourneyInput input, Skips& skips, Output& output) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path start = fs::current_path(error);
  if (!error) input.packs = fs::absolute(input.packs, error).string();
  if (!error) fs::current_path(folder, error);
  if (error) {
    return fail(ErrorCode::io, fmt::format("cannot enter the folder of the case: {}", error.message()),
                Where{.source = folder});
  }
  Result<Journey> journey =
      make_journey(input, skips, [&](const std::string& text) { output.write_line("  " + text); });
  fs::current_path(start, error);
  if (error) {
    return fail(ErrorCode::io, fmt::format("cannot go back to the folder: {}", error.message()),
                Where{.source = start.string()});
  }
  return journey;
}

std::string print_texts(const Journey& journey, assess::View view) {
  std::string out;
  for (const assess::Brief& brief : make_briefs(journey, kCaseTime, view)) out += assess::print_brief_text(brief);
  return out;
}

/// What decides first, what acts below it; one incident's actions stand there once.
std::string print_page(const Journey& journey) {
  std::vector<assess::Brief> briefs = make_briefs(journey, kCaseTime, assess::View::executive);
  std::set<std::string> incidents;
  for (const record::Warning& warning : warnings_by_incident(journey.assessment.warnings)) incidents.insert(warning.id);
  for (const assess::View view : {assess::View::management, assess::View::operations}) {
    for (assess::Brief& brief : make_briefs(journey, kCaseTime, view)) {
      if (incidents.contains(brief.id)) briefs.push_back(std::move(brief));
    }
  }
  return assess::print_brief_html(briefs);
}

}  // namespace

Result<int> run_command(const DemoOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  JourneyInput input{
      .packs = {}, .estate = "estate.yml", .reports = {"reports"}, .logs = {}, .rules = {}, .as_of = kCaseTime};
  TRY(input.packs, find_packs_folder(common.packs));
  TRY(const std::string examples, find_examples_folder(options.examples));

  output.write_line(fmt::format(
      "tocsin demo: the case in {}, replayed as of 2021-03-02, with the vulnerability facts of the packs", examples));
  TRY(const Journey journey, make_journey_in(examples, input, skips, output));
  if (journey.assessment.warnings.empty()) return fail(ErrorCode::internal, "the example case raised no warning");

  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error)
    return fail(ErrorCode::io, fmt::format("cannot make the folder: {}", error.message()),
                Where{.source = options.out});
  const std::vector<record::Warning> incidents = warnings_by_incident(journey.assessment.warnings);
  const share::CertNoticeInput notice{journey.estate.organisation, incidents, kCaseTime};
  TRY(const std::string notice_text, share::print_cert_notice(notice));
  TRY(const std::string notice_mail, share::print_cert_mail(notice));
  const std::pair<std::string, std::string> files[] = {
      {"brief.html", print_page(journey)},
      {"brief-executive.txt", print_leading_brief(journey, kCaseTime, {}, "brief.html")},
      {"brief-management.txt", print_texts(journey, assess::View::management)},
      {"brief-operations.txt", print_texts(journey, assess::View::operations)},
      {"warnings.jsonl", print_lines(journey.assessment.warnings)},
      {"exposures.jsonl", print_lines(journey.survey.exposures)},
      {"matches.jsonl", print_lines(journey.matches)},
      {"bundle.json", stix::print_bundle_pretty(make_shared_bundle(journey, kCaseTime, skips))},
      {"cert-notice.txt", notice_text},
      {"cert-notice.eml", notice_mail},
  };
  for (const auto& [name, content] : files) TRY_VOID(write_file_atomically(options.out + "/" + name, content));
  output.write_line(fmt::format("  share    {} files in {}/", std::size(files), options.out));
  output.write("\n");
  output.write_styled(print_leading_brief(journey, kCaseTime, {.colour = common.colour}, options.out + "/brief.html"));
  output.write_line(fmt::format("\n{}/brief.html is the same as a page; {:.2f} s.", options.out, stopwatch.seconds()));
  return skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
