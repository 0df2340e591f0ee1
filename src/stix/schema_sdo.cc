#include "stix/schema_rows.h"

// STIX Domain Objects (§4), Relationship Objects (§5), Meta Objects (§7), the bundle (§8) and the structures of §2.

namespace tocsin::stix::rows {
namespace {

constexpr Property kAttackPattern[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"aliases", Kind::string, O, kList},
    {"kill_chain_phases", Kind::structure, O, kList, "kill-chain-phase"},
};
constexpr Property kCampaign[] = {
    {"name", Kind::string, R},       {"description", Kind::string},  {"aliases", Kind::string, O, kList},
    {"first_seen", Kind::timestamp}, {"last_seen", Kind::timestamp}, {"objective", Kind::string},
};
constexpr Property kCourseOfAction[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
};
constexpr Property kGrouping[] = {
    {"name", Kind::string},
    {"description", Kind::string},
    {"context", Kind::open, R, kOne, "grouping-context-ov"},
    {"object_refs", Kind::identifier, R, kList, "any"},
};
constexpr Property kIdentity[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"roles", Kind::string, O, kList},
    {"identity_class", Kind::open, O, kOne, "identity-class-ov"},
    {"sectors", Kind::open, O, kList, "industry-sector-ov"},
    {"contact_information", Kind::string},
};
constexpr Property kIncident[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
};
constexpr Property kIndicator[] = {
    {"name", Kind::string},
    {"description", Kind::string},
    {"indicator_types", Kind::open, O, kList, "indicator-type-ov"},
    {"pattern", Kind::string, R, kOne, "", Form::stix_pattern},
    {"pattern_type", Kind::open, R, kOne, "pattern-type-ov"},
    {"pattern_version", Kind::string},
    {"valid_from", Kind::timestamp, R},
    {"valid_until", Kind::timestamp},
    {"kill_chain_phases", Kind::structure, O, kList, "kill-chain-phase"},
};
constexpr Property kInfrastructure[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"infrastructure_types", Kind::open, O, kList, "infrastructure-type-ov"},
    {"aliases", Kind::string, O, kList},
    {"kill_chain_phases", Kind::structure, O, kList, "kill-chain-phase"},
    {"first_seen", Kind::timestamp},
    {"last_seen", Kind::timestamp},
};
constexpr Property kIntrusionSet[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"aliases", Kind::string, O, kList},
    {"first_seen", Kind::timestamp},
    {"last_seen", Kind::timestamp},
    {"goals", Kind::string, O, kList},
    {"resource_level", Kind::open, O, kOne, "attack-resource-level-ov"},
    {"primary_motivation", Kind::open, O, kOne, "attack-motivation-ov"},
    {"secondary_motivations", Kind::open, O, kList, "attack-motivation-ov"},
};
constexpr Property kLocation[] = {
    {"name", Kind::string},
    {"description", Kind::string},
    {"latitude", Kind::real, O, kOne, "", Form::latitude},
    {"longitude", Kind::real, O, kOne, "", Form::longitude},
    {"precision", Kind::real},
    {"region", Kind::open, O, kOne, "region-ov"},
    {"country", Kind::string, O, kOne, "", Form::country},
    {"administrative_area", Kind::string},
    {"city", Kind::string},
    {"street_address", Kind::string},
    {"postal_code", Kind::string},
};
constexpr Property kMalware[] = {
    {"name", Kind::string},
    {"description", Kind::string},
    {"malware_types", Kind::open, O, kList, "malware-type-ov"},
    {"is_family", Kind::boolean, R},
    {"aliases", Kind::string, O, kList},
    {"kill_chain_phases", Kind::structure, O, kList, "kill-chain-phase"},
    {"first_seen", Kind::timestamp},
    {"last_seen", Kind::timestamp},
    {"operating_system_refs", Kind::identifier, O, kList, "software"},
    {"architecture_execution_envs", Kind::open, O, kList, "processor-architecture-ov"},
    {"implementation_languages", Kind::open, O, kList, "implementation-language-ov"},
    {"capabilities", Kind::open, O, kList, "malware-capabilities-ov"},
    {"sample_refs", Kind::identifier, O, kList, "file artifact"},
};
constexpr Property kMalwareAnalysis[] = {
    {"product", Kind::string, R, kOne, "", Form::product},
    {"version", Kind::string},
    {"host_vm_ref", Kind::identifier, O, kOne, "software"},
    {"operating_system_ref", Kind::identifier, O, kOne, "software"},
    {"installed_software_refs", Kind::identifier, O, kList, "software"},
    {"configuration_version", Kind::string},
    {"modules", Kind::string, O, kList},
    {"analysis_engine_version", Kind::string},
    {"analysis_definition_version", Kind::string},
    {"submitted", Kind::timestamp},
    {"analysis_started", Kind::timestamp},
    {"analysis_ended", Kind::timestamp},
    {"result_name", Kind::string},
    {"result", Kind::open, O, kOne, "malware-result-ov"},
    {"analysis_sco_refs", Kind::identifier, O, kList, "sco"},
    {"sample_ref", Kind::identifier, O, kOne, "file network-traffic artifact"},
};
constexpr Text kMalwareAnalysisNeeds[] = {"result", "analysis_sco_refs"};
constexpr Property kNote[] = {
    {"abstract", Kind::string},
    {"content", Kind::string, R},
    {"authors", Kind::string, O, kList},
    {"object_refs", Kind::identifier, R, kList, "any"},
};
constexpr Property kObservedData[] = {
    {"first_observed", Kind::timestamp, R},
    {"last_observed", Kind::timestamp, R},
    {"number_observed", Kind::integer, R, kOne, "", Form::observed_count},
    {"objects", Kind::any},
    {"object_refs", Kind::identifier, O, kList, "sco sro"},
};
constexpr Text kObservedDataNeeds[] = {"objects", "object_refs"};
constexpr Property kOpinion[] = {
    {"explanation", Kind::string},
    {"authors", Kind::string, O, kList},
    {"opinion", Kind::enumeration, R, kOne, "opinion-enum"},
    {"object_refs", Kind::identifier, R, kList, "any"},
};
constexpr Property kReport[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"report_types", Kind::open, O, kList, "report-type-ov"},
    {"published", Kind::timestamp, R},
    {"object_refs", Kind::identifier, R, kList, "any"},
};
constexpr Property kThreatActor[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"threat_actor_types", Kind::open, O, kList, "threat-actor-type-ov"},
    {"aliases", Kind::string, O, kList},
    {"first_seen", Kind::timestamp},
    {"last_seen", Kind::timestamp},
    {"roles", Kind::open, O, kList, "threat-actor-role-ov"},
    {"goals", Kind::string, O, kList},
    {"sophistication", Kind::open, O, kOne, "threat-actor-sophistication-ov"},
    {"resource_level", Kind::open, O, kOne, "attack-resource-level-ov"},
    {"primary_motivation", Kind::open, O, kOne, "attack-motivation-ov"},
    {"secondary_motivations", Kind::open, O, kList, "attack-motivation-ov"},
    {"personal_motivations", Kind::open, O, kList, "attack-motivation-ov"},
};
constexpr Property kTool[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"tool_types", Kind::open, O, kList, "tool-type-ov"},
    {"aliases", Kind::string, O, kList},
    {"kill_chain_phases", Kind::structure, O, kList, "kill-chain-phase"},
    {"tool_version", Kind::string},
};
constexpr Property kVulnerability[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
};

constexpr Property kRelationship[] = {
    {"relationship_type", Kind::string, R},
    {"description", Kind::string},
    {"source_ref", Kind::identifier, R, kOne, "sdo sco"},
    {"target_ref", Kind::identifier, R, kOne, "sdo sco"},
    {"start_time", Kind::timestamp},
    {"stop_time", Kind::timestamp},
};
constexpr Property kSighting[] = {
    {"description", Kind::string},
    {"first_seen", Kind::timestamp},
    {"last_seen", Kind::timestamp},
    {"count", Kind::integer, O, kOne, "", Form::sighting_count},
    {"sighting_of_ref", Kind::identifier, R, kOne, "sdo"},
    {"observed_data_refs", Kind::identifier, O, kList, "observed-data"},
    {"where_sighted_refs", Kind::identifier, O, kList, "identity location"},
    {"summary", Kind::boolean},
};

constexpr Property kLanguageContent[] = {
    {"object_ref", Kind::identifier, R, kOne, "any"},
    {"object_modified", Kind::timestamp},
    {"contents", Kind::dictionary, R, kOne, "language"},
};
constexpr Property kMarkingDefinition[] = {
    {"name", Kind::string},
    {"definition_type", Kind::open, O, kOne, "marking-definition-type-ov"},
    {"definition", Kind::any},
};
constexpr Property kExtensionDefinition[] = {
    {"name", Kind::string, R},
    {"description", Kind::string},
    {"schema", Kind::string, R},
    {"version", Kind::string, R},
    {"extension_types", Kind::enumeration, R, kList, "extension-type-enum"},
    {"extension_properties", Kind::string, O, kList},
};
constexpr Property kBundle[] = {
    {"objects", Kind::any},
};

constexpr Property kExternalReference[] = {
    {"source_name", Kind::string, R},
    {"description", Kind::string},
    {"url", Kind::string, O, kOne, "", Form::url_reference},
    {"hashes", Kind::hashes},
    {"external_id", Kind::string},
};
constexpr Text kExternalReferenceNeeds[] = {"description", "url", "external_id"};
constexpr Property kKillChainPhase[] = {
    {"kill_chain_name", Kind::string, R, kOne, "", Form::lower_hyphen},
    {"phase_name", Kind::string, R, kOne, "", Form::lower_hyphen},
};
constexpr Property kGranularMarking[] = {
    {"lang", Kind::language},
    {"marking_ref", Kind::identifier, O, kOne, "marking-definition"},
    {"selectors", Kind::string, R, kList},
};
constexpr Property kStatementMarking[] = {{"statement", Kind::string, R}};
constexpr Property kTlpMarking[] = {{"tlp", Kind::string, R}};

constexpr TypeDefinition kTypes[] = {
    {"attack-pattern", Category::sdo, "4.1", kAttackPattern},
    {"campaign", Category::sdo, "4.2", kCampaign},
    {"course-of-action", Category::sdo, "4.3", kCourseOfAction},
    {"grouping", Category::sdo, "4.4", kGrouping},
    {"identity", Category::sdo, "4.5", kIdentity},
    {"incident", Category::sdo, "4.6", kIncident},
    {"indicator", Category::sdo, "4.7", kIndicator},
    {"infrastructure", Category::sdo, "4.8", kInfrastructure},
    {"intrusion-set", Category::sdo, "4.9", kIntrusionSet},
    {"location", Category::sdo, "4.10", kLocation},
    {"malware", Category::sdo, "4.11", kMalware},
    {"malware-analysis", Category::sdo, "4.12", kMalwareAnalysis, {}, {}, kMalwareAnalysisNeeds},
    {"note", Category::sdo, "4.13", kNote},
    {"observed-data", Category::sdo, "4.14", kObservedData, {}, {}, kObservedDataNeeds},
    {"opinion", Category::sdo, "4.15", kOpinion},
    {"report", Category::sdo, "4.16", kReport},
    {"threat-actor", Category::sdo, "4.17", kThreatActor},
    {"tool", Category::sdo, "4.18", kTool},
    {"vulnerability", Category::sdo, "4.19", kVulnerability},
    {"relationship", Category::sro, "5.1", kRelationship},
    {"sighting", Category::sro, "5.2", kSighting},
};
constexpr TypeDefinition kMetaTypes[] = {
    {"language-content", Category::meta, "7.1", kLanguageContent},
    {"marking-definition", Category::meta, "7.2.1", kMarkingDefinition},
    {"extension-definition", Category::meta, "7.3", kExtensionDefinition},
    {"bundle", Category::bundle, "8", kBundle},
};
constexpr TypeDefinition kStructures[] = {
    {"external-reference", Category::custom, "2.5", kExternalReference, {}, {}, kExternalReferenceNeeds},
    {"kill-chain-phase", Category::custom, "2.11", kKillChainPhase},
    {"granular-marking", Category::custom, "7.2.3.1", kGranularMarking},
    {"statement", Category::custom, "7.2.1.3", kStatementMarking},
    {"tlp", Category::custom, "7.2.1.4", kTlpMarking},
};

}  // namespace

std::span<const TypeDefinition> domain_types() { return kTypes; }
std::span<const TypeDefinition> meta_types() { return kMetaTypes; }
std::span<const TypeDefinition> general_structures() { return kStructures; }

}  // namespace tocsin::stix::rows
