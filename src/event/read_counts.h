#pragma once

// What reading a log came to, in numbers.

#include <cstdint>
#include <map>
#include <string>

namespace tocsin::event {

struct ReadCounts {
  std::uint64_t events = 0;    ///< records, those that are only text included
  std::uint64_t bytes = 0;     ///< decompressed
  std::uint64_t unparsed = 0;  ///< records kept as text or passed over
  std::map<std::string, std::uint64_t> unparsed_by_reason;
  std::map<std::string, std::uint64_t> defects;  ///< parsed records with something odd: repeated keys, lone surrogates…
};

}  // namespace tocsin::event
