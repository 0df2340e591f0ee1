#pragma once

// The whole journey as one value: what `tocsin assess` prints and `tocsin demo` writes down.

#include <string>
#include <vector>

#include "app/pipeline.h"
#include "assess/assess.h"
#include "assess/brief.h"
#include "estate/packs.h"
#include "stix/bundle.h"

namespace tocsin::app {

struct JourneyInput {
  std::string packs;
  std::string estate;
  std::vector<std::string> reports;
  std::vector<std::string> logs;   ///< besides those that the estate file names
  std::vector<std::string> rules;  ///< none = the starter rules
  Instant as_of{};
};

struct Journey {
  record::KnownEntities known;
  record::Estate estate;
  Reports reports;
  estate::Survey survey;
  std::vector<record::Match> matches;
  detect::HuntCounts hunt_counts;
  HuntTotals hunt_totals;
  std::vector<assess::LogRead> logs;  ///< searched, whether anything matched or not
  assess::Assessment assessment;
};

/// Reads, surveys, hunts and assesses. `step` is told what was done, in words, as soon as it is.
/// errors: those of the steps that nothing can be done without (packs, estate); other bad input is in `skips`
Result<Journey> make_journey(const JourneyInput& input, Skips& skips,
                             const std::function<void(const std::string&)>& step);

/// The briefs of all warnings in one view.
std::vector<assess::Brief> make_briefs(const Journey& journey, Instant as_of, assess::View view);

/// For a terminal and who decides: the first warning's brief, and of each further one what it says and how likely it
/// is, for they often share their traces with the first. `rest`: where they stand in full, e.g. "out/brief.html".
std::string print_leading_brief(const Journey& journey, Instant as_of, const assess::TextStyle& style,
                                const std::string& rest);

/// The warnings without those that add no trace to an earlier one: to a CERT one incident is told once, however many
/// actors are reported.
std::vector<record::Warning> warnings_by_incident(const std::vector<record::Warning>& warnings);

/// The warnings as a bundle that has gone through the gate for the organisation itself.
stix::Bundle make_shared_bundle(const Journey& journey, Instant as_of, Skips& skips);

}  // namespace tocsin::app
