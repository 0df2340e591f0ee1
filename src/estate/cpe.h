#pragma once

// CPE 2.3 formatted strings (NISTIR 7695 §6.2): thirteen parts between colons, backslash escapes.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::estate {

/// One attribute: a value, or one of the two logical values.
struct CpeAttribute {
  enum class Kind : std::uint8_t { any, not_applicable, value } kind = Kind::any;
  /// Of a value: unescaped, lower-case. '*' and '?' that were wildcards are kept as "\x01" and "\x02", so that a
  /// literal "\*" stays distinguishable.
  std::string text;
  bool operator==(const CpeAttribute&) const = default;
  bool has_wildcard() const { return text.find_first_of("\x01\x02") != std::string::npos; }
};

enum class CpePart : std::uint8_t { application, operating_system, hardware };

struct Cpe {
  CpePart part = CpePart::application;
  CpeAttribute vendor, product, version, update, edition, language, sw_edition, target_sw, target_hw, other;
  bool operator==(const Cpe&) const = default;
};

/// errors: syntax (not cpe:2.3, wrong number of parts, bad escape, unescaped character), unsupported (CPE 2.2 URI)
Result<Cpe> parse_cpe(std::string_view text);
/// The formatted string, escaped as the standard wants.
std::string print_cpe(const Cpe& cpe);
/// The CPE of an identity as cpe_identity() gives it, with that version (empty = any).
Cpe cpe_of_identity(std::string_view identity, std::string_view version);
/// "a:vendor:product", the key under which products are looked up; empty when either is a wildcard or a logical value.
std::string cpe_identity(const Cpe& cpe);

}  // namespace tocsin::estate
