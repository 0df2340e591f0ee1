#include "event/event.h"

#include <algorithm>
#include <bit>
#include <charconv>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/// Copies up to the next backslash of `raw` from `at` on; sixteen bytes a step, so `to` has as many to spare.
/// out: where the backslash stands, or the end
std::size_t copy_to_backslash(std::string_view raw, std::size_t at, char*& to) {
#if defined(__SSE2__)
  const __m128i backslash = _mm_set1_epi8('\\');
  for (; at + 16 <= raw.size(); at += 16, to += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(raw.data() + at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash)));
    if (found == 0) continue;
    const auto before = static_cast<std::size_t>(std::countr_zero(found));
    to += before;
    return at + before;
  }
#endif
  for (; at < raw.size() && raw[at] != '\\'; ++at) *to++ = raw[at];
  return at;
}

/// What a backslash and this stand for, or 0.
constexpr char escaped_character(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

void decode_json(std::string_view raw, std::string& out) {
  // No escape is shorter than what it stands for.
  out.resize(raw.size() + 16);
  char* to = out.data();
  for (std::size_t at = 0; (at = copy_to_backslash(raw, at, to)) < raw.size();) {
    const char plain = at + 1 < raw.size() ? escaped_character(raw[at + 1]) : '\0';
    if (plain != '\0') {
      *to++ = plain;
      at += 2;
      continue;
    }
    const auto unit = unit_at(raw, at);
    if (!unit) {  // ill-formed: stays as it stands
      *to++ = raw[at++];
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
    std::string encoded;
    append_utf8(encoded, code_point >= 0xD800 && code_point < 0xE000 ? U'\uFFFD' : code_point);
    to = std::ranges::copy(encoded, to).out;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
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
  if (token.kind == TokenKind::json_string) {
    decode_json(token.raw, scratch);
  } else {
    scratch.clear();
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
