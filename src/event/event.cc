#include "event/event.h"

#include <charconv>

#include "base/unicode.h"

namespace tocsin::event {

namespace {

std::optional<unsigned> hex_number(std::string_view digits) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// The UTF-16 unit of a `\uXXXX` at `at`.
std::optional<unsigned> unit_at(std::string_view raw, std::size_t at) {
  if (at + 6 > raw.size() || raw[at] != '\\' || raw[at + 1] != 'u') return std::nullopt;
  return hex_number(raw.substr(at + 2, 4));
}

void decode_json(std::string_view raw, std::string& out) {
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t backslash = raw.find('\\', at);
    out.append(raw.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return;
    at = backslash;
    const char next = at + 1 < raw.size() ? raw[at + 1] : '\0';
    switch (next) {
      case '"':
      case '\\':
      case '/':
        out += next;
        at += 2;
        continue;
      case 'b':
        out += '\b';
        at += 2;
        continue;
      case 'f':
        out += '\f';
        at += 2;
        continue;
      case 'n':
        out += '\n';
        at += 2;
        continue;
      case 'r':
        out += '\r';
        at += 2;
        continue;
      case 't':
        out += '\t';
        at += 2;
        continue;
      default:
        break;
    }
    const auto unit = unit_at(raw, at);
    if (!unit) {  // ill-formed: stays as it stands
      out += raw[at++];
      continue;
    }
    at += 6;
    char32_t code_point = *unit;
    if (*unit >= 0xD800 && *unit < 0xDC00) {
      const auto low = unit_at(raw, at);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code_point = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
        at += 6;
      }
    }
    append_utf8(out, code_point >= 0xD800 && code_point < 0xE000 ? U'\uFFFD' : code_point);
  }
}

void decode_log(std::string_view raw, std::string& out) {
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t backslash = raw.find('\\', at);
    out.append(raw.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return;
    at = backslash;
    const char next = at + 1 < raw.size() ? raw[at + 1] : '\0';
    if (next == 'x' && at + 4 <= raw.size()) {
      if (const auto byte = hex_number(raw.substr(at + 2, 2))) {
        out += static_cast<char>(*byte);
        at += 4;
        continue;
      }
    }
    switch (next) {
      case '"':
      case '\\':
        out += next;
        break;
      case 'b':
        out += '\b';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'v':
        out += '\v';
        break;
      default:
        out += raw[at++];
        continue;
    }
    at += 2;
  }
}

}  // namespace

std::string_view decode_token(Token token, std::string& scratch) {
  const bool escapes = token.kind == TokenKind::json_string || token.kind == TokenKind::log_string;
  if (!escapes || token.raw.find('\\') == std::string_view::npos) return token.raw;
  scratch.clear();
  if (token.kind == TokenKind::json_string) {
    decode_json(token.raw, scratch);
  } else {
    decode_log(token.raw, scratch);
  }
  return scratch;
}

std::optional<Timestamp> event_time(const Event& event) {
  if (event.time_style == TimeStyle::none) return std::nullopt;
  std::string scratch;
  const std::string_view text = decode_token(event.time, scratch);
  if (event.time_style == TimeStyle::apache) {
    auto time = parse_apache_time(text);
    return time ? std::optional(*std::move(time)) : std::nullopt;
  }
  if (auto time = parse_rfc3339(text)) return *std::move(time);
  // Sysmon's UtcTime and NXLog's EventTime have no offset.
  auto time = parse_rfc3339(std::string(text) + "Z");
  return time ? std::optional(*std::move(time)) : std::nullopt;
}

}  // namespace tocsin::event
