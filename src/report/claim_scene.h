#pragma once

// What is known while a document's sentences are read in order: the sentence in work, the actor and the victims spoken
// of last, who denies; and how a claim is made from it.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "record/claim.h"
#include "report/claim_collector.h"
#include "report/dates.h"
#include "report/discourse.h"
#include "report/document.h"
#include "report/grammar.h"
#include "report/speech.h"

namespace tocsin::report {

/// Shared by the readers of claims. Borrows its inputs. One thread.
class ClaimScene {
 public:
  ClaimScene(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse, const Speech& speech,
             ClaimCollector& collector);

  /// Makes a sentence the one in work.
  void enter(std::size_t sentence);
  const Sentence& sentence() const { return discourse.sentences[index]; }
  const Grammar& grammar() const { return *grammar_; }
  std::size_t size() const { return sentence().tokens.size(); }

  /// Described actors stand for a named one when they are a single group, or the same speaker talks about both.
  std::vector<std::size_t> actors_of(const Mention& mention, std::size_t token) const;
  /// The actors that a subject stands for; empty where it is none.
  std::vector<std::size_t> subject_actors(const Subject& subject, std::size_t trigger);
  /// The organisations and persons that a subject stands for, in the order of the text.
  std::vector<std::size_t> subject_things(const Subject& subject) const;
  /// Whether the sentence has a word of the cyber domain.
  bool speaks_of_hacking() const;
  /// A subject's term; a country stands for attackers from there.
  record::Term actor_term(std::size_t thing) const;
  /// A named organisation that does not just describe the noun after it.
  bool may_be_victim(const Mention& mention) const;
  /// Its words are reported in this sentence: "…, security firm Acme said".
  bool is_speaker(const Mention& mention) const;
  /// It speaks somewhere in this sentence, or is of a kind that speaks and is not attacked.
  bool speaks_here(const Mention& mention) const;
  /// A claim of this sentence, with its claimants, the nearest date and the evidence.
  record::Claim make(record::Term subject, record::Predicate predicate, std::size_t token, std::string rule) const;
  /// Inside what somebody is said not to have said.
  bool is_disowned(std::size_t token) const;
  /// Hands a claim to the collector.
  void keep(record::Claim claim);
  /// Who denies what stands at a token: the denial reaches to the next clause.
  void mark_denied(record::Claim& claim, std::size_t token) const;
  /// A sentence with an attacker and an organisation of which no rule made anything is said to be not understood.
  void note_missed(std::size_t before);
  /// The sentence's actors are those spoken of last.
  void remember_mentions();

  const Document& document;
  const Vocabulary& vocabulary;
  const Discourse& discourse;
  const Speech& speech;
  ClaimCollector& collector;
  std::size_t index = 0;           ///< of the sentence in work
  std::vector<DateMention> dates;  ///< of the sentence in work
  std::optional<std::size_t> last_actor;
  std::vector<std::size_t> last_victims;
  std::vector<std::size_t> sentence_victims;
  std::vector<std::size_t> previous_subjects;  ///< of the verb before in the sentence
  std::set<std::pair<std::size_t, std::size_t>> actors_by_speaker;
  std::optional<record::Claimant> denier;
  std::size_t denied_from = 0;
  std::string missed_verb;  ///< why the verb read last gave no claim

 private:
  void find_named_actors();
  /// The one named actor of the document with the country of a described one.
  std::optional<std::size_t> same_country(const Thing& described) const;
  bool spoke_of(std::size_t speaker, std::size_t actor) const;
  const DateMention* nearest_date(std::size_t token) const;

  std::optional<Grammar> grammar_;
  std::set<std::size_t> named_actors_;
};

/// One reader of claims in a scene.
class ClaimPart {
 protected:
  explicit ClaimPart(ClaimScene& scene) : scene_(scene) {}
  const Sentence& s() const { return scene_.sentence(); }
  const Grammar& g() const { return scene_.grammar(); }
  std::size_t size() const { return scene_.size(); }

  ClaimScene& scene_;
};

}  // namespace tocsin::report
