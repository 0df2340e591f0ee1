// tocsin check: all problems of STIX bundles, Sigma rules and estate files, each with its place.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/commands.h"
#include "app/file_kind.h"
#include "app/packs_folder.h"
#include "app/pipeline.h"
#include "base/bytes.h"
#include "base/progress.h"
#include "base/unicode.h"
#include "detect/rule_lint.h"
#include "estate/estate_file.h"
#include "stix/check.h"
#include "stix/pattern.h"

namespace tocsin::app {

namespace {

/// What checking one file came to. `errors` and `warnings` also count what is beyond the bound on `problems`.
struct FileReport {
  std::vector<Diagnostic> problems;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::uint64_t objects = 0;
};

FileReport make_report(std::vector<Diagnostic> problems) {
  FileReport report{.problems = std::move(problems)};
  for (const Diagnostic& problem : report.problems) {
    ++(problem.severity == Severity::error ? report.errors : report.warnings);
  }
  return report;
}

FileReport check_stix(std::string_view text, const json::Value* tree, const std::string& path) {
  stix::CheckReport report =
      tree != nullptr ? stix::check_bundle(*tree, text, {.source = path}) : stix::check_bundle(text, {.source = path});
  return {std::move(report.problems), report.errors, report.warnings, report.objects};
}

/// One pattern a line; lines that are empty or begin with # are passed over.
FileReport check_patterns(std::string_view text, const std::string& path) {
  std::vector<Diagnostic> problems;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trim_ascii(text.substr(start, end - start));
    if (!line.empty() && line.front() != '#') {
      if (const auto pattern = stix::pattern::parse(line); !pattern) {
        const std::uint64_t offset = static_cast<std::uint64_t>(line.data() - text.data()) +
                                     (pattern.error().where.has_offset() ? pattern.error().where.offset : 0);
        problems.push_back({Severity::error,
                            "stix-2.1/9/pattern",
                            pattern.error().message,
                            locate(text, offset, path),
                            {},
                            pattern.error().hint});
      }
    }
    start = end + 1;
  }
  return make_report(std::move(problems));
}

/// Lints Sigma rules; its tables are loaded when the first rule is met.
class SigmaChecker {
 public:
  SigmaChecker(const std::string& packs, const std::vector<std::string>& placeholders)
      : packs_(packs), placeholder_files_(placeholders) {}

  Result<FileReport> check(std::string_view text, const std::string& path) {
    if (!linter_) TRY_VOID(load());
    return make_report(linter_->check(text, path, placeholders_));
  }
  /// What the files have together.
  FileReport finish() { return linter_ ? make_report(linter_->finish()) : FileReport{}; }

 private:
  Status load() {
    TRY(const std::string packs, find_packs_folder(packs_));
    TRY(schema_, event::Schema::load(packs + "/event"));
    TRY(placeholders_, load_placeholders(placeholder_files_));
    TRY(linter_, detect::RuleLinter::load(packs, *schema_));
    return {};
  }

  const std::string& packs_;
  const std::vector<std::string>& placeholder_files_;
  std::unique_ptr<event::Schema> schema_;
  detect::Placeholders placeholders_;
  std::optional<detect::RuleLinter> linter_;
};

/// Sectors that estates may name beside STIX's own.
Result<std::vector<std::string>> load_sectors(const std::string& packs_given) {
  TRY(const std::string packs, find_packs_folder(packs_given));
  TRY(const record::KnownEntities known, load_known_names(packs));
  std::vector<std::string> sectors;
  for (const record::KnownEntity& entity : known) {
    if (entity.type == record::EntityType::sector) sectors.push_back(entity.name);
  }
  return sectors;
}

}  // namespace

Result<int> run_command(const CheckOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  TRY(const std::vector<std::string> files, find_inputs(options.files, skips));
  SigmaChecker sigma(common.packs, options.placeholders);
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::uint64_t objects = 0;
  std::uint64_t checked = 0;
  std::vector<std::string> sectors;
  Progress progress("checking", size_on_disk(files));
  std::uint64_t current = 0;
  for (const std::string& path : files) {
    if (output.is_closed()) break;
    progress.advance(std::exchange(current, size_on_disk({path})));  // those before it are done
    const Result<PaddedBytes> bytes = read_file(path, {.max_bytes = std::uint64_t{256} << 20});
    if (!bytes) {
      skips.report(bytes.error());
      continue;
    }
    const std::string_view text = bytes->view();
    const Result<json::Value> tree = json::parse(*bytes, {.source = path});
    const json::Value* root = tree ? &*tree : nullptr;
    const Result<FileKind> kind = detect_file_kind(text, root, path);
    if (!kind) {
      // Named by the user it is bad input; found in a folder it is something else that lies there.
      if (std::ranges::find(options.files, path) != options.files.end()) {
        skips.report(kind.error());
      } else {
        skips.count("no kind of file that check knows");
      }
      continue;
    }
    ++checked;
    FileReport report;
    switch (*kind) {
      case FileKind::stix:
        report = check_stix(text, root, path);
        break;
      case FileKind::pattern:
        report = check_patterns(text, path);
        break;
      case FileKind::sigma: {
        TRY(report, sigma.check(text, path));
        break;
      }
      case FileKind::estate:
        if (sectors.empty()) {
          TRY(sectors, load_sectors(common.packs));
        }
        report = make_report(estate::parse_estate(text, path, {.more_sectors = sectors}).problems);
        break;
    }
    errors += report.errors;
    warnings += report.warnings;
    objects += report.objects;
    for (const Diagnostic& problem : report.problems) {
      output.write_line(common.json ? record::print_record(problem) : print_diagnostic(problem, text));
    }
    if (const std::uint64_t more = report.errors + report.warnings - report.problems.size(); more != 0) {
      skips.count("problems beyond the bound of one file", more);
      if (!common.json) output.write_line(fmt::format("{}: and {} more problems\n", path, more));
    }
  }
  const FileReport together = sigma.finish();
  errors += together.errors;
  warnings += together.warnings;
  for (const Diagnostic& problem : together.problems)
    output.write_line(common.json ? record::print_record(problem) : print_diagnostic(problem, ""));
  if (common.json) {
    record::Summary summary{.command = "check", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    summary.values = {{"files", number(checked)},
                      {"objects", number(objects)},
                      {"errors", number(errors)},
                      {"warnings", number(warnings)}};
    output.write_line(record::print_record(summary));
  } else {
    for (const auto& [reason, count] : skips.list())
      output.write_line(fmt::format("passed over: {} ({})", reason, count));
    output.write_line(fmt::format("{} file{}, {} STIX objects: {} error{}, {} warning{}", checked,
                                  checked == 1 ? "" : "s", objects, errors, errors == 1 ? "" : "s", warnings,
                                  warnings == 1 ? "" : "s"));
  }
  return errors != 0 || skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
