// Two passes: each file becomes entities and a list of references (this sector, that country, whose name); when all
// files are read the references are looked up, so that files may stand in any order and name one another.

#include "knowledge/packs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/bytes.h"
#include "base/unicode.h"
#include "knowledge/folded_name.h"
#include "knowledge/pack_reader.h"
#include "stix/identifier.h"
#include "stix/vocabulary.h"

namespace tocsin::knowledge {

namespace {

using record::EntityType;
using record::KnownEntity;
using record::Name;
using std::string_view;

constexpr string_view kUnattributed = "unattributed";

/// What a word in a pack may refer to.
enum class Referent : std::uint8_t { sector, country, region, motive, actor, organisation, stix_region, stix_motive };
constexpr std::array<string_view, 8> kReferentNames = {"sector", "country code", "region",      "motive",
                                                       "actor",  "organisation", "STIX region", "STIX motivation"};

struct Reference {
  Referent referent;
  Placed word;
};

struct Entry {
  KnownEntity entity;
  std::vector<Where> name_places;  ///< one a name
};

struct MalwareUse {
  std::string actor;
  std::string malware;
};

bool has_upper(string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool has_lower(string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

class PackParser {
 public:
  explicit PackParser(NamePacks& packs) : packs_(packs) {}

  void parse(const PackText& file);
  void finish();

 private:
  struct File {
    PackReader reader;
    std::map<std::string, std::string, std::less<>> sources;  ///< key, title
    std::string date;
  };
  using EntryParser = void (PackParser::*)(File&, const yaml::Node&);

  void parse_sources(File& file, const yaml::Node& root);
  void parse_entries(File& file, const yaml::Node& root, string_view key, EntryParser parser);
  void parse_motives(File& file, const yaml::Node& root);
  void parse_actor(File& file, const yaml::Node& node);
  void parse_malware(File& file, const yaml::Node& node);
  void parse_sector(File& file, const yaml::Node& node);
  void parse_region(File& file, const yaml::Node& node);
  void parse_country(File& file, const yaml::Node& node);
  void parse_organisation(File& file, const yaml::Node& node);

  Entry begin_entry(File& file, const yaml::Node& node, EntityType type, string_view name_key = "name");
  void add_name(Entry& entry, Placed spelling, Name name);
  void add_names(File& file, const yaml::Node& node, string_view key, Entry& entry, const Name& like);
  /// Marks the names that are listed under `key`, each of which must be a name of the entry.
  void mark(File& file, const yaml::Node& node, string_view key, Entry& entry, bool Name::* flag);
  std::string entry_sources(File& file, const yaml::Node& node);
  std::vector<std::string> refer(File& file, const yaml::Node& node, string_view key, Referent referent);
  void end_entry(Entry entry);

  void check_spellings();
  void report(string_view rule, const Where& where, std::string message, std::string hint = {});

  NamePacks& packs_;
  std::vector<Entry> entries_;
  std::vector<Reference> references_;
  std::vector<MalwareUse> uses_;
};

void PackParser::report(string_view rule, const Where& where, std::string message, std::string hint) {
  packs_.problems.push_back({.severity = Severity::error,
                             .rule = fmt::format("names/{}", rule),
                             .message = std::move(message),
                             .where = where,
                             .hint = std::move(hint)});
}

void PackParser::parse(const PackText& file_text) {
  auto root = yaml::parse(file_text.text, {.source = file_text.path});
  if (!root) {
    report("syntax", root.error().where, root.error().message, root.error().hint);
    return;
  }
  File file{.reader = {file_text.path, packs_.problems}, .sources = {}, .date = {}};
  PackReader& reader = file.reader;
  if (!root->is_mapping()) {
    reader.problem(*root, "form", "a pack of names must be a mapping with 'format'");
    return;
  }
  const std::string format = reader.text(*root, "format", true);
  file.date = reader.date(*root, "date");
  packs_.date = std::max(packs_.date, file.date);
  parse_sources(file, *root);
  if (format == "actors") {
    reader.check_keys(*root, "a pack of actors", {"format", "date", "sources", "motives", "actors"});
    parse_motives(file, *root);
    parse_entries(file, *root, "actors", &PackParser::parse_actor);
  } else if (format == "malware") {
    reader.check_keys(*root, "a pack of malware", {"format", "date", "sources", "malware"});
    parse_entries(file, *root, "malware", &PackParser::parse_malware);
  } else if (format == "sectors") {
    reader.check_keys(*root, "a pack of sectors", {"format", "date", "sources", "sectors"});
    parse_entries(file, *root, "sectors", &PackParser::parse_sector);
  } else if (format == "countries") {
    reader.check_keys(*root, "a pack of countries", {"format", "date", "sources", "regions", "countries"});
    parse_entries(file, *root, "regions", &PackParser::parse_region);
    parse_entries(file, *root, "countries", &PackParser::parse_country);
  } else if (format == "organisations") {
    reader.check_keys(*root, "a pack of organisations", {"format", "date", "sources", "organisations"});
    parse_entries(file, *root, "organisations", &PackParser::parse_organisation);
  } else if (!format.empty()) {
    reader.problem(*root->find("format"), "unknown-format", fmt::format("unknown format '{}'", format),
                   did_you_mean(format, {"actors", "malware", "sectors", "countries", "organisations"}));
  }
}

void PackParser::parse_sources(File& file, const yaml::Node& root) {
  const yaml::Node* sources = root.find("sources");
  if (sources == nullptr || !sources->is_mapping() || sources->pairs.empty()) {
    file.reader.problem(sources == nullptr ? root : *sources, "missing-key",
                        "'sources' must name where the facts come from");
    return;
  }
  for (const yaml::Pair& pair : sources->pairs) {
    if (!file.reader.check_keys(pair.value, "a source", {"title", "organisation"})) continue;
    file.sources.emplace(pair.key.text, file.reader.text(pair.value, "title", true));
    const yaml::Node* organisation = pair.value.find("organisation");
    if (organisation != nullptr && !organisation->is_null()) {
      references_.push_back({Referent::organisation, {organisation->text, file.reader.where(*organisation)}});
    }
  }
}

void PackParser::parse_entries(File& file, const yaml::Node& root, string_view key, EntryParser parser) {
  for (const yaml::Node& node : file.reader.items(root, key)) (this->*parser)(file, node);
}

void PackParser::parse_motives(File& file, const yaml::Node& root) {
  const yaml::Node* motives = root.find("motives");
  if (motives == nullptr) return;
  if (!motives->is_mapping()) {
    file.reader.problem(*motives, "form", "'motives' must be a mapping of words");
    return;
  }
  for (const yaml::Pair& pair : motives->pairs) {
    if (!file.reader.check_keys(pair.value, "a motive", {"stix", "means"})) continue;
    Motive motive{.word = pair.key.text,
                  .stix_word = file.reader.text(pair.value, "stix", true),
                  .meaning = file.reader.text(pair.value, "means", true)};
    references_.push_back({Referent::stix_motive, {motive.stix_word, file.reader.where(pair.value)}});
    packs_.motives.push_back(std::move(motive));
  }
}

Entry PackParser::begin_entry(File& file, const yaml::Node& node, EntityType type, string_view name_key) {
  Entry entry;
  entry.entity.type = type;
  entry.entity.name = file.reader.text(node, name_key, true);
  const yaml::Node* name = node.find(name_key);
  entry.entity.names.push_back({.text = entry.entity.name});
  entry.name_places.push_back(file.reader.where(name == nullptr ? node : *name));
  entry.entity.source = entry_sources(file, node);
  return entry;
}

void PackParser::add_name(Entry& entry, Placed spelling, Name name) {
  name.text = std::move(spelling.text);
  std::vector<Name>& names = entry.entity.names;
  const auto there = std::ranges::find(names, name.text, &Name::text);
  if (there == names.end()) {
    names.push_back(std::move(name));
    entry.name_places.push_back(std::move(spelling.where));
    return;
  }
  const bool adds_namer = !name.asserted_by.empty() && there->relation == name.relation &&
                          std::ranges::find(there->asserted_by, name.asserted_by.front()) == there->asserted_by.end();
  if (adds_namer) {
    there->asserted_by.push_back(name.asserted_by.front());
    return;
  }
  // The canonical name comes again where its namer is given, or with a flag; that is no repetition.
  if (there == names.begin() && there->asserted_by.empty() && name.relation == "same-as") return;
  report("repeated-name", spelling.where, fmt::format("'{}' stands twice in '{}'", name.text, entry.entity.name));
}

void PackParser::add_names(File& file, const yaml::Node& node, string_view key, Entry& entry, const Name& like) {
  for (Placed& spelling : file.reader.texts(node, key)) add_name(entry, std::move(spelling), like);
}

void PackParser::mark(File& file, const yaml::Node& node, string_view key, Entry& entry, bool Name::* flag) {
  for (const Placed& word : file.reader.texts(node, key)) {
    std::vector<string_view> spellings;
    bool found = false;
    for (Name& name : entry.entity.names) {
      spellings.push_back(name.text);
      if (name.text != word.text) continue;
      name.*flag = true;
      found = true;
    }
    if (!found) {
      report("unknown-name", word.where,
             fmt::format("'{}' under '{}' is no name of '{}'", word.text, key, entry.entity.name),
             did_you_mean(word.text, spellings));
    }
  }
}

std::string PackParser::entry_sources(File& file, const yaml::Node& node) {
  std::vector<string_view> titles;
  if (node.find("sources") == nullptr) {
    for (const auto& [key, title] : file.sources) titles.push_back(title);
    return fmt::format("{} ({})", fmt::join(titles, "; "), file.date);
  }
  std::vector<string_view> known;
  for (const auto& [key, title] : file.sources) known.push_back(key);
  for (const Placed& key : file.reader.texts(node, "sources")) {
    const auto source = file.sources.find(key.text);
    if (source == file.sources.end()) {
      report("unknown-source", key.where, fmt::format("unknown source '{}'", key.text), did_you_mean(key.text, known));
      continue;
    }
    titles.push_back(source->second);
  }
  return fmt::format("{} ({})", fmt::join(titles, "; "), file.date);
}

std::vector<std::string> PackParser::refer(File& file, const yaml::Node& node, string_view key, Referent referent) {
  std::vector<std::string> words;
  for (Placed& word : file.reader.texts(node, key)) {
    words.push_back(word.text);
    references_.push_back({referent, std::move(word)});
  }
  return words;
}

void PackParser::parse_actor(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(node, "an actor",
                         {"name", "attack", "same-as", "overlaps", "part-of", "disputed", "needs-context", "origin",
                          "motives", "sectors", "countries", "first-seen", "description", "sources"})) {
    return;
  }
  Entry entry = begin_entry(file, node, EntityType::intrusion_set);
  KnownEntity& actor = entry.entity;
  actor.id = stix::make_own_id("intrusion-set", {actor.name});
  actor.external_id = reader.text(node, "attack");
  actor.description = reader.text(node, "description", true);
  for (const string_view relation : {"same-as", "overlaps", "part-of", "disputed"}) {
    const yaml::Node* namers = node.find(relation);
    if (namers == nullptr) continue;
    if (!namers->is_mapping()) {
      reader.problem(*namers, "form", fmt::format("'{}' must map whose name it is to names", relation));
      continue;
    }
    for (const yaml::Pair& pair : namers->pairs) {
      Name like{.text = {}, .relation = std::string(relation)};
      if (pair.key.text != kUnattributed) {
        like.asserted_by.push_back(pair.key.text);
        references_.push_back({Referent::organisation, {pair.key.text, reader.where(pair.key)}});
      }
      add_names(file, *namers, pair.key.text, entry, like);
    }
  }
  mark(file, node, "needs-context", entry, &Name::needs_context);
  // "LEAD" is a group, "lead" a metal: what is also a word counts only as it is written.
  for (Name& name : actor.names) name.case_sensitive = name.needs_context && has_upper(name.text);
  for (const yaml::Node& origin : reader.items(node, "origin")) {
    if (!reader.check_keys(origin, "an origin", {"country", "by", "date"})) continue;
    const std::string country = reader.text(origin, "country", true);
    references_.push_back({Referent::country, {country, reader.where(origin)}});
    reader.date(origin, "date");
    const std::vector<std::string> by = refer(file, origin, "by", Referent::organisation);
    if (by.empty()) reader.problem(origin, "missing-key", "'by' must say whose assertion it is");
    if (actor.country.empty()) actor.country = country;
    if (actor.country != country) continue;
    if (!actor.country_asserted_by.empty()) actor.country_asserted_by += ", ";
    actor.country_asserted_by += fmt::format("{}", fmt::join(by, ", "));
  }
  actor.motives = refer(file, node, "motives", Referent::motive);
  actor.sectors = refer(file, node, "sectors", Referent::sector);
  actor.target_countries = refer(file, node, "countries", Referent::country);
  actor.first_seen = static_cast<int>(reader.integer(node, "first-seen", 1980, 2100).value_or(0));
  end_entry(std::move(entry));
}

void PackParser::parse_malware(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(
          node, "a malware",
          {"name", "type", "kind", "attack", "also", "used-by", "needs-context", "description", "sources"})) {
    return;
  }
  const std::string type = reader.text(node, "type", true);
  if (type != "malware" && type != "tool") {
    reader.problem(node, "unknown-word", fmt::format("type must be 'malware' or 'tool', not '{}'", type));
  }
  Entry entry = begin_entry(file, node, type == "tool" ? EntityType::tool : EntityType::malware);
  entry.entity.id = stix::make_own_id(record::entity_type_name(entry.entity.type), {entry.entity.name});
  entry.entity.external_id = reader.text(node, "attack");
  entry.entity.description = reader.text(node, "description", true);
  entry.entity.kind = reader.text(node, "kind", true);
  const stix::Vocabulary* kinds = stix::find_vocabulary(type == "tool" ? "tool-type-ov" : "malware-type-ov");
  const bool either = type == "tool" && stix::find_vocabulary("malware-type-ov")->contains(entry.entity.kind);
  if (!entry.entity.kind.empty() && !kinds->contains(entry.entity.kind) && !either &&
      entry.entity.kind != "ics-malware") {
    reader.problem(*node.find("kind"), "unknown-word", fmt::format("unknown kind '{}'", entry.entity.kind),
                   did_you_mean(entry.entity.kind, {kinds->values.begin(), kinds->values.end()}));
  }
  add_names(file, node, "also", entry, {.text = {}});
  mark(file, node, "needs-context", entry, &Name::needs_context);
  for (Name& name : entry.entity.names) name.case_sensitive = name.needs_context && has_upper(name.text);
  for (std::string& actor : refer(file, node, "used-by", Referent::actor)) {
    uses_.push_back({std::move(actor), entry.entity.name});
  }
  end_entry(std::move(entry));
}

void PackParser::parse_sector(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(node, "a sector", {"name", "parent", "words", "weak", "zh"})) return;
  Entry entry = begin_entry(file, node, EntityType::sector);
  entry.entity.parent = reader.text(node, "parent");
  if (!entry.entity.parent.empty()) {
    references_.push_back({Referent::sector, {entry.entity.parent, reader.where(*node.find("parent"))}});
  }
  // The name itself is a key ("water", "research"): as a word it counts alone only where `words` has it too.
  entry.entity.names.front().needs_context = true;
  for (Placed& word : reader.texts(node, "words")) {
    if (word.text == entry.entity.name) {
      entry.entity.names.front().needs_context = false;
    } else {
      add_name(entry, std::move(word), {.text = {}});
    }
  }
  for (Placed& word : reader.texts(node, "weak")) {
    if (word.text != entry.entity.name) add_name(entry, std::move(word), {.text = {}, .needs_context = true});
  }
  add_names(file, node, "zh", entry, {.text = {}, .language = "zh"});
  end_entry(std::move(entry));
}

void PackParser::parse_region(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(node, "a region", {"name", "also", "abbreviations", "demonyms", "zh", "parent"})) return;
  Entry entry = begin_entry(file, node, EntityType::location);
  entry.entity.region = entry.entity.name;
  entry.entity.id = stix::make_own_id("location", {"region", entry.entity.name});
  references_.push_back({Referent::stix_region, {entry.entity.name, entry.name_places.front()}});
  // The vocabulary's word is a key and no spelling: people call the region by the first of its names.
  const std::vector<Placed> spellings = reader.texts(node, "also");
  if (!spellings.empty()) {
    entry.entity.name = spellings.front().text;
    entry.entity.names.front().text = spellings.front().text;
  }
  entry.entity.parent = reader.text(node, "parent");
  if (!entry.entity.parent.empty()) {
    references_.push_back({Referent::region, {entry.entity.parent, reader.where(*node.find("parent"))}});
  }
  add_names(file, node, "also", entry, {.text = {}});
  add_names(file, node, "abbreviations", entry, {.text = {}, .relation = "abbreviation", .case_sensitive = true});
  add_names(file, node, "demonyms", entry, {.text = {}, .relation = "demonym"});
  add_names(file, node, "zh", entry, {.text = {}, .language = "zh"});
  end_entry(std::move(entry));
}

void PackParser::parse_country(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(
          node, "a country",
          {"code", "name", "also", "abbreviations", "demonyms", "zh", "region", "needs-context", "exact-case"})) {
    return;
  }
  Entry entry = begin_entry(file, node, EntityType::location);
  KnownEntity& country = entry.entity;
  country.country = reader.text(node, "code", true);
  if (country.country.size() != 2 || has_lower(country.country)) {
    reader.problem(node, "form", fmt::format("'{}' is no ISO 3166 alpha-2 code", country.country));
  }
  country.id = stix::make_own_id("location", {"country", country.country});
  country.external_id = country.country;
  country.region = reader.text(node, "region", true);
  references_.push_back({Referent::region, {country.region, reader.where(node)}});
  add_names(file, node, "also", entry, {.text = {}});
  add_names(file, node, "abbreviations", entry, {.text = {}, .relation = "abbreviation", .case_sensitive = true});
  add_names(file, node, "demonyms", entry, {.text = {}, .relation = "demonym"});
  add_names(file, node, "zh", entry, {.text = {}, .language = "zh"});
  mark(file, node, "needs-context", entry, &Name::needs_context);
  mark(file, node, "exact-case", entry, &Name::case_sensitive);
  end_entry(std::move(entry));
}

void PackParser::parse_organisation(File& file, const yaml::Node& node) {
  PackReader& reader = file.reader;
  if (!reader.check_keys(node, "an organisation",
                         {"name", "kind", "country", "also", "abbreviations", "zh", "needs-context"})) {
    return;
  }
  Entry entry = begin_entry(file, node, EntityType::identity);
  KnownEntity& organisation = entry.entity;
  organisation.id = stix::make_own_id("identity", {organisation.name});
  const std::string kind = reader.text(node, "kind", true);
  organisation.organisation_kind = record::parse_organisation_kind(kind);
  if (!organisation.organisation_kind && !kind.empty()) {
    reader.problem(*node.find("kind"), "unknown-word", fmt::format("unknown kind '{}'", kind),
                   did_you_mean(kind, {"analyst", "agency", "outlet", "government", "cert", "company", "other"}));
  }
  organisation.country = reader.text(node, "country");
  if (!organisation.country.empty()) {
    references_.push_back({Referent::country, {organisation.country, reader.where(*node.find("country"))}});
  }
  add_names(file, node, "also", entry, {.text = {}});
  add_names(file, node, "abbreviations", entry, {.text = {}, .relation = "abbreviation", .case_sensitive = true});
  add_names(file, node, "zh", entry, {.text = {}, .language = "zh"});
  mark(file, node, "needs-context", entry, &Name::needs_context);
  for (Name& name : organisation.names) {
    const bool all_capitals = has_upper(name.text) && !has_lower(name.text);
    if (all_capitals || (name.needs_context && has_upper(name.text))) name.case_sensitive = true;
  }
  end_entry(std::move(entry));
}

void PackParser::end_entry(Entry entry) {
  if (!entry.entity.name.empty()) entries_.push_back(std::move(entry));
}

void PackParser::check_spellings() {
  // A spelling stands for one entry of its kind. Actors: as same-as; what overlaps may stand with many.
  std::map<std::pair<std::string, std::string>, const Entry*> owners;
  for (const Entry& entry : entries_) {
    const bool is_actor = entry.entity.type == EntityType::intrusion_set;
    const std::string kind =
        entry.entity.type == EntityType::tool ? "malware" : std::string(record::entity_type_name(entry.entity.type));
    for (std::size_t i = 0; i < entry.entity.names.size(); ++i) {
      const Name& name = entry.entity.names[i];
      if (is_actor && name.relation != "same-as") continue;
      const std::string key =
          is_actor ? fold_name(name.text) : (name.case_sensitive ? name.text : fold_case(name.text));
      const auto [owner, is_new] = owners.try_emplace({kind, key}, &entry);
      if (is_new || owner->second == &entry) continue;
      report(
          "ambiguous-name", entry.name_places[i],
          fmt::format("'{}' is a name of '{}' and of '{}'", name.text, owner->second->entity.name, entry.entity.name),
          is_actor ? "leave it as same-as where it belongs; elsewhere it may be overlaps, part-of or disputed"
                   : "leave it where it belongs");
    }
  }
}

void PackParser::finish() {
  std::array<std::set<string_view>, kReferentNames.size()> known;
  const auto words = [&](Referent referent) -> std::set<string_view>& {
    return known[static_cast<std::size_t>(referent)];
  };
  for (const Entry& entry : entries_) {
    const KnownEntity& entity = entry.entity;
    if (entity.type == EntityType::sector) words(Referent::sector).insert(entity.name);
    if (entity.type == EntityType::intrusion_set) words(Referent::actor).insert(entity.name);
    if (entity.type == EntityType::identity) words(Referent::organisation).insert(entity.name);
    if (entity.type != EntityType::location) continue;
    if (entity.country.empty()) {
      words(Referent::region).insert(entity.region);
    } else {
      words(Referent::country).insert(entity.country);
    }
  }
  for (const Motive& motive : packs_.motives) words(Referent::motive).insert(motive.word);
  for (const string_view word : stix::find_vocabulary("region-ov")->values) words(Referent::stix_region).insert(word);
  for (const string_view word : stix::find_vocabulary("attack-motivation-ov")->values) {
    words(Referent::stix_motive).insert(word);
  }
  for (const Reference& reference : references_) {
    const std::set<string_view>& candidates = words(reference.referent);
    if (candidates.contains(reference.word.text)) continue;
    report("unknown-reference", reference.word.where,
           fmt::format("unknown {} '{}'", kReferentNames[static_cast<std::size_t>(reference.referent)],
                       reference.word.text),
           did_you_mean(reference.word.text, {candidates.begin(), candidates.end()}));
  }
  check_spellings();

  std::map<std::string, std::size_t, std::less<>> actors;
  for (Entry& entry : entries_) {
    if (entry.entity.type == EntityType::intrusion_set) actors.emplace(entry.entity.name, packs_.entities.size());
    packs_.entities.push_back(std::move(entry.entity));
  }
  for (MalwareUse& use : uses_) {
    const auto actor = actors.find(use.actor);
    if (actor != actors.end()) packs_.entities[actor->second].uses.push_back(std::move(use.malware));
  }
}

}  // namespace

NamePacks parse_name_packs(const std::vector<PackText>& texts) {
  NamePacks packs;
  PackParser parser(packs);
  for (const PackText& text : texts) parser.parse(text);
  parser.finish();
  return packs;
}

Result<NamePacks> load_name_packs(const std::string& folder) {
  TRY(const FileList list, list_files({folder}));
  std::vector<PaddedBytes> contents;
  std::vector<PackText> texts;
  contents.reserve(list.files.size());
  for (const std::string& path : list.files) {
    if (!path.ends_with(".yml")) continue;
    TRY(PaddedBytes bytes, read_file(path, {.max_bytes = std::uint64_t{16} << 20}));
    contents.push_back(std::move(bytes));
    texts.push_back({path, contents.back().view()});
  }
  if (texts.empty()) {
    return fail(ErrorCode::not_found, "no pack of names (*.yml) in the folder", {.source = folder});
  }
  return parse_name_packs(texts);
}

}  // namespace tocsin::knowledge
