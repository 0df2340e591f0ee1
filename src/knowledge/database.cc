#include "knowledge/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace tocsin::knowledge {

struct Database::State {
  std::string path;
  sqlite3* connection = nullptr;
};

namespace {

/// What SQLite said, in our codes.
Error error_of(sqlite3* connection, int code, const std::string& path) {
  const int primary = code & 0xff;
  const char* said = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  Error error{.code = ErrorCode::io, .message = fmt::format("store: {}", said), .where = {.source = path}};
  switch (primary) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      error.code = ErrorCode::syntax;
      error.message = fmt::format("this is no store, or a damaged one ({})", said);
      error.hint = "restore it from a copy, or move it away and import again";
      break;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      error.code = ErrorCode::invalid;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.hint = "another process is writing to the store; try again";
      break;
    case SQLITE_FULL:
      error.hint = "make room on the disk; nothing of this import was kept";
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      error.hint = "check that the folder exists and may be written to";
      break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      error.code = ErrorCode::internal;
      break;
    default:
      break;
  }
  return error;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), connection_(other.connection_), path_(other.path_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(connection_, other.connection_);
  std::swap(path_, other.path_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_, index, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
  return *this;
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(statement_, index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = error_of(connection_, code, *path_);
  reset();
  return std::unexpected(std::move(error));
}

Status Statement::run() {
  TRY([[maybe_unused]] const bool row, step());
  reset();
  return {};
}

void Statement::reset() { sqlite3_reset(statement_); }

std::string_view Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Result<Database> Database::open(const std::string& path, Access access) {
  Database database(new State{.path = path});
  State& state = *database.state_;
  const int flags = access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &state.connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    Error error = error_of(state.connection, code, path);
    if (access == Access::read && (code & 0xff) == SQLITE_CANTOPEN) {
      error.code = ErrorCode::not_found;
      error.message = "there is no store at this place";
      error.hint = "'tocsin store import FILE…' makes one";
    }
    return std::unexpected(std::move(error));
  }
  sqlite3_busy_timeout(state.connection, 5000);
  // The first statement that reads the file: what is no SQLite file is found out here.
  TRY([[maybe_unused]] const std::int64_t schema, database.query_integer("PRAGMA schema_version"));
  return database;
}

Database::Database(Database&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Database::~Database() {
  if (state_ == nullptr) return;
  // v2: waits for statements that are still alive.
  sqlite3_close_v2(state_->connection);
  delete state_;
}

Status Database::execute(std::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(state_->connection, text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(state_->connection, code, state_->path));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(state_->connection, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(state_->connection, code, state_->path));
  return Statement(statement, state_->connection, &state_->path);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  TRY(Statement statement, prepare(sql));
  TRY(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(state_->connection); }

const std::string& Database::path() const { return state_->path; }

Result<Transaction> Transaction::begin(Database& database) {
  TRY_VOID(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A failure here leaves the transaction to SQLite, which undoes it when the connection closes.
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Status Transaction::commit() {
  TRY_VOID(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace tocsin::knowledge
