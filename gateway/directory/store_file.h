#pragma once

#include <filesystem>
#include <string_view>

namespace rollcall::sqlite {

/// An open file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();
  int number() const { return number_; }

 private:
  int number_;
};

/// The file of a store, made if absent with mode 0600 in a directory of mode 0700, and locked
/// against other processes through "<file>.lock" for as long as this lives. A file of
/// "sqlite::memory:" lies in a directory of its own that goes with it.
class StoreFile {
 public:
  /// Throws StoreInUse if it is locked, std::runtime_error with a sentence otherwise.
  explicit StoreFile(std::string_view store);
  ~StoreFile();
  StoreFile(const StoreFile&) = delete;
  StoreFile& operator=(const StoreFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  bool temporary() const { return temporary_; }

 private:
  bool temporary_;
  std::filesystem::path path_;
  Descriptor lock_;
};

/// Makes what was written to a file, or to the entries of a directory, durable. Throws on failure.
void sync_to_disk(const std::filesystem::path& path);
/// A new empty file of mode 0600. Throws std::system_error, also if it exists.
void create_file(const std::filesystem::path& path);

}  // namespace rollcall::sqlite
