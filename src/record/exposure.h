#pragma once

// What stands on an asset, and what is wrong with it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/evidence.h"

namespace tocsin::record {

/// The `component` record.
struct Component {
  std::string asset;
  std::string name;
  std::string version;         ///< empty = unknown
  std::string purl;            ///< or empty
  std::string cpe;             ///< or empty
  std::string weakness;        ///< OUTPUT.md's weakness vocabulary: what kind of door this is, or empty
  std::vector<Evidence> from;  ///< at least one
  Confidence confidence = 0;
  bool operator==(const Component&) const = default;
};

enum class Verdict : std::uint8_t {
  affected,
  likely,
  conditional,
  version_unknown,
  fixed_by_backport,
  not_affected,
  end_of_life
};
std::string_view verdict_name(Verdict verdict);
/// affected, likely, conditional, version-unknown and end-of-life ask for action; the others are printed with --all.
constexpr bool is_open(Verdict verdict) {
  return verdict != Verdict::fixed_by_backport && verdict != Verdict::not_affected;
}

struct KevFact {
  bool listed = false;
  std::string added = {};  ///< date
  bool ransomware = false;
  bool operator==(const KevFact&) const = default;
};

struct EpssFact {
  double score = 0;
  double percentile = 0;
  std::string date;
  bool operator==(const EpssFact&) const = default;
};

struct SsvcFact {
  std::string exploitation;      ///< none, poc, active
  std::string automatable;       ///< yes, no
  std::string technical_impact;  ///< partial, total
  std::string exposed;           ///< yes, no
  bool operator==(const SsvcFact&) const = default;
};

struct Priority {
  std::string table;       ///< "cisa-bod-26-04"
  std::string decision;    ///< the table's own word, e.g. "14 days"
  std::uint32_t rank = 0;  ///< 1 = first
  bool operator==(const Priority&) const = default;
};

struct ExposureActor {
  std::string name;
  std::string why;
  std::vector<Evidence> evidence;
  bool operator==(const ExposureActor&) const = default;
};

/// The `exposure` record: one component meets one vulnerability (or its end of life).
struct Exposure {
  std::string asset;
  std::string component;
  std::string version;
  std::string vulnerability;  ///< "CVE-2021-23017"; empty for end-of-life
  std::string summary;        ///< our own words, one sentence
  std::string weakness;       ///< OUTPUT.md's weakness vocabulary, or empty
  Verdict verdict = Verdict::affected;
  std::string range;               ///< "[0.6.18,1.20.1)"
  std::string fixed_version;       ///< the nearest version that is not affected, or empty
  std::string source;              ///< "nvd", "debian", "packs" …
  std::vector<std::string> trace;  ///< the reasoning, a step a line
  std::optional<KevFact> kev;
  std::optional<EpssFact> epss;
  std::optional<SsvcFact> ssvc;
  std::optional<Priority> priority;
  std::vector<ExposureActor> actors;
  std::string superseded_by;       ///< or empty
  std::vector<Evidence> evidence;  ///< of the component
  bool operator==(const Exposure&) const = default;
};

}  // namespace tocsin::record
