#pragma once

// Where in a sentence the subject and the object of a word stand.

#include <cstddef>
#include <optional>
#include <vector>

#include "report/discourse.h"

namespace tocsin::report {

/// What stands where a subject should stand.
enum class SubjectKind : std::uint8_t {
  none,
  mention,         ///< a name or description; several when joined by "and"
  actor_pronoun,   ///< they, the group
  person_pronoun,  ///< he, she
  thing_pronoun,   ///< it, the company
  unnamed          ///< officials, sources
};

/// Whether "A与B" before a verb are two subjects or a subject and whom it acts with.
enum class Companions : std::uint8_t { joined, skipped };

struct Subject {
  SubjectKind kind = SubjectKind::none;
  std::vector<const Mention*> mentions;  ///< nearest first
  std::size_t begin = 0;                 ///< first token of it
  std::size_t end = 0;                   ///< token after it and what describes it
  std::size_t verb_begin = 0;            ///< where the verb group begins: auxiliaries, adverbs, negation
};

/// One sentence with its mentions. Borrowed; dies with the discourse.
class Grammar {
 public:
  Grammar(const Discourse& discourse, std::size_t sentence)
      : discourse_(discourse), index_(sentence), sentence_(discourse.sentences[sentence]) {}

  const Sentence& sentence() const { return sentence_; }
  const Mention* mention(std::size_t token) const { return discourse_.mention_at(index_, token); }
  const Thing& thing(const Mention& mention) const { return discourse_.thing(mention.things[0]); }
  bool is_type(const Mention* mention, record::EntityType type) const {
    return mention != nullptr && mention->kind != MentionKind::victims && !mention->things.empty() &&
           thing(*mention).term.type == type;
  }
  bool is_actor(const Mention* mention) const;
  bool is(std::size_t token, Category category) const { return sentence_.is(token, category); }
  const std::string& low(std::size_t token) const;
  std::size_t size() const { return sentence_.tokens.size(); }

  /// The subject of the verb that begins at `verb`: before auxiliaries and adverbs, across an apposition between commas
  /// or a relative clause.
  /// Chinese objects that stand before the verb behind a marker ("向X") are passed over; with `companions` skipped,
  /// those behind "与" and "和", too.
  Subject subject_of(std::size_t verb, Companions companions = Companions::joined) const;

  /// The first token after `from` at which an object cannot go on: a new clause, a relative pronoun, a means, a
  /// purpose.
  std::size_t object_stop(std::size_t from) const;

  /// An organisation that only describes the noun after it ("the AstraZeneca vaccine").
  bool is_modifier(const Mention& mention) const;

 private:
  std::size_t skip_verb_group(std::size_t verb) const;
  std::optional<std::size_t> before_apposition(std::size_t comma) const;
  std::optional<std::size_t> before_description(const Mention& found) const;
  std::size_t marked_by(const Mention& found, Companions companions) const;
  void collect_joined(Subject& subject) const;

  const Discourse& discourse_;
  std::size_t index_;
  const Sentence& sentence_;
};

}  // namespace tocsin::report
