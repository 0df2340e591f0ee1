// HTML pages to text, blocks and offsets.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unicode.h"
#include "check.h"
#include "report/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  report::DocumentOptions options;
  options.media_type = "text/html";
  const auto document = report::read_document({reinterpret_cast<const char*>(data), size}, "page.html", options);
  if (!document) return 0;
  FUZZ_CHECK(!find_invalid_utf8(document->text));
  std::size_t before = 0;
  for (const report::Block& block : document->blocks) {
    FUZZ_CHECK(before <= block.start && block.start < block.end && block.end <= document->text.size());
    before = block.end;
    const record::Span span = document->span(block.start, block.end);
    FUZZ_CHECK(span.start < span.end && span.end <= size);
  }
  return 0;
}
