#pragma once

// Unicode: validation, normal forms, case folding. ICU behind it; ASCII takes a short way.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// Offset of the first byte that is not part of valid UTF-8 (surrogates and overlong forms are not), or nullopt.
std::optional<std::uint64_t> find_invalid_utf8(std::string_view text);
/// `text` with each maximal invalid part replaced by U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

// All take valid UTF-8 (invalid parts become U+FFFD).
std::string normalize_nfc(std::string_view text);
std::string normalize_nfkc(std::string_view text);
/// Unicode simple case folding, code point by code point (CaseFolding.txt, statuses C and S).
std::string fold_case(std::string_view text);
/// fold_case for one code point.
char32_t fold_case(char32_t code_point);

/// Decodes the code point at `offset` and moves `offset` past it; U+FFFD for a maximal invalid part, as
/// replace_invalid_utf8 does.
/// `offset` must be < text.size().
char32_t decode_utf8(std::string_view text, std::size_t& offset);
void append_utf8(std::string& out, char32_t code_point);

// Values that are no code points are in none of these.
/// General categories Lu, Ll, Lt, Lm, Lo.
bool is_letter(char32_t code_point);
/// General category Lu.
bool is_upper(char32_t code_point);
/// A letter or ideograph of Han, Hangul, Hiragana, Katakana or Bopomofo; their punctuation is not.
bool is_cjk(char32_t code_point);

// ASCII only, no locale.
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_alnum(char c) { return is_ascii_digit(c) || is_ascii_alpha(c); }
constexpr bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
std::string ascii_lower(std::string_view text);
bool equals_ascii_case_insensitive(std::string_view a, std::string_view b);
std::string_view trim_ascii(std::string_view text);

}  // namespace tocsin
