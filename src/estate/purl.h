#pragma once

// Package URLs: pkg:type/namespace/name@version?qualifiers#subpath, read and written canonically.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tocsin::estate {

/// A package URL in canonical form: parts decoded, normalised by the rules of its type; empty = absent.
struct Purl {
  std::string type;
  std::string name_space;  ///< segments joined by '/'
  std::string name;
  std::string version;
  std::vector<std::pair<std::string, std::string>> qualifiers;  ///< sorted by key, no empty values
  std::string subpath;

  bool operator==(const Purl&) const = default;
  /// The qualifier's value or "".
  std::string_view qualifier(std::string_view key) const;
};

/// errors: syntax (not a purl; the message says which part), invalid (breaks a rule of its type), limit_exceeded (4
/// KiB) source: purl specification 1.0, "How to parse a purl string in its components", and the type definitions
Result<Purl> parse_purl(std::string_view text);

/// Checks and normalises parts that came from elsewhere.     errors: as parse_purl
Result<Purl> make_purl(Purl parts);

/// The canonical string.
std::string print_purl(const Purl& purl);

/// What the package is, whatever its version: "type/namespace/name", the key under which products are looked up.
std::string purl_identity(const Purl& purl);

}  // namespace tocsin::estate
