#pragma once

// The physical limit of reading JSON here: simdjson's On-Demand over every field of every record, and nothing else.

#include <cstdint>
#include <string_view>

namespace tocsin::bench {

struct Walked {
  std::uint64_t records = 0;
  std::uint64_t bad = 0;
  std::uint64_t sum = 0;  ///< of what was looked at, so that no compiler leaves it out
};

/// in: text: one JSON object a line, followed by at least 64 readable bytes
Walked walk_lines(std::string_view text);

}  // namespace tocsin::bench
