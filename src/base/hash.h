#pragma once

// Digests and UUIDs.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

enum class HashAlgorithm : std::uint8_t { md5, sha1, sha256, sha512 };

/// Lower-case hexadecimal digest. MD5 and SHA-1 name things here; they protect nothing.
std::string hash_hex(HashAlgorithm algorithm, std::string_view bytes);

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
};

/// Canonical 8-4-4-4-12 lower-case form; parsing takes either case.     errors: syntax
Result<Uuid> parse_uuid(std::string_view text);
std::string print_uuid(const Uuid& uuid);
/// 1 to 8 by RFC 9562's version field when the variant is 10xx, else 0.
int uuid_version(const Uuid& uuid);
/// From the operating system's randomness.
Uuid make_uuid_v4();
/// RFC 9562 §5.5: SHA-1 over namespace and name.
Uuid make_uuid_v5(const Uuid& name_space, std::string_view name);

}  // namespace tocsin
