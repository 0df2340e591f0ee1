#pragma once

// Who says what: reporting verbs, "according to", quotes and the way of a statement to the reader.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "report/discourse.h"
#include "report/grammar.h"

namespace tocsin::report {

/// One statement: `speaker` says the tokens [from, to) of a sentence.
struct Statement {
  std::size_t verb = 0;  ///< token of the verb or of "according to"
  std::size_t from = 0;
  std::size_t to = 0;
  std::optional<std::size_t> speaker;   ///< thing; absent for unnamed ones
  std::optional<std::size_t> listener;  ///< thing that was told; only of verbs that name one ("told")
  bool negated = false;                 ///< "X never said that …": nobody says it
  bool cited = false;                   ///< "citing X": X said it first
};

/// Who told whom, for a whole document.
struct Speech {
  std::vector<std::vector<Statement>> statements;         ///< per sentence
  std::vector<std::optional<std::size_t>> quote_speaker;  ///< per sentence: who speaks inside its quotation marks
  std::map<std::size_t, std::size_t> told;                ///< thing that told a news agency or outlet → that one
  std::map<std::size_t, std::size_t> block_source;        ///< block → thing that told the agency there
  std::vector<std::optional<std::size_t>> last_speaker;  ///< per sentence: organisation that spoke last before or in it

  /// The chain for what stands at a token: who said it first … who passed it on. Persons speak for their organisation.
  std::vector<record::Claimant> claimants(const Discourse& discourse, std::size_t sentence, std::size_t token) const;
  /// The first of the chain as a thing, if it is a named one.
  std::optional<std::size_t> speaker(const Discourse& discourse, std::size_t sentence, std::size_t token) const;
};

Speech read_speech(const Discourse& discourse);

/// The role in which a thing speaks.
record::ClaimantRole role_of(const Thing& thing);
/// The organisation that a person speaks for, or the thing itself.
std::size_t voice_of(const Discourse& discourse, std::size_t thing);

}  // namespace tocsin::report
