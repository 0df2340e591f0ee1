#include "report/text_map.h"

#include <algorithm>
#include <limits>

namespace tocsin::report {

namespace {
constexpr std::uint64_t kMaxPiece = std::numeric_limits<std::uint32_t>::max() / 8;
}

void TextMap::append(const Piece& piece) {
  if (!pieces_.empty()) {
    Piece& last = pieces_.back();
    const bool follows = last.text + last.text_length == piece.text && last.source + last.source_length == piece.source;
    if (follows && last.stride != 0 && last.stride == piece.stride &&
        std::uint64_t{last.text_length} + piece.text_length < kMaxPiece) {
      last.text_length += piece.text_length;
      last.source_length += piece.source_length;
      return;
    }
  }
  pieces_.push_back(piece);
}

void TextMap::append_same(std::uint64_t text, std::uint64_t source, std::uint64_t length) {
  append_strided(text, source, length, 1);
}

void TextMap::append_strided(std::uint64_t text, std::uint64_t source, std::uint64_t length, std::uint32_t stride) {
  while (length > 0) {
    const std::uint64_t part = std::min(length, kMaxPiece / stride);
    append({text, source, static_cast<std::uint32_t>(part), static_cast<std::uint32_t>(part * stride), stride});
    text += part;
    source += part * stride;
    length -= part;
  }
}

void TextMap::append_whole(std::uint64_t text, std::uint64_t text_length, std::uint64_t source,
                           std::uint64_t source_length) {
  if (text_length == 0) return;
  append({text, source, static_cast<std::uint32_t>(text_length), static_cast<std::uint32_t>(source_length), 0});
}

std::pair<std::uint64_t, std::uint64_t> TextMap::to_source(std::uint64_t start, std::uint64_t end) const {
  if (pieces_.empty()) return {0, 0};
  // The first piece that ends after `start`.
  const auto first =
      std::ranges::upper_bound(pieces_, start, {}, [](const Piece& p) { return p.text + p.text_length; });
  std::uint64_t from = 0;
  if (first == pieces_.end()) {
    from = pieces_.back().source + pieces_.back().source_length;
  } else if (start <= first->text) {
    from = first->source;
  } else {
    from = first->source + (start - first->text) * first->stride;
  }
  if (end <= start) return {from, from};
  // The last piece that begins before `end`.
  auto last = std::ranges::lower_bound(pieces_, end, {}, &Piece::text);
  if (last == pieces_.begin()) return {from, from};
  --last;
  std::uint64_t to = last->source + last->source_length;
  if (last->stride != 0 && end < last->text + last->text_length) to = last->source + (end - last->text) * last->stride;
  return {from, std::max(from, to)};
}

}  // namespace tocsin::report
