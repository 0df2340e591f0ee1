// Indicators in text: whatever the bytes, each stands where it says.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "report/extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  report::DocumentOptions options;
  options.media_type = "text/plain";
  const auto document = report::read_document({reinterpret_cast<const char*>(data), size}, "text", options);
  if (!document) return 0;
  for (const record::Indicator& one : report::extract(*document)) {
    FUZZ_CHECK(one.span.start < one.span.end && one.span.end <= size);
    FUZZ_CHECK(document->quote(one.span) == one.raw);
    FUZZ_CHECK(!one.value.empty());
  }
  return 0;
}
