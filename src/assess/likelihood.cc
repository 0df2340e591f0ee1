#include "assess/likelihood.h"

#include <fmt/format.h>

#include "base/unicode.h"

namespace tocsin::assess {

namespace {

bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_ascii_alnum(text[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == text.size() || !is_ascii_alnum(text[end]))) return true;
  }
  return false;
}

}  // namespace

const LikelihoodRange& likelihood_range(double probability) {
  for (const LikelihoodRange& range : kLikelihoodRanges) {
    if (probability < range.high / 100.0) return range;
  }
  return kLikelihoodRanges.back();
}

std::string likelihood_phrase(const LikelihoodRange& range) {
  const std::string_view word = record::likelihood_name(range.word);
  switch (range.word) {
    case record::Likelihood::almost_no_chance:
      return fmt::format("There is {} ({}–{} %) that ", word, range.low, range.high);
    case record::Likelihood::roughly_even_chance:
      return fmt::format("There is a {} ({}–{} %) that ", word, range.low, range.high);
    default:
      return fmt::format("It is {} ({}–{} %) that ", word, range.low, range.high);
  }
}

bool has_likelihood_word(std::string_view sentence) {
  const std::string text = ascii_lower(sentence);
  // "likely" is a word of "very likely", "unlikely" of "very unlikely".
  for (const std::string_view word :
       {"likely", "unlikely", "almost no chance", "roughly even chance", "almost certain"}) {
    if (holds_word(text, word)) return true;
  }
  return false;
}

bool has_confidence_word(std::string_view sentence) { return holds_word(ascii_lower(sentence), "confidence"); }

}  // namespace tocsin::assess
