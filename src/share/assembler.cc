#include "share/assembler.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/unicode.h"
#include "stix/identifier.h"

namespace tocsin::share {

namespace {

/// What count of STIX may hold at most (2.1, §5.2).
constexpr std::uint64_t kMostSeen = 999'999'999;

/// MITRE's technique ids among Sigma tags: "attack.t1505.003" → "T1505.003".
std::vector<std::string> techniques_of(const std::vector<std::string>& tags) {
  std::vector<std::string> out;
  for (const std::string& tag : tags) {
    constexpr std::string_view kPrefix = "attack.t";
    if (!tag.starts_with(kPrefix) || tag.size() <= kPrefix.size() || !is_ascii_digit(tag[kPrefix.size()])) continue;
    std::string id = tag.substr(kPrefix.size() - 1);
    id.front() = 'T';
    out.push_back(std::move(id));
  }
  return out;
}

}  // namespace

std::string print_place(const record::Evidence& evidence) {
  if (evidence.span.page) {
    return fmt::format("{}, page {}, bytes {}-{}", evidence.document, *evidence.span.page, evidence.span.start,
                       evidence.span.end);
  }
  return fmt::format("{}, bytes {}-{}", evidence.document, evidence.span.start, evidence.span.end);
}

BundleAssembler::BundleAssembler(Instant created, const record::KnownEntities& known)
    : known_(known), created_(print_rfc3339(created, 3)), author_id_(stix::make_own_id("identity", {"tocsin"})) {}

stix::Object BundleAssembler::make_domain_object(std::string_view type,
                                                 const std::vector<std::string_view>& key) const {
  stix::Object object(type, stix::make_own_id(type, key));
  object.set("created_by_ref", author_id_).set("created", created_).set("modified", created_);
  return object;
}

std::string BundleAssembler::add(stix::Object object, stix::Tlp level) {
  std::string id(object.id());
  const auto [found, is_new] = index_.try_emplace(id, entries_.size());
  if (is_new) {
    entries_.push_back(Entry{std::move(object), level});
  } else {
    entries_[found->second].level = std::max(entries_[found->second].level, level);
  }
  return id;
}

std::string BundleAssembler::add_identity(std::string_view name, std::string_view identity_class,
                                          const std::vector<std::string>& sectors, stix::Tlp level) {
  stix::Object object = make_domain_object("identity", {name});
  object.set("name", name).set("identity_class", identity_class).set_strings("sectors", sectors);
  return add(std::move(object), level);
}

std::string BundleAssembler::add_intrusion_set(const std::string& name, const std::string& id, stix::Tlp level) {
  stix::Object object("intrusion-set", id.empty() ? stix::make_own_id("intrusion-set", {name}) : id);
  object.set("created_by_ref", author_id_).set("created", created_).set("modified", created_).set("name", name);
  const auto known = std::ranges::find_if(known_, [&](const record::KnownEntity& entity) {
    return entity.type == record::EntityType::intrusion_set && entity.name == name;
  });
  if (known != known_.end()) {
    std::vector<std::string> aliases;
    for (const record::Name& alias : known->names) {
      if (alias.text != name && alias.relation == "same-as" &&
          std::ranges::find(aliases, alias.text) == aliases.end()) {
        aliases.push_back(alias.text);
      }
    }
    object.set_strings("aliases", aliases);
  }
  return add(std::move(object), level);
}

std::string BundleAssembler::add_relationship(std::string_view type, const std::string& source,
                                              const std::string& target, const std::string& description,
                                              stix::Tlp level) {
  stix::Object object = make_domain_object("relationship", {type, source, target});
  object.set("relationship_type", type).set("source_ref", source).set("target_ref", target);
  if (!description.empty()) object.set("description", description);
  return add(std::move(object), level);
}

std::string BundleAssembler::add_note(const std::string& abstract, const std::string& content,
                                      const std::vector<std::string>& about, stix::Tlp level) {
  std::vector<std::string_view> key = {abstract, content};
  key.insert(key.end(), about.begin(), about.end());
  stix::Object object = make_domain_object("note", key);
  object.set("abstract", abstract).set("content", content).set_strings("object_refs", about);
  return add(std::move(object), level);
}

std::vector<std::string> BundleAssembler::add_seen(const record::Seen& seen, const std::string& where,
                                                   stix::Tlp level) {
  const record::Match& match = seen.match;
  const std::string title = match.indicator
                                ? fmt::format("Contact with {} {}", match.indicator->type, match.indicator->value)
                                : match.rule.title;
  const std::string key = match.indicator ? match.indicator->value : match.rule.id;
  stix::Object pattern = make_domain_object("attack-pattern", {key, title});
  pattern.set("name", title);
  json::Array references;
  for (const std::string& technique : techniques_of(match.rule.tags)) {
    json::Value reference;
    reference.set("source_name", "mitre-attack");
    reference.set("external_id", technique);
    references.push_back(std::move(reference));
  }
  if (!references.empty()) pattern.set("external_references", std::move(references));

  std::vector<std::string> ids = {add(std::move(pattern), level)};
  const std::string pattern_id = ids.front();
  const auto parsed = parse_rfc3339(match.time);
  const std::string when = parsed ? print_rfc3339(parsed->instant, 3) : created_;
  // A last time without a first one, or before it, says nothing: it counts as the first.
  const auto parsed_last = parse_rfc3339(seen.last_time);
  const std::string last =
      parsed && parsed_last && parsed_last->instant > parsed->instant ? print_rfc3339(parsed_last->instant, 3) : when;
  const auto count =
      json::Value::integer(static_cast<std::int64_t>(std::clamp<std::uint64_t>(seen.count, 1, kMostSeen)));
  const std::string place = match.source.line != 0 ? fmt::format("{}:{}", match.source.path, match.source.line)
                                                   : fmt::format("{}, byte {}", match.source.path, match.source.offset);
  const std::vector<std::string> observables = add_observables(match, level);
  ids.insert(ids.end(), observables.begin(), observables.end());
  std::vector<std::string> observed;
  if (!observables.empty()) {
    stix::Object data = make_domain_object("observed-data", {key, place});
    // The observables are those of the first match alone: another one of the rule may show other addresses and files.
    data.set("first_observed", when).set("last_observed", when).set("number_observed", json::Value::integer(1));
    data.set_strings("object_refs", observables);
    observed.push_back(add(std::move(data), level));
    ids.push_back(observed.back());
  }
  stix::Object sighting = make_domain_object("sighting", {key, place});
  sighting.set("description", seen.why.empty() ? place : fmt::format("{} ({})", seen.why, place));
  if (parsed) sighting.set("first_seen", when).set("last_seen", last);
  sighting.set("count", count).set("sighting_of_ref", pattern_id);
  sighting.set_strings("observed_data_refs", observed);
  if (!where.empty()) sighting.set_strings("where_sighted_refs", {where});
  ids.push_back(add(std::move(sighting), level));
  return ids;
}

/// What of the fields that the rule looked at has a cyber-observable type of its own.
std::vector<std::string> BundleAssembler::add_observables(const record::Match& match, stix::Tlp level) {
  struct Mapping {
    std::string_view field;
    std::string_view type;
    std::string_view property;
  };
  constexpr Mapping kMappings[] = {{"c-ip", "ipv4-addr", "value"},          {"SourceIp", "ipv4-addr", "value"},
                                   {"DestinationIp", "ipv4-addr", "value"}, {"Image", "file", "name"},
                                   {"ParentImage", "file", "name"},         {"TargetFilename", "file", "name"}};
  std::vector<std::string> ids;
  for (const auto& [field, value] : match.fields) {
    const auto mapping = std::ranges::find(kMappings, field, &Mapping::field);
    if (mapping == std::end(kMappings) || value.empty()) continue;
    std::string_view type = mapping->type;
    if (type == "ipv4-addr" && value.find(':') != std::string::npos) type = "ipv6-addr";
    json::Value properties;
    const std::size_t slash = type == "file" ? value.find_last_of("\\/") : std::string::npos;
    properties.set(std::string(mapping->property), slash == std::string::npos ? value : value.substr(slash + 1));
    const auto id = stix::make_deterministic_id(type, properties);
    if (!id) continue;
    stix::Object object(type, *id);
    object.set(mapping->property, *properties.find(mapping->property));
    if (std::ranges::find(ids, *id) == ids.end()) ids.push_back(add(std::move(object), level));
  }
  return ids;
}

stix::Bundle BundleAssembler::take() && {
  // The author is part of every bundle and as secret as its most secret object.
  if (!entries_.empty()) {
    const stix::Tlp strictest = std::ranges::max_element(entries_, {}, &Entry::level)->level;
    stix::Object author("identity", author_id_);
    author.set("created", created_).set("modified", created_).set("name", "Tocsin").set("identity_class", "system");
    add(std::move(author), strictest);
  }
  std::set<stix::Tlp> levels;
  for (const Entry& entry : entries_) levels.insert(entry.level);
  stix::Bundle bundle;
  for (const stix::Tlp level : levels) bundle.objects.push_back(stix::make_tlp2_definition(level));
  for (Entry& entry : entries_) {
    entry.object.set_strings("object_marking_refs", {std::string(stix::tlp2_id(entry.level))});
    bundle.objects.push_back(std::move(entry.object));
  }
  return bundle;
}

}  // namespace tocsin::share
