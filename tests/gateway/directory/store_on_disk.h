#pragma once

#include "gateway/base/c_ptr.h"
#include "tests/support/directory.h"

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace rollcall::test {

/// A directory of its own that ends with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "rollcall-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A store file that tests open, close, and change behind the directory's back.
class StoreOnDisk {
 public:
  std::filesystem::path file() const { return directory_.path() / "store.db"; }
  DirectoryOptions options() const {
    return TestDirectory::default_options("sqlite://" + file().string());
  }
  std::unique_ptr<TestDirectory> open() const { return std::make_unique<TestDirectory>(options()); }

  /// While nobody has it open.
  void change(const std::string& sql) const { run(file(), sql); }
  static void run(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open(file.c_str(), &raw);
    const CPtr<sqlite3, &sqlite3_close_v2> handle(raw);
    if (opened != SQLITE_OK ||
        sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(raw));
    }
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace rollcall::test
