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
  std::vector<Mark> marks;                     ///< by begin
  std::vector<std::vector<std::uint32_t>> at;  ///< per token: the marks that cover it

  /// The longest mark of a category that begins at token `index`, or nullptr.
  const Mark* mark_at(std::size_t index, Category category) const;
  /// A mark of the category that covers token `index`, or nullptr.
  const Mark* covering(std::size_t index, Category category) const;
  bool is(std::size_t index, Category category) const { return covering(index, category) != nullptr; }
};

/// Sentences of one block's text. Abbreviations, initials, versions and quotes do not end one.     cost: O(length)
std::vector<std::pair<std::size_t, std::size_t>> split_sentences(std::string_view text, std::size_t start,
                                                                 std::size_t end);

/// All sentences of the blocks that may yield claims (no noise, no code, no metadata), with tokens and marks.
/// Sentences over 400 tokens are cut into several.
std::vector<Sentence> read_sentences(const Document& document, const Vocabulary& vocabulary);

}  // namespace tocsin::report
