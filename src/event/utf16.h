#pragma once

// UTF-16, little end first, into UTF-8.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "event/arena.h"

namespace tocsin::event {

/// `text` (UTF-16LE; an odd last byte is left out) up to its first NUL as UTF-8 in the arena. A lone surrogate becomes
/// U+FFFD and is counted in `lone_surrogates`.     cost: O(text), no allocation but the arena's
std::string_view utf16le_to_utf8(std::string_view text, Arena& arena, std::uint64_t& lone_surrogates);

/// All of a text onto the end of a string.
void append_utf16le(std::string& out, std::string_view text);

/// The runs of four and more printable characters in bytes that may hold UTF-16LE anywhere at even offsets, joined by
/// line ends: what can still be searched in a record that cannot be read.
std::string printable_utf16le(std::string_view bytes);

}  // namespace tocsin::event
