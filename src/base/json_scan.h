#pragma once

// The short way of json::Walker for what logs are made of: records on one line. One pass over the bytes finds every
// quotation mark that no backslash takes its meaning from, 64 bytes at a time; a second one goes from mark to mark.
// Whatever it is not sure of (control characters, depth, any error) it leaves to the long way, which says what is
// wrong.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json_walk.h"

namespace tocsin::json {

/// What a scan saw on its way.
struct ScanTraits {
  bool is_ascii = false;            ///< no byte above 0x7F
  bool has_unicode_escape = false;  ///< a backslash with a u behind it stands somewhere
};

/// True when this machine can scan.
bool can_scan();

/// The tokens of `text` as Walker::walk gives them, or false: go the long way.
/// in:  text: followed by at least 64 readable bytes; marks: memory that is used again
/// out: items: overwritten; meaningless when false
bool scan(std::string_view text, const WalkLimits& limits, std::vector<std::uint32_t>& marks,
          std::vector<WalkItem>& items, ScanTraits& traits);

/// JSON's number grammar.
bool is_number(std::string_view text);

}  // namespace tocsin::json
