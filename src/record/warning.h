#pragma once

// What it means for the organisation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/claim.h"
#include "record/evidence.h"
#include "record/exposure.h"
#include "record/match.h"
#include "record/organisation.h"

namespace tocsin::record {

/// The words of ICD 203, from almost no chance (1–5 %) to almost certain (95–99 %).
enum class Likelihood : std::uint8_t {
  almost_no_chance,
  very_unlikely,
  unlikely,
  roughly_even_chance,
  likely,
  very_likely,
  almost_certain
};
std::string_view likelihood_name(Likelihood likelihood);

struct Hypothesis {
  std::string name;                     ///< an actor, or "unknown actor"
  double probability = 0;               ///< all hypotheses of a warning sum to 1
  std::vector<std::string> supporting;  ///< printed as "for"
  std::vector<std::string> against;
  bool operator==(const Hypothesis&) const = default;
};

struct WarningActor {
  std::string name;
  std::string id;  ///< STIX id, or empty
  Likelihood likelihood = Likelihood::unlikely;
  int probability_low = 0;  ///< per cent
  int probability_high = 0;
  bool operator==(const WarningActor&) const = default;
};

struct Through {
  Exposure exposure;
  std::string why;
  bool operator==(const Through&) const = default;
};

/// Matches of one rule on one asset, put together.
struct Seen {
  Match match;        ///< the first in time, which stands for all
  std::string asset;  ///< or empty
  std::string why;
  std::uint64_t count = 1;     ///< how many matches there were
  std::string last_time = {};  ///< RFC 3339 UTC of the last one; empty = that of `match`, or unknown
  bool operator==(const Seen&) const = default;
};

struct Motive {
  std::string name;  ///< e.g. "intellectual-property-theft"
  std::string text;  ///< in words
  std::vector<Evidence> evidence;
  bool operator==(const Motive&) const = default;
};

/// "low", "moderate", "high" (ICD 203), never in one sentence with a likelihood.
struct Basis {
  std::uint32_t independent_sources = 0;
  std::string confidence;
  std::string why;
  /// The claims of those sources, as indices into the warning's own; not printed, briefs lead from here to the
  /// evidence.
  std::vector<std::size_t> claims = {};
  bool operator==(const Basis&) const = default;
};

struct Action {
  std::string action;
  std::string because;
  // What it rests on, as indices into the warning's own lists; not printed, briefs lead from here to the evidence.
  std::vector<std::size_t> claims = {};
  std::vector<std::size_t> through = {};
  std::vector<std::size_t> seen = {};
  bool operator==(const Action&) const = default;
};

/// The `warning` record.
struct Warning {
  std::string id;  ///< "report--" UUIDv5: also the id of the STIX report
  std::string organisation;
  std::string title;
  std::optional<WarningActor> actor;   ///< absent when "unknown actor" leads
  std::vector<Hypothesis> hypotheses;  ///< "unknown actor" is always one of them; most probable first
  std::vector<std::string> relevance;  ///< why this concerns the organisation, in words
  std::vector<Claim> claims;           ///< what it rests on
  std::vector<Through> through;
  std::vector<Seen> seen;
  std::optional<Motive> motive;
  Basis basis;
  std::vector<std::string> not_known;
  std::vector<Action> do_first;
  Tlp marking = Tlp::amber;
  std::vector<Evidence> evidence;
  bool operator==(const Warning&) const = default;
};

}  // namespace tocsin::record
