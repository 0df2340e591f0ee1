#pragma once

// Files that others publish, as objects for the store. The format is told from the content.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "knowledge/packs.h"
#include "stix/object.h"

namespace tocsin::knowledge {

enum class KnowledgeFormat : std::uint8_t { stix, misp_galaxy, microsoft_names, name_pack };
std::string_view knowledge_format_name(KnowledgeFormat format);  ///< "stix", "misp-galaxy" …

/// Why something of a file isn't in the store.
struct SkippedRecord {
  std::string reason;  ///< few different ones, for counting: "no name"
  std::string what;    ///< the record or value itself, shortened
  Where where = {};
};

/// What one file, or one folder of packs, says.
struct ParsedKnowledge {
  KnowledgeFormat format = KnowledgeFormat::stix;
  std::vector<stix::Object> objects = {};
  std::vector<SkippedRecord> skipped = {};
};

/// Any STIX 2.0 or 2.1 bundle (ATT&CK), a MISP galaxy cluster file or Microsoft's mapping of actor names.
/// in:     text: UTF-8, with or without a byte order mark; path: for places and as the document's name
/// errors: syntax, invalid, unsupported (a galaxy of a type that has no place in the store; another format)
/// cost: O(n)
Result<ParsedKnowledge> parse_knowledge(std::string_view text, const std::string& path);

/// MISP galaxy clusters: https://www.misp-standard.org/rfc/misp-standard-galaxy-format.html. Actors become intrusion
/// sets, malware kinds malware, producers and sectors identities, countries and regions locations. `name-attribution`
/// and `origin:` say whose name a synonym is; `related` becomes links with the likelihood as confidence (almost-certain
/// 95, likely 70, roughly-even-chance 50, unlikely 20). Clusters carry no date: `version` counts as seconds after 2015,
/// so that a later file supersedes an earlier one.
Result<ParsedKnowledge> parse_galaxy(const json::Value& cluster, const std::string& path);

/// Microsoft's published mapping: [{"Threat actor name", "Origin/Threat", "Other names"}]. Microsoft asserts every name
/// of a record; whose the other names are it does not say, but for its own former ones (DEV-, Storm-). It carries no
/// date: of two different mappings the winner is fixed but arbitrary.
Result<ParsedKnowledge> parse_microsoft_names(const json::Value& mapping, const std::string& path);

/// Actors, malware, tools, countries, sectors (identity_class "class") and organisations, with `uses` and `targets`
/// relationships of the actors; ids made from the names, versions from the packs' date.
ParsedKnowledge knowledge_of_packs(const NamePacks& packs);

}  // namespace tocsin::knowledge
