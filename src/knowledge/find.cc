// Searching the store. A record that carries the name is a result of its own; what it says of others is shown as a link
// of one step and never followed, because merging names transitively puts a sixth of all records into wrong groups.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/unicode.h"
#include "knowledge/folded_name.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"
#include "knowledge/store.h"
#include "knowledge/store_state.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

/// The order of relations in lists, strongest first.
constexpr auto kRelations = std::to_array<string_view>(
    {"name", "same-as", "abbreviation", "demonym", "part-of", "overlaps", "disputed", "external-id"});
/// Types in the order in which people look for a name.
constexpr auto kTypes = std::to_array<string_view>({"intrusion-set", "threat-actor", "campaign", "malware", "tool",
                                                    "vulnerability", "attack-pattern", "identity", "location"});
/// Relations between records that say something about names and identity; all others are counted.
constexpr auto kNameRelations = std::to_array<string_view>(
    {"similar", "same-as", "duplicate-of", "overlaps", "part-of", "related-to", "linked-to", "associated-with",
     "revoked-by", "attributed-to", "variant-of", "derived-from", "successor-of"});

template <std::size_t N>
std::size_t rank_in(const std::array<string_view, N>& order, string_view word) {
  return static_cast<std::size_t>(std::ranges::find(order, word) - order.begin());
}

/// Reads records and what belongs to them.
class Reader {
 public:
  explicit Reader(Database& database) : database_(database) {}

  Result<std::vector<std::int64_t>> exact(const std::string& folded);
  Result<std::vector<std::int64_t>> by_prefix(const std::string& folded, std::size_t limit);
  Result<std::vector<std::int64_t>> by_text(string_view words, std::size_t limit);
  Result<FoundRecord> record(std::int64_t key, MatchKind match, const std::string& folded);
  Result<record::KnownEntity> entity(const stix::Object& object);

 private:
  struct Brief {
    std::string id, type, name, asserted_by;
  };
  Result<std::vector<std::int64_t>> keys(Statement& statement);
  Result<std::string> asserter_of(const stix::Object& object);
  /// The name of an identity by its id; the id itself when it isn't there.
  Result<std::string> name_of(const std::string& id);
  /// Current records by UUID (two formats may use one UUID for two types).
  Result<std::vector<Brief>> briefs(const std::string& uuid);
  Result<stix::Object> load(std::int64_t key);
  Status read_links(FoundRecord& record);
  /// Whose the name is in other records of the type; of the name alone, which makes the records no more alike.
  Result<std::vector<NameUser>> users_elsewhere(const std::string& folded, string_view type);

  Database& database_;
  std::map<std::string, std::string, std::less<>> identities_;
};

Result<std::vector<std::int64_t>> Reader::keys(Statement& statement) {
  std::vector<std::int64_t> found;
  while (true) {
    TRY(const bool more, statement.step());
    if (!more) return found;
    found.push_back(statement.integer(0));
  }
}

Result<std::vector<std::int64_t>> Reader::exact(const std::string& folded) {
  TRY(Statement statement, database_.prepare("SELECT DISTINCT object FROM name WHERE folded = ? ORDER BY object"));
  statement.bind(1, folded);
  return keys(statement);
}

Result<std::vector<std::int64_t>> Reader::by_prefix(const std::string& folded, std::size_t limit) {
  TRY(Statement statement,
      database_.prepare("SELECT object FROM (SELECT n.object AS object, min(n.folded) AS first, o.id AS id "
                        "FROM name n JOIN object o ON o.key = n.object WHERE n.folded > ?1 AND n.folded < ?2 "
                        "GROUP BY n.object) ORDER BY first, id LIMIT ?3"));
  const std::string end = folded + "\xF4\x8F\xBF\xBF";  // U+10FFFF, after every name that begins so
  statement.bind(1, folded).bind(2, end).bind(3, static_cast<std::int64_t>(limit));
  return keys(statement);
}

Result<std::vector<std::int64_t>> Reader::by_text(string_view words, std::size_t limit) {
  // Each word as a quoted prefix term, so that nothing in the query is an operator of FTS5.
  std::string query;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) query += fmt::format("{}\"{}\"*", query.empty() ? "" : " ", word);
    word.clear();
  };
  for (std::size_t offset = 0; offset < words.size();) {
    const char32_t code_point = decode_utf8(words, offset);
    const bool is_part = is_letter(code_point) || is_cjk(code_point) || (code_point >= U'0' && code_point <= U'9');
    if (is_part) {
      append_utf8(word, code_point);
    } else {
      flush();
    }
  }
  flush();
  if (query.empty()) return std::vector<std::int64_t>{};
  TRY(Statement statement,
      database_.prepare("SELECT s.rowid FROM search s JOIN object o ON o.key = s.rowid WHERE search MATCH ? "
                        "ORDER BY bm25(search, 8.0, 1.0), o.id LIMIT ?"));
  statement.bind(1, query).bind(2, static_cast<std::int64_t>(limit));
  return keys(statement);
}

Result<stix::Object> Reader::load(std::int64_t key) {
  TRY(Statement statement, database_.prepare("SELECT json FROM object WHERE key = ?"));
  TRY(const bool there, statement.bind(1, key).step());
  if (!there) return fail(ErrorCode::internal, fmt::format("the store has names of object {} that isn't there", key));
  TRY(json::Value value, json::parse(statement.text(0), {.source = database_.path()}));
  return stix::Object::make(std::move(value));
}

Result<std::string> Reader::name_of(const std::string& id) {
  const auto known = identities_.find(id);
  if (known != identities_.end()) return known->second;
  TRY(Statement statement, database_.prepare("SELECT n.text FROM object o JOIN name n ON n.object = o.key "
                                             "WHERE o.current = 1 AND o.id = ? AND n.position = 0"));
  TRY(const bool there, statement.bind(1, id).step());
  // ATT&CK's author, whose identity object often stays behind when a part of ATT&CK is imported.
  constexpr std::string_view kMitre = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
  std::string name = there          ? std::string(statement.text(0))
                     : id == kMitre ? std::string("The MITRE Corporation")
                                    : fmt::format("an author that is not in the store ({})", id);
  identities_.emplace(id, name);
  return name;
}

Result<std::string> Reader::asserter_of(const stix::Object& object) {
  if (const auto own = extra_string(object, "asserted_by")) return std::string(*own);
  const auto creator = object.string("created_by_ref");
  if (!creator) return std::string("not said");
  return name_of(std::string(*creator));
}

Result<std::vector<Reader::Brief>> Reader::briefs(const std::string& uuid) {
  TRY(Statement statement, database_.prepare("SELECT key, id, type FROM object WHERE current = 1 AND uuid = ? "
                                             "AND type <> 'relationship' ORDER BY id"));
  statement.bind(1, uuid);
  std::vector<Brief> found;
  while (true) {
    TRY(const bool more, statement.step());
    if (!more) return found;
    Brief brief{
        .id = std::string(statement.text(1)), .type = std::string(statement.text(2)), .name = {}, .asserted_by = {}};
    TRY(const stix::Object object, load(statement.integer(0)));
    brief.name = object.name();
    TRY(brief.asserted_by, asserter_of(object));
    found.push_back(std::move(brief));
  }
}

Status Reader::read_links(FoundRecord& record) {
  TRY(Statement statement,
      database_.prepare("SELECT object, source, relation, target, confidence FROM link WHERE source = ?1 OR "
                        "(target = ?1 AND relation IN (SELECT value FROM json_each(?2))) ORDER BY relation, source, "
                        "target, object"));
  json::Array relations(kNameRelations.begin(), kNameRelations.end());
  const std::string relation_list = json::print(relations);
  const std::string uuid(uuid_of_id(record.id));
  statement.bind(1, uuid).bind(2, relation_list);
  std::map<std::string, std::uint64_t, std::less<>> counts;
  while (true) {
    TRY(const bool more, statement.step());
    if (!more) break;
    const std::string relation(statement.text(2));
    if (rank_in(kNameRelations, relation) == kNameRelations.size()) {
      ++counts[relation];
      continue;
    }
    const bool outgoing = statement.text(1) == uuid;
    const std::string other(outgoing ? statement.text(3) : statement.text(1));
    std::optional<int> confidence;
    if (!statement.is_null(4)) confidence = static_cast<int>(statement.integer(4));
    TRY(const stix::Object asserting, load(statement.integer(0)));
    TRY(const std::string asserted_by, asserter_of(asserting));
    TRY(std::vector<Brief> others, briefs(other));
    if (others.empty())
      others.push_back({.id = other, .type = "unknown", .name = "not in the store", .asserted_by = {}});
    for (Brief& brief : others) {
      FoundLink link{.relation = relation,
                     .outgoing = outgoing,
                     .id = std::move(brief.id),
                     .type = std::move(brief.type),
                     .name = std::move(brief.name),
                     .asserted_by = asserted_by,
                     .confidence = confidence};
      if (std::ranges::find(record.links, link) == record.links.end()) record.links.push_back(std::move(link));
    }
  }
  std::ranges::stable_sort(record.links, {}, [](const FoundLink& link) {
    return std::tuple(rank_in(kNameRelations, link.relation), !link.outgoing, link.name, link.id, link.asserted_by);
  });
  record.other_links.assign(counts.begin(), counts.end());
  return {};
}

Result<std::vector<NameUser>> Reader::users_elsewhere(const std::string& folded, string_view type) {
  TRY(Statement statement,
      database_.prepare("SELECT DISTINCT object FROM name WHERE folded = ? AND attributed = 1 ORDER BY object"));
  statement.bind(1, folded);
  TRY(const std::vector<std::int64_t> others, keys(statement));
  std::vector<NameUser> users;
  for (const std::int64_t key : others) {
    TRY(const stix::Object object, load(key));
    if (object.type() != type) continue;
    TRY(const std::string asserted_by, asserter_of(object));
    for (ObjectName& name : object_names(object)) {
      if (name.relation == "external-id" || fold_name(name.text) != folded) continue;
      if (!name.used_by_ref.empty()) {
        TRY(std::string user, name_of(name.used_by_ref));
        name.used_by.push_back(std::move(user));
      }
      for (std::string& user : name.used_by) {
        NameUser said{.user = std::move(user), .asserted_by = asserted_by};
        if (std::ranges::find(users, said) == users.end()) users.push_back(std::move(said));
      }
    }
  }
  std::ranges::sort(users, {}, [](const NameUser& said) { return std::pair(said.user, said.asserted_by); });
  return users;
}

Result<FoundRecord> Reader::record(std::int64_t key, MatchKind match, const std::string& folded) {
  TRY(const stix::Object object, load(key));
  FoundRecord record;
  record.id = object.id();
  record.type = object.type();
  record.name = object.name();
  record.description = object.string("description").value_or("");
  record.modified = object.string("modified").value_or("");
  record.revoked = object.is_revoked();
  record.match = match;
  TRY(record.asserted_by, asserter_of(object));
  if (const auto origin = extra_string(object, "origin")) {
    record.origin = *origin;
    record.origin_asserted_by = extra_string(object, "origin_asserted_by").value_or(record.asserted_by);
  }
  for (ObjectName& name : object_names(object)) {
    FoundName found{.text = std::move(name.text),
                    .relation = std::move(name.relation),
                    .used_by = std::move(name.used_by),
                    .asserted_by = record.asserted_by,
                    .reference = std::move(name.reference)};
    if (!name.used_by_ref.empty()) {
      TRY(std::string user, name_of(name.used_by_ref));
      if (std::ranges::find(found.used_by, user) == found.used_by.end()) found.used_by.push_back(std::move(user));
    }
    if (found.used_by.empty() && found.relation != "name" && found.relation != "external-id") {
      TRY(found.elsewhere, users_elsewhere(fold_name(found.text), record.type));
    }
    record.names.push_back(std::move(found));
  }
  std::ranges::stable_sort(record.names, {}, [](const FoundName& name) {
    return std::pair(rank_in(kRelations, name.relation), fold_case(name.text));
  });
  const auto is_match = [&](const FoundName& name) {
    const std::string other = fold_name(name.text);
    return match == MatchKind::exact ? other == folded : other.starts_with(folded);
  };
  const auto matched = std::ranges::find_if(record.names, is_match);
  if (matched != record.names.end()) {
    record.matched = *matched;
  } else if (!record.names.empty()) {
    record.matched = record.names.front();
  }
  TRY_VOID(read_links(record));
  TRY(Statement documents, database_.prepare("SELECT d.path FROM seen s JOIN document d ON d.key = s.document "
                                             "WHERE s.object = ? ORDER BY d.path"));
  documents.bind(1, key);
  while (true) {
    TRY(const bool more, documents.step());
    if (!more) break;
    record.documents.emplace_back(documents.text(0));
  }
  return record;
}

Result<record::KnownEntity> Reader::entity(const stix::Object& object) {
  record::KnownEntity entity;
  entity.type = record::parse_entity_type(object.type()).value_or(record::EntityType::intrusion_set);
  entity.name = object.name();
  entity.id = object.id();
  entity.description = object.string("description").value_or("");
  TRY(entity.source, asserter_of(object));
  entity.motives = [&] {
    std::vector<std::string> motives;
    for (const string_view motive : extra_strings(object, "motives")) motives.emplace_back(motive);
    return motives;
  }();
  // Elsewhere the origin is a text such as "China"; only a code is a country here.
  const string_view origin = extra_string(object, "origin").value_or("");
  if (origin.size() == 2) {
    entity.country = origin;
    entity.country_asserted_by = extra_string(object, "origin_asserted_by").value_or(entity.source);
  }
  for (ObjectName& name : object_names(object)) {
    if (name.relation == "external-id") {
      entity.external_id = std::move(name.text);
      continue;
    }
    record::Name known{.text = std::move(name.text), .asserted_by = std::move(name.used_by)};
    if (name.relation != "name") known.relation = std::move(name.relation);
    if (!name.used_by_ref.empty()) {
      TRY(std::string user, name_of(name.used_by_ref));
      known.asserted_by.push_back(std::move(user));
    }
    entity.names.push_back(std::move(known));
  }
  return entity;
}

}  // namespace

Result<FindResult> Store::find(string_view name, std::size_t limit) {
  FindResult result{.query = std::string(name), .records = {}};
  const std::string folded = fold_name(name);
  if (folded.empty()) return fail(ErrorCode::usage, "the name to look for is empty");
  Reader reader(state_->database);
  std::vector<std::pair<std::int64_t, MatchKind>> hits;
  TRY(const std::vector<std::int64_t> exact, reader.exact(folded));
  for (const std::int64_t key : exact) hits.emplace_back(key, MatchKind::exact);
  if (hits.empty()) {
    const std::size_t many = limit * 2 + 50;  // what is left off is counted up to here
    TRY(const std::vector<std::int64_t> prefix, reader.by_prefix(folded, many));
    for (const std::int64_t key : prefix) hits.emplace_back(key, MatchKind::prefix);
    TRY(const std::vector<std::int64_t> text, reader.by_text(name, many));
    for (const std::int64_t key : text) {
      const bool is_new = std::ranges::find(prefix, key) == prefix.end();
      if (is_new) hits.emplace_back(key, MatchKind::text);
    }
  }
  const bool is_exact = !exact.empty();
  for (const auto& [key, match] : hits) {
    // Prefix and text hits come in their order of rank; exact ones are few and sorted below.
    if (!is_exact && result.records.size() == limit) {
      ++result.left_off;
      continue;
    }
    TRY(FoundRecord record, reader.record(key, match, folded));
    result.records.push_back(std::move(record));
  }
  if (is_exact) {
    std::ranges::stable_sort(result.records, {}, [](const FoundRecord& record) {
      return std::tuple(record.revoked, rank_in(kRelations, record.matched.relation), rank_in(kTypes, record.type),
                        record.name, record.id);
    });
    if (result.records.size() > limit) {
      result.left_off = result.records.size() - limit;
      result.records.resize(limit);
    }
  }
  return result;
}

Result<record::KnownEntities> Store::known_entities() {
  TRY(Statement rows,
      state_->database.prepare("SELECT json FROM object WHERE current = 1 AND revoked = 0 AND type IN "
                               "('intrusion-set', 'threat-actor', 'campaign', 'malware', 'tool') ORDER BY type, id"));
  record::KnownEntities entities;
  Reader reader(state_->database);
  while (true) {
    TRY(const bool more, rows.step());
    if (!more) break;
    TRY(json::Value value, json::parse(rows.text(0), {.source = state_->database.path()}));
    TRY(const stix::Object object, stix::Object::make(std::move(value)));
    TRY(record::KnownEntity entity, reader.entity(object));
    entities.push_back(std::move(entity));
  }
  return entities;
}

}  // namespace tocsin::knowledge
