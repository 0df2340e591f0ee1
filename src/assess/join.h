#pragma once

// Claims meet what is open and what was seen: exposures by the technology that claims name, matches by asset.

#include <set>
#include <string>
#include <vector>

#include <functional>

#include "assess/assess.h"

namespace tocsin::assess {

/// Open exposures that answer to one of `terms` or that carry this actor; where no term is named or none answers, the
/// most urgent ones that face the internet, and `why` says so.
/// out:    most urgent first (see before()), at most options.max_through; `left_out` counts the rest
struct Ways {
  std::vector<record::Through> through;
  std::size_t left_out = 0;
  std::vector<record::Term> unanswered;  ///< terms without any open exposure
};
Ways join_exposures(const AssessInput& input, const std::vector<record::Term>& terms, const std::string& actor);

/// The three most urgent of what is open on assets that `counts` accepts, for want of a source that names a way in.
/// Urgent is what is known to be exploited or of rank 1.
std::vector<record::Through> urgent_exposures(const AssessInput& input,
                                              const std::function<bool(const record::Asset&)>& counts);

/// Urgency: faces the internet, rank of the decision table, known to be exploited, surer verdict, importance of the
/// asset, then by name.
bool before(const record::Exposure& a, const record::Exposure& b, const AssessInput& input);

/// Listed as exploited (KEV) on that day; a listing without a date counts.
bool is_known_exploited(const record::Exposure& exposure, Instant as_of);

/// The asset of an id; nullptr where the estate has none.
const record::Asset* asset_of(const std::vector<record::Asset>& assets, std::string_view id);

/// Matches put together by rule and asset: the first in time stands for all, `why` says in words how many there were.
struct Sighting {
  record::Seen seen;
  int level = 0;  ///< 0 informational … 4 critical
};
/// All matches of the input, most severe first. A match without level counts as medium.
std::vector<Sighting> gather_sightings(const AssessInput& input);

/// High or critical, or an indicator: somebody has to look.
bool is_severe(const Sighting& sighting);
/// The same for a match of a warning.
bool is_severe(const record::Match& match);

inline constexpr int kMediumLevel = 2;
inline constexpr int kHighLevel = 3;

}  // namespace tocsin::assess
