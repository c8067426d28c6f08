#include "gateway/directory/sqlite.h"

#include <charconv>
#include <string>
#include <vector>

namespace rollcall::sqlite {
namespace {

constexpr int busy_timeout_ms = 5000;
/// Virtual-machine steps between two looks at the clock: some 20 µs.
constexpr int steps_between_checks = 1000;

constexpr sql::Sql begin_read_sql{"BEGIN"};
constexpr sql::Sql begin_write_sql{"BEGIN IMMEDIATE"};
constexpr sql::Sql commit_sql{"COMMIT"};
constexpr sql::Sql savepoint_sql{"SAVEPOINT unit"};
constexpr sql::Sql release_sql{"RELEASE unit"};
constexpr sql::Sql rollback_to_sql{"ROLLBACK TO unit"};

/// Pages kept, in KiB: enough for the indexes of some hundred thousand users on each I/O thread, so
/// that a point read fetches no more than its document; few enough for all connections of a large
/// store.
constexpr const char* reader_cache = "PRAGMA cache_size=-49152";
constexpr const char* writer_cache = "PRAGMA cache_size=-65536";

/// No memory mapping: an I/O error must be an error code, not a signal.
constexpr const char* settings =
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=0;"
    "PRAGMA wal_autocheckpoint=0;"
    "PRAGMA trusted_schema=OFF;";

CPtr<sqlite3, &sqlite3_close_v2> open_file(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  CPtr<sqlite3, &sqlite3_close_v2> handle(raw);
  if (code != SQLITE_OK) throw sql::StoreError(sqlite3_errstr(code));
  return handle;
}

}  // namespace

class Session::Statement final : public sql::Cursor {
 public:
  Statement(Session& session, const sql::Sql& sql) : session_(session) {
    sqlite3_stmt* raw = nullptr;
    const std::string_view text = sql.text();
    const int code =
        sqlite3_prepare_v3(session.handle(), text.data(), static_cast<int>(text.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) session_.raise(code);
    statement_.reset(raw);
    // SQLite numbers $1 $2 … by first appearance.
    for (int at = 1; at <= sqlite3_bind_parameter_count(raw); ++at) {
      const std::string_view name = sqlite3_bind_parameter_name(raw, at);
      std::size_t number = 0;
      std::from_chars(name.data() + 1, name.data() + name.size(), number);
      if (number == 0) throw std::logic_error("a placeholder is not a number");
      if (places_.size() < number) places_.resize(number, 0);
      places_[number - 1] = at;
    }
  }

  void bind(sql::Values values, bool copy) {
    if (running_) throw std::logic_error("a statement is run while its rows are being read");
    if (values.size() != places_.size()) throw std::logic_error("wrong number of values to bind");
    const auto keep = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
    const int* place = places_.data();
    for (const sql::Value& value : values) bind_one(*place++, value, keep);
    running_ = true;
  }
  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(statement_.get()); }

  bool next() override {
    const int code = step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) session_.raise(code);
    return code == SQLITE_ROW;
  }
  void close() noexcept override {
    sqlite3_reset(statement_.get());
    running_ = false;
  }
  bool null(int column) const override {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_.get(), column);
  }
  std::string_view bytes(int column) const override {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

 private:
  void bind_one(int place, const sql::Value& value, sqlite3_destructor_type keep) {
    int code = SQLITE_OK;
    if (const auto* integer = std::get_if<std::int64_t>(&value.data())) {
      code = sqlite3_bind_int64(statement_.get(), place, *integer);
    } else if (const auto* text = std::get_if<std::string_view>(&value.data())) {
      const char* data = text->empty() ? "" : text->data();
      code = sqlite3_bind_text64(statement_.get(), place, data, text->size(), keep, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<sql::Blob>(&value.data())) {
      code = sqlite3_bind_blob64(statement_.get(), place, blob->bytes.data(), blob->bytes.size(),
                                 keep);
    } else {
      code = sqlite3_bind_null(statement_.get(), place);
    }
    if (code != SQLITE_OK) session_.raise(code);
  }

  Session& session_;
  CPtr<sqlite3_stmt, &sqlite3_finalize> statement_;
  std::vector<int> places_;
  bool running_ = false;
};

Session::Session(const std::filesystem::path& file, Access access, Durability durability)
    : handle_(open_file(file)) {
  sqlite3_extended_result_codes(handle_.get(), 1);
  sqlite3_busy_timeout(handle_.get(), busy_timeout_ms);
  script(settings);
  script(access == Access::read ? reader_cache : writer_cache);
  script("PRAGMA journal_mode=WAL");
  script(durability == Durability::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
  if (access == Access::read) script("PRAGMA query_only=ON");
}

Session::~Session() = default;

sql::Rows Session::query(const sql::Sql& sql, sql::Values values) {
  Statement& statement = start(sql, values, true);
  try {
    return sql::Rows(statement);
  } catch (...) {
    statement.close();
    throw;
  }
}

std::int64_t Session::execute(const sql::Sql& sql, sql::Values values) {
  Statement& statement = start(sql, values, false);
  const int code = statement.step();
  statement.close();
  if (code != SQLITE_DONE) raise(code);
  return sqlite3_changes64(handle_.get());
}

std::optional<std::int64_t> Session::execute_unique(const sql::Sql& sql, sql::Values values) {
  Statement& statement = start(sql, values, false);
  const int code = statement.step();
  statement.close();
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return std::nullopt;
  }
  if (code != SQLITE_DONE) raise(code);
  return sqlite3_changes64(handle_.get());
}

void Session::savepoint() { execute(savepoint_sql, {}); }
void Session::release() { execute(release_sql, {}); }
void Session::rollback_to_savepoint() {
  execute(rollback_to_sql, {});
  execute(release_sql, {});
}

void Session::begin_read() { execute(begin_read_sql, {}); }
void Session::begin_write() { execute(begin_write_sql, {}); }
void Session::commit() { execute(commit_sql, {}); }

bool Session::rollback() noexcept {
  if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  return !in_transaction();
}

void Session::set_deadline(std::optional<Deadline> deadline) {
  deadline_ = deadline;
  sqlite3_progress_handler(handle_.get(), deadline ? steps_between_checks : 0,
                           deadline ? &Session::on_progress : nullptr, this);
}

void Session::script(const char* text) {
  const int code = sqlite3_exec(handle_.get(), text, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code);
}

Session::Statement& Session::start(const sql::Sql& sql, sql::Values values, bool copy) {
  if (past_deadline()) raise(SQLITE_INTERRUPT);
  auto& statement = statements_[&sql];
  if (!statement) statement = std::make_unique<Statement>(*this, sql);
  statement->bind(values, copy);
  return *statement;
}

void Session::raise(int code) {
  const std::string text = std::string("SQLite: ") + sqlite3_errmsg(handle_.get());
  switch (code & 0xff) {
    case SQLITE_INTERRUPT:
      failure_ = Failure::deadline;
      throw sql::DeadlinePassed();
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      throw std::logic_error(text);
    default:
      failure_ = Failure::store;
      failure_reason_ = text + " (" + std::to_string(code) + ")";
      throw sql::StoreError(failure_reason_);
  }
}

bool Session::past_deadline() const {
  return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

int Session::on_progress(void* session) {
  return static_cast<const Session*>(session)->past_deadline() ? 1 : 0;
}

}  // namespace rollcall::sqlite
