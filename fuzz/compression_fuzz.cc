// gzip and zstd streams: any bytes give bounded output or an error with its place, whatever the size of the pieces;
// and the line reader loses none of it.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "check.h"

namespace {

constexpr std::uint64_t kMaxBytes = 1 << 18;

struct Outcome {
  std::string bytes;
  bool failed = false;
};

Outcome read_in_pieces(std::string_view input, std::size_t capacity) {
  tocsin::ByteStream stream = tocsin::ByteStream::over(input, "input", {.max_bytes = kMaxBytes});
  std::string piece(capacity, '\0');
  Outcome outcome;
  while (true) {
    const auto size = stream.read(piece.data(), capacity);
    if (!size) {
      FUZZ_CHECK(size.error().where.has_offset() && size.error().where.offset <= input.size());
      outcome.failed = true;
      return outcome;
    }
    FUZZ_CHECK(*size <= capacity);
    if (*size == 0) return outcome;
    outcome.bytes.append(piece, 0, *size);
    FUZZ_CHECK(outcome.bytes.size() <= kMaxBytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Outcome large = read_in_pieces(input, 64 << 10);
  if (large.bytes.size() < 10'000) {
    const Outcome small = read_in_pieces(input, 7);
    // Of several faults in one frame, libzstd names one or the other, by the room that it has for output.
    FUZZ_CHECK(small.failed == large.failed);
    if (!large.failed) FUZZ_CHECK(small.bytes == large.bytes);
  }

  tocsin::LineReader reader(tocsin::ByteStream::over(input, "input", {.max_bytes = kMaxBytes}), 1000);
  std::uint64_t number = 0;
  while (true) {
    const auto line = reader.next();
    if (!line) {
      FUZZ_CHECK(large.failed);
      break;
    }
    if (!*line) {
      FUZZ_CHECK(!large.failed);
      break;
    }
    const tocsin::LineReader::Line& found = **line;
    FUZZ_CHECK(found.number == ++number);
    FUZZ_CHECK(found.truncated ? found.text.size() == 1000 : found.text.size() <= 1000);
    if (!large.failed) FUZZ_CHECK(large.bytes.compare(found.offset, found.text.size(), found.text) == 0);
  }
  return 0;
}
