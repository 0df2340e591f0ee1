#include "base/json_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/unicode.h"

namespace tocsin::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpace = " \t\r\n";

/// A word as people write one where JSON wants a value: letters, digits and what numbers are made of.
bool is_word(char c) { return is_ascii_alnum(c) || c == '_' || c == '.' || c == '+' || c == '-'; }

struct Mistake {
  std::string_view word;
  std::string_view hint;
};
constexpr Mistake kMistakes[] = {
    {"True", "JSON writes it true"},
    {"TRUE", "JSON writes it true"},
    {"False", "JSON writes it false"},
    {"FALSE", "JSON writes it false"},
    {"None", "JSON writes it null"},
    {"NULL", "JSON writes it null"},
    {"Null", "JSON writes it null"},
    {"nil", "JSON writes it null"},
    {"undefined", "JSON writes it null"},
    {"NaN", "JSON has finite numbers only"},
    {"Infinity", "JSON has finite numbers only"},
    {"-Infinity", "JSON has finite numbers only"},
    {"inf", "JSON has finite numbers only"},
    {"nan", "JSON has finite numbers only"},
};

/// One pass from left to right on an explicit stack. The first step that fails sets `fault_`; steps return whether they
/// went well.
class Scanner {
 public:
  Scanner(std::string_view text, std::uint32_t max_depth)
      : text_(text),
        max_depth_(max_depth),
        bad_utf8_(static_cast<std::size_t>(find_invalid_utf8(text).value_or(text.size()))) {
    if (text.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  std::optional<Fault> scan() {
    if (document()) return std::nullopt;
    return std::move(fault_);
  }

 private:
  /// A container that is open, and which of its values the scanner is at.
  struct Frame {
    bool is_object = false;
    bool in_value = false;  // of the member `key`, of the element `index`
    std::size_t index = 0;
    std::string_view key = {};  // as it stands between its quotes
  };

  bool document() {
    if (!value()) return false;
    while (!open_.empty()) {
      if (!(open_.back().is_object ? member() : element())) return false;
    }
    skip_space();
    if (at_ == text_.size()) return true;
    const bool another = text_[at_] == '{' || text_[at_] == '[';
    return reject("expected the end of the text",
                  another ? "several values one after another are JSON lines, not JSON" : "");
  }

  /// Opens a container, or passes over a scalar.
  bool value() {
    skip_space();
    const char c = peek();
    if (c == '{' || c == '[') {
      if (open_.size() >= max_depth_) {
        reject(fmt::format("nested deeper than {}", max_depth_), "");
        fault_.code = ErrorCode::limit_exceeded;
        fault_.message = fmt::format("nested deeper than {}", max_depth_);
        return false;
      }
      open_.push_back({.is_object = c == '{'});
      ++at_;
      return true;
    }
    return c == '"' ? string() : word();
  }

  /// From behind '{' or behind a member's value to behind the next value's begin, or past '}'.
  bool member() {
    Frame& frame = open_.back();
    skip_space();
    frame.in_value = false;
    if (accept('}')) return close();
    if (frame.index != 0) {
      if (!accept(',')) return reject("expected ',' or '}' after a member", quote_hint());
      skip_space();
      if (peek() == '}') return reject("expected another member after ','", "take out the comma before '}'");
    }
    if (peek() != '"') {
      return reject(frame.index == 0 ? "expected a key in double quotes or '}'" : "expected a key in double quotes",
                    quote_hint());
    }
    const std::size_t begin = at_ + 1;
    if (!string()) return false;
    frame.key = text_.substr(begin, at_ - 1 - begin);
    frame.in_value = true;
    ++frame.index;
    skip_space();
    if (!accept(':')) return reject("expected ':' after the key", "");
    return value();
  }

  bool element() {
    Frame& frame = open_.back();
    skip_space();
    if (frame.in_value) {
      frame.in_value = false;
      if (accept(']')) return close();
      if (!accept(',')) return reject("expected ',' or ']' after an element", quote_hint());
      ++frame.index;
      skip_space();
      if (peek() == ']') return reject("expected another element after ','", "take out the comma before ']'");
    } else if (accept(']')) {
      return close();
    }
    frame.in_value = true;
    return value();
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool string() {
    ++at_;
    while (at_ < text_.size()) {
      if (at_ >= bad_utf8_) {
        at_ = bad_utf8_;
        return reject("expected UTF-8", "is this text in another encoding?");
      }
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) {
        return reject("expected the rest of a string",
                      "a string ends on its line; \\n, \\t and \\u00XX write controls");
      }
      if (byte != '\\') {
        ++at_;
      } else if (!escape()) {
        return false;
      }
    }
    return reject("expected '\"', the end of a string", "");
  }

  bool escape() {
    const std::size_t begin = at_++;
    if (peek() != 'u' || at_ == text_.size()) {
      constexpr std::string_view kEscapes = "\"\\/bfnrt";
      if (at_ == text_.size() || kEscapes.find(text_[at_]) == std::string_view::npos) {
        return reject("expected one of \" \\ / b f n r t u after the backslash", "a backslash itself is written \\\\");
      }
      ++at_;
      return true;
    }
    const auto first = code_unit();
    if (!first) return false;
    const bool is_high = *first >= 0xD800 && *first < 0xDC00;
    const bool is_low = *first >= 0xDC00 && *first < 0xE000;
    if (is_high && text_.substr(at_).starts_with("\\u")) {
      ++at_;
      const auto second = code_unit();
      if (!second) return false;
      if (*second >= 0xDC00 && *second < 0xE000) return true;
    } else if (!is_high && !is_low) {
      return true;
    }
    at_ = begin;
    return reject(fmt::format("expected a character: \\u{:04x} is half of a surrogate pair", *first), "");
  }

  /// uXXXX
  std::optional<unsigned> code_unit() {
    ++at_;
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      const bool is_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (at_ == text_.size() || (!is_ascii_digit(c) && !is_letter)) {
        reject("expected four hexadecimal digits after \\u", "");
        return std::nullopt;
      }
      value = value * 16 + static_cast<unsigned>(is_letter ? (c | 0x20) - 'a' + 10 : c - '0');
      ++at_;
    }
    return value;
  }

  /// true, false, null or a number.
  bool word() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view word = text_.substr(begin, end - begin);
    if (word == "true" || word == "false" || word == "null") {
      at_ = end;
      return true;
    }
    const bool is_number = word.starts_with('-') ? word.size() > 1 && is_ascii_digit(word[1])
                                                 : !word.empty() && is_ascii_digit(word.front());
    if (is_number) return number();
    const auto* known = std::ranges::find(kMistakes, word, &Mistake::word);
    return reject("expected a value", known != std::end(kMistakes) ? known->hint : quote_hint());
  }

  bool number() {
    accept('-');
    if (peek() == '0' && at_ + 1 < text_.size() && is_ascii_digit(text_[at_ + 1])) {
      ++at_;
      return reject("expected '.', 'e' or the end of the number after its leading 0", "");
    }
    if (!digits()) return false;
    if (accept('.') && !digits()) return false;
    if (accept('e') || accept('E')) {
      if (!accept('+')) accept('-');
      if (!digits()) return false;
    }
    return (at_ == text_.size() || !is_word(text_[at_])) || reject("expected the end of the number", "");
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_ascii_digit(peek())) ++at_;
    return at_ > begin || reject("expected a digit", "");
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

  std::string_view quote_hint() const {
    switch (peek()) {
      case '\'':
        return "JSON strings stand in double quotes";
      case '/':
      case '#':
        return "JSON has no comments";
      default:
        return "";
    }
  }

  /// Always false.
  bool reject(std::string_view expected, std::string_view hint) {
    fault_ = {.offset = at_,
              .message = fmt::format("{}, found {}", expected, found()),
              .hint = std::string(hint),
              .pointer = pointer()};
    return false;
  }

  /// What stands at the place, as people would name it.
  std::string found() const {
    if (at_ == text_.size()) return "the end of the text";
    const std::string_view rest = text_.substr(at_);
    const auto byte = static_cast<unsigned char>(rest.front());
    if (byte == '\n' || rest.starts_with("\r\n")) return "the end of the line";
    if (byte < 0x20 || byte == 0x7F || at_ >= bad_utf8_) return fmt::format("the byte 0x{:02X}", byte);
    constexpr std::size_t kLongest = 20;
    std::size_t size = 0;
    while (size < std::min(rest.size(), kLongest) && is_word(rest[size])) ++size;
    if (size == 0) decode_utf8(rest, size);
    return fmt::format("'{}'", rest.substr(0, size));
  }

  /// Empty for the root, and where its keys make it longer than anybody reads.
  std::string pointer() const {
    constexpr std::size_t kLongest = 4096;
    std::string out;
    for (const Frame& frame : open_) {
      if (!frame.in_value) break;
      if (!frame.is_object) {
        out = pointer_append(out, frame.index);
        continue;
      }
      if (frame.key.size() > kLongest) return {};
      const auto key = parse(fmt::format("\"{}\"", frame.key));
      out = pointer_append(out, key && key->string() != nullptr ? std::string_view(*key->string()) : frame.key);
      if (out.size() > kLongest) return {};
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t max_depth_;
  std::size_t bad_utf8_;
  std::vector<Frame> open_;
  Fault fault_;
};

}  // namespace

std::optional<Fault> find_fault(std::string_view text, std::uint32_t max_depth) {
  return Scanner(text, max_depth).scan();
}

}  // namespace tocsin::json
