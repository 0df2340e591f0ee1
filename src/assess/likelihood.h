#pragma once

// ICD 203's words for likelihood, from probabilities, and the sentence that they stand in.

#include <array>
#include <string>
#include <string_view>

#include "record/warning.h"

namespace tocsin::assess {

struct LikelihoodRange {
  record::Likelihood word;
  int low;   ///< per cent, inclusive
  int high;  ///< per cent, exclusive but for the last
};

/// source: ICD 203 (2 January 2015), D.6.e.(2)(a), first row of words
inline constexpr std::array<LikelihoodRange, 7> kLikelihoodRanges = {{{record::Likelihood::almost_no_chance, 1, 5},
                                                                      {record::Likelihood::very_unlikely, 5, 20},
                                                                      {record::Likelihood::unlikely, 20, 45},
                                                                      {record::Likelihood::roughly_even_chance, 45, 55},
                                                                      {record::Likelihood::likely, 55, 80},
                                                                      {record::Likelihood::very_likely, 80, 95},
                                                                      {record::Likelihood::almost_certain, 95, 99}}};

/// The range that holds `probability` (0 to 1); a bound belongs to the upper range. Below 1 % and above 99 % the
/// outermost words hold: the scale knows no certainty.
const LikelihoodRange& likelihood_range(double probability);

/// "It is likely (55–80 %) that " / "There is a roughly even chance (45–55 %) that ": a sentence goes on from there.
std::string likelihood_phrase(const LikelihoodRange& range);

/// Does the sentence hold one of the seven words of ICD 203?
bool has_likelihood_word(std::string_view sentence);
/// Does the sentence speak of confidence?
bool has_confidence_word(std::string_view sentence);

}  // namespace tocsin::assess
