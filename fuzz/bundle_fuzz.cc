// STIX: any bytes as a bundle (checked, read with lifting, printed, read again) and as a pattern.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "stix/bundle.h"
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/marking.h"
#include "stix/pattern.h"
#include "stix/versions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto report = stix::check_bundle(text, {.source = "fuzz", .max_problems = 100});
  FUZZ_CHECK(report.problems.size() <= 100);
  FUZZ_CHECK(report.errors + report.warnings >= report.problems.size());

  if (const auto parsed = stix::parse_bundle(text)) {
    const auto once = stix::print_bundle(parsed->bundle);
    const auto again = stix::parse_bundle(once);
    FUZZ_CHECK(again.has_value());
    stix::MarkingTable table;
    stix::VersionSet versions;
    for (const auto& object : parsed->bundle.objects) table.add(object);
    for (const auto& object : parsed->bundle.objects) {
      if (const auto redacted = stix::redact(object, table, stix::Tlp::amber)) {
        FUZZ_CHECK(stix::strictest_level(*redacted, table) <= stix::Tlp::amber);
      }
      (void)stix::make_deterministic_id(object.type(), object.json());
      (void)object.references();
      versions.add(object);
    }
  }

  if (const auto pattern = stix::pattern::parse(text)) {
    const auto once = stix::pattern::print(*pattern);
    const auto again = stix::pattern::parse(once);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(stix::pattern::print(*again) == once);
  }
  return 0;
}
