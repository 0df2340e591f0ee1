#pragma once

// What reports, exposures and sightings mean for one organisation: warnings, and what was considered but not used.
// Pure functions over values: no file, no clock. The model and its numbers are in docs/assessment.md.

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/claim.h"
#include "record/exposure.h"
#include "record/match.h"
#include "record/names.h"
#include "record/organisation.h"
#include "record/warning.h"

namespace tocsin::assess {

/// A log that was searched, whether anything matched or not: without it "nothing was seen" says nothing.
struct LogRead {
  std::string path;
  std::vector<std::string> hosts = {};  ///< host names or addresses that speak in it, as far as known
};

struct AssessOptions {
  double warn_at = 0.35;                     ///< relevance from which a claim raises a warning, 0 to 1
  int fresh_days = 730;                      ///< older claims are background: they explain, but raise nothing
  record::Tlp marking = record::Tlp::amber;  ///< of a warning, unless clearance or sources say otherwise
  std::size_t max_through = 64;              ///< exposures listed in one warning, most urgent first
};

struct AssessInput {
  record::Estate estate;
  std::vector<record::DocumentReading> readings;
  std::vector<record::SourceGroup> source_groups;  ///< from report; documents in none stand for themselves
  std::vector<record::Component> components;
  std::vector<record::Exposure> exposures;  ///< all verdicts; only open ones (record::is_open) are joined
  std::vector<record::Match> matches;
  std::vector<LogRead> logs;
  record::KnownEntities known;  ///< actors, sectors with parents, countries, organisations
  std::map<std::string, record::Tlp> document_markings = {};  ///< by path; a document not listed is tlp:clear
  Instant as_of{};                                            ///< the day of the assessment; later reports are not used
  AssessOptions options = {};
};

/// Something that was looked at and carries no warning, with the reason.
struct NotUsed {
  std::string what;    ///< e.g. "Microsoft: North Korean hackers are targeting France"
  std::string reason;  ///< e.g. "another country and no common sector"
  std::vector<record::Evidence> evidence;
  bool operator==(const NotUsed&) const = default;
};

struct Assessment {
  std::vector<record::Warning> warnings;  ///< most relevant first, then by id
  std::vector<NotUsed> not_used;          ///< sorted
};

/// The warnings for input.estate's organisation.
/// out:    independent of the order of every vector of the input, and of copies of a document under other paths
/// cost:   O(claims × (names + exposures) + matches × assets)
/// source: ICD 203 for words; docs/assessment.md for the model
Assessment assess(const AssessInput& input);

/// Which asset a match belongs to: by host name or address, else because the estate lists the log as the asset's, else
/// by a part of the log's path that is the asset's id or host name ("logs/web-01/access.log", "web-01.access.log").
/// out: index in assets, or assets.size()
std::size_t find_asset(const std::vector<record::Asset>& assets, const record::Match& match);

}  // namespace tocsin::assess
