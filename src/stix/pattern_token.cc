#include "stix/pattern_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/unicode.h"
#include "stix/form.h"

namespace tocsin::stix::pattern::token {
namespace {

constexpr std::array<std::string_view, 18> kKeywords = {
    "AND", "OR",    "NOT",  "FOLLOWEDBY", "LIKE", "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS",
    "IN",  "START", "STOP", "SECONDS",    "true", "false",   "WITHIN",     "REPEATS",  "TIMES"};

std::unexpected<Error> fail_at(std::size_t offset, std::string message, std::string hint = {}) {
  return fail(ErrorCode::syntax, std::move(message), Where{.source = "", .offset = offset}, std::move(hint));
}

bool is_word_start(char c) { return is_ascii_alpha(c) || c == '_'; }
bool is_word_part(char c) { return is_ascii_alnum(c) || c == '_' || c == '-'; }

/// Length of the white-space character at `at`, 0 when there is none. Unicode property White_Space.
std::size_t blank_length(std::string_view text, std::size_t at) {
  if (is_ascii_space(text[at])) return 1;
  if (static_cast<unsigned char>(text[at]) < 0x80) return 0;
  std::size_t end = at;
  const char32_t c = decode_utf8(text, end);
  const bool blank = c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
                     c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
  return blank ? end - at : 0;
}

}  // namespace

bool is_keyword(std::string_view word) { return std::ranges::find(kKeywords, word) != kKeywords.end(); }

std::string describe(const Token& token) {
  switch (token.kind) {
    case Kind::end:
      return "the end of the pattern";
    case Kind::word:
      return fmt::format("the word {}", token.text);
    case Kind::symbol:
      return fmt::format("'{}'", token.text);
    case Kind::number:
      return fmt::format("the number {}", token.text);
    default:
      return fmt::format("the constant {}", token.text);
  }
}

Result<Constant> parse_number(const Token& token) {
  const char* begin = token.text.data();
  const char* end = begin + token.text.size();
  if (token.text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t whole = 0;
    if (const auto [at, error] = std::from_chars(begin, end, whole); error != std::errc{} || at != end) {
      return fail_at(token.offset, fmt::format("the number {} is out of range", token.text));
    }
    return Constant{whole};
  }
  double real = 0;
  if (const auto [at, error] = std::from_chars(begin, end, real); error != std::errc{} || at != end) {
    return fail_at(token.offset, fmt::format("the number {} is out of range", token.text));
  }
  return Constant{real};
}

Status Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    if (const auto length = blank_length(text_, at_); length > 0) {
      at_ += length;
    } else if (text_.substr(at_).starts_with("/*")) {
      const auto close = text_.find("*/", at_ + 2);
      if (close == std::string_view::npos) return fail_at(at_, "a comment has no end");
      at_ = close + 2;
    } else if (text_.substr(at_).starts_with("//")) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else {
      break;
    }
  }
  return {};
}

Result<Token> Lexer::next() {
  TRY_VOID(skip_blanks());
  Token token;
  token.offset = at_;
  if (at_ == text_.size()) return token;
  const char c = text_[at_];
  const bool prefixed = at_ + 1 < text_.size() && text_[at_ + 1] == '\'';
  if (c == '\'') {
    token.kind = Kind::string;
    return quoted(std::move(token), at_);
  }
  if (prefixed && (c == 't' || c == 'h' || c == 'b')) {
    token.kind = c == 't' ? Kind::timestamp : c == 'h' ? Kind::hex : Kind::binary;
    return quoted(std::move(token), at_ + 1);
  }
  const bool signed_number =
      (c == '-' || c == '+') && at_ + 1 < text_.size() && (is_ascii_digit(text_[at_ + 1]) || text_[at_ + 1] == '.');
  const bool point_number = c == '.' && at_ + 1 < text_.size() && is_ascii_digit(text_[at_ + 1]);
  if (is_ascii_digit(c) || signed_number || point_number) return number(std::move(token));
  if (is_word_start(c)) {
    std::size_t end = at_;
    while (end < text_.size() && is_word_part(text_[end])) ++end;
    token.kind = Kind::word;
    token.text = text_.substr(at_, end - at_);
    at_ = end;
    return token;
  }
  constexpr std::array<std::string_view, 15> kSymbols = {"==", "!=", "<>", "<=", ">=", "=", "<", ">",
                                                         "[",  "]",  "(",  ")",  ":",  ".", ","};
  token.kind = Kind::symbol;
  for (const auto symbol : kSymbols) {
    if (!text_.substr(at_).starts_with(symbol)) continue;
    token.text = text_.substr(at_, symbol.size());
    at_ += symbol.size();
    return token;
  }
  if (c == '*') {
    token.text = text_.substr(at_++, 1);
    return token;
  }
  std::size_t end = at_;
  decode_utf8(text_, end);
  return fail_at(at_, fmt::format("the character {} has no place in a pattern", text_.substr(at_, end - at_)),
                 c == '"' ? "strings stand in apostrophes" : "");
}

Result<Token> Lexer::quoted(Token token, std::size_t open) {
  std::size_t at = open + 1;
  for (; at < text_.size() && text_[at] != '\''; ++at) {
    if (text_[at] == '\\') {
      const bool escapes = at + 1 < text_.size() && (text_[at + 1] == '\'' || text_[at + 1] == '\\');
      if (!escapes)
        return fail_at(at, "after a backslash only an apostrophe or a backslash may follow (§9.2)",
                       "write \\\\ for a backslash");
      ++at;
    }
    token.value += text_[at];
  }
  if (at >= text_.size()) return fail_at(token.offset, "a constant has no closing apostrophe");
  at_ = at + 1;
  token.text = text_.substr(token.offset, at_ - token.offset);
  if (token.kind == Kind::hex) {
    auto bytes = form::decode_hex(token.value);
    if (!bytes) return fail_at(token.offset, "a hex constant needs an even number of hexadecimal digits");
    token.value = *std::move(bytes);
  } else if (token.kind == Kind::binary) {
    std::erase_if(token.value, [](char c) { return c == '\n' || c == '\r'; });
    auto bytes = form::decode_base64(token.value);
    if (!bytes) return fail_at(token.offset, "a binary constant needs base64");
    token.value = *std::move(bytes);
  }
  return token;
}

Result<Token> Lexer::number(Token token) {
  std::size_t end = at_;
  if (text_[end] == '+') return fail_at(at_, "a number has no plus sign (§9.2)");
  if (text_[end] == '-') ++end;
  const auto digits = [&] {
    const auto begin = end;
    while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    return end - begin;
  };
  const auto whole = digits();
  if (whole > 1 && text_[end - whole] == '0') return fail_at(at_, "a number does not start with 0");
  if (end + 1 < text_.size() && text_[end] == '.' && is_ascii_digit(text_[end + 1])) {
    ++end;
    digits();
  }
  if (end < text_.size() && is_word_part(text_[end])) return fail_at(at_, "a number runs into a word");
  token.kind = Kind::number;
  token.text = text_.substr(at_, end - at_);
  at_ = end;
  return token;
}

}  // namespace tocsin::stix::pattern::token
