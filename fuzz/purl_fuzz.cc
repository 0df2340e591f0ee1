// Any text: a package URL or a CPE whose printed form reads back as the same, or an error.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "estate/cpe.h"
#include "estate/purl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::estate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto purl = parse_purl(text)) {
    const std::string printed = print_purl(*purl);
    // Percent-encoding may make it three times as long, past the bound on what is read.
    if (printed.size() <= 4096) {
      const auto again = parse_purl(printed);
      FUZZ_CHECK(again.has_value() && *again == *purl && print_purl(*again) == printed);
    }
  }
  if (const auto cpe = parse_cpe(text)) {
    const std::string printed = print_cpe(*cpe);
    if (printed.size() <= 4096) {
      const auto again = parse_cpe(printed);
      FUZZ_CHECK(again.has_value() && *again == *cpe);
    }
  }
  return 0;
}
