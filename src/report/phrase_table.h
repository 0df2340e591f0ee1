#pragma once

// Finding known phrases in text: names and words of the packs, in one walk from each word's beginning.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tocsin::report {

/// A trie over folded code points. Case, curly quotes, the kind of white space and of hyphens do not matter; a space in
/// a phrase also matches a hyphen in the text. Latin phrases match whole words, CJK phrases anywhere.
/// Thread-compatible.
class PhraseTable {
 public:
  struct Match {
    std::size_t end = 0;  ///< offset after the phrase
    std::uint32_t payload = 0;
  };

  /// Phrases over 200 bytes and empty ones are ignored.     cost: O(length)
  void insert(std::string_view phrase, std::uint32_t payload);

  /// All phrases that begin at `start`, shortest first. `start` must be the beginning of a word.
  /// cost: O(longest phrase)
  std::vector<Match> find(std::string_view text, std::size_t start) const;

 private:
  std::uint32_t child(std::uint32_t node, char32_t c) const;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::vector<std::vector<std::uint32_t>> payloads_{{}};
};

/// The text with folded case, straight quotes and single spaces, as phrases are compared.
std::string fold_phrase(std::string_view text);

}  // namespace tocsin::report
