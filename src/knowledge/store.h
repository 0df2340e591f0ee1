#pragma once

// The knowledge store: versions of STIX objects and the names that they carry, in one SQLite file.
//
// (id, modified) is a version's identity (STIX 2.1 §3.6); of the versions of an id the latest is current, whatever the
// order of arrival, and revoked is final. Names, links and full text follow from the current versions alone, so the
// same documents give the same answers in any order.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/found.h"
#include "knowledge/importer.h"
#include "record/names.h"
#include "stix/bundle.h"

namespace tocsin::knowledge {

/// What became of the objects of one import.
struct ImportCounts {
  std::uint64_t objects = 0;     ///< all below
  std::uint64_t added = 0;       ///< new ids
  std::uint64_t superseded = 0;  ///< new versions that are now current
  std::uint64_t older = 0;       ///< new versions of an id of which a later one was there: kept, not current
  std::uint64_t duplicate = 0;   ///< were there already
  std::uint64_t conflict = 0;    ///< same version, other content: one is kept, the same in any order
};

/// What happened to one file.
struct ImportReport {
  std::string document;
  KnowledgeFormat format = KnowledgeFormat::stix;
  ImportCounts counts = {};
  std::vector<SkippedRecord> skipped = {};
};

struct StoreTotals {
  std::uint64_t objects = 0;    ///< ids
  std::uint64_t versions = 0;   ///< of them
  std::uint64_t names = 0;      ///< of the current versions
  std::uint64_t documents = 0;  ///< imported
};

/// An open store. Several processes may read while one writes. One thread.
class Store {
 public:
  /// Opens the file; `write` makes it when it isn't there.
  /// errors: not_found, io, syntax (no store, damaged), unsupported (made by a newer Tocsin)
  static Result<Store> open(const std::string& path, bool write);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// Reads a file, whole and decompressed by content, and adds it in one transaction: all of it or nothing.
  /// errors: those of read_file and parse_knowledge; io
  Result<ImportReport> import_file(const std::string& path);
  /// Files, and files under folders. Packs (*.yml) are read together, as they name one another; problems in them are
  /// an error. Of a folder's files those in a format that has no place here are skipped, with the reason "file"; a file
  /// that was named, and one that is damaged, stops the import. What was imported before it stays.
  /// errors: those of import_file and list_files; invalid (packs)
  Result<std::vector<ImportReport>> import_paths(const std::vector<std::string>& paths);
  Result<ImportReport> import_packs(const NamePacks& packs, const std::string& document);
  /// The same for objects at hand.
  Result<ImportCounts> add(const std::vector<stix::Object>& objects, const std::string& document);

  /// Records that carry the name, its spelling folded (folded_name.h): exactly; if there are none, names that begin
  /// with it, then names and descriptions with all its words. Each record with every name, whose it is and who says
  /// so, and links of one step to other records; never merged.
  /// errors: usage (no letter in the name), io
  Result<FindResult> find(std::string_view name, std::size_t limit = 20);

  /// The current versions, in the order of ids.
  Result<stix::Bundle> export_bundle();
  /// Actors, campaigns, malware and tools that are not revoked, with their names, for those who read reports.
  Result<record::KnownEntities> known_entities();
  Result<StoreTotals> totals();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::knowledge
