// The starter names as STIX objects.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "knowledge/importer.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"
#include "stix/identifier.h"
#include "stix/vocabulary.h"

namespace tocsin::knowledge {

namespace {

using record::EntityType;
using record::KnownEntity;
using std::string_view;

constexpr string_view kAsserter = "Tocsin packs";

class PackObjects {
 public:
  explicit PackObjects(const NamePacks& packs)
      : packs_(packs), modified_((packs.date.empty() ? "2020-01-01" : packs.date) + "T00:00:00.000Z") {}

  ParsedKnowledge build();

 private:
  stix::Object object_of(const KnownEntity& entity);
  void describe_actor(stix::Object& object, const KnownEntity& actor);
  void relate(const KnownEntity& actor);
  void add_relationship(string_view type, const std::string& source, const std::string& target);

  const NamePacks& packs_;
  std::string modified_;
  std::map<string_view, std::string> sectors_, countries_, software_;  ///< id by key
  ParsedKnowledge out_{.format = KnowledgeFormat::name_pack};
};

std::string stix_id(const KnownEntity& entity) {
  return entity.id.empty() ? stix::make_own_id("identity", {"sector", entity.name}) : entity.id;
}

std::vector<ObjectName> names_of(const KnownEntity& entity) {
  std::vector<ObjectName> names;
  for (const record::Name& name : entity.names) {
    const bool is_own = names.empty();
    names.push_back({.text = name.text,
                     .relation = is_own ? "name" : name.relation,
                     .used_by = name.asserted_by,
                     .used_by_ref = {}});
  }
  const bool has_id = entity.type != EntityType::location && !entity.external_id.empty();
  if (has_id) names.push_back({.text = entity.external_id, .relation = "external-id", .used_by = {"MITRE"}});
  return names;
}

void PackObjects::describe_actor(stix::Object& object, const KnownEntity& actor) {
  if (actor.first_seen != 0) object.set("first_seen", fmt::format("{}-01-01T00:00:00Z", actor.first_seen));
  std::vector<std::string> motivations;
  for (const std::string& word : actor.motives) {
    for (const Motive& motive : packs_.motives) {
      const bool is_new = std::ranges::find(motivations, motive.stix_word) == motivations.end();
      if (motive.word == word && is_new) motivations.push_back(motive.stix_word);
    }
  }
  if (!motivations.empty()) {
    object.set("primary_motivation", motivations.front());
    object.set_strings("secondary_motivations", {motivations.begin() + 1, motivations.end()});
  }
  set_extra(object, "motives", json::Array(actor.motives.begin(), actor.motives.end()));
  if (actor.country.empty()) return;
  set_extra(object, "origin", actor.country);
  set_extra(object, "origin_asserted_by", actor.country_asserted_by);
}

stix::Object PackObjects::object_of(const KnownEntity& entity) {
  const string_view type = entity.type == EntityType::sector ? "identity" : record::entity_type_name(entity.type);
  stix::Object object(type, stix_id(entity));
  object.set("created", "2020-01-01T00:00:00.000Z").set("modified", modified_).set("name", entity.name);
  if (!entity.description.empty()) object.set("description", entity.description);
  const std::vector<ObjectName> names = names_of(entity);
  switch (entity.type) {
    case EntityType::intrusion_set:
      describe_actor(object, entity);
      break;
    case EntityType::malware:
      object.set("is_family", true);
      if (stix::find_vocabulary("malware-type-ov")->contains(entity.kind)) {
        object.set_strings("malware_types", {entity.kind});
      }
      break;
    case EntityType::tool:
      object.set_strings("tool_types", {entity.kind});
      break;
    case EntityType::sector:
      object.set("identity_class", "class");
      object.set_strings("sectors", {entity.name});
      break;
    case EntityType::location:
      object.set(entity.country.empty() ? "region" : "country",
                 entity.country.empty() ? entity.region : entity.country);
      if (!entity.country.empty()) object.set("region", entity.region);
      break;
    default:
      object.set("identity_class", "organization");
      break;
  }
  const bool has_aliases =
      entity.type == EntityType::intrusion_set || entity.type == EntityType::malware || entity.type == EntityType::tool;
  if (has_aliases) {
    // STIX knows one kind of alias; only what is said to be the same goes there.
    std::vector<std::string> aliases;
    for (const ObjectName& name : names) {
      if (name.relation == "same-as") aliases.push_back(name.text);
    }
    object.set_strings("aliases", aliases);
  }
  if (entity.external_id.size() > 2) {
    const string_view kind = entity.type == EntityType::intrusion_set ? "groups" : "software";
    json::Value reference;
    reference.set("source_name", "mitre-attack");
    reference.set("external_id", entity.external_id);
    reference.set("url", fmt::format("https://attack.mitre.org/{}/{}", kind, entity.external_id));
    object.set("external_references", json::Array{std::move(reference)});
  }
  set_extra(object, "asserted_by", kAsserter);
  set_extra(object, "names", print_object_names(names));
  return object;
}

void PackObjects::add_relationship(string_view type, const std::string& source, const std::string& target) {
  stix::Object relationship("relationship", stix::make_own_id("relationship", {type, source, target}));
  relationship.set("created", "2020-01-01T00:00:00.000Z").set("modified", modified_);
  relationship.set("relationship_type", type).set("source_ref", source).set("target_ref", target);
  set_extra(relationship, "asserted_by", kAsserter);
  out_.objects.push_back(std::move(relationship));
}

void PackObjects::relate(const KnownEntity& actor) {
  const auto relate_all = [&](string_view type, const std::vector<std::string>& words, const auto& ids) {
    for (const std::string& word : words) {
      const auto id = ids.find(word);
      if (id != ids.end()) add_relationship(type, actor.id, id->second);
    }
  };
  relate_all("uses", actor.uses, software_);
  relate_all("targets", actor.sectors, sectors_);
  relate_all("targets", actor.target_countries, countries_);
}

ParsedKnowledge PackObjects::build() {
  for (const KnownEntity& entity : packs_.entities) {
    if (entity.type == EntityType::sector) sectors_.emplace(entity.name, stix_id(entity));
    if (entity.type == EntityType::location && !entity.country.empty()) countries_.emplace(entity.country, entity.id);
    if (entity.type == EntityType::malware || entity.type == EntityType::tool)
      software_.emplace(entity.name, entity.id);
    out_.objects.push_back(object_of(entity));
  }
  for (const KnownEntity& entity : packs_.entities) {
    if (entity.type == EntityType::intrusion_set) relate(entity);
  }
  return std::move(out_);
}

}  // namespace

ParsedKnowledge knowledge_of_packs(const NamePacks& packs) { return PackObjects(packs).build(); }

}  // namespace tocsin::knowledge
