#include "base/unicode.h"

#include <simdjson.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>

namespace tocsin {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kReplacementBytes = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

/// A code point at the start of some bytes, or the longest prefix of one that the bytes have.
struct Decoded {
  char32_t code_point = kReplacement;
  std::size_t length = 1;
  bool valid = false;
};

/// Unicode 15.0 §3.9, table 3-7 (well-formed byte sequences) and its "maximal subparts" for the others.
Decoded decode(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return {.code_point = lead, .length = 1, .valid = true};
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  char32_t code_point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    code_point = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    code_point = lead & 0x0FU;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code_point = lead & 0x07U;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size()) return {.length = i};
    const std::uint8_t next = byte_at(text, at + i);
    if (next < low || next > high) return {.length = i};
    code_point = (code_point << 6U) | (next & 0x3FU);
    low = 0x80;
    high = 0xBF;
  }
  return {.code_point = code_point, .length = length, .valid = true};
}

UChar32 to_icu(char32_t code_point) { return static_cast<UChar32>(code_point); }

using NormalizerOf = const icu::Normalizer2* (*)(UErrorCode&);

std::string normalize(std::string_view text, NormalizerOf instance) {
  if (is_ascii(text)) return std::string(text);
  if (find_invalid_utf8(text)) return normalize(replace_invalid_utf8(text), instance);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const normalizer = instance(status);
  std::string out;
  if (U_FAILURE(status)) return std::string(text);  // ICU's own data is compiled in; it fails on no memory only
  icu::StringByteSink<std::string> sink(&out);
  // ICU counts in 32 bits: longer texts go in pieces that end where no composition can cross.
  constexpr std::size_t kPiece = std::size_t{1} << 30;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > kPiece) {
      end = kPiece;
      for (;; --end) {
        const bool starts = (byte_at(text, end) & 0xC0U) != 0x80U;
        if (end == 1 || (starts && normalizer->hasBoundaryBefore(to_icu(decode(text, end).code_point)))) break;
      }
    }
    normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(end)), sink, nullptr, status);
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace

std::optional<std::uint64_t> find_invalid_utf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text, at);
    if (!decoded.valid) return at;
    at += decoded.length;
  }
  return std::nullopt;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::optional<std::uint64_t> bad = find_invalid_utf8(text);
  if (!bad) return std::string(text);
  std::string out(text.substr(0, *bad));
  for (std::size_t at = *bad; at < text.size();) {
    const Decoded decoded = decode(text, at);
    out += decoded.valid ? text.substr(at, decoded.length) : kReplacementBytes;
    at += decoded.length;
  }
  return out;
}

std::string normalize_nfc(std::string_view text) { return normalize(text, &icu::Normalizer2::getNFCInstance); }

std::string normalize_nfkc(std::string_view text) { return normalize(text, &icu::Normalizer2::getNFKCInstance); }

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      out += ascii_lower(text[at]);
      ++at;
      continue;
    }
    const Decoded decoded = decode(text, at);
    append_utf8(out, fold_case(decoded.code_point));
    at += decoded.length;
  }
  return out;
}

char32_t fold_case(char32_t code_point) {
  if (code_point < 0x80) return static_cast<char32_t>(ascii_lower(static_cast<char>(code_point)));
  return static_cast<char32_t>(u_foldCase(to_icu(code_point), U_FOLD_CASE_DEFAULT));
}

char32_t decode_utf8(std::string_view text, std::size_t& offset) {
  const Decoded decoded = decode(text, offset);
  offset += decoded.length;
  return decoded.code_point;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<std::uint8_t>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
      out += kReplacementBytes;
      return;
    }
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point <= 0x10FFFF) {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    out += kReplacementBytes;
  }
}

bool is_letter(char32_t code_point) {
  if (code_point < 0x80) return is_ascii_alpha(static_cast<char>(code_point));
  return u_isalpha(to_icu(code_point)) != 0;
}

bool is_upper(char32_t code_point) {
  if (code_point < 0x80) return code_point >= 'A' && code_point <= 'Z';
  return u_isupper(to_icu(code_point)) != 0;
}

bool is_cjk(char32_t code_point) {
  if (code_point < 0x1100) return false;  // before Hangul Jamo there is none
  const UChar32 c = to_icu(code_point);
  if (u_isalpha(c) == 0 && u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) == 0) return false;
  static constexpr std::array kScripts = {USCRIPT_HAN, USCRIPT_HANGUL, USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                          USCRIPT_BOPOMOFO};
  return std::ranges::any_of(kScripts, [c](UScriptCode script) { return uscript_hasScript(c, script) != 0; });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return ascii_lower(c); });
  return out;
}

bool equals_ascii_case_insensitive(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

std::string_view trim_ascii(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace tocsin
