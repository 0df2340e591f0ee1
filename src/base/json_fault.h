#pragma once

// Where and why a text is no JSON. simdjson is fast and says little about either; this scanner is slow, strict and runs
// only over texts that simdjson has refused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::json {

struct Fault {
  ErrorCode code = ErrorCode::syntax;  ///< or limit_exceeded: too deep
  std::uint64_t offset = 0;            ///< of the first byte that cannot stand where it does, or the size of the text
  std::string message;                 ///< what was expected there and what was found
  std::string hint;                    ///< for mistakes that have a name: comments, single quotes, a comma too many …
  std::string pointer;                 ///< RFC 6901: the value that is damaged or whose inside is
};

/// The first place at which `text` breaks RFC 8259, is no UTF-8, names half a surrogate pair or nests deeper than
/// `max_depth`; nullopt when it does none of it. A byte order mark is passed over.
/// cost: O(text), memory O(max_depth)
std::optional<Fault> find_fault(std::string_view text, std::uint32_t max_depth);

}  // namespace tocsin::json
