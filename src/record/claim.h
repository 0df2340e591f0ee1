#pragma once

// What a report says: entities that it names and claims that somebody makes about them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/document.h"
#include "record/evidence.h"
#include "record/indicator.h"
#include "record/names.h"

namespace tocsin::record {

/// The `entity` record: one mention.
struct Entity {
  EntityType type = EntityType::identity;
  std::string name;                      ///< canonical, or the text itself where nothing is known
  std::string text;                      ///< as it stood
  std::string id;                        ///< STIX id, empty for types without
  std::vector<std::string> asserted_by;  ///< whose name the text is
  std::vector<std::string> ambiguous;    ///< other canonical names that the text could mean
  std::string document;
  Span span;
  Zone zone = Zone::body;
  Confidence confidence = 0;
  std::string rule;  ///< e.g. "names/gazetteer"
  bool operator==(const Entity&) const = default;
};

enum class Predicate : std::uint8_t {
  targets,
  uses,
  exploits,
  attributed_to,
  located_at,
  originates_from,
  delivers,
  drops,
  downloads,
  communicates_with,
  impersonates,
  variant_of,
  compromises,
  exfiltrates_to,
  hosts,
  owns,
  beacons_to,
  indicates,
  also_known_as,
  part_of,
  has_weakness,
  motivated_by,
  informed,
  declined_to_comment,
  denies,
  confirms
};
std::string_view predicate_name(Predicate predicate);
std::optional<Predicate> parse_predicate(std::string_view name);

enum class Factuality : std::uint8_t { actual, attempted, possible, planned, generic };
std::string_view factuality_name(Factuality factuality);

enum class ClaimantRole : std::uint8_t { primary, analyst, government, agency, outlet, unnamed };
std::string_view claimant_role_name(ClaimantRole role);

struct Claimant {
  std::string name;
  ClaimantRole role = ClaimantRole::unnamed;
  bool operator==(const Claimant&) const = default;
};

/// One end of a claim.
struct Term {
  EntityType type = EntityType::identity;
  std::string name;          ///< canonical
  std::string id;            ///< STIX id, or empty
  std::string country = {};  ///< alpha-2 where known (a described actor: "North Korean hackers")
  bool operator==(const Term&) const = default;
};

struct ClaimTime {
  std::optional<std::string> from;  ///< RFC 3339 or date
  std::optional<std::string> to;
  std::string text;  ///< as it stood, e.g. "in recent weeks"
  bool operator==(const ClaimTime&) const = default;
};

/// The `claim` record. The chain of claimants runs from who said it first to who passed it on.
struct Claim {
  std::string id;  ///< "claim--" + UUIDv5 over its canonical content and document hash
  Term subject;
  Predicate predicate = Predicate::targets;
  std::optional<Term> object;  ///< absent for declined_to_comment and for what has no object in the text
  Factuality factuality = Factuality::actual;
  bool negated = false;
  std::vector<Claimant> claimants;
  std::vector<Claimant> denied_by;
  std::optional<ClaimTime> time;
  Confidence confidence = 0;
  std::vector<Evidence> evidence;  ///< at least one
  std::string rule;
  bool operator==(const Claim&) const = default;
};

/// The `source-group` record: documents that rest on one source.
struct SourceGroup {
  std::vector<std::string> documents;
  std::string root;  ///< who said it first, or the document's path where nobody is named
  std::vector<std::string> why;
  bool operator==(const SourceGroup&) const = default;
};

/// The `not-understood` record: something the rules could not use.
struct NotUnderstood {
  std::string what;  ///< "unmapped verb", "unresolved name" …
  std::string text;
  std::string document;
  Span span;
  bool operator==(const NotUnderstood&) const = default;
};

/// All that one document yielded.
struct DocumentReading {
  DocumentInfo document;
  std::vector<Indicator> indicators;
  std::vector<Entity> entities;
  std::vector<Claim> claims;
  std::vector<NotUnderstood> not_understood;
  bool operator==(const DocumentReading&) const = default;
};

}  // namespace tocsin::record
