#pragma once

// SQLite behind Result: a connection, prepared statements, a transaction that is undone unless it was committed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tocsin::knowledge {

/// A prepared statement. Borrows the connection of its Database. One thread.
class Statement {
 public:
  Statement() = default;
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  /// Binds parameters from 1 on; texts must live until the next reset().
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t value);
  Statement& bind_null(int index);
  /// True = a row stands ready, false = done (and reset).     errors: io, invalid (a constraint), syntax (damage)
  Result<bool> step();
  /// step() for statements that give no row.
  Status run();
  void reset();

  /// Columns of the row from 0 on; views die at the next step() or reset(). NULL = empty, 0.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Statement(sqlite3_stmt* statement, sqlite3* connection, const std::string* path)
      : statement_(statement), connection_(connection), path_(path) {}
  sqlite3_stmt* statement_ = nullptr;
  sqlite3* connection_ = nullptr;
  const std::string* path_ = nullptr;
};

enum class Access : std::uint8_t { read, write };

/// One connection to one file; write-ahead log; waits up to five seconds for another writer. One thread.
class Database {
 public:
  /// `write` creates the file (its folder must exist); `read` needs it to be there.
  /// errors: not_found, io, syntax (no SQLite file, or a damaged one)
  static Result<Database> open(const std::string& path, Access access);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  /// One or more statements without parameters or rows.
  Status execute(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  /// The single integer that `sql` gives.
  Result<std::int64_t> query_integer(std::string_view sql);
  std::int64_t last_row() const;
  const std::string& path() const;

 private:
  struct State;
  explicit Database(State* state) : state_(state) {}
  State* state_ = nullptr;  // owned; on the heap, so that statements may point at its path
};

/// BEGIN IMMEDIATE … COMMIT; rolled back when destroyed without commit(). One thread.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace tocsin::knowledge
