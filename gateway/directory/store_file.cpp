#include "gateway/directory/store_file.h"

#include "gateway/directory/directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace rollcall::sqlite {
namespace {

constexpr std::string_view file_prefix = "sqlite://";
constexpr std::string_view memory_name = "sqlite::memory:";

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Descriptor open_descriptor(const std::filesystem::path& path, int flags) {
  const int number = open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (number < 0) fail("The file " + path.string() + " cannot be opened");
  return Descriptor(number);
}

std::filesystem::path temporary_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "rollcall-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) fail("No directory can be made for a temporary store");
  return name;
}

/// Missing directories are made with mode 0700; those that exist stay as they are.
void make_directories(const std::filesystem::path& path) {
  if (path.empty() || std::filesystem::exists(path)) return;
  make_directories(path.parent_path());
  if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    fail("The directory " + path.string() + " cannot be made");
  }
}

std::filesystem::path path_of(std::string_view store) {
  if (store == memory_name) return temporary_directory() / "store.db";
  const bool absolute = store.starts_with(file_prefix) && store.size() > file_prefix.size() + 1 &&
                        store[file_prefix.size()] == '/';
  if (!absolute) {
    throw std::runtime_error("The store must be sqlite:///absolute/path, not " +
                             std::string(store) + ".");
  }
  std::filesystem::path path(store.substr(file_prefix.size()));
  make_directories(path.parent_path());
  return path;
}

std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size(), 0);
  return std::string(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
}

Descriptor locked(const std::filesystem::path& path) {
  Descriptor lock = open_descriptor(path.string() + ".lock", O_RDWR | O_CREAT);
  if (flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    throw StoreInUse("The store " + path.string() + " is in use by another process (" +
                     holder_of(lock.number()) + ").");
  }
  const std::string holder = "pid " + std::to_string(getpid());
  if (ftruncate(lock.number(), 0) != 0 ||
      pwrite(lock.number(), holder.data(), holder.size(), 0) < 0) {
    fail("The lock file of the store cannot be written");
  }
  return lock;
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

StoreFile::StoreFile(std::string_view store)
    : temporary_(store == memory_name), path_(path_of(store)), lock_(locked(path_)) {
  // The write-ahead log takes its mode from the file.
  if (!std::filesystem::exists(path_)) create_file(path_);
}

StoreFile::~StoreFile() {
  std::error_code ignored;
  if (temporary_) std::filesystem::remove_all(path_.parent_path(), ignored);
}

void sync_to_disk(const std::filesystem::path& path) {
  const Descriptor file = open_descriptor(path, O_RDONLY);
  if (fsync(file.number()) != 0) fail("The file " + path.string() + " cannot be synced");
}

void create_file(const std::filesystem::path& path) {
  open_descriptor(path, O_RDWR | O_CREAT | O_EXCL);
}

}  // namespace rollcall::sqlite
