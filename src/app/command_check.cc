// tocsin check: all problems of STIX bundles, Sigma rules and estate files, each with its place.

#include <fmt/format.h>

#include <algorithm>

#include "app/commands.h"
#include "app/packs_folder.h"
#include "app/pipeline.h"
#include "base/bytes.h"
#include "base/unicode.h"
#include "detect/sigma_rule.h"
#include "estate/estate_file.h"
#include "stix/check.h"

namespace tocsin::app {

namespace {

enum class FileKind : std::uint8_t { stix, sigma, estate };

/// JSON is STIX; YAML is an estate when it has `organisation:` at its left edge, else Sigma.
FileKind detect_kind(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (start == std::string_view::npos || text[start] == '{' || text[start] == '[') return FileKind::stix;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (rest.substr(0, end).starts_with("organisation:")) return FileKind::estate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return FileKind::sigma;
}

std::vector<Diagnostic> check_sigma(std::string_view text, const std::string& path) {
  detect::RuleFile file = detect::parse_sigma(text, path);
  std::vector<Diagnostic> problems = std::move(file.warnings);
  for (const detect::RuleFile::Rejected& rejected : file.rejected) {
    problems.insert(problems.end(), rejected.problems.begin(), rejected.problems.end());
  }
  std::ranges::stable_sort(problems, {}, [](const Diagnostic& problem) { return problem.where.line; });
  return problems;
}

}  // namespace

Result<int> run_command(const CheckOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  TRY(const std::vector<std::string> files, find_inputs(options.files, skips));
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::uint64_t objects = 0;
  std::uint64_t checked = 0;
  std::vector<std::string> sectors;
  for (const std::string& path : files) {
    if (output.is_closed()) break;
    const Result<PaddedBytes> bytes = read_file(path);
    if (!bytes) {
      skips.report(bytes.error());
      continue;
    }
    ++checked;
    std::vector<Diagnostic> problems;
    std::uint64_t more_errors = 0;
    const FileKind kind = detect_kind(bytes->view());
    switch (kind) {
      case FileKind::stix: {
        stix::CheckReport report = stix::check_bundle(bytes->view(), {.source = path});
        objects += report.objects;
        errors += report.errors;
        warnings += report.warnings;
        more_errors = report.errors + report.warnings - report.problems.size();
        problems = std::move(report.problems);
        break;
      }
      case FileKind::sigma:
        problems = check_sigma(bytes->view(), path);
        break;
      case FileKind::estate: {
        if (sectors.empty()) {
          TRY(const std::string packs, find_packs_folder(common.packs));
          TRY(const record::KnownEntities known, load_known_names(packs));
          for (const record::KnownEntity& entity : known) {
            if (entity.type == record::EntityType::sector) sectors.push_back(entity.name);
          }
        }
        problems = estate::parse_estate(bytes->view(), path, {.more_sectors = sectors}).problems;
        break;
      }
    }
    for (const Diagnostic& problem : problems) {
      output.write_line(common.json ? record::print_record(problem) : print_diagnostic(problem, bytes->view()));
    }
    if (more_errors != 0) skips.count("problems-beyond-the-first-10000-of-a-file", more_errors);
    if (kind != FileKind::stix) {
      for (const Diagnostic& problem : problems) ++(problem.severity == Severity::error ? errors : warnings);
    }
  }
  if (common.json) {
    record::Summary summary{.command = "check", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    summary.values = {{"files", number(checked)},
                      {"objects", number(objects)},
                      {"errors", number(errors)},
                      {"warnings", number(warnings)}};
    output.write_line(record::print_record(summary));
  } else {
    output.write_line(fmt::format("{} file{}, {} STIX objects: {} error{}, {} warning{}", checked,
                                  checked == 1 ? "" : "s", objects, errors, errors == 1 ? "" : "s", warnings,
                                  warnings == 1 ? "" : "s"));
  }
  return errors != 0 || skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
