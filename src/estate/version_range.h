#pragma once

// Ranges of versions: intervals as this project writes them ("[0.6.18,1.20.1)"), and the vers notation of package-url.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "estate/version.h"

namespace tocsin::estate {

/// An interval of versions. No bound = open to that side.
struct VersionInterval {
  std::optional<std::string> from;
  std::optional<std::string> to;
  bool from_included = true;
  bool to_included = false;

  bool operator==(const VersionInterval&) const = default;
};

/// "[a,b)", "[a,b]", "(a,b)", "(,b)", "[a,)", "[a]" for one version, "*" for all. Bounds are checked against the scheme
/// and must not be the wrong way round.     errors: syntax, invalid
Result<VersionInterval> parse_interval(Scheme scheme, std::string_view text);
std::string print_interval(const VersionInterval& interval);

/// errors: invalid (the version is not of the scheme)
Result<bool> is_within(Scheme scheme, const VersionInterval& interval, std::string_view version);

/// A vers range ("vers:npm/>=1.0.0|<2.0.0") of a scheme that we order.
struct VersRange {
  enum class Comparator : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };
  struct Constraint {
    Comparator comparator = Comparator::equal;
    std::string version;
  };
  std::string type;  ///< as written, e.g. "npm"
  Scheme scheme = Scheme::dotted;
  bool everything = false;              ///< "vers:npm/*"
  std::vector<Constraint> constraints;  ///< in ascending order of version, each version once
};

/// Strict canonical form.     errors: syntax, invalid (order, repeated version, version not of the scheme),
///                            unsupported (a versioning scheme that we do not order, by name)
Result<VersRange> parse_vers(std::string_view text);
/// The containment algorithm of the vers specification.     errors: invalid (the version is not of the scheme)
Result<bool> is_within(const VersRange& range, std::string_view version);

}  // namespace tocsin::estate
