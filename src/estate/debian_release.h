#pragma once

// Names and numbers of Debian's releases.

#include <string>
#include <string_view>

namespace tocsin::estate {

/// "11", "debian-11", "debian-11.6", "bullseye", "debian 11 (bullseye)" → "bullseye"; "" when it is none that we know.
std::string debian_release_of(std::string_view text);
/// "bullseye" → "11"; "" when unknown.
std::string_view debian_release_number(std::string_view release);
/// All names, the oldest first, "sid" last.
bool is_debian_release(std::string_view name);

}  // namespace tocsin::estate
