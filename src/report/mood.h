#pragma once

// What the words around a trigger make of it: attempted, planned, doubted, negated, supposed.

#include <cstddef>

#include "record/claim.h"
#include "report/grammar.h"

namespace tocsin::report {

struct Mood {
  record::Factuality factuality = record::Factuality::actual;
  bool negated = false;
  bool hypothetical = false;
};

/// The mood of a trigger at tokens [trigger, trigger_end): of the words since `clause_begin` (the subject's end), and
/// of what governs the whole clause ("found no evidence that", "if", "reports that … are false").     cost: O(tokens)
Mood read_mood(const Grammar& grammar, std::size_t clause_begin, std::size_t trigger, std::size_t trigger_end);

}  // namespace tocsin::report
