#pragma once

// Versions: three orders that we know exactly, and the name of every other one. Comparing in a wrong order gives wrong
// verdicts, so a scheme that is not implemented is an error that names it, never a fallback.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::estate {

/// How the versions of a product are ordered.
enum class Scheme : std::uint8_t {
  debian,  ///< dpkg: [epoch:]upstream[-revision] (Debian Policy §5.6.12)
  semver,  ///< Semantic Versioning 2.0.0; beyond it a leading "v", and more or fewer than three numbers (missing = 0)
  dotted,  ///< numbers and letters between separators, as in NVD's ranges: 1.18.0 < 1.20.1, 1.1.1 < 1.1.1k, 1.2 = 1.2.0
};

/// "debian", "semver", "dotted".
std::string_view scheme_name(Scheme scheme);
/// errors: unsupported (a scheme known by name that we do not order, e.g. rpm), invalid (no scheme at all; with hint)
Result<Scheme> parse_scheme(std::string_view name);

/// Whether `version` is in the scheme's form.     errors: invalid (says what is wrong with it)
Status check_version(Scheme scheme, std::string_view version);

/// Total order of the scheme. Build metadata of SemVer does not count (§10).
/// errors: invalid (either text is not of the scheme)     cost: O(length), no allocation but for errors
Result<std::strong_ordering> compare_versions(Scheme scheme, std::string_view a, std::string_view b);

/// The parts of a Debian version; views into the text given.
struct DebianVersion {
  std::uint64_t epoch = 0;
  std::string_view upstream;
  std::string_view revision;  ///< empty for native packages
};
/// errors: invalid
Result<DebianVersion> parse_debian_version(std::string_view text);

/// What upstream called it, as far as the package's version tells: without epoch, revision, and the packagers' tails
/// "+dfsg…", "+ds…", "+really…" (then what follows "really"), "~deb…", "+deb…". "1:9.2p1-2+deb12u3" gives "9.2p1".
std::string upstream_of_debian_version(const DebianVersion& version);

}  // namespace tocsin::estate
