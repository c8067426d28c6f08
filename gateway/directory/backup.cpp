#include "gateway/directory/backup.h"

#include "gateway/directory/connection.h"
#include "gateway/directory/store_file.h"

#include <fcntl.h>
#include <stdio.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rollcall::sqlite {
namespace {

constexpr int all_pages = -1;

/// All pages in one step: one snapshot of the source, whatever is written meanwhile.
void copy_pages(const std::filesystem::path& store, const std::filesystem::path& target) {
  Session source(store, Access::read, Durability::full);
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(target.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  const CPtr<sqlite3, &sqlite3_close_v2> copy(raw);
  if (opened != SQLITE_OK) throw sql::StoreError(sqlite3_errstr(opened));
  // The copy is synced as a whole; a half one never gets its name.
  sqlite3_exec(raw, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
  sqlite3_backup* transfer = sqlite3_backup_init(raw, "main", source.handle(), "main");
  if (transfer == nullptr) throw sql::StoreError(sqlite3_errmsg(raw));
  const int step = sqlite3_backup_step(transfer, all_pages);
  const int finish = sqlite3_backup_finish(transfer);
  if (step != SQLITE_DONE) throw sql::StoreError(sqlite3_errstr(step));
  if (finish != SQLITE_OK) throw sql::StoreError(sqlite3_errstr(finish));
}

/// Fails if the target exists.
void rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    throw std::system_error(errno, std::generic_category(), to.string());
  }
}

}  // namespace

Result<> backup(const std::filesystem::path& store, const std::filesystem::path& target) {
  if (std::filesystem::exists(target)) {
    return Error(Fault::conflict, "The target of the backup exists already.");
  }
  const std::filesystem::path partial = target.string() + ".partial";
  std::error_code ignored;
  try {
    create_file(partial);
    copy_pages(store, partial);
    sync_to_disk(partial);
    rename_to_new(partial, target);
    sync_to_disk(std::filesystem::absolute(target).parent_path());
    return {};
  } catch (const sql::StoreError& failure) {
    std::filesystem::remove(partial, ignored);
    return Error(Fault::unavailable, std::string("The backup failed: ") + failure.what());
  } catch (const std::system_error& failure) {
    if (failure.code() == std::errc::file_exists) {
      return Error(
          Fault::conflict,
          "The target of the backup exists, or another backup to it runs: " + partial.string());
    }
    std::filesystem::remove(partial, ignored);
    return Error(Fault::unavailable, std::string("The backup failed: ") + failure.what());
  }
}

}  // namespace rollcall::sqlite
