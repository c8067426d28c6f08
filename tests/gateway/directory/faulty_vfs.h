#pragma once

#include <sqlite3.h>

#include <atomic>
#include <list>
#include <mutex>

namespace rollcall::test {

/// Stands before SQLite's files of this process and fails the n-th call of one kind.
class FaultyVfs {
 public:
  enum class Call { write, half_write, sync, read, truncate };
  enum class Mode { once, from_then_on };

  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// `code` is what the failing call answers, SQLITE_FULL for instance.
  void arm(Call call, int code, Mode mode, int nth);
  /// True if a call failed since arm().
  bool disarm();

 private:
  /// `faulty` comes first: a file points at it.
  struct Methods {
    sqlite3_io_methods faulty;
    const sqlite3_io_methods* real;
  };
  static const sqlite3_io_methods& real_of(const sqlite3_file* file) {
    return *reinterpret_cast<const Methods*>(file->pMethods)->real;
  }
  const sqlite3_io_methods* stand_in_for(const sqlite3_io_methods* real);

  static int open(sqlite3_vfs*, const char*, sqlite3_file*, int, int*);
  static int read(sqlite3_file*, void*, int, sqlite3_int64);
  static int write(sqlite3_file*, const void*, int, sqlite3_int64);
  static int truncate(sqlite3_file*, sqlite3_int64);
  static int sync(sqlite3_file*, int);
  /// SQLITE_OK, or what this call has to answer.
  int verdict(Call call);

  static inline std::atomic<FaultyVfs*> active_{nullptr};
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  /// Files with and without locks have methods of their own.
  std::mutex mutex_;
  std::list<Methods> methods_;
  std::atomic<bool> armed_{false};
  std::atomic<int> left_{0};
  std::atomic<bool> failed_{false};
  Call call_ = Call::write;
  Mode mode_ = Mode::once;
  int code_ = SQLITE_OK;
};

}  // namespace rollcall::test
