// tocsin store: import, find, export.

#include <fmt/format.h>

#include <cstdlib>

#include "app/commands.h"
#include "app/pipeline.h"
#include "base/bytes.h"
#include "knowledge/found.h"
#include "knowledge/store.h"
#include "stix/bundle.h"

namespace tocsin::app {

namespace {

std::string store_path(const StoreOptions& options) {
  if (!options.store.empty()) return options.store;
  const char* from_environment = std::getenv("TOCSIN_STORE");
  return from_environment != nullptr ? from_environment : "tocsin.db";
}

Result<int> import_files(const StoreOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  TRY(knowledge::Store store, knowledge::Store::open(store_path(options), true));
  TRY(const std::vector<knowledge::ImportReport> reports, store.import_paths(options.files));
  std::map<std::string, std::uint64_t> skipped;
  knowledge::ImportCounts all;
  for (const knowledge::ImportReport& report : reports) {
    const knowledge::ImportCounts& counts = report.counts;
    all.objects += counts.objects;
    all.added += counts.added;
    all.superseded += counts.superseded;
    all.older += counts.older;
    all.duplicate += counts.duplicate;
    all.conflict += counts.conflict;
    for (const knowledge::SkippedRecord& record : report.skipped) ++skipped[record.reason];
    if (common.json) continue;
    output.write_line(fmt::format(
        "{} ({}): {} objects: {} new, {} newer versions, {} older versions, {} already there{}", report.document,
        knowledge::knowledge_format_name(report.format), counts.objects, counts.added, counts.superseded, counts.older,
        counts.duplicate, counts.conflict == 0 ? "" : fmt::format(", {} in conflict", counts.conflict)));
    for (const knowledge::SkippedRecord& record : report.skipped) {
      output.write_line(fmt::format("  skipped: {}: {}", record.reason, record.what));
    }
  }
  TRY(const knowledge::StoreTotals totals, store.totals());
  if (common.json) {
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    record::Summary summary{
        .command = "store import", .skipped = {skipped.begin(), skipped.end()}, .seconds = stopwatch.seconds()};
    summary.values = {{"documents", number(reports.size())},
                      {"objects", number(all.objects)},
                      {"added", number(all.added)},
                      {"superseded", number(all.superseded)},
                      {"older", number(all.older)},
                      {"duplicate", number(all.duplicate)},
                      {"conflict", number(all.conflict)},
                      {"stored_objects", number(totals.objects)},
                      {"stored_versions", number(totals.versions)},
                      {"stored_names", number(totals.names)}};
    output.write_line(record::print_record(summary));
  } else {
    output.write_line(fmt::format("{} now holds {} objects in {} versions with {} names from {} documents",
                                  store_path(options), totals.objects, totals.versions, totals.names,
                                  totals.documents));
  }
  return kExitDone;
}

Result<int> find_name(const StoreOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  TRY(knowledge::Store store, knowledge::Store::open(store_path(options), false));
  TRY(const knowledge::FindResult found, store.find(options.name));
  if (!common.json) {
    const std::string text = knowledge::print_found(found);
    output.write(text);
    if (text.find("an author that is not in the store") != std::string::npos)
      output.write_line("The galaxy's producer.json names such authors: tocsin store import clusters/producer.json");
    return kExitDone;
  }
  for (const knowledge::FoundRecord& record : found.records) output.write_line(knowledge::print_record(record));
  record::Summary summary{.command = "store find", .skipped = {}, .seconds = stopwatch.seconds()};
  summary.values = {{"records", json::Value::unsigned_integer(found.records.size())},
                    {"left_off", json::Value::unsigned_integer(found.left_off)}};
  output.write_line(record::print_record(summary));
  return kExitDone;
}

Result<int> export_bundle(const StoreOptions& options, Output& output) {
  TRY(knowledge::Store store, knowledge::Store::open(store_path(options), false));
  TRY(const stix::Bundle bundle, store.export_bundle());
  const std::string text = stix::print_bundle_pretty(bundle);
  if (options.output == "-") {
    output.write(text);
  } else {
    TRY_VOID(write_file_atomically(options.output, text));
  }
  return kExitDone;
}

}  // namespace

Result<int> run_command(const StoreOptions& options, const CommonOptions& common, Output& output) {
  switch (options.action) {
    case StoreAction::import_files:
      return import_files(options, common, output);
    case StoreAction::find:
      return find_name(options, common, output);
    case StoreAction::export_bundle:
      return export_bundle(options, output);
  }
  return fail(ErrorCode::internal, "unknown store action");
}

}  // namespace tocsin::app
