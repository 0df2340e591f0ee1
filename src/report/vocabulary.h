#pragma once

// Names and words compiled for lookup.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/names.h"
#include "report/lexicon.h"
#include "report/phrase_table.h"

namespace tocsin::report {

/// A name of a known thing, found in text.
struct NameMatch {
  std::size_t end = 0;
  const record::KnownEntity* entity = nullptr;
  const record::Name* name = nullptr;
};

/// Owns copies of both. Thread-compatible; not movable once pointers were handed out, so it lives behind a pointer.
class Vocabulary {
 public:
  Vocabulary(const record::KnownEntities& names, const Lexicon& lexicon);
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  /// Names that begin at `start` (a word's beginning): all of the longest length, exact-case ones checked.
  std::vector<NameMatch> names_at(std::string_view text, std::size_t start) const;
  /// Words of the packs that begin at `start`, of every length.
  std::vector<std::pair<std::size_t, const Word*>> words_at(std::string_view text, std::size_t start) const;

  /// Whether a folded word has this category as a whole entry.
  bool has(std::string_view word, Category category) const;
  /// The known entity of that type whose canonical name or ISO code (locations) is `name`, or nullptr.
  const record::KnownEntity* find(record::EntityType type, std::string_view name) const;

 private:
  record::KnownEntities names_;
  Lexicon lexicon_;
  PhraseTable name_table_;
  PhraseTable word_table_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> name_index_;  ///< payload to (entity, name)
};

}  // namespace tocsin::report
