#pragma once

// Where a statement stands, word for word. Every claim, entity, component and warning carries some.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::record {

/// STIX confidence, 0 to 100.
using Confidence = std::uint8_t;

/// A byte range of a document as handed in (after decompression, before any conversion), end exclusive: cutting those
/// bytes gives the quote. For PDF `page` (from 1) is set and offsets count in that page's text.
struct Span {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::optional<std::uint32_t> page;

  auto operator<=>(const Span&) const = default;
};

struct Evidence {
  std::string document;  ///< path as given
  Span span;
  std::string quote;      ///< the bytes of span, as UTF-8 (invalid parts as U+FFFD)
  std::string rule = {};  ///< the rule that read it, e.g. "verbs/targets-active"; empty when the record names it

  bool operator==(const Evidence&) const = default;
};

}  // namespace tocsin::record
