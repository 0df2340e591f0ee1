// tocsin read: reports into claims and entities.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/packs_folder.h"
#include "app/pipeline.h"
#include "base/bytes.h"
#include "share/reading_bundle.h"

namespace tocsin::app {

namespace {

std::string print_claim_line(const record::Claim& claim) {
  std::string out =
      fmt::format("{} {}{}", claim.subject.name, claim.negated ? "not: " : "", record::predicate_name(claim.predicate));
  if (claim.object) out += fmt::format(" {}", claim.object->name);
  if (claim.factuality != record::Factuality::actual)
    out += fmt::format("  [{}]", record::factuality_name(claim.factuality));
  if (claim.time) out += fmt::format("  [{}]", claim.time->text);
  std::string said;
  for (const record::Claimant& claimant : claim.claimants) {
    said +=
        fmt::format("{}{} ({})", said.empty() ? "" : " → ", claimant.name, record::claimant_role_name(claimant.role));
  }
  for (const record::Claimant& denier : claim.denied_by)
    said += fmt::format("{}denied by {}", said.empty() ? "" : ", ", denier.name);
  out += fmt::format("\n    said by: {}; confidence {}", said.empty() ? "the document" : said, claim.confidence);
  for (const record::Evidence& evidence : claim.evidence) {
    out += fmt::format("\n    {}-{}: “{}”", evidence.span.start, evidence.span.end, evidence.quote);
  }
  return out;
}

void print_reading(Output& output, const record::DocumentReading& reading, bool all) {
  const record::DocumentInfo& document = reading.document;
  output.write_line(fmt::format("{}: {}", document.path, document.title.value_or("(no title)")));
  output.write_line(fmt::format("  {}{}{}{}", document.media_type, document.language ? ", " + *document.language : "",
                                document.published ? ", published " + *document.published : "",
                                document.marking ? fmt::format(", {}", record::tlp_name(*document.marking)) : ""));
  for (const record::Claim& claim : reading.claims) output.write_line("  " + print_claim_line(claim));
  if (all) {
    for (const record::Entity& entity : reading.entities) {
      output.write_line(fmt::format("  {:<14} {:<32} {}-{} “{}” ({})", record::entity_type_name(entity.type),
                                    entity.name, entity.span.start, entity.span.end, entity.text,
                                    record::zone_name(entity.zone)));
    }
    for (const record::NotUnderstood& item : reading.not_understood) {
      output.write_line(fmt::format("  not understood: {}: “{}”", item.what, item.text));
    }
  }
  std::uint64_t indicators = 0;
  for (const record::Indicator& indicator : reading.indicators) indicators += indicator.suppressed ? 0 : 1;
  output.write_line(fmt::format("  {} claims, {} mentions, {} indicators, {} passages not understood\n",
                                reading.claims.size(), reading.entities.size(), indicators,
                                reading.not_understood.size()));
}

}  // namespace

Result<int> run_command(const ReadOptions& options, const CommonOptions& common, Output& output) {
  const Stopwatch stopwatch;
  Skips skips;
  TRY(const std::string packs, find_packs_folder(common.packs));
  TRY(const record::KnownEntities known, load_known_names(packs));
  TRY(const report::Reader reader, load_reader(packs, known));
  TRY(const Reports reports, read_reports(options.documents, reader, skips));

  std::uint64_t claims = 0;
  std::uint64_t entities = 0;
  std::uint64_t indicators = 0;
  std::uint64_t not_understood = 0;
  for (const record::DocumentReading& reading : reports.readings) {
    claims += reading.claims.size();
    entities += reading.entities.size();
    indicators += reading.indicators.size();
    not_understood += reading.not_understood.size();
    if (!common.json) {
      print_reading(output, reading, options.all);
      continue;
    }
    output.write_line(record::print_record(reading.document));
    for (const auto& indicator : reading.indicators) {
      if (!indicator.suppressed) output.write_line(record::print_record(indicator));
    }
    for (const auto& entity : reading.entities) output.write_line(record::print_record(entity));
    for (const auto& claim : reading.claims) output.write_line(record::print_record(claim));
    for (const auto& item : reading.not_understood) output.write_line(record::print_record(item));
  }
  for (const record::SourceGroup& group : reports.groups) {
    if (common.json) {
      output.write_line(record::print_record(group));
    } else {
      output.write_line(fmt::format("{} document{} on one source: {}", group.documents.size(),
                                    group.documents.size() == 1 ? " rests" : "s rest", group.root));
    }
  }
  if (!options.stix.empty()) {
    TRY(const Instant now, parse_as_of(""));
    const stix::Bundle bundle = share::make_reading_bundle(
        {.readings = reports.readings, .known = known, .created = now, .marking = reports.marking()});
    TRY_VOID(write_file_atomically(options.stix, stix::print_bundle_pretty(bundle)));
  }
  if (common.json) {
    const auto number = [](std::uint64_t value) { return json::Value::unsigned_integer(value); };
    record::Summary summary{.command = "read", .skipped = skips.list(), .seconds = stopwatch.seconds()};
    summary.values = {{"documents", number(reports.readings.size())},
                      {"bytes", number(reports.bytes)},
                      {"claims", number(claims)},
                      {"entities", number(entities)},
                      {"indicators", number(indicators)},
                      {"not_understood", number(not_understood)},
                      {"independent_sources", number(reports.groups.size())}};
    output.write_line(record::print_record(summary));
  }
  return skips.has_bad_input() ? kExitBad : kExitDone;
}

}  // namespace tocsin::app
