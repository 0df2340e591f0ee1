#include "report/indicator_checks.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "base/hash.h"
#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::IndicatorType;

// --- Keccak (FIPS 202 and the padding that came before it)
// ------------------------------------------------------------

void keccak_permute(std::array<std::uint64_t, 25>& state) {
  constexpr std::array<std::uint64_t, 24> kRounds{
      0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
      0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
      0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
      0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
      0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
  constexpr std::array<int, 24> kRotations{1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                           27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
  constexpr std::array<std::size_t, 24> kLanes{10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                               15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
  for (const std::uint64_t constant : kRounds) {
    std::array<std::uint64_t, 5> column{};
    for (std::size_t x = 0; x < 5; ++x) {
      column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
    }
    for (std::size_t x = 0; x < 5; ++x) {
      const std::uint64_t mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (std::size_t y = 0; y < 25; y += 5) state[x + y] ^= mix;
    }
    std::uint64_t moving = state[1];
    for (std::size_t step = 0; step < 24; ++step) {
      const std::uint64_t kept = state[kLanes[step]];
      state[kLanes[step]] = std::rotl(moving, kRotations[step]);
      moving = kept;
    }
    for (std::size_t y = 0; y < 25; y += 5) {
      std::array<std::uint64_t, 5> row{};
      for (std::size_t x = 0; x < 5; ++x) row[x] = state[y + x];
      for (std::size_t x = 0; x < 5; ++x) state[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    state[0] ^= constant;
  }
}

/// Keccak-256 of a message shorter than one block (136 bytes). `domain` is 0x01 for Ethereum, 0x06 for SHA3-256.
std::array<std::uint8_t, 32> keccak_256(std::string_view message, std::uint8_t domain) {
  constexpr std::size_t kRate = 136;
  std::array<std::uint64_t, 25> state{};
  const auto absorb = [&](std::size_t at, std::uint8_t byte) {
    state[at / 8] ^= std::uint64_t{byte} << (8 * (at % 8));
  };
  for (std::size_t at = 0; at < message.size(); ++at) absorb(at, static_cast<std::uint8_t>(message[at]));
  absorb(message.size(), domain);
  absorb(kRate - 1, 0x80);
  keccak_permute(state);
  std::array<std::uint8_t, 32> digest{};
  for (std::size_t at = 0; at < digest.size(); ++at) {
    digest[at] = static_cast<std::uint8_t>(state[at / 8] >> (8 * (at % 8)));
  }
  return digest;
}

std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    bytes.push_back(static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1])));
  }
  return bytes;
}

// --- addresses of coins
// -----------------------------------------------------------------------------------------------

std::optional<std::string> decode_base58(std::string_view text) {
  constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::vector<std::uint8_t> digits;  // base 256, least first
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    std::size_t carry = value;
    for (std::uint8_t& digit : digits) {
      carry += std::size_t{digit} * 58;
      digit = static_cast<std::uint8_t>(carry & 0xFF);
      carry >>= 8;
    }
    while (carry > 0) {
      digits.push_back(static_cast<std::uint8_t>(carry & 0xFF));
      carry >>= 8;
    }
  }
  std::string bytes(std::min(text.find_first_not_of('1'), text.size()), '\0');
  for (std::size_t at = digits.size(); at-- > 0;) bytes.push_back(static_cast<char>(digits[at]));
  return bytes;
}

std::optional<IndicatorType> check_base58(std::string_view text) {
  const auto bytes = decode_base58(text);
  constexpr std::size_t kPayload = 21;
  if (!bytes || bytes->size() != kPayload + 4) return std::nullopt;
  const std::string_view payload = std::string_view(*bytes).substr(0, kPayload);
  const std::string sum = unhex(hash_hex(HashAlgorithm::sha256, unhex(hash_hex(HashAlgorithm::sha256, payload))));
  if (std::string_view(sum).substr(0, 4) != std::string_view(*bytes).substr(kPayload)) return std::nullopt;
  switch (static_cast<std::uint8_t>(payload[0])) {
    case 0x00:
    case 0x05:
      return IndicatorType::btc;
    case 0x30:
    case 0x32:
      return IndicatorType::ltc;
    case 0x41:
      return IndicatorType::trx;
    default:
      return std::nullopt;
  }
}

std::optional<IndicatorType> check_bech32(std::string_view text) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const std::string lower = ascii_lower(text);
  const bool mixed = lower != text && std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  const std::size_t split = lower.rfind('1');
  if (mixed || lower.size() > 90 || split == std::string::npos || split + 7 > lower.size()) return std::nullopt;
  const std::string_view prefix = std::string_view(lower).substr(0, split);
  if (prefix != "bc" && prefix != "ltc") return std::nullopt;
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
  std::uint32_t sum = 1;
  const auto feed = [&](std::uint32_t value) {
    const std::uint32_t top = sum >> 25;
    sum = ((sum & 0x1FFFFFF) << 5) ^ value;
    for (std::size_t bit = 0; bit < 5; ++bit) {
      if (((top >> bit) & 1) != 0) sum ^= kGenerator[bit];
    }
  };
  for (const char c : prefix) feed(static_cast<std::uint32_t>(c) >> 5);
  feed(0);
  for (const char c : prefix) feed(static_cast<std::uint32_t>(c) & 31);
  for (const char c : std::string_view(lower).substr(split + 1)) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    feed(static_cast<std::uint32_t>(value));
  }
  if (sum != 1 && sum != 0x2BC830A3) return std::nullopt;
  return prefix == "bc" ? IndicatorType::btc : IndicatorType::ltc;
}

// --- ranges
// -----------------------------------------------------------------------------------------------------------

struct Range4 {
  std::uint32_t first;
  int bits;
  std::string_view by;
  bool documentation = false;
};
constexpr auto kReserved4 = std::to_array<Range4>({{0x0A000000, 8, "RFC 1918 private"},
                                                   {0xAC100000, 12, "RFC 1918 private"},
                                                   {0xC0A80000, 16, "RFC 1918 private"},
                                                   {0x7F000000, 8, "RFC 1122 loopback"},
                                                   {0xA9FE0000, 16, "RFC 3927 link-local"},
                                                   {0x64400000, 10, "RFC 6598 shared"},
                                                   {0xC0000200, 24, "RFC 5737 documentation", true},
                                                   {0xC6336400, 24, "RFC 5737 documentation", true},
                                                   {0xCB007100, 24, "RFC 5737 documentation", true},
                                                   {0xC6120000, 15, "RFC 2544 benchmarks"},
                                                   {0xC0000000, 24, "RFC 6890 protocol assignments"},
                                                   {0xE0000000, 4, "RFC 5771 multicast"},
                                                   {0xF0000000, 4, "RFC 1112 reserved"}});

std::optional<record::Suppression> reserved(std::string_view by) {
  return record::Suppression{"reserved-range", std::string(by)};
}

const psl_ctx_t* suffixes() { return psl_builtin(); }

struct FreeIdn {
  void operator()(char* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, FreeIdn>;

}  // namespace

std::optional<CheckedIp> check_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  int parts = 0;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = at;
    std::uint32_t value = 0;
    while (end < text.size() && is_ascii_digit(text[end]) && end - at < 4) {
      value = value * 10 + static_cast<std::uint32_t>(text[end] - '0');
      ++end;
    }
    const bool leading_zero = end - at > 1 && text[at] == '0';
    if (end == at || value > 255 || leading_zero || (end < text.size() && text[end] != '.')) return std::nullopt;
    address = address << 8 | value;
    ++parts;
    at = end + 1;
  }
  if (parts != 4 || address >> 24 == 0) return std::nullopt;
  CheckedIp checked;
  checked.value = std::string(text);
  for (const Range4& range : kReserved4) {
    if (address >> (32 - range.bits) != range.first >> (32 - range.bits)) continue;
    checked.reserved = reserved(range.by);
    checked.is_documentation = range.documentation;
    break;
  }
  return checked;
}

std::optional<CheckedIp> check_ipv6(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> printed{};
  inet_ntop(AF_INET6, &address, printed.data(), printed.size());
  CheckedIp checked;
  checked.value = printed.data();
  const auto byte = [&](std::size_t at) { return address.s6_addr[at]; };
  if (checked.value == "::1" || checked.value == "::") {
    checked.reserved = reserved("RFC 4291 loopback");
  } else if (byte(0) == 0xFE && (byte(1) & 0xC0) == 0x80) {
    checked.reserved = reserved("RFC 4291 link-local");
  } else if ((byte(0) & 0xFE) == 0xFC) {
    checked.reserved = reserved("RFC 4193 unique local");
  } else if (byte(0) == 0xFF) {
    checked.reserved = reserved("RFC 4291 multicast");
  } else if (byte(0) == 0x20 && byte(1) == 0x01 && byte(2) == 0x0D && byte(3) == 0xB8) {
    checked.reserved = reserved("RFC 3849 documentation");
    checked.is_documentation = true;
  }
  return checked;
}

std::optional<CheckedDomain> check_domain(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() < 4 || text.size() > 253) return std::nullopt;
  CheckedDomain checked;
  std::size_t label = 0;
  bool ascii = true;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : '.';
    if (c == '.') {
      if (at == label || at - label > 63 || text[label] == '-' || text[at - 1] == '-') return std::nullopt;
      ++checked.labels;
      label = at + 1;
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0x80) {
      ascii = false;
    } else if (!is_ascii_alnum(c) && c != '-' && c != '_') {
      return std::nullopt;
    }
  }
  if (checked.labels < 2) return std::nullopt;
  const std::string lower = ascii ? ascii_lower(text) : fold_case(text);
  if (ascii && lower.find("xn--") == std::string::npos) {
    checked.value = lower;
    checked.ascii = lower;
  } else {
    char* made = nullptr;
    if (idn2_to_ascii_8z(lower.c_str(), &made, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK) return std::nullopt;
    const IdnText punycode(made);
    checked.ascii = punycode.get();
    made = nullptr;
    if (idn2_to_unicode_8z8z(checked.ascii.c_str(), &made, 0) != IDN2_OK) return std::nullopt;
    const IdnText unicode(made);
    checked.value = unicode.get();
  }
  const std::size_t dot = checked.ascii.rfind('.');
  std::string suffix = checked.ascii.substr(dot + 1);
  const bool has_letter = std::ranges::any_of(suffix, is_ascii_alpha);
  if (!has_letter) return std::nullopt;
  constexpr int kListed = PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE;
  checked.known_suffix = psl_is_public_suffix2(suffixes(), suffix.c_str(), kListed) != 0;
  if (!checked.known_suffix && checked.ascii != checked.value) {
    // The builtin list may hold the Unicode form of internationalised top-level names only.
    suffix = checked.value.substr(checked.value.rfind('.') + 1);
    checked.known_suffix = psl_is_public_suffix2(suffixes(), suffix.c_str(), kListed) != 0;
  }
  return checked;
}

std::optional<IndicatorType> check_coin_address(std::string_view text) {
  if (text.size() < 25 || text.size() > 90) return std::nullopt;
  if (text.size() <= 35) {
    if (const auto coin = check_base58(text)) return coin;
  }
  return check_bech32(text);
}

bool check_ethereum_address(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x")) return false;
  const std::string_view digits = text.substr(2);
  const std::string lower = ascii_lower(digits);
  if (!std::ranges::all_of(lower, [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f'); })) return false;
  const bool has_lower = std::ranges::any_of(digits, [](char c) { return c >= 'a'; });
  const bool has_upper = std::ranges::any_of(digits, [](char c) { return c >= 'A' && c <= 'F'; });
  if (!has_lower || !has_upper) return true;
  const auto digest = keccak_256(lower, 0x01);
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (is_ascii_digit(digits[at])) continue;
    const int nibble = at % 2 == 0 ? digest[at / 2] >> 4 : digest[at / 2] & 15;
    if ((nibble >= 8) != (digits[at] < 'a')) return false;
  }
  return true;
}

bool check_onion(std::string_view label) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  const std::string lower = ascii_lower(label);
  if (lower.size() != 16 && lower.size() != 56) return false;
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : lower) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 5 | static_cast<std::uint32_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>(bits >> held & 0xFF));
    }
  }
  if (lower.size() == 16) return true;
  constexpr std::size_t kKey = 32;
  const std::string message = ".onion checksum" + bytes.substr(0, kKey) + std::string(1, '\x03');
  const auto digest = keccak_256(message, 0x06);
  return bytes[34] == '\x03' && static_cast<std::uint8_t>(bytes[32]) == digest[0] &&
         static_cast<std::uint8_t>(bytes[33]) == digest[1];
}

}  // namespace tocsin::report
