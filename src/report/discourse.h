#pragma once

// Who and what a document speaks of: its things, and every place where one is mentioned.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "record/claim.h"
#include "report/dates.h"
#include "report/document.h"
#include "report/sentence.h"
#include "report/vocabulary.h"

namespace tocsin::report {

/// Something that is named or described.
struct Thing {
  record::Term term;
  std::optional<record::OrganisationKind> kind;
  const record::KnownEntity* known = nullptr;
  std::vector<std::string> words;          ///< of its name, folded
  bool is_guess = false;                   ///< a capitalised name that nothing classified
  bool is_described = false;               ///< "North Korean hackers", not a name
  std::optional<std::size_t> affiliation;  ///< of a person: the organisation
  std::optional<std::size_t> merged_into;
  std::vector<std::string> descriptors;  ///< folded words that stood beside the name: "intelligence firm"
};

enum class MentionKind : std::uint8_t {
  name,    ///< one thing by a name
  actors,  ///< described actors: one thing a country, or one
  victims  ///< described victims: countries and sectors
};

struct Mention {
  MentionKind kind = MentionKind::name;
  std::size_t begin = 0;  ///< tokens of its sentence
  std::size_t end = 0;
  std::vector<std::size_t> things;     ///< name: one; actors: one or more
  std::vector<std::string> countries;  ///< victims: alpha-2
  std::vector<std::string> sectors;    ///< victims: canonical names
  bool demonym = false;
  bool singular = false;  ///< "a hacking group"
  const record::Name* spelling = nullptr;
  std::vector<std::string> ambiguous;
  record::Confidence confidence = 90;
  std::string rule;
};

struct Discourse {
  std::vector<Sentence> sentences;
  std::vector<std::vector<Mention>> mentions;   ///< per sentence, by begin, not overlapping
  std::vector<std::vector<DateMention>> dates;  ///< per sentence
  std::vector<Thing> things;

  /// The thing that stands for `index` after merging.
  const Thing& thing(std::size_t index) const { return things[resolve(index)]; }
  std::size_t resolve(std::size_t index) const;
  /// The mention that covers a token, or nullptr.
  const Mention* mention_at(std::size_t sentence, std::size_t token) const;
};

/// Finds names (known ones by the vocabulary, others by capital letters, heads and apposition), governments and CERTs,
/// described actors and victims, and merges short forms into the long ones. `sentences` is taken: the document's, or a
/// section of them.
/// cost: O(text) but for merging, which is quadratic in the number of distinct organisations (bounded at 2,000)
Discourse read_discourse(const Document& document, const Vocabulary& vocabulary, std::vector<Sentence> sentences);

}  // namespace tocsin::report
