#pragma once

// Sentences to claims.

#include <vector>

#include "record/claim.h"
#include "report/discourse.h"
#include "report/document.h"
#include "report/speech.h"

namespace tocsin::report {

struct ReadClaims {
  std::vector<record::Claim> claims;  ///< in order of their first evidence
  std::vector<record::NotUnderstood> not_understood;
};

/// All claims of a document. An attempt at a compromise is printed as `targets`, `attempted`: only what is said to have
/// succeeded is `compromises`.
/// cost: O(tokens) but for merging equal claims, O(claims log claims)
ReadClaims read_claims(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse,
                       const Speech& speech);

}  // namespace tocsin::report
