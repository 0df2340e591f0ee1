#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "detect/tests.h"

namespace tocsin::detect {

std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  text = text.substr(0, text.find('%'));
  char buffer[INET6_ADDRSTRLEN] = {};
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  std::array<std::uint8_t, 16> out{};
  if (inet_pton(AF_INET, buffer, out.data() + 12) == 1) {
    out[10] = out[11] = 0xFF;
    return out;
  }
  if (inet_pton(AF_INET6, buffer, out.data()) == 1) return out;
  return std::nullopt;
}

Result<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto parsed = parse_address(address);
  if (!parsed || address.find('%') != std::string_view::npos) {
    return fail(ErrorCode::syntax, fmt::format("'{}' is no IP network", text), {},
                "such as 10.0.0.0/8 or 2001:db8::/32");
  }
  const bool is_v4 = address.find(':') == std::string_view::npos;
  Network out{*parsed, 128};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > (is_v4 ? 32u : 128u)) {
      return fail(ErrorCode::syntax, fmt::format("'{}' has no valid prefix length", text), {},
                  is_v4 ? "0 to 32 bits" : "0 to 128 bits");
    }
    out.bits = static_cast<std::uint8_t>(is_v4 ? bits + 96 : bits);
  }
  for (unsigned bit = out.bits; bit < 128; ++bit) {
    if ((out.address[bit / 8] & (0x80u >> (bit % 8))) != 0) {
      return fail(ErrorCode::invalid, fmt::format("'{}' has bits set behind its prefix", text), {},
                  "write the network's first address");
    }
  }
  return out;
}

bool contains(const Network& network, const std::array<std::uint8_t, 16>& address) {
  const std::size_t whole = network.bits / 8u;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), network.address.begin()))
    return false;
  const unsigned rest = network.bits % 8u;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF00u >> rest);
  return (address[whole] & mask) == network.address[whole];
}

}  // namespace tocsin::detect
