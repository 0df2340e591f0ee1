// MISP galaxy clusters as STIX objects.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.h"
#include "base/time.h"
#include "base/unicode.h"
#include "knowledge/importer.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"
#include "stix/identifier.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

/// What the clusters of a galaxy are.
enum class ClusterKind : std::uint8_t { actor, malware, tool, organisation, sector, country, region };

struct GalaxyType {
  string_view type;
  ClusterKind kind;
};
constexpr auto kGalaxyTypes = std::to_array<GalaxyType>({
    {"threat-actor", ClusterKind::actor},
    {"360net-threat-actor", ClusterKind::actor},
    {"microsoft-activity-group", ClusterKind::actor},
    {"intel-agency", ClusterKind::organisation},
    {"producer", ClusterKind::organisation},
    {"malpedia", ClusterKind::malware},
    {"ransomware", ClusterKind::malware},
    {"rat", ClusterKind::malware},
    {"backdoor", ClusterKind::malware},
    {"banker", ClusterKind::malware},
    {"stealer", ClusterKind::malware},
    {"botnet", ClusterKind::malware},
    {"android", ClusterKind::malware},
    {"cryptominers", ClusterKind::malware},
    {"exploit-kit", ClusterKind::malware},
    {"tool", ClusterKind::tool},
    {"sector", ClusterKind::sector},
    {"NACE", ClusterKind::sector},
    {"naics", ClusterKind::sector},
    {"country", ClusterKind::country},
    {"target-information", ClusterKind::country},
    {"region", ClusterKind::region},
});

struct Likelihood {
  string_view word;
  int confidence;
};
// STIX 2.1 appendix A: the words of estimative language on the scale of 0 to 100.
constexpr auto kLikelihoods = std::to_array<Likelihood>({{"almost-certain", 95},
                                                         {"very-likely", 85},
                                                         {"likely", 70},
                                                         {"roughly-even-chance", 50},
                                                         {"unlikely", 30},
                                                         {"very-unlikely", 15},
                                                         {"almost-no-chance", 5}});

constexpr string_view stix_type(ClusterKind kind) {
  switch (kind) {
    case ClusterKind::actor:
      return "intrusion-set";
    case ClusterKind::malware:
      return "malware";
    case ClusterKind::tool:
      return "tool";
    case ClusterKind::organisation:
    case ClusterKind::sector:
      return "identity";
    case ClusterKind::country:
    case ClusterKind::region:
      return "location";
  }
  return "identity";
}

/// The UUID of a cluster as one that a STIX identifier may hold. STIX 2.1 §2.9 asks for RFC 4122, that is versions 1 to
/// 5; a newer one (galaxies have a few of version 7) is renamed, the same wherever it is referred to.
/// nullopt when the text is no UUID.
std::optional<std::string> stix_uuid(string_view text) {
  const auto uuid = parse_uuid(text);
  if (!uuid) return std::nullopt;
  const int version = uuid_version(*uuid);
  if (version >= 1 && version <= 5) return print_uuid(*uuid);
  static const Uuid kNamespace = parse_uuid(stix::kOwnNamespace).value_or(Uuid{});
  return print_uuid(make_uuid_v5(kNamespace, print_uuid(*uuid)));
}

/// True when the text has a scheme and only characters that RFC 3986 allows, as a STIX url must.
bool is_uri(string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == string_view::npos || !is_ascii_alpha(text.front())) return false;
  constexpr string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  return std::ranges::all_of(text, [&](char c) { return is_ascii_alnum(c) || kMarks.find(c) != string_view::npos; });
}

std::vector<std::string_view> texts_of(const json::Value* value) {
  std::vector<std::string_view> texts;
  if (value == nullptr) return texts;
  if (value->string() != nullptr) texts.emplace_back(*value->string());
  if (value->array() != nullptr) {
    for (const json::Value& item : *value->array()) {
      if (item.string() != nullptr) texts.emplace_back(*item.string());
    }
  }
  return texts;
}

class GalaxyReader {
 public:
  GalaxyReader(const json::Value& cluster, const std::string& path, ClusterKind kind)
      : cluster_(cluster), path_(path), kind_(kind) {}

  Result<ParsedKnowledge> read();

 private:
  void read_value(const json::Value& value);
  std::vector<ObjectName> names_of(const json::Value& value, const std::string& own);
  std::vector<ObjectLink> links_of(const json::Value& value);
  void describe(stix::Object& object, const json::Value& value, const json::Value* meta);
  void skip(std::string reason, string_view what);

  const json::Value& cluster_;
  const std::string& path_;
  ClusterKind kind_;
  std::string asserted_by_;
  std::string modified_;
  ParsedKnowledge out_{.format = KnowledgeFormat::misp_galaxy};
};

void GalaxyReader::skip(std::string reason, string_view what) {
  out_.skipped.push_back(
      {.reason = std::move(reason), .what = std::string(what.substr(0, 80)), .where = {.source = path_}});
}

std::vector<ObjectName> GalaxyReader::names_of(const json::Value& value, const std::string& own) {
  std::vector<ObjectName> names{{.text = own, .relation = "name"}};
  const json::Value* meta = value.find("meta");
  if (meta == nullptr || meta->object() == nullptr) return names;
  const auto name_like = [&](string_view text) -> ObjectName& {
    const auto there = std::ranges::find(names, text, &ObjectName::text);
    if (there != names.end()) return *there;
    return names.emplace_back(ObjectName{.text = std::string(text), .relation = "same-as"});
  };
  const json::Value* synonyms = meta->find("synonyms");
  for (const string_view synonym : texts_of(synonyms)) {
    if (trim_ascii(synonym).empty()) {
      skip("empty synonym", own);
    } else {
      name_like(trim_ascii(synonym));
    }
  }
  for (const string_view attribution : texts_of(meta->find("name-attribution"))) {
    const std::size_t colon = attribution.rfind(':');
    const auto producer = colon == string_view::npos ? std::nullopt : stix_uuid(attribution.substr(colon + 1));
    if (!producer || colon == 0) {
      skip("name-attribution without a producer", attribution);
      continue;
    }
    ObjectName& name = name_like(trim_ascii(attribution.substr(0, colon)));
    // One name can be attributed twice; the first producer is kept as the id and the other counted.
    if (!name.used_by_ref.empty()) {
      skip("second producer of one name", attribution);
      continue;
    }
    name.used_by_ref = fmt::format("identity--{}", *producer);
  }
  constexpr string_view kOrigin = "origin:";
  for (const json::Member& member : *meta->object()) {
    if (!member.key.starts_with(kOrigin)) continue;
    ObjectName& name = name_like(string_view(member.key).substr(kOrigin.size()));
    if (!name.used_by_ref.empty()) continue;  // the producer's id says the same and more
    for (const string_view user : texts_of(&member.value)) name.used_by.emplace_back(user);
  }
  return names;
}

std::vector<ObjectLink> GalaxyReader::links_of(const json::Value& value) {
  std::vector<ObjectLink> links;
  const json::Value* related = value.find("related");
  if (related == nullptr || related->array() == nullptr) return links;
  for (const json::Value& item : *related->array()) {
    const std::string* target = item.find_string("dest-uuid");
    const std::string* type = item.find_string("type");
    auto uuid = target == nullptr ? std::nullopt : stix_uuid(*target);
    if (!uuid || type == nullptr) {
      skip("related record without uuid or type", json::print(item));
      continue;
    }
    ObjectLink link{.source = {}, .relation = std::string(trim_ascii(*type)), .target = *std::move(uuid)};
    for (const string_view tag : texts_of(item.find("tags"))) {
      constexpr string_view kTag = "estimative-language:likelihood-probability=\"";
      if (!tag.starts_with(kTag) || !tag.ends_with('"')) continue;
      const string_view word = tag.substr(kTag.size(), tag.size() - kTag.size() - 1);
      const auto likelihood = std::ranges::find(kLikelihoods, word, &Likelihood::word);
      if (likelihood != kLikelihoods.end()) link.confidence = likelihood->confidence;
    }
    links.push_back(std::move(link));
  }
  return links;
}

void GalaxyReader::describe(stix::Object& object, const json::Value& value, const json::Value* meta) {
  const std::string* own = value.find_string("value");
  switch (kind_) {
    case ClusterKind::malware:
      object.set("is_family", true);
      break;
    case ClusterKind::organisation:
      object.set("identity_class", "organization");
      break;
    case ClusterKind::sector:
      object.set("identity_class", "class");
      break;
    case ClusterKind::country: {
      // ISO is a text in one galaxy and a list beginning with alpha-2 in the other.
      const auto codes = texts_of(meta == nullptr ? nullptr : meta->find(meta->find("ISO") ? "ISO" : "iso-code"));
      if (!codes.empty()) object.set("country", codes.front());
      break;
    }
    case ClusterKind::region: {
      const std::size_t dash = own->find(" - ");
      object.set("region", ascii_lower(dash == std::string::npos ? *own : own->substr(dash + 3)));
      break;
    }
    case ClusterKind::actor:
    case ClusterKind::tool:
      break;
  }
  if (meta == nullptr || meta->object() == nullptr) return;
  json::Array references;
  for (const string_view url : texts_of(meta->find("refs"))) {
    // A reference that is no URI is kept as words.
    const char* key = is_uri(url) ? "url" : "description";
    references.push_back(json::Object{{.key = "source_name", .value = "misp-galaxy"}, {.key = key, .value = url}});
  }
  object.set("external_references", std::move(references));
  if (kind_ == ClusterKind::actor) {
    for (const string_view key : {"country", "cfr-suspected-state-sponsor"}) {
      const auto origin = texts_of(meta->find(key));
      if (origin.empty() || origin.front().empty()) continue;
      set_extra(object, "origin", origin.front());
      break;
    }
  }
  json::Value rest{json::Object{}};
  for (const json::Member& member : *meta->object()) {
    if (member.key != "refs" && member.key != "synonyms" && member.key != "name-attribution") {
      rest.set(member.key, member.value);
    }
  }
  if (!rest.object()->empty()) set_extra(object, "misp_meta", std::move(rest));
}

void GalaxyReader::read_value(const json::Value& value) {
  const std::string* own = value.find_string("value");
  if (own == nullptr || trim_ascii(*own).empty()) {
    skip("no value", json::print(value));
    return;
  }
  const std::string name(trim_ascii(*own));
  const std::string* written = value.find_string("uuid");
  const auto uuid = written == nullptr ? std::nullopt : stix_uuid(*written);
  if (!uuid) {
    skip("no uuid", name);
    return;
  }
  stix::Object object(stix_type(kind_), fmt::format("{}--{}", stix_type(kind_), *uuid));
  object.set("created", "2015-01-01T00:00:00.000Z").set("modified", modified_).set("name", name);
  if (const std::string* description = value.find_string("description"); description && !description->empty()) {
    object.set("description", *description);
  }
  const std::vector<ObjectName> names = names_of(value, name);
  if (kind_ == ClusterKind::actor || kind_ == ClusterKind::malware || kind_ == ClusterKind::tool) {
    std::vector<std::string> aliases;
    for (const ObjectName& other : names) {
      if (other.text != name) aliases.push_back(other.text);
    }
    object.set_strings("aliases", aliases);
  }
  const json::Value* meta = value.find("meta");
  describe(object, value, meta);
  set_extra(object, "asserted_by", asserted_by_);
  set_extra(object, "names", print_object_names(names));
  set_extra(object, "links", print_object_links(links_of(value)));
  out_.objects.push_back(std::move(object));
}

Result<ParsedKnowledge> GalaxyReader::read() {
  const std::string* source = cluster_.find_string("source");
  const std::string& type = *cluster_.find_string("type");
  asserted_by_ = source == nullptr || *source == "MISP Project" ? fmt::format("MISP galaxy {}", type)
                                                                : fmt::format("{} (MISP galaxy {})", *source, type);
  const json::Value* version = cluster_.find("version");
  const std::int64_t number = version == nullptr ? 0 : version->as_int64().value_or(0);
  constexpr std::int64_t kLargestVersion = 4'000'000'000;  // 126 years after 2015
  if (number < 0 || number > kLargestVersion) {
    return fail(ErrorCode::invalid, fmt::format("version {} of the galaxy is out of range", number), {.source = path_});
  }
  constexpr Instant kFirst = std::chrono::sys_days(std::chrono::year(2015) / 1 / 1);
  modified_ = print_rfc3339(kFirst + std::chrono::seconds(number), 3);
  for (const json::Value& value : *cluster_.find("values")->array()) read_value(value);
  return std::move(out_);
}

}  // namespace

Result<ParsedKnowledge> parse_galaxy(const json::Value& cluster, const std::string& path) {
  const std::string* type = cluster.find_string("type");
  const json::Value* values = cluster.find("values");
  if (type == nullptr || values == nullptr || values->array() == nullptr) {
    return fail(ErrorCode::invalid, "a MISP galaxy cluster file has a 'type' and a list of 'values'", {.source = path});
  }
  const auto known = std::ranges::find(kGalaxyTypes, string_view(*type), &GalaxyType::type);
  if (known == kGalaxyTypes.end()) {
    return fail(ErrorCode::unsupported, fmt::format("MISP galaxies of type '{}' are not imported", *type),
                {.source = path}, "actors, malware, tools, producers, sectors, countries and regions are");
  }
  return GalaxyReader(cluster, path, known->kind).read();
}

}  // namespace tocsin::knowledge
