// Tables of the store, format 1.
//   object    every version of every object; `current` marks the one that counts for its id
//   document  what was imported; `seen` which document had which version
//   name      names of current versions, the folded form that is looked up, and whether it is said whose they are
//   link      relationships and galaxy relations of current versions, by UUID
//   search    full text over names and descriptions of current versions (rowid = object.key)
// Names, links and text are taken out and put in when another version becomes current, so they depend on the set of
// versions and never on the order in which they came.

#include "knowledge/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/progress.h"
#include "knowledge/folded_name.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"
#include "knowledge/store_state.h"
#include "stix/versions.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

constexpr std::int64_t kApplicationId = 0x544F4353;  // "TOCS"
constexpr std::int64_t kFormat = 2;                  // 1 had versions as nanoseconds, which end with the year 2261
constexpr string_view kAbsentVersion = "";

constexpr string_view kSchema = R"sql(
CREATE TABLE object(
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  uuid TEXT NOT NULL,
  version TEXT NOT NULL,
  modified TEXT NOT NULL,
  type TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  current INTEGER NOT NULL,
  json TEXT NOT NULL);
CREATE UNIQUE INDEX object_version ON object(id, version);
CREATE INDEX object_current ON object(type, id) WHERE current = 1;
CREATE INDEX object_uuid ON object(uuid) WHERE current = 1;
CREATE TABLE document(key INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE seen(object INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY(object, document)) WITHOUT ROWID;
CREATE TABLE name(
  object INTEGER NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  folded TEXT NOT NULL,
  attributed INTEGER NOT NULL,
  PRIMARY KEY(object, position)) WITHOUT ROWID;
CREATE INDEX name_folded ON name(folded);
CREATE TABLE link(
  object INTEGER NOT NULL,
  source TEXT NOT NULL,
  relation TEXT NOT NULL,
  target TEXT NOT NULL,
  confidence INTEGER);
CREATE INDEX link_object ON link(object);
CREATE INDEX link_source ON link(source);
CREATE INDEX link_target ON link(target);
CREATE VIRTUAL TABLE search USING fts5(names, description, tokenize = 'unicode61 remove_diacritics 2');
)sql";

Status make_schema(Database& database) {
  TRY_VOID(database.execute("PRAGMA journal_mode = WAL"));
  TRY(Transaction transaction, Transaction::begin(database));
  // Another process may have been faster.
  TRY(const std::int64_t format, database.query_integer("PRAGMA user_version"));
  if (format == 0) {
    TRY_VOID(database.execute(kSchema));
    TRY_VOID(database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kFormat)));
  }
  return transaction.commit();
}

Status check_schema(Database& database, bool may_write) {
  TRY(const std::int64_t application, database.query_integer("PRAGMA application_id"));
  TRY(const std::int64_t format, database.query_integer("PRAGMA user_version"));
  TRY(const std::int64_t tables, database.query_integer("SELECT count(*) FROM sqlite_schema"));
  const Where where{.source = database.path()};
  if (application == 0 && format == 0 && tables == 0) {
    if (may_write) return make_schema(database);
    return fail(ErrorCode::not_found, "the store is empty", where, "'tocsin store import FILE…' fills it");
  }
  if (application != kApplicationId) {
    return fail(ErrorCode::invalid, "this is an SQLite file of another program, not a store", where);
  }
  if (format != kFormat) {
    return fail(ErrorCode::unsupported,
                fmt::format("the store has format {}, this program has format {}", format, kFormat), where,
                fmt::format("{} Tocsin made it: use that one, or import again into another file",
                            format > kFormat ? "a newer" : "an older"));
  }
  return {};
}

/// One version as the table has it.
struct Row {
  std::int64_t key = 0;
  std::string version;  ///< make_time_key, or kAbsentVersion
  bool revoked = false;
};

/// Writes versions within one transaction.
class Writer {
 public:
  static Result<Writer> make(Database& database, const std::string& document);
  Status add(const stix::Object& object);
  const ImportCounts& counts() const { return counts_; }

 private:
  explicit Writer(Database& database) : database_(&database) {}
  Status insert(const stix::Object& object, const std::string& json, const std::string& version);
  Status settle_conflict(const stix::Object& object, const std::string& json, std::int64_t key,
                         const std::string& version, const std::string& present, bool is_current);
  enum class Standing : std::uint8_t { first, won, lost };
  /// Makes the row current if it counts more than the current one: revoked is final, else the later version.
  Result<Standing> challenge(const stix::Object& object, std::int64_t key, const std::string& version);
  Status set_current(const stix::Object& object, std::int64_t key);
  Status clear_current(std::int64_t key);
  Status see(std::int64_t key);

  Database* database_;
  std::int64_t document_ = 0;
  ImportCounts counts_;
  Statement find_version_, find_current_, insert_, update_, mark_, see_;
  Statement insert_name_, insert_link_, insert_search_, delete_names_, delete_links_, delete_search_;
};

Result<Writer> Writer::make(Database& database, const std::string& document) {
  Writer writer(database);
  struct Prepared {
    Statement Writer::* statement;
    string_view sql;
  };
  const Prepared all[] = {
      {&Writer::find_version_, "SELECT key, json, current FROM object WHERE id = ? AND version = ?"},
      {&Writer::find_current_,
       "SELECT key, version, revoked FROM object INDEXED BY object_version "
       "WHERE id = ? AND current = 1"},
      {&Writer::insert_,
       "INSERT INTO object(id, uuid, version, modified, type, revoked, current, json) "
       "VALUES(?, ?, ?, ?, ?, ?, 0, ?)"},
      {&Writer::update_, "UPDATE object SET json = ?, revoked = ?, modified = ? WHERE key = ?"},
      {&Writer::mark_, "UPDATE object SET current = ? WHERE key = ?"},
      {&Writer::see_, "INSERT OR IGNORE INTO seen(object, document) VALUES(?, ?)"},
      {&Writer::insert_name_, "INSERT INTO name(object, position, text, folded, attributed) VALUES(?, ?, ?, ?, ?)"},
      {&Writer::insert_link_, "INSERT INTO link(object, source, relation, target, confidence) VALUES(?, ?, ?, ?, ?)"},
      {&Writer::insert_search_, "INSERT INTO search(rowid, names, description) VALUES(?, ?, ?)"},
      {&Writer::delete_names_, "DELETE FROM name WHERE object = ?"},
      {&Writer::delete_links_, "DELETE FROM link WHERE object = ?"},
      {&Writer::delete_search_, "DELETE FROM search WHERE rowid = ?"},
  };
  for (const Prepared& prepared : all) {
    TRY(writer.*prepared.statement, database.prepare(prepared.sql));
  }
  TRY(Statement insert_document, database.prepare("INSERT OR IGNORE INTO document(path) VALUES(?)"));
  TRY_VOID(insert_document.bind(1, document).run());
  TRY(Statement find_document, database.prepare("SELECT key FROM document WHERE path = ?"));
  TRY([[maybe_unused]] const bool there, find_document.bind(1, document).step());
  writer.document_ = find_document.integer(0);
  return writer;
}

Status Writer::see(std::int64_t key) { return see_.bind(1, key).bind(2, document_).run(); }

Status Writer::clear_current(std::int64_t key) {
  TRY_VOID(mark_.bind(1, std::int64_t{0}).bind(2, key).run());
  TRY_VOID(delete_names_.bind(1, key).run());
  TRY_VOID(delete_links_.bind(1, key).run());
  return delete_search_.bind(1, key).run();
}

Status Writer::set_current(const stix::Object& object, std::int64_t key) {
  TRY_VOID(mark_.bind(1, std::int64_t{1}).bind(2, key).run());
  std::string all_names;
  std::int64_t position = 0;
  for (const ObjectName& name : object_names(object)) {
    const std::string folded = fold_name(name.text);
    const bool is_attributed = !name.used_by.empty() || !name.used_by_ref.empty();
    TRY_VOID(insert_name_.bind(1, key)
                 .bind(2, position++)
                 .bind(3, name.text)
                 .bind(4, folded)
                 .bind(5, std::int64_t{is_attributed})
                 .run());
    all_names += name.text;
    all_names += '\n';
  }
  if (!all_names.empty()) {
    TRY_VOID(insert_search_.bind(1, key).bind(2, all_names).bind(3, object.string("description").value_or("")).run());
  }
  for (const ObjectLink& link : object_links(object)) {
    insert_link_.bind(1, key).bind(2, link.source).bind(3, link.relation).bind(4, link.target);
    if (link.confidence) {
      insert_link_.bind(5, std::int64_t{*link.confidence});
    } else {
      insert_link_.bind_null(5);
    }
    TRY_VOID(insert_link_.run());
  }
  return {};
}

Result<Writer::Standing> Writer::challenge(const stix::Object& object, std::int64_t key, const std::string& version) {
  TRY(const bool has_current, find_current_.bind(1, object.id()).step());
  if (!has_current) {
    TRY_VOID(set_current(object, key));
    return Standing::first;
  }
  const Row current{find_current_.integer(0), std::string(find_current_.text(1)), find_current_.integer(2) != 0};
  find_current_.reset();
  const bool revoked = object.is_revoked();
  const bool wins = revoked != current.revoked ? revoked : version > current.version;
  if (!wins) return Standing::lost;
  TRY_VOID(clear_current(current.key));
  TRY_VOID(set_current(object, key));
  return Standing::won;
}

Status Writer::settle_conflict(const stix::Object& object, const std::string& json, std::int64_t key,
                               const std::string& version, const std::string& present, bool is_current) {
  TRY(json::Value value, json::parse(present));
  TRY(const stix::Object there, stix::Object::make(std::move(value)));
  bool wins = stix::supersedes(object, there);
  if (!wins && !stix::supersedes(there, object)) {
    // The same content in another order of members: no conflict, but one text must be kept in any order of arrival.
    wins = json < present;
    ++counts_.duplicate;
  } else {
    ++counts_.conflict;
  }
  if (!wins) return {};
  const std::string modified(object.string("modified").value_or(kAbsentVersion));
  TRY_VOID(update_.bind(1, json).bind(2, std::int64_t{object.is_revoked()}).bind(3, modified).bind(4, key).run());
  if (is_current) {
    TRY_VOID(clear_current(key));
    return set_current(object, key);
  }
  // A version that wins over its twin by being revoked may now count more than the current one.
  TRY([[maybe_unused]] const Standing standing, challenge(object, key, version));
  return {};
}

Status Writer::insert(const stix::Object& object, const std::string& json, const std::string& version) {
  const string_view modified = object.string("modified").value_or(object.string("created").value_or(kAbsentVersion));
  TRY_VOID(insert_.bind(1, object.id())
               .bind(2, uuid_of_id(object.id()))
               .bind(3, version)
               .bind(4, modified)
               .bind(5, object.type())
               .bind(6, std::int64_t{object.is_revoked()})
               .bind(7, json)
               .run());
  const std::int64_t key = database_->last_row();
  TRY_VOID(see(key));
  TRY(const Standing standing, challenge(object, key, version));
  ++(standing == Standing::first ? counts_.added : standing == Standing::won ? counts_.superseded : counts_.older);
  return {};
}

Status Writer::add(const stix::Object& object) {
  ++counts_.objects;
  const std::string json = json::print(object.json());
  const std::optional<Timestamp> stamp = object.version();
  const std::string version = stamp ? make_time_key(*stamp) : std::string(kAbsentVersion);
  TRY(const bool is_there, find_version_.bind(1, object.id()).bind(2, version).step());
  if (!is_there) return insert(object, json, version);
  const std::int64_t key = find_version_.integer(0);
  const std::string present(find_version_.text(1));
  const bool is_current = find_version_.integer(2) != 0;
  find_version_.reset();
  TRY_VOID(see(key));
  if (present != json) return settle_conflict(object, json, key, version, present, is_current);
  ++counts_.duplicate;
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::string& path, bool write) {
  TRY(Database database, Database::open(path, write ? Access::write : Access::read));
  TRY_VOID(check_schema(database, write));
  if (write) {
    // A crash of the machine may cost the last import; the file stays whole.
    TRY_VOID(database.execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"));
  }
  return Store(std::make_unique<State>(State{std::move(database), write}));
}

Result<ImportCounts> Store::add(const std::vector<stix::Object>& objects, const std::string& document) {
  if (!state_->may_write) {
    return fail(ErrorCode::usage, "the store was opened for reading", {.source = state_->database.path()});
  }
  TRY(Transaction transaction, Transaction::begin(state_->database));
  ImportCounts counts;
  {
    TRY(Writer writer, Writer::make(state_->database, document));
    Progress progress(document, objects.size());
    for (const stix::Object& object : objects) {
      TRY_VOID(writer.add(object));
      progress.advance(1);
    }
    counts = writer.counts();
  }
  TRY_VOID(transaction.commit());
  return counts;
}

Result<ImportReport> Store::import_file(const std::string& path) {
  TRY(const PaddedBytes bytes, read_file(path, {.max_bytes = std::uint64_t{256} << 20}));
  TRY(ParsedKnowledge knowledge, parse_knowledge(bytes.view(), path));
  TRY(const ImportCounts counts, add(knowledge.objects, path));
  return ImportReport{
      .document = path, .format = knowledge.format, .counts = counts, .skipped = std::move(knowledge.skipped)};
}

Result<ImportReport> Store::import_packs(const NamePacks& packs, const std::string& document) {
  for (const Diagnostic& problem : packs.problems) {
    if (problem.severity == Severity::error) {
      return fail(ErrorCode::invalid, problem.message, problem.where, problem.hint);
    }
  }
  TRY(const ImportCounts counts, add(knowledge_of_packs(packs).objects, document));
  return ImportReport{.document = document, .format = KnowledgeFormat::name_pack, .counts = counts, .skipped = {}};
}

namespace {

ImportReport skipped_file(const std::string& path, const std::string& reason) {
  return {.document = path, .skipped = {{.reason = "file", .what = reason, .where = {.source = path}}}};
}

}  // namespace

Result<std::vector<ImportReport>> Store::import_paths(const std::vector<std::string>& paths) {
  TRY(const FileList list, list_files(paths));
  std::vector<ImportReport> reports;
  std::vector<ImportReport> skipped_files;
  std::vector<std::string> pack_paths;
  for (const std::string& path : list.files) {
    if (path.ends_with(".yml") || path.ends_with(".yaml")) {
      pack_paths.push_back(path);
      continue;
    }
    auto report = import_file(path);
    const bool is_named = std::ranges::find(paths, path) != paths.end();
    if (!report && report.error().code == ErrorCode::unsupported && !is_named) {
      // A folder of galaxies holds many that have no place here: listed, and no reason to stop.
      skipped_files.push_back(skipped_file(path, report.error().message));
      continue;
    }
    if (!report) return std::unexpected(std::move(report).error());
    reports.push_back(*std::move(report));
  }
  if (!pack_paths.empty()) {
    std::vector<PaddedBytes> contents;
    std::vector<PackText> texts;
    contents.reserve(pack_paths.size());
    for (const std::string& path : pack_paths) {
      TRY(PaddedBytes bytes, read_file(path, {.max_bytes = std::uint64_t{16} << 20}));
      contents.push_back(std::move(bytes));
      texts.push_back({path, contents.back().view()});
    }
    TRY(ImportReport report, import_packs(parse_name_packs(texts), "packs/names"));
    reports.push_back(std::move(report));
  }
  for (const FileList::Skipped& skipped : list.skipped) {
    skipped_files.push_back(skipped_file(skipped.path, skipped.reason));
  }
  std::ranges::move(skipped_files, std::back_inserter(reports));
  return reports;
}

Result<StoreTotals> Store::totals() {
  Database& database = state_->database;
  const auto count = [&](string_view sql) -> Result<std::uint64_t> {
    TRY(const std::int64_t number, database.query_integer(sql));
    return static_cast<std::uint64_t>(number);
  };
  StoreTotals totals;
  TRY(totals.objects, count("SELECT count(*) FROM object WHERE current = 1"));
  TRY(totals.versions, count("SELECT count(*) FROM object"));
  TRY(totals.names, count("SELECT count(*) FROM name"));
  TRY(totals.documents, count("SELECT count(*) FROM document"));
  return totals;
}

Result<stix::Bundle> Store::export_bundle() {
  TRY(Statement rows, state_->database.prepare("SELECT json FROM object WHERE current = 1 ORDER BY id"));
  stix::Bundle bundle;
  while (true) {
    TRY(const bool more, rows.step());
    if (!more) break;
    TRY(json::Value value, json::parse(rows.text(0), {.source = state_->database.path()}));
    TRY(stix::Object object, stix::Object::make(std::move(value)));
    bundle.objects.push_back(std::move(object));
  }
  add_extension_definition(bundle);
  return bundle;
}

}  // namespace tocsin::knowledge
