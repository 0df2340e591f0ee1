#include "report/refang.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

constexpr std::size_t kMaxRun = 8192;

bool is_zero_width(char32_t c) {
  return c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0x00AD;
}
bool is_hyphen(char32_t c) { return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D; }
bool is_opener(char c) { return c == '[' || c == '(' || c == '{' || c == '<'; }
bool is_closer(char c) { return c == ']' || c == ')' || c == '}' || c == '>'; }

/// Ends a run wherever it stands.
bool is_separator(char32_t c) {
  switch (c) {
    case U'"':
    case U'`':
    case U'|':
    case U'<':
    case U'>':
    case U'\'':
    case U'«':
    case U'»':
    case 0x00A0:
      return true;
    default:
      break;
  }
  if (c <= 0x20) return true;
  // General punctuation, CJK punctuation, full-width forms: quotes, dashes, ideographic commas.
  return (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFF0F) ||
         (c >= 0xFF1A && c <= 0xFF20);
}

struct Spelling {
  std::string_view written;  ///< between brackets, lower case
  std::string_view meant;
};
constexpr auto kSpellings = std::to_array<Spelling>({{"://", "://"},
                                                     {"dot", "."},
                                                     {"d0t", "."},
                                                     {"punto", "."},
                                                     {"punkt", "."},
                                                     {"点", "."},
                                                     {"at", "@"},
                                                     {".", "."},
                                                     {",", "."},
                                                     {":", ":"},
                                                     {"/", "/"},
                                                     {"@", "@"},
                                                     {"-", "-"}});

bool is_word_byte(char c) { return is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

class RunReader {
 public:
  RunReader(std::string_view text, std::size_t start) : text_(text), at_(start) {}

  Run read() {
    while (at_ < text_.size() && run_.text.size() < kMaxRun) {
      if (bracketed() || unbracketed()) continue;
      const std::size_t begin = at_;
      std::size_t next = at_;
      const char32_t c = decode_utf8(text_, next);
      if (is_zero_width(c)) {
        // Inside a word it is a trick; at its edge it is nothing.
        at_ = next;
        zero_width_ = !run_.text.empty();
        continue;
      }
      if (is_hyphen(c)) {
        put("-", begin, next, true);
        at_ = next;
        continue;
      }
      if ((c == 0xFF0E || c == 0xFF61 || c == 0x3002) && between_words(begin, next)) {
        put(".", begin, next, true);
        at_ = next;
        continue;
      }
      const bool bracket = c < 0x80 && (is_opener(static_cast<char>(c)) || is_closer(static_cast<char>(c)));
      const bool comma = c == U',' || c == U';';
      if (is_separator(c) || bracket || (comma && !in_path()) || (is_cjk(c) && !in_cjk_host())) {
        if (!run_.text.empty() && !(bracket && keeps_bracket(static_cast<char>(c)))) break;
        if (run_.text.empty()) {
          at_ = next;
          // CJK letters begin no run: "例子.com" is not read without a scheme, "域名evil.com是" is.
          continue;
        }
      }
      put(text_.substr(begin, next - begin), begin, next, zero_width_);
      zero_width_ = false;
      at_ = next;
    }
    run_.end = at_;
    return std::move(run_);
  }

 private:
  void put(std::string_view meant, std::size_t begin, std::size_t end, bool changed) {
    for (const char c : meant) {
      run_.text.push_back(c);
      run_.begins.push_back(begin);
      run_.ends.push_back(end);
      run_.changed.push_back(changed);
    }
  }

  bool between_words(std::size_t begin, std::size_t next) const {
    return begin > 0 && next < text_.size() && is_ascii_alnum(text_[begin - 1]) && is_ascii_alnum(text_[next]);
  }

  bool in_path() const {
    const std::size_t scheme = run_.text.find("://");
    return scheme != std::string::npos && run_.text.find('/', scheme + 3) != std::string::npos;
  }

  /// After "://", as long as the host has nothing but CJK letters, digits and dots.
  bool in_cjk_host() const {
    const std::size_t scheme = run_.text.find("://");
    if (scheme == std::string::npos) return false;
    return std::ranges::none_of(std::string_view(run_.text).substr(scheme + 3),
                                [](char c) { return c == '/' || is_ascii_alpha(c); });
  }

  /// "(" in the path of a URL stays when its ")" follows, as in encyclopedias.
  bool keeps_bracket(char c) const {
    if (!in_path()) return false;
    if (c == '(') {
      const std::size_t close = text_.substr(at_, 64).find_first_of(") \n");
      return close != std::string_view::npos && text_[at_ + close] == ')';
    }
    return c == ')' && std::ranges::count(run_.text, '(') > std::ranges::count(run_.text, ')');
  }

  bool bracketed() {
    const char open = text_[at_];
    if (!is_opener(open)) return false;
    std::size_t inner = at_ + 1;
    if (inner < text_.size() && text_[inner] == ' ') ++inner;
    for (const Spelling& spelling : kSpellings) {
      if (!equals_ascii_case_insensitive(text_.substr(inner, spelling.written.size()), spelling.written)) continue;
      std::size_t end = inner + spelling.written.size();
      if (end < text_.size() && text_[end] == ' ' && end + 1 < text_.size() && is_closer(text_[end + 1])) ++end;
      const bool closed = end < text_.size() && is_closer(text_[end]);
      // "[.example" without the closing bracket is for dots alone.
      if (!closed && (spelling.meant != "." || is_ascii_alpha(spelling.written[0]))) continue;
      if (closed) ++end;
      const bool word_before =
          !run_.text.empty() && (is_word_byte(run_.text.back()) || run_.text.back() == ':' || run_.text.back() == ']');
      const bool colon =
          spelling.meant == ":" && end < text_.size() && (is_ascii_alnum(text_[end]) || is_opener(text_[end]));
      const bool word_after = end < text_.size() && (is_word_byte(text_[end]) || is_opener(text_[end]));
      if (!(word_before && (word_after || spelling.meant == "/")) && !colon) continue;
      if (!closed && !(end < text_.size() && is_ascii_alnum(text_[end]))) continue;
      put(spelling.meant, at_, end, true);
      at_ = end;
      return true;
    }
    return false;
  }

  /// "\." and ".]"
  bool unbracketed() {
    if (at_ + 2 >= text_.size() || run_.text.empty() || !is_ascii_alnum(run_.text.back())) return false;
    const std::string_view two = text_.substr(at_, 2);
    if (!is_ascii_alnum(text_[at_ + 2])) return false;
    const bool escaped = two == "\\." && run_.text.find('\\') == std::string::npos;
    if (!escaped && two != ".]" && two != ".)") return false;
    put(".", at_, at_ + 2, true);
    at_ += 2;
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  Run run_;
  bool zero_width_ = false;
};

}  // namespace

bool Run::is_changed(std::size_t from, std::size_t to) const {
  for (std::size_t at = from; at < to && at < changed.size(); ++at) {
    if (changed[at]) return true;
  }
  return false;
}

Run next_run(std::string_view text, std::size_t start) { return RunReader(text, start).read(); }

}  // namespace tocsin::report
