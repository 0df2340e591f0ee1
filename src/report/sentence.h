#pragma once

// Blocks to sentences to tokens.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/document.h"
#include "report/document.h"
#include "report/vocabulary.h"

namespace tocsin::report {

/// A word, a CJK word or character, or a punctuation mark.
struct Token {
  std::size_t start = 0;  ///< text offsets
  std::size_t end = 0;
  std::string low;  ///< folded; straight quotes
  bool is_word = false;
  bool is_cjk = false;
  bool capital = false;     ///< begins with an upper-case letter or is a name like "eBay"; never for CJK
  bool glued = false;       ///< no space before it
  bool in_quote = false;    ///< inside quotation marks
  bool possessive = false;  ///< 's or ’ after a word
};

/// A phrase of the packs at tokens [begin, end).
struct Mark {
  std::size_t begin = 0;
  std::size_t end = 0;
  const Word* word = nullptr;
};

struct Sentence {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t block = 0;  ///< index into Document::blocks
  record::Zone zone = record::Zone::body;
  bool is_cjk = false;  ///< written mostly in CJK characters
  std::vector<Token> tokens;
  std::vector<Mark> marks;                 ///< by begin
  std::vector<std::uint64_t> categories;   ///< per token: a bit for each category that covers it
  std::vector<std::uint32_t> covers;       ///< the marks that cover a token, token after token
  std::vector<std::uint32_t> cover_begin;  ///< per token: where its own begin in `covers`; one more at the end

  static std::uint64_t bit(Category category) { return std::uint64_t{1} << static_cast<unsigned>(category); }
  /// The longest mark of a category that begins at token `index`, or nullptr.
  const Mark* mark_at(std::size_t index, Category category) const {
    return is(index, category) ? find_beginning(index, category) : nullptr;
  }
  /// A mark of the category that covers token `index`, or nullptr.
  const Mark* covering(std::size_t index, Category category) const {
    return is(index, category) ? find_covering(index, category) : nullptr;
  }
  bool is(std::size_t index, Category category) const {
    return index < categories.size() && (categories[index] & bit(category)) != 0;
  }

 private:
  const Mark* find_beginning(std::size_t index, Category category) const;
  const Mark* find_covering(std::size_t index, Category category) const;
};

/// Sentences of one block's text. Abbreviations, initials, versions and quotes do not end one.     cost: O(length)
std::vector<std::pair<std::size_t, std::size_t>> split_sentences(std::string_view text, std::size_t start,
                                                                 std::size_t end);

/// All sentences of the blocks that may yield claims (no noise, no code, no metadata), with tokens and marks.
/// Sentences over 400 tokens are cut into several. Tokens take some forty bytes a byte of text, so the sentences are
/// handed out a section at a time. Borrows both. One thread.
class SentenceReader {
 public:
  SentenceReader(const Document& document, const Vocabulary& vocabulary)
      : document_(document), vocabulary_(vocabulary) {}

  /// The sentences of the next blocks with `bytes` of text together; a block twice as long is cut between sentences.
  /// Empty at the end.
  std::vector<Sentence> next(std::size_t bytes);

 private:
  const Document& document_;
  const Vocabulary& vocabulary_;
  std::size_t block_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> ranges_;  ///< of the block's sentences
  std::size_t range_ = 0;
  int quotes_ = 0;  ///< open in the block
};

}  // namespace tocsin::report
