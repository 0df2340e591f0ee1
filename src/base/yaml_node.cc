// What a node means: the core schema of YAML 1.2.2 §10.3.2, and its place.

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/yaml.h"

namespace tocsin::yaml {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

/// True when the node is resolved by the core schema's rule for `type`: plain, or tagged so.
bool resolves_as(const Node& node, std::string_view type) {
  if (!node.is_scalar()) return false;
  if (node.tag.empty()) return !node.quoted;
  return node.tag.starts_with(kCoreTag) && std::string_view(node.tag).substr(kCoreTag.size()) == type;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?   (YAML 1.2.2 §10.3.2), without its sign
bool is_unsigned_float(std::string_view text) {
  const std::size_t whole = skip_digits(text, 0);
  std::size_t at = whole;
  if (at < text.size() && text[at] == '.') {
    at = skip_digits(text, at + 1);
    if (whole == 0 && at == 1) return false;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

std::string_view drop_sign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

}  // namespace

bool Node::is_null() const {
  if (!resolves_as(*this, "null")) return false;
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> Node::as_bool() const {
  if (!resolves_as(*this, "bool")) return std::nullopt;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> Node::as_int() const {
  if (!resolves_as(*this, "int")) return std::nullopt;
  std::string_view digits = text;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0o")) {
    base = digits[1] == 'x' ? 16 : 8;
    digits.remove_prefix(2);
    if (digits.starts_with('-')) return std::nullopt;
  } else if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const char* const past = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), past, value, base);
  if (error != std::errc() || stop != past) return std::nullopt;
  return value;
}

std::optional<double> Node::as_double() const {
  if (!resolves_as(*this, "float")) return std::nullopt;
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = drop_sign(text);
  if (magnitude == ".inf" || magnitude == ".Inf" || magnitude == ".INF") {
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  if (!is_unsigned_float(magnitude)) return std::nullopt;
  double value = 0;
  const char* const past = magnitude.data() + magnitude.size();
  const auto [stop, error] = std::from_chars(magnitude.data(), past, value);
  if (error != std::errc() || stop != past) return std::nullopt;
  return negative ? -value : value;
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find_if(pairs, [&](const Pair& pair) { return pair.key.text == key; });
  return found == pairs.end() ? nullptr : &found->value;
}

Where where_of(const Node& node, std::string source) {
  return Where{
      .source = std::move(source), .offset = node.begin.offset, .line = node.begin.line, .column = node.begin.column};
}

}  // namespace tocsin::yaml
