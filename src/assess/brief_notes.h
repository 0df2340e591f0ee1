#pragma once

// The notes of a brief: what each kind of evidence looks like as one, and each told once.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "assess/brief.h"

namespace tocsin::assess {

/// Notes in the order in which sentences first lead to them; what is given are indices into take(). Borrows the warning
/// and the context. One thread.
class NoteBook {
 public:
  NoteBook(const record::Warning& warning, const BriefContext& context) : warning_(warning), context_(context) {}

  /// The index of the note; one that says the same is not told again.
  std::size_t add(Note note);
  /// The places of a claim.
  std::vector<std::size_t> of_claim(const record::Claim& claim);
  /// Words of a document; its first note tells title and date.
  std::size_t of_evidence(const record::Evidence& evidence);
  /// What shows the component, with verdict and range; at least one.
  std::vector<std::size_t> of_through(const record::Through& through);
  /// The log record, with the fields that matched.
  std::size_t of_seen(const record::Seen& seen);
  /// A statement of the estate file, in words.
  std::size_t of_estate(std::string what);
  /// What was searched: documents and logs.
  std::size_t of_search();
  /// The hypotheses and how they were weighed.
  std::size_t of_reasoning();

  std::vector<Note> take() { return std::move(notes_); }

 private:
  const record::Warning& warning_;
  const BriefContext& context_;
  std::vector<Note> notes_;
};

}  // namespace tocsin::assess
