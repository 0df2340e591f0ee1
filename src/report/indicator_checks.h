#pragma once

// Whether something that looks like an indicator is one: check sums, ranges, registries.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/indicator.h"

namespace tocsin::report {

struct CheckedIp {
  std::string value;                            ///< RFC 5952 for IPv6, dotted for IPv4
  std::optional<record::Suppression> reserved;  ///< private, loopback, documentation …
  bool is_documentation = false;
};
/// Four decimal parts up to 255 without leading zeros, first part not 0.
std::optional<CheckedIp> check_ipv4(std::string_view text);
std::optional<CheckedIp> check_ipv6(std::string_view text);

struct CheckedDomain {
  std::string value;          ///< lower case, Unicode
  std::string ascii;          ///< punycode; equal to value for ASCII names
  bool known_suffix = false;  ///< the last label stands in the public suffix list
  std::size_t labels = 0;
};
/// Syntax of RFC 1123 and IDNA 2008 (non-transitional, UTS 46).
std::optional<CheckedDomain> check_domain(std::string_view text);

/// The coin of a Base58Check or Bech32 address whose check sum is right.
/// source: BIP 13, BIP 173, BIP 350
std::optional<record::IndicatorType> check_coin_address(std::string_view text);
/// "0x" and 40 hexadecimal digits; mixed case must be EIP-55's.
bool check_ethereum_address(std::string_view text);
/// 56 characters before ".onion" with the check sum of rend-spec-v3, or 16 of version 2.
bool check_onion(std::string_view label);

}  // namespace tocsin::report
