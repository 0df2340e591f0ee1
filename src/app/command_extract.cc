// tocsin extract: indicators of reports.

#include <fmt/format.h>

#include <map>

#include "app/commands.h"
#include "app/pipeline.h"
#include "report/extract.h"

namespace tocsin::app {

namespace {

std::string print_row(const record::Indicator& indicator) {
  std::string row = fmt::format("  {:<14} {:<48} {:>3} %  bytes {}-{}", record::indicator_type_name(indicator.type),
                                indicator.value, indicator.confidence, indicator.span.start, indicator.span.end);
  if (indicator.defanged) row += "  defanged";
  if (indicator.suppressed) {
    row += fmt::format("  suppressed: {} ({})", indicator.suppressed->reason, indicator.suppressed->by);
  }
  return row + "\n";
}

}  // namespace

Result<int> run_command(const ExtractOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  TRY(const std::vector<std::string> files, find_inputs(options.documents, skips));
  std::uint64_t documents = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t found = 0;
  std::uint64_t suppressed = 0;
  std::map<std::string, std::uint64_t> suppressed_by_reason;
  for (const std::string& path : files) {
    if (output.is_closed()) break;
    const std::optional<report::Document> document = load_document(path, skips);
    if (!document) continue;
    ++documents;
    bytes_read += document->info.bytes;
    if (common.json) output.write_line(record::print_record(document->info));
    std::string rows;  // of the table, which begins with their number
    std::uint64_t shown = 0;
    report::extract(*document, {}, [&](const record::Indicator& indicator) {
      if (!indicator.suppressed) {
        ++found;
      } else {
        ++suppressed;
        ++suppressed_by_reason[indicator.suppressed->reason];
        if (!options.suppressed) return;
      }
      if (common.json) {
        output.write_line(record::print_record(indicator));
      } else {
        rows += print_row(indicator);
        ++shown;
      }
    });
    if (!common.json) {
      output.write_line(fmt::format("{}: {} indicator{}", path, shown, shown == 1 ? "" : "s"));
      output.write(rows);
    }
  }
  if (common.json) {
    record::Summary summary{.command = "extract", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    summary.values = {{"documents", json::Value::unsigned_integer(documents)},
                      {"bytes", json::Value::unsigned_integer(bytes_read)},
                      {"indicators", json::Value::unsigned_integer(found)},
                      {"suppressed", json::Value::unsigned_integer(suppressed)}};
    json::Object reasons;
    for (const auto& [reason, count] : suppressed_by_reason) {
      reasons.push_back({reason, json::Value::unsigned_integer(count)});
    }
    summary.values.emplace_back("suppressed_by_reason", std::move(reasons));
    output.write_line(record::print_record(summary));
  } else if (suppressed != 0) {
    output.write_line(fmt::format("{} suppressed (list them with --suppressed)", suppressed));
  }
  return skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
