#pragma once

#include "gateway/base/c_ptr.h"
#include "gateway/directory/sql.h"

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall::sqlite {

enum class Access { read, write };
/// full: a commit is on the disk when it returns. off: for stores that need not outlive the
/// process.
enum class Durability { full, off };

/// One connection to a store file in WAL mode. One thread at a time.
class Session final : public sql::Session {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Throws sql::StoreError if the file cannot be opened or is no database.
  Session(const std::filesystem::path& file, Access access, Durability durability);
  ~Session() override;

  sql::Rows query(const sql::Sql& sql, sql::Values values) override;
  std::int64_t execute(const sql::Sql& sql, sql::Values values) override;
  std::optional<std::int64_t> execute_unique(const sql::Sql& sql, sql::Values values) override;
  void lock(sql::Resource, std::int64_t) override {}  // there is one writer

  void savepoint() override;
  void release() override;
  void rollback_to_savepoint() override;

  void begin_read();
  void begin_write();
  void commit();
  /// Ends the transaction if one is open; false if the connection is beyond use.
  bool rollback() noexcept;
  /// False once SQLite has rolled the transaction back by itself.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  /// Statements that run past it throw DeadlinePassed; none with no value.
  void set_deadline(std::optional<Deadline> deadline);

  /// What went wrong since clear_failure(), even if a unit of work caught the exception.
  enum class Failure { none, store, deadline };
  Failure failure() const { return failure_; }
  const std::string& failure_reason() const { return failure_reason_; }
  void clear_failure() { failure_ = Failure::none; }

  /// DDL and pragmas: constant text, several statements at once.
  void script(const char* text);
  sqlite3* handle() { return handle_.get(); }

 private:
  class Statement;

  Statement& start(const sql::Sql& sql, sql::Values values, bool copy);
  /// Throws what a result code other than ROW, DONE and OK means.
  [[noreturn]] void raise(int code);
  bool past_deadline() const;
  static int on_progress(void* session);

  CPtr<sqlite3, &sqlite3_close_v2> handle_;
  std::unordered_map<const sql::Sql*, std::unique_ptr<Statement>> statements_;
  std::optional<Deadline> deadline_;
  Failure failure_ = Failure::none;
  std::string failure_reason_;
};

}  // namespace rollcall::sqlite
