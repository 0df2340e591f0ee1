#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/unicode.h"

namespace tocsin::json {

namespace {

/// ECMAScript Number::toString (ECMA-262 §6.1.6.1.20), which RFC 8785 §3.2.2.3 prescribes.
std::string print_ecmascript(double value) {
  if (value == 0) return "0";
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  const std::size_t e = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c != '.') digits += c;
  }
  int exponent = 0;
  std::string_view exponent_text = text.substr(e + 1);
  if (exponent_text.front() == '+') exponent_text.remove_prefix(1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  const int n = exponent + 1;  // the decimal point stands behind n digits
  const int k = static_cast<int>(digits.size());
  std::string out = value < 0 ? "-" : "";
  if (k <= n && n <= 21) return out + digits + std::string(static_cast<std::size_t>(n - k), '0');
  if (0 < n && n <= 21) {
    return out + digits.substr(0, static_cast<std::size_t>(n)) + '.' + digits.substr(static_cast<std::size_t>(n));
  }
  if (-6 < n && n <= 0) return out + "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
  out += digits.front();
  if (k > 1) out += '.' + digits.substr(1);
  return out + fmt::format("e{}{}", n - 1 < 0 ? '-' : '+', std::abs(n - 1));
}

/// RFC 8785 §3.2.3 sorts by UTF-16 code units. UTF-8 bytes sort alike, but that supplementary characters (lead bytes
/// F0 and up) come before U+E000…U+FFFF (lead bytes EE and EF).
bool less_utf16(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  const auto x = static_cast<unsigned char>(*in_a);
  const auto y = static_cast<unsigned char>(*in_b);
  if (x >= 0xF0 && (y == 0xEE || y == 0xEF)) return true;
  if (y >= 0xF0 && (x == 0xEE || x == 0xEF)) return false;
  return x < y;
}

void print_indented(std::string& out, const Value& value, std::size_t indent) {
  const auto new_line = [&](std::size_t depth) {
    out += '\n';
    out.append(depth * 2, ' ');
  };
  if (const Array* items = value.array(); items != nullptr && !items->empty()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i != 0) out += ',';
      new_line(indent + 1);
      print_indented(out, (*items)[i], indent + 1);
    }
    new_line(indent);
    out += ']';
  } else if (const Object* members = value.object(); members != nullptr && !members->empty()) {
    out += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i != 0) out += ',';
      new_line(indent + 1);
      print_string_to(out, (*members)[i].key);
      out += ": ";
      print_indented(out, (*members)[i].value, indent + 1);
    }
    new_line(indent);
    out += '}';
  } else {
    print_to(out, value);
  }
}

Status print_canonical_to(std::string& out, const Value& value) {
  if (const Number* number = value.number()) {
    const std::optional<double> as_double = value.as_double();
    if (!as_double) return fail(ErrorCode::invalid, fmt::format("number {} does not fit a double", number->digits));
    out += print_ecmascript(*as_double);
  } else if (const Array* items = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i != 0) out += ',';
      TRY_VOID(print_canonical_to(out, (*items)[i]));
    }
    out += ']';
  } else if (const Object* members = value.object()) {
    std::vector<const Member*> sorted;
    sorted.reserve(members->size());
    for (const Member& member : *members) sorted.push_back(&member);
    std::ranges::sort(sorted, [](const Member* a, const Member* b) { return less_utf16(a->key, b->key); });
    out += '{';
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i != 0) {
        if (sorted[i]->key == sorted[i - 1]->key) {
          return fail(ErrorCode::invalid, fmt::format("key '{}' stands twice in an object", sorted[i]->key));
        }
        out += ',';
      }
      print_string_to(out, sorted[i]->key);
      out += ':';
      TRY_VOID(print_canonical_to(out, sorted[i]->value));
    }
    out += '}';
  } else {
    print_to(out, value);
  }
  return {};
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

Value Value::real(double value) { return Number{print_ecmascript(value)}; }

void print_string_to(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c < 0x80) {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      const std::size_t begin = i;
      if (decode_utf8(text, i) == 0xFFFD && text.substr(begin, i - begin) != kReplacement) {
        out.append(text, run, begin - run);
        out += kReplacement;
        run = i;
      }
      continue;
    }
    out.append(text, run, i - run);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
    run = ++i;
  }
  out.append(text, run, text.size() - run);
  out += '"';
}

void print_to(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const Number* number = value.number()) {
    out += number->digits;
  } else if (const std::string* text = value.string()) {
    print_string_to(out, *text);
  } else if (const Array* items = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i != 0) out += ',';
      print_to(out, (*items)[i]);
    }
    out += ']';
  } else if (const Object* members = value.object()) {
    out += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i != 0) out += ',';
      print_string_to(out, (*members)[i].key);
      out += ':';
      print_to(out, (*members)[i].value);
    }
    out += '}';
  }
}

std::string print(const Value& value) {
  std::string out;
  print_to(out, value);
  return out;
}

std::string print_pretty(const Value& value) {
  std::string out;
  print_indented(out, value, 0);
  out += '\n';
  return out;
}

Result<std::string> print_canonical(const Value& value) {
  std::string out;
  TRY_VOID(print_canonical_to(out, value));
  return out;
}

}  // namespace tocsin::json
