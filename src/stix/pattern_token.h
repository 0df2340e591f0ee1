#pragma once

// Inside the room: the words of the pattern language.

#include <cstdint>
#include <string>
#include <string_view>

#include "stix/pattern.h"

namespace tocsin::stix::pattern::token {

enum class Kind : std::uint8_t { end, word, symbol, string, timestamp, hex, binary, number };

struct Token {
  Kind kind = Kind::end;
  std::string_view text;  ///< as it stands in the pattern
  std::string value;      ///< of a quoted constant: unescaped or decoded
  std::size_t offset = 0;
};

/// Cuts a pattern into tokens; comments (/* */ and //) and white space (Unicode WSpace) are passed over. One thread.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  /// The next token; Kind::end at the end, for ever.     errors: syntax (offset in the pattern)
  Result<Token> next();

 private:
  Status skip_blanks();
  Result<Token> quoted(Token token, std::size_t open);
  Result<Token> number(Token token);

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_keyword(std::string_view word);
/// "the word AND", "the string 'x'", "the end of the pattern"
std::string describe(const Token& token);
/// Integer where it has neither fraction nor exponent.     errors: syntax (out of range)
Result<Constant> parse_number(const Token& token);

}  // namespace tocsin::stix::pattern::token
