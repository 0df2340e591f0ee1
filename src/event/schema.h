#pragma once

// The names that events and rules share: fields, record shapes, log sources. Read from the declarative tables in
// packs/event (each explains itself), extended while logs and rules bring new field names.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "event/event.h"

namespace tocsin::event {

/// The log source that a rule asks for; empty parts are not asked for.
struct LogSourceQuery {
  std::string product;
  std::string category;
  std::string service;
  bool operator==(const LogSourceQuery&) const = default;
};

/// A Sigma field and the record's own field that carries it.
struct Rename {
  FieldId sigma{};
  FieldId own{};
  bool first = true;  ///< look at `own` first (a meaning that differs), else only when the Sigma field is absent
  bool operator==(const Rename&) const = default;
};

/// What a record is. Immutable once issued.
struct LogSource {
  struct Category {
    std::string name;
    std::vector<Rename> renames;  ///< for rules that ask for this category
    bool operator==(const Category&) const = default;
  };
  std::string product;
  std::vector<std::string> services;
  std::vector<Category> categories;
  bool operator==(const LogSource&) const = default;

  /// True when a rule for `query` is meant for such a record. A query that asks for nothing covers nothing.
  bool is_covered_by(const LogSourceQuery& query) const;
  /// The renames that a rule for `query` reads this record through.
  const std::vector<Rename>& renames_for(const LogSourceQuery& query) const;
};

struct ShapeTables;

/// Thread-safe: names and log sources may be looked up and interned from several threads; ids and references stay valid
/// as long as the schema. Must outlive every reader, batch user and hunter made with it.
class Schema {
 public:
  /// Reads `directory`/*.yml (packs/event).     errors: those of reading files; invalid (all problems in the message)
  static Result<std::unique_ptr<Schema>> load(const std::string& directory);
  ~Schema();

  /// The id of a field that a rule or table names.
  FieldId intern(std::string_view name);
  /// The id of a field that a log names; kUnnamedField once logs have brought kMaxLogNames names.
  FieldId intern_from_log(std::string_view name);
  std::string_view name(FieldId id) const;

  const LogSource& log_source(LogSourceId id) const;
  /// Number of log sources issued so far; ids are 0 to this less one, 0 is the unknown one.
  std::size_t log_source_count() const;
  LogSourceId intern(LogSource source);

  /// Problems of a rule's log source: names that no table knows, with the nearest one that it does.
  std::vector<std::string> unknown_names(const LogSourceQuery& query) const;

  /// The fields that hold values of a type ("address", "host", "url", "hash", "text"), by packs/event/field_types.yml.
  const std::vector<FieldId>& fields_of_type(std::string_view type) const;

  /// The tables behind the readers of this room.
  const ShapeTables& shapes() const;

  static constexpr std::size_t kMaxLogNames = 200'000;

 private:
  struct State;
  explicit Schema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::event
