#pragma once

// Undoing the spellings that keep an address from being clicked.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::report {

/// A stretch of text without white space, refanged, with the place of each of its bytes.
struct Run {
  std::string text;                 ///< UTF-8; dots, slashes, colons and @ as they are meant
  std::vector<std::size_t> begins;  ///< per byte of text: where its original begins …
  std::vector<std::size_t> ends;    ///< … and ends in the given text
  std::vector<bool> changed;        ///< per byte: it was written in another way
  std::size_t end = 0;              ///< where to go on in the given text

  std::size_t source_begin(std::size_t at) const { return begins[at]; }
  std::size_t source_end(std::size_t end_at) const { return ends[end_at - 1]; }
  bool is_changed(std::size_t from, std::size_t to) const;
};

/// The run that begins at or after `start`; its text is empty at the end of the text. Spellings: [.] (.) {.} <.> [. .]
/// \. [dot] (dot) [at] (@) [:] [/] [://], full-width stops, zero-width characters, Unicode hyphens. White space,
/// quotes, CJK letters (but in hosts that are made of them) and lone brackets end a run; so do 8,192 bytes. cost:
/// O(length of the run)
Run next_run(std::string_view text, std::size_t start);

}  // namespace tocsin::report
