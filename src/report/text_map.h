#pragma once

// Where each byte of an extracted text came from. Text is made from bytes in steps (charset, markup); each step is one
// map, and every span that leaves this room goes back through all of them.

#include <cstdint>
#include <utility>
#include <vector>

namespace tocsin::report {

/// A monotone, piecewise map from offsets in a made text to offsets in its source. Text that no piece covers was put in
/// by us (line ends between blocks) and maps to the nearest covered place. Thread-compatible.
/// cost: O(pieces) memory; append O(1) amortised, lookups O(log pieces)
class TextMap {
 public:
  /// The next `length` text bytes are the `length` source bytes from `source` on, byte by byte.
  void append_same(std::uint64_t text, std::uint64_t source, std::uint64_t length);
  /// Each of the next `length` text bytes stands for `stride` source bytes (ASCII in UTF-16).
  void append_strided(std::uint64_t text, std::uint64_t source, std::uint64_t length, std::uint32_t stride);
  /// `text_length` text bytes that only as a whole stand for `source_length` source bytes (an entity, a character).
  void append_whole(std::uint64_t text, std::uint64_t text_length, std::uint64_t source, std::uint64_t source_length);

  /// The smallest source range that covers [start, end) of the text; empty ranges stay empty.
  std::pair<std::uint64_t, std::uint64_t> to_source(std::uint64_t start, std::uint64_t end) const;

  std::size_t pieces() const { return pieces_.size(); }

 private:
  struct Piece {
    std::uint64_t text = 0;
    std::uint64_t source = 0;
    std::uint32_t text_length = 0;
    std::uint32_t source_length = 0;
    std::uint32_t stride = 1;  ///< source bytes a text byte; 0 = only as a whole
  };
  void append(const Piece& piece);
  std::vector<Piece> pieces_;
};

}  // namespace tocsin::report
