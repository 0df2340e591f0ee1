#include "estate/cpe.h"

#include <fmt/format.h>
#include <vector>

#include "base/unicode.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxCpe = 4096;
constexpr char kStar = '\x01';
constexpr char kQuestion = '\x02';

std::array<CpeAttribute Cpe::*, 10> attributes() {
  return {&Cpe::vendor,   &Cpe::product,    &Cpe::version,   &Cpe::update,    &Cpe::edition,
          &Cpe::language, &Cpe::sw_edition, &Cpe::target_sw, &Cpe::target_hw, &Cpe::other};
}
constexpr std::array<std::string_view, 10> kNames{"vendor",   "product",    "version",   "update",    "edition",
                                                  "language", "sw_edition", "target_sw", "target_hw", "other"};

// §5.3.2: these stand bare in a formatted string; every other character is escaped.
bool stands_bare(char c) { return is_ascii_alnum(c) || c == '_' || c == '.' || c == '-'; }

/// Splits at colons that are not escaped; escapes stay in the parts.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == ':') {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

Result<CpeAttribute> parse_attribute(std::string_view text, std::string_view name) {
  if (text == "*") return CpeAttribute{};
  if (text == "-") return CpeAttribute{CpeAttribute::Kind::not_applicable, {}};
  if (text.empty())
    return fail(ErrorCode::syntax, fmt::format("{} of a CPE is empty", name), {}, "write '*' for any value");
  CpeAttribute attribute{CpeAttribute::Kind::value, {}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      if (++i == text.size()) return fail(ErrorCode::syntax, fmt::format("{} of a CPE ends in a backslash", name));
      attribute.text += ascii_lower(text[i]);
    } else if (c == '*') {
      // §5.3.2: wildcards stand at either end only; NVD's own data keeps to it.
      if (i != 0 && i + 1 != text.size())
        return fail(ErrorCode::syntax, fmt::format("unescaped '*' inside the {} of a CPE", name));
      attribute.text += kStar;
    } else if (c == '?') {
      attribute.text += kQuestion;
    } else if (stands_bare(c)) {
      attribute.text += ascii_lower(c);
    } else {
      return fail(ErrorCode::syntax, fmt::format("character '{}' in the {} of a CPE must be escaped", c, name));
    }
  }
  return attribute;
}

void print_attribute_to(std::string& out, const CpeAttribute& attribute) {
  out += ':';
  if (attribute.kind == CpeAttribute::Kind::any) out += '*';
  if (attribute.kind == CpeAttribute::Kind::not_applicable) out += '-';
  if (attribute.kind != CpeAttribute::Kind::value) return;
  if (attribute.text == "-") {  // the value, not the logical NA
    out += "\\-";
    return;
  }
  for (const char c : attribute.text) {
    if (c == kStar)
      out += '*';
    else if (c == kQuestion)
      out += '?';
    else {
      if (!stands_bare(c)) out += '\\';
      out += c;
    }
  }
}

}  // namespace

Result<Cpe> parse_cpe(std::string_view text) {
  if (text.size() > kMaxCpe) return fail(ErrorCode::limit_exceeded, "CPE is longer than 4096 bytes");
  if (text.starts_with("cpe:/"))
    return fail(ErrorCode::unsupported, "CPE 2.2 URIs are not supported", {},
                "write the CPE 2.3 formatted string, 'cpe:2.3:…'");
  if (!text.starts_with("cpe:2.3:")) return fail(ErrorCode::syntax, "CPE does not begin with 'cpe:2.3:'");
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return fail(ErrorCode::syntax, "CPE has a character outside printable ASCII");
  const std::vector<std::string_view> parts = split(text.substr(8));
  if (parts.size() != 11)
    return fail(ErrorCode::syntax, fmt::format("CPE has {} parts after 'cpe:2.3', not 11", parts.size()));
  Cpe cpe;
  if (parts[0] == "a")
    cpe.part = CpePart::application;
  else if (parts[0] == "o")
    cpe.part = CpePart::operating_system;
  else if (parts[0] == "h")
    cpe.part = CpePart::hardware;
  else
    return fail(ErrorCode::syntax, fmt::format("part of a CPE is '{}', not a, o or h", parts[0]));
  const auto members = attributes();
  for (std::size_t i = 0; i < members.size(); ++i) {
    TRY(cpe.*members[i], parse_attribute(parts[i + 1], kNames[i]));
  }
  return cpe;
}

std::string print_cpe(const Cpe& cpe) {
  std::string out = "cpe:2.3:";
  out += cpe.part == CpePart::application ? 'a' : cpe.part == CpePart::operating_system ? 'o' : 'h';
  for (const auto member : attributes()) print_attribute_to(out, cpe.*member);
  return out;
}

Cpe cpe_of_identity(std::string_view identity, std::string_view version) {
  Cpe cpe;
  const std::size_t first = identity.find(':');
  const std::size_t second = identity.find(':', first + 1);
  if (identity.starts_with('o')) cpe.part = CpePart::operating_system;
  if (identity.starts_with('h')) cpe.part = CpePart::hardware;
  cpe.vendor = {CpeAttribute::Kind::value, std::string(identity.substr(first + 1, second - first - 1))};
  cpe.product = {CpeAttribute::Kind::value, std::string(identity.substr(second + 1))};
  if (!version.empty()) cpe.version = {CpeAttribute::Kind::value, ascii_lower(version)};
  return cpe;
}

std::string cpe_identity(const Cpe& cpe) {
  if (cpe.vendor.kind != CpeAttribute::Kind::value || cpe.product.kind != CpeAttribute::Kind::value ||
      cpe.vendor.has_wildcard() || cpe.product.has_wildcard())
    return {};
  const char part = cpe.part == CpePart::application ? 'a' : cpe.part == CpePart::operating_system ? 'o' : 'h';
  return fmt::format("{}:{}:{}", part, cpe.vendor.text, cpe.product.text);
}

}  // namespace tocsin::estate
