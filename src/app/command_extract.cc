// tocsin extract: indicators of reports.

#include <fmt/format.h>

#include <map>

#include "app/commands.h"
#include "app/pipeline.h"
#include "base/bytes.h"
#include "report/extract.h"

namespace tocsin::app {

namespace {

/// "example.org" once, however often it stands in the document.
void print_table(Output& output, const record::DocumentInfo& document,
                 const std::vector<record::Indicator>& indicators) {
  output.write_line(
      fmt::format("{}: {} indicator{}", document.path, indicators.size(), indicators.size() == 1 ? "" : "s"));
  for (const record::Indicator& indicator : indicators) {
    output.write(fmt::format("  {:<14} {:<48} {:>3} %  bytes {}-{}", record::indicator_type_name(indicator.type),
                             indicator.value, indicator.confidence, indicator.span.start, indicator.span.end));
    if (indicator.defanged) output.write("  defanged");
    if (indicator.suppressed) {
      output.write(fmt::format("  suppressed: {} ({})", indicator.suppressed->reason, indicator.suppressed->by));
    }
    output.write("\n");
  }
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
    const Result<PaddedBytes> bytes = read_file(path, {.max_bytes = kMaxDocument});
    if (!bytes) {
      skips.report(bytes.error());
      continue;
    }
    const Result<report::Document> document = report::read_document(bytes->view(), path);
    if (!document) {
      skips.report(document.error());
      continue;
    }
    for (const report::SkippedPart& part : document->skipped) skips.count(part.reason, part.count);
    ++documents;
    bytes_read += bytes->size();
    std::vector<record::Indicator> indicators = report::extract(*document);
    for (const record::Indicator& indicator : indicators) {
      if (!indicator.suppressed) {
        ++found;
      } else {
        ++suppressed;
        ++suppressed_by_reason[indicator.suppressed->reason];
      }
    }
    if (!options.suppressed) {
      std::erase_if(indicators, [](const record::Indicator& indicator) { return indicator.suppressed.has_value(); });
    }
    if (common.json) {
      output.write_line(record::print_record(document->info));
      for (const record::Indicator& indicator : indicators) output.write_line(record::print_record(indicator));
    } else {
      print_table(output, document->info, indicators);
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
