#pragma once

// Finding known phrases in text: names and words of the packs, in one walk from each word's beginning.

#include <cstdint>
#include <string_view>
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
  /// From a node over a character to a node, in an open hash table at most half full; key 0 = free.
  struct Edge {
    std::uint64_t key = 0;
    std::uint32_t to = 0;
  };
  static std::uint64_t key_of(std::uint32_t node, char32_t c) { return std::uint64_t{node} << 21 | c; }
  std::size_t slot_of(std::uint64_t key) const;
  std::uint32_t child(std::uint32_t node, char32_t c) const;
  std::uint32_t make_child(std::uint32_t node, char32_t c);

  std::vector<Edge> edges_ = std::vector<Edge>(64);
  std::vector<std::vector<std::uint32_t>> payloads_{{}};
};

/// The text with folded case, straight quotes and single spaces, as phrases are compared.
std::string fold_phrase(std::string_view text);

}  // namespace tocsin::report
