#pragma once

// Sentences to claims.

#include "report/claim_collector.h"
#include "report/discourse.h"
#include "report/document.h"
#include "report/speech.h"

namespace tocsin::report {

/// Hands all claims of a document, or of a section of it, to the collector. An attempt at a compromise is printed as
/// `targets`, `attempted`: only what is said to have succeeded is `compromises`. cost: O(tokens) but for merging equal
/// claims, O(claims log claims)
void read_claims(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse,
                 const Speech& speech, ClaimCollector& collector);

}  // namespace tocsin::report
