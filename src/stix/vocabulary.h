#pragma once

// The vocabularies and enumerations of §10.

#include <span>
#include <string_view>

namespace tocsin::stix {

struct Vocabulary {
  std::string_view name;    ///< e.g. "indicator-type-ov"
  std::string_view clause;  ///< e.g. "10.10"
  bool closed = false;      ///< an enumeration: other values are errors
  std::span<const std::string_view> values;

  bool contains(std::string_view value) const;
};

/// nullptr when there is none of that name.
const Vocabulary* find_vocabulary(std::string_view name);
std::span<const Vocabulary> all_vocabularies();

}  // namespace tocsin::stix
