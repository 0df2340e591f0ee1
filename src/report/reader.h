#pragma once

// From a document to what it says: entities, indicators and claims with their evidence.

#include <memory>
#include <vector>

#include "record/claim.h"
#include "record/names.h"
#include "report/document.h"
#include "report/extract.h"
#include "report/lexicon.h"

namespace tocsin::report {

/// Reads documents with the names that the system knows and the words of the packs.
/// Building compiles both into one table; reading changes nothing. Thread-safe for concurrent read().
class Reader {
 public:
  /// in: both taken by value and compiled; nothing is borrowed     cost: O(total length of names and words)
  Reader(const record::KnownEntities& names, const Lexicon& lexicon);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// Everything that the rules find; what they could not use is in `not_understood`. Never fails: a document without
  /// claims gives none.
  /// cost: O(text) time; the records and a constant of some 60 MB: text is taken apart a section of 1 MiB at a time,
  /// and
  ///       short forms, pronouns and quotes reach to the end of theirs. Sentences over 400 tokens are cut into several.
  /// source: OUTPUT.md "tocsin read"
  record::DocumentReading read(const Document& document, const ExtractOptions& options = {}) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace tocsin::report
