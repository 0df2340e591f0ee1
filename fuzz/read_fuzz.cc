// Text to claims with the words of packs/report and a few names.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "check.h"
#include "report/known_names_fixture.h"
#include "report/reader.h"
#include "report/sources.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  static const report::Reader reader = [] {
    const auto lexicon = report::load_lexicon_folder(std::string(TOCSIN_SOURCE_DIR) + "/packs/report");
    FUZZ_CHECK(lexicon.has_value());
    return report::Reader(report::fixture_names(), *lexicon);
  }();
  report::DocumentOptions options;
  options.media_type = size > 0 && data[0] == 0x3C ? "text/html" : "text/plain";
  const auto document = report::read_document({reinterpret_cast<const char*>(data), size}, "text", options);
  if (!document) return 0;
  const record::DocumentReading reading = reader.read(*document);
  for (const record::Claim& claim : reading.claims) {
    FUZZ_CHECK(!claim.evidence.empty() && !claim.subject.name.empty());
    for (const record::Evidence& evidence : claim.evidence) {
      FUZZ_CHECK(evidence.span.start < evidence.span.end && evidence.span.end <= size);
      FUZZ_CHECK(document->quote(evidence.span) == evidence.quote);
    }
  }
  for (const record::Entity& entity : reading.entities) FUZZ_CHECK(document->quote(entity.span) == entity.text);
  const report::TextSketch sketch = report::sketch_text(document->text);
  FUZZ_CHECK(report::group_sources({reading, reading}, {sketch, sketch}).size() <= 1);
  FUZZ_CHECK(reading.claims.empty() || report::group_sources({reading, reading}, {}).size() == 1);
  return 0;
}
