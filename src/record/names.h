#pragma once

// The names that the system knows, as values: knowledge and packs fill them, the app hands them to report and assess.
// A name is a claim by somebody ("Stone Panda" is CrowdStrike's name for what MITRE calls APT10); nothing is merged
// transitively: an entry leads to one canonical record only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::record {

/// What an entity can be (OUTPUT.md): STIX types by their own names, and five of our own.
enum class EntityType : std::uint8_t {
  intrusion_set,
  threat_actor,
  campaign,
  malware,
  tool,
  attack_pattern,
  vulnerability,
  identity,
  location,
  infrastructure,
  software,
  sector,
  person,
  date,
  weakness,
  motive
};
std::string_view entity_type_name(EntityType type);  ///< "intrusion-set"
std::optional<EntityType> parse_entity_type(std::string_view name);

/// How an organisation speaks in reports.
enum class OrganisationKind : std::uint8_t {
  analyst,     ///< security vendor, researcher
  agency,      ///< news agency
  outlet,      ///< newspaper, site
  government,  ///< ministry, police, intelligence service
  cert,        ///< national or sector CERT
  company,     ///< any other company
  other
};
std::string_view organisation_kind_name(OrganisationKind kind);
std::optional<OrganisationKind> parse_organisation_kind(std::string_view name);

/// One spelling of one thing.
struct Name {
  std::string text;                           ///< as written, e.g. "Stone Panda"
  std::string language = "en";                ///< "en", "zh"
  std::vector<std::string> asserted_by = {};  ///< who uses this name, e.g. {"CrowdStrike"}; empty = common usage
  std::string relation = "same-as";           ///< same-as, overlaps, part-of, disputed, demonym, abbreviation
  bool needs_context = false;   ///< also an ordinary word ("Tick"): counts only where the context is right
  bool case_sensitive = false;  ///< "US", "APT": only in this case
};

/// One thing that is known: an actor, a country, a sector, an organisation, a malware.
struct KnownEntity {
  EntityType type = EntityType::identity;
  std::string name;              ///< canonical
  std::string id;                ///< STIX id, or empty when the type has none
  std::vector<Name> names;       ///< all spellings, the canonical one first
  std::string description = {};  ///< our own words

  std::string country = {};               ///< ISO 3166 alpha-2: of an organisation, or an actor's suspected origin
  std::string country_asserted_by = {};   ///< who says so, for actors
  std::string region = {};                ///< STIX region-ov, for locations
  std::vector<std::string> sectors = {};  ///< STIX industry-sector-ov and our sub-sectors: targeted (actors) or own
  std::vector<std::string> target_countries = {};  ///< of actors, alpha-2
  std::vector<std::string> motives = {};           ///< of actors
  std::string parent = {};                         ///< of a sector: the broader one
  std::optional<OrganisationKind> organisation_kind = {};
  std::string external_id = {};        ///< "G0045", "S0013"
  std::vector<std::string> uses = {};  ///< of actors: names of malware and tools
  int first_seen = 0;                  ///< of actors: year, 0 = unknown
  std::string kind = {};               ///< of malware and tools: STIX malware-type-ov or tool-type-ov, or "ics-malware"
  std::string source = {};             ///< where the facts come from
};

using KnownEntities = std::vector<KnownEntity>;

}  // namespace tocsin::record
