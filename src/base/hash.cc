#include "base/hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace tocsin {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

/// Libraries break their word only when the machine is out of memory; there is no digest to give then.
[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "tocsin: %s failed\n", what);
  std::abort();
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// The four digests, fetched once. A library context of our own: a system that is configured for FIPS would refuse MD5,
/// which names things here (STIX ids, indicators) and protects nothing.
struct Digests {
  Digests() {
    OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
    if (library == nullptr || OSSL_PROVIDER_load(library, "default") == nullptr) give_up("loading OpenSSL's digests");
    constexpr std::array kNames = {"MD5", "SHA1", "SHA256", "SHA512"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      methods[i] = EVP_MD_fetch(library, kNames[i], nullptr);
      if (methods[i] == nullptr) give_up("loading OpenSSL's digests");
    }
  }
  std::array<EVP_MD*, 4> methods{};  // live as long as the program
};

struct Digest {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
};

Digest digest_of(HashAlgorithm algorithm, std::string_view first, std::string_view second) {
  static const Digests digests;
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Digest digest;
  if (!context ||
      EVP_DigestInit_ex2(context.get(), digests.methods[static_cast<std::size_t>(algorithm)], nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context.get(), second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.bytes.data(), &digest.size) != 1) {
    give_up("a digest");
  }
  return digest;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// RFC 9562 §4.1 and §4.2.
void set_version(Uuid& uuid, int version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | (version << 4));
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
}

bool is_dash_place(std::size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

}  // namespace

std::string hash_hex(HashAlgorithm algorithm, std::string_view bytes) {
  const Digest digest = digest_of(algorithm, bytes, {});
  std::string out;
  out.reserve(std::size_t{digest.size} * 2);
  for (unsigned i = 0; i < digest.size; ++i) {
    out += kHexDigits[digest.bytes[i] >> 4];
    out += kHexDigits[digest.bytes[i] & 0x0f];
  }
  return out;
}

Result<Uuid> parse_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < std::min(text.size(), kLength); ++i) {
    if (is_dash_place(i)) {
      if (text[i] != '-') return fail(ErrorCode::syntax, "a UUID has a '-' here", {.offset = i});
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return fail(ErrorCode::syntax, "a UUID has a hexadecimal digit here", {.offset = i});
    std::uint8_t& byte = uuid.bytes[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++digits;
  }
  if (text.size() != kLength) {
    return fail(ErrorCode::syntax, "a UUID has 36 characters", {.offset = std::min(text.size(), kLength)});
  }
  return uuid;
}

std::string print_uuid(const Uuid& uuid) {
  std::string out;
  out.reserve(36);
  for (const std::uint8_t byte : uuid.bytes) {
    if (is_dash_place(out.size())) out += '-';
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0x0f];
  }
  return out;
}

int uuid_version(const Uuid& uuid) {
  if ((uuid.bytes[8] & 0xc0) != 0x80) return 0;
  const int version = uuid.bytes[6] >> 4;
  return version <= 8 ? version : 0;
}

Uuid make_uuid_v4() {
  Uuid uuid;
  std::size_t filled = 0;
  while (filled < uuid.bytes.size()) {
    const ssize_t size = ::getrandom(uuid.bytes.data() + filled, uuid.bytes.size() - filled, 0);
    if (size > 0) {
      filled += static_cast<std::size_t>(size);
    } else if (errno != EINTR) {
      give_up("getrandom");
    }
  }
  set_version(uuid, 4);
  return uuid;
}

Uuid make_uuid_v5(const Uuid& name_space, std::string_view name) {
  const std::string_view prefix(reinterpret_cast<const char*>(name_space.bytes.data()), name_space.bytes.size());
  const Digest digest = digest_of(HashAlgorithm::sha1, prefix, name);
  Uuid uuid;
  std::copy_n(digest.bytes.begin(), uuid.bytes.size(), uuid.bytes.begin());
  set_version(uuid, 5);
  return uuid;
}

}  // namespace tocsin
