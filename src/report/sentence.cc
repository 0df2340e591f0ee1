#include "report/sentence.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

constexpr std::size_t kMaxTokens = 400;

constexpr auto kAbbreviations = std::to_array<std::string_view>(
    {"mr",  "mrs",  "ms",  "dr",  "prof", "inc", "ltd", "co",  "corp", "vs",     "e.g",  "i.e", "etc",
     "st",  "jan",  "feb", "mar", "apr",  "jun", "jul", "aug", "sep",  "sept",   "oct",  "nov", "dec",
     "u.s", "u.k",  "e.u", "no",  "fig",  "gen", "gov", "sen", "rep",  "approx", "dept", "col", "lt",
     "maj", "capt", "al",  "cf",  "p",    "pp",  "vol", "ver", "v",    "rs"});

bool is_closing(char32_t c) {
  return c == 0x201D || c == 0x2019 || c == U'"' || c == U')' || c == U'\'' || c == 0x300D || c == 0x300F ||
         c == 0xFF09 || c == U']';
}
bool is_cjk_stop(char32_t c) { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF0E; }

bool is_word_character(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(static_cast<char>(c)) || c == U'_';
  return is_letter(c) && !is_cjk(c);
}

/// The word before the stop at `at`, lower case.
std::string word_before(std::string_view text, std::size_t begin, std::size_t at) {
  constexpr std::size_t kLongest = 8;  // no abbreviation is longer
  std::size_t from = at;
  while (from > begin && at - from <= kLongest && (is_ascii_alnum(text[from - 1]) || text[from - 1] == '.')) --from;
  return ascii_lower(text.substr(from, at - from));
}

/// "Acme Ltd." may end a sentence or not; before a capital letter it mostly does.
bool is_company_form(const std::string& word) {
  return word == "inc" || word == "ltd" || word == "corp" || word == "co";
}

bool is_abbreviation(const std::string& word) {
  if (word.size() == 1 && is_ascii_alpha(word[0])) return true;
  return std::ranges::find(kAbbreviations, word) != kAbbreviations.end();
}

/// Splits the words of a sentence; CJK text is cut at the longest phrase of the packs or names at each place.
class Tokenizer {
 public:
  Tokenizer(std::string_view text, const Vocabulary& vocabulary) : text_(text), vocabulary_(vocabulary) {}

  /// Fills the sentence and moves its end to where it stopped.
  void read(Sentence& sentence, int& quotes) {
    std::size_t at = sentence.start;
    std::size_t cjk = 0;
    bool glued = false;
    while (at < sentence.end && sentence.tokens.size() < kMaxTokens) {
      std::size_t next = at;
      const char32_t c = decode_utf8(text_, next);
      if (c == 0x00A0 || c == 0x3000 || c <= 0x20 || c == 0x200B || c == 0xFEFF) {
        at = next;
        glued = false;
        continue;
      }
      Token token;
      token.start = at;
      token.glued = glued;
      if (is_word_character(c)) {
        word(token, sentence.end, c);
      } else if (is_cjk(c)) {
        token.is_word = true;
        token.is_cjk = true;
        token.end = std::min(cjk_end(at, next), sentence.end);
        ++cjk;
      } else {
        token.end = next;
        possessive(token, c, sentence);
        quote(token, c, quotes);
      }
      token.in_quote = token.in_quote || quotes > 0;
      token.low = fold_phrase(text_.substr(token.start, token.end - token.start));
      at = token.end;
      glued = true;
      sentence.tokens.push_back(std::move(token));
    }
    sentence.is_cjk = cjk * 3 > sentence.tokens.size();
    if (at < sentence.end) sentence.end = at;
  }

 private:
  void word(Token& token, std::size_t limit, char32_t first) {
    token.is_word = true;
    std::size_t at = token.start;
    bool inner_capital = false;
    while (at < limit) {
      std::size_t next = at;
      const char32_t c = decode_utf8(text_, next);
      if (is_word_character(c)) {
        inner_capital = inner_capital || (at > token.start && is_upper(c));
        at = next;
        continue;
      }
      // "U.S.", "didn't", "2.0", "AT&T": a mark between word characters, but not 's.
      std::size_t after = next;
      if (next >= limit) break;
      const char32_t following = decode_utf8(text_, after);
      if (!is_word_character(following)) {
        // The stop of "U.S." belongs to it.
        if (c == U'.' && at - token.start >= 3 &&
            text_.substr(token.start, at - token.start).find('.') != std::string_view::npos && at - token.start <= 5) {
          at = next;
        }
        break;
      }
      const bool apostrophe = c == U'\'' || c == 0x2019;
      const bool is_s = (following == U's' || following == U'S') && !(after < limit && is_word_character(peek(after)));
      if (!((apostrophe && !is_s) ||
            (c == U'.' && (at - token.start == 1 || is_ascii_digit(text_[at - 1]) || inner_dot(token.start, at))) ||
            c == U'&')) {
        break;
      }
      at = next;
    }
    token.end = at;
    token.capital = is_upper(first) || inner_capital;
    // A word that a name ends inside of ("CERT" in "CERT-In" never does, as hyphens are tokens).
  }

  bool inner_dot(std::size_t start, std::size_t at) const {
    return text_.substr(start, at - start).find('.') != std::string_view::npos;
  }

  char32_t peek(std::size_t at) const {
    std::size_t next = at;
    return decode_utf8(text_, next);
  }

  std::size_t cjk_end(std::size_t at, std::size_t next) const {
    std::size_t end = next;
    for (const NameMatch& match : vocabulary_.names_at(text_, at)) end = std::max(end, match.end);
    for (const auto& [word_end, word] : vocabulary_.words_at(text_, at)) end = std::max(end, word_end);
    return end;
  }

  void possessive(Token& token, char32_t c, const Sentence& sentence) const {
    if ((c != U'\'' && c != 0x2019) || !token.glued || sentence.tokens.empty() || !sentence.tokens.back().is_word)
      return;
    if (token.end < sentence.end && (text_[token.end] == 's' || text_[token.end] == 'S')) {
      const std::size_t after = token.end + 1;
      if (after >= sentence.end || !is_word_character(peek(after))) {
        token.end = after;
        token.possessive = true;
        return;
      }
    }
    // "manufacturers’ systems"
    const bool plural = sentence.tokens.back().low.ends_with('s');
    token.possessive = plural && token.end < sentence.end && text_[token.end] == ' ';
  }

  static void quote(Token& token, char32_t c, int& quotes) {
    if (token.possessive) return;
    if (c == 0x201C || c == 0x300C || c == 0x300E) {
      ++quotes;
    } else if (c == 0x201D || c == 0x300D || c == 0x300F) {
      quotes = std::max(0, quotes - 1);
      token.in_quote = true;
    } else if (c == U'"') {
      token.in_quote = true;
      quotes = quotes > 0 ? 0 : 1;
    }
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
};

/// Fills `covers`: a counting sort of the marks by the tokens that they cover.
void index_marks(Sentence& sentence) {
  std::vector<std::uint32_t>& begin = sentence.cover_begin;
  begin.assign(sentence.tokens.size() + 1, 0);
  for (const Mark& mark : sentence.marks) {
    for (std::size_t at = mark.begin; at < mark.end; ++at) ++begin[at + 1];
  }
  for (std::size_t at = 1; at < begin.size(); ++at) begin[at] += begin[at - 1];
  sentence.covers.resize(begin.back());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (std::uint32_t mark = 0; mark < sentence.marks.size(); ++mark) {
    for (std::size_t at = sentence.marks[mark].begin; at < sentence.marks[mark].end; ++at)
      sentence.covers[next[at]++] = mark;
  }
}

void mark_words(Sentence& sentence, std::string_view text, const Vocabulary& vocabulary) {
  sentence.categories.resize(sentence.tokens.size());
  // Where the last mark of a category ended: "tried to break" inside a longer phrase of the same category is no second
  // mark.
  static_assert(static_cast<unsigned>(Category::weakness) < 64, "categories are bits of a word");
  std::array<std::size_t, 64> covered{};
  for (std::size_t at = 0; at < sentence.tokens.size(); ++at) {
    const Token& token = sentence.tokens[at];
    if (!token.is_word && token.low != "&" && token.low != "、") continue;
    const auto found = vocabulary.words_at(text, token.start);
    for (std::size_t index = 0; index < found.size(); ++index) {
      const std::size_t end = found[index].first;
      const Word* word = found[index].second;
      const bool longer =
          std::any_of(found.begin() + static_cast<std::ptrdiff_t>(index) + 1, found.end(),
                      [&](const auto& other) { return other.second->category == word->category && other.first > end; });
      const auto category = static_cast<std::size_t>(word->category);
      if (longer || end <= covered[category] || end > sentence.end) continue;
      std::size_t last = at;
      while (last < sentence.tokens.size() && sentence.tokens[last].end <= end) ++last;
      if (last == at || sentence.tokens[last - 1].end != end) continue;
      covered[category] = end;
      sentence.marks.push_back({at, last, word});
      for (std::size_t inside = at; inside < last; ++inside)
        sentence.categories[inside] |= Sentence::bit(word->category);
    }
  }
  index_marks(sentence);
}

}  // namespace

const Mark* Sentence::find_beginning(std::size_t index, Category category) const {
  for (std::uint32_t at = cover_begin[index]; at < cover_begin[index + 1]; ++at) {
    const Mark& mark = marks[covers[at]];
    if (mark.word->category == category && mark.begin == index) return &mark;
  }
  return nullptr;
}

const Mark* Sentence::find_covering(std::size_t index, Category category) const {
  for (std::uint32_t at = cover_begin[index]; at < cover_begin[index + 1]; ++at) {
    const Mark& mark = marks[covers[at]];
    if (mark.word->category == category) return &mark;
  }
  return nullptr;
}

std::vector<std::pair<std::size_t, std::size_t>> split_sentences(std::string_view text, std::size_t start,
                                                                 std::size_t end) {
  std::vector<std::pair<std::size_t, std::size_t>> sentences;
  std::size_t begin = start;
  const auto push = [&](std::size_t stop) {
    std::size_t from = begin;
    std::size_t to = stop;
    while (from < to && is_ascii_space(text[from])) ++from;
    while (to > from && is_ascii_space(text[to - 1])) --to;
    if (to > from) sentences.emplace_back(from, to);
    begin = stop;
  };
  for (std::size_t at = start; at < end;) {
    std::size_t next = at;
    const char32_t c = decode_utf8(text, next);
    const bool stop = c == U'.' || c == U'!' || c == U'?' || c == 0x2026;
    if (!stop && !is_cjk_stop(c)) {
      at = next;
      continue;
    }
    // Closing quotes and brackets belong to the sentence, also after a stray space.
    std::size_t after = next;
    bool closed = false;
    while (after < end) {
      std::size_t peek = after;
      char32_t following = decode_utf8(text, peek);
      if (following == U' ' && peek < end) {
        std::size_t second = peek;
        following = decode_utf8(text, second);
        if (following != 0x201D) break;
        after = second;
        closed = true;
        continue;
      }
      if (!is_closing(following)) break;
      after = peek;
      closed = true;
    }
    if (is_cjk_stop(c)) {
      push(after);
      at = after;
      continue;
    }
    if (after >= end) break;
    const bool space = is_ascii_space(text[after]) || text.substr(after).starts_with("\u00a0");
    std::size_t word = after;
    while (word < end && is_ascii_space(text[word])) ++word;
    std::size_t peek = word;
    const char32_t first = word < end ? decode_utf8(text, peek) : U'A';
    const bool opens = is_upper(first) || is_ascii_digit(static_cast<char>(first < 0x80 ? first : 0)) ||
                       first == 0x201C || first == U'"' || first == 0x2018 || first == U'(' || is_cjk(first) ||
                       first == U'[';
    const std::string last_word = word_before(text, begin, at);
    const bool abbreviation =
        c == U'.' && !closed && is_abbreviation(last_word) && !(is_company_form(last_word) && is_upper(first));
    if (space && opens && !abbreviation) push(after);
    at = after;
  }
  push(end);
  return sentences;
}

std::vector<Sentence> SentenceReader::next(std::size_t bytes) {
  std::vector<Sentence> sentences;
  Tokenizer tokenizer(document_.text, vocabulary_);
  std::size_t taken = 0;
  while (block_ < document_.blocks.size()) {
    const Block& block = document_.blocks[block_];
    if (record::is_noise(block.zone) || block.zone == record::Zone::code || block.zone == record::Zone::metadata) {
      ++block_;
      continue;
    }
    if (range_ == 0) {
      ranges_ = split_sentences(document_.text, block.start, block.end);
      quotes_ = 0;
    }
    for (; range_ < ranges_.size(); ++range_) {
      if (taken >= 2 * bytes && !sentences.empty()) return sentences;
      const auto [start, end] = ranges_[range_];
      taken += end - start;
      for (std::size_t at = start; at < end;) {
        Sentence sentence;
        sentence.start = at;
        sentence.end = end;
        sentence.block = block_;
        sentence.zone = block.zone;
        tokenizer.read(sentence, quotes_);
        at = std::max(sentence.end, at + 1);
        if (sentence.tokens.empty()) break;
        mark_words(sentence, document_.text, vocabulary_);
        sentences.push_back(std::move(sentence));
      }
    }
    ++block_;
    range_ = 0;
    if (taken >= bytes && !sentences.empty()) return sentences;
  }
  return sentences;
}

}  // namespace tocsin::report
