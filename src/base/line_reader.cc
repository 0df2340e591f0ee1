#include <algorithm>
#include <cstring>
#include <vector>

#include "base/bytes.h"

namespace tocsin {
namespace {

/// Large enough that a read() costs nothing beside its copy, small enough to stay in the second-level cache.
constexpr std::size_t kBlock = std::size_t{256} << 10;

}  // namespace

// One buffer: the lines of a block are given as views into it; what is left of a line at its end moves to the front
// before the next block is read behind it. It grows only for a line that is longer than it, by doubling, up to what
// max_line needs; a longer line is cut there and the rest of it is read over.
struct LineReader::State {
  State(ByteStream from, std::size_t bound)
      : stream(std::move(from)), max_line(bound), buffer(PaddedBytes::of_size(kBlock)) {}

  Result<std::optional<Line>> next();
  Status fill();
  Status pass_over_rest();
  std::optional<Line> give(std::size_t size, bool ended);

  ByteStream stream;
  std::size_t max_line;
  PaddedBytes buffer;
  std::size_t begin = 0;     // of the current line
  std::size_t searched = 0;  // no line end in [begin, searched)
  std::size_t end = 0;       // of what was read
  std::uint64_t offset = 0;  // of begin in the stream
  std::uint64_t number = 0;
  bool at_end = false;
  bool passing_over = false;  // inside a line that was given as truncated
};

/// Makes room behind `end` and reads once.
Status LineReader::State::fill() {
  if (begin != 0) {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    searched -= begin;
    begin = 0;
  }
  if (end == buffer.size()) buffer.resize_for_overwrite(buffer.size() * 2);
  TRY(const std::size_t size, stream.read(buffer.data() + end, buffer.size() - end));
  at_end = size == 0;
  end += size;
  return {};
}

/// The line of `size` bytes at `begin`, which a line end follows if `ended`.
std::optional<LineReader::Line> LineReader::State::give(std::size_t size, bool ended) {
  std::string_view text(buffer.data() + begin, size);
  const std::size_t whole = size + (ended ? 1 : 0);
  if (ended && text.ends_with('\r')) text.remove_suffix(1);
  Line line{
      .text = text.substr(0, max_line), .number = ++number, .offset = offset, .truncated = text.size() > max_line};
  begin += whole;
  searched = begin;
  offset += whole;
  return line;
}

/// Drops what is left of a line that was given as truncated.
Status LineReader::State::pass_over_rest() {
  while (true) {
    const void* found = std::memchr(buffer.data() + begin, '\n', end - begin);
    const std::size_t stop =
        found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data()) + 1 : end;
    offset += stop - begin;
    begin = searched = stop;
    passing_over = found == nullptr && !at_end;
    if (!passing_over) return {};
    TRY_VOID(fill());
  }
}

Result<std::optional<LineReader::Line>> LineReader::State::next() {
  if (passing_over) TRY_VOID(pass_over_rest());
  while (true) {
    const char* from = buffer.data() + searched;
    if (const void* found = std::memchr(from, '\n', end - searched); found != nullptr) {
      return give(static_cast<std::size_t>(static_cast<const char*>(found) - (buffer.data() + begin)), true);
    }
    searched = end;
    // One byte more than max_line may be the CR of its end.
    if (end - begin > max_line + 1) {
      passing_over = true;
      return give(end - begin, false);
    }
    if (at_end) {
      if (begin == end) return std::nullopt;
      return give(end - begin, false);
    }
    TRY_VOID(fill());
  }
}

LineReader::LineReader(ByteStream stream, std::size_t max_line)
    : state_(std::make_unique<State>(std::move(stream), max_line)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<std::optional<LineReader::Line>> LineReader::next() { return state_->next(); }
std::uint64_t LineReader::bytes_consumed() const { return state_->stream.bytes_consumed(); }

}  // namespace tocsin
