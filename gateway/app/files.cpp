#include "gateway/app/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace rollcall::app {
namespace {

constexpr std::size_t max_secret = 64 * 1024;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

std::string reason(int error) { return std::generic_category().message(error); }

Error unreadable(const std::filesystem::path& file, int error) {
  return {Fault::invalid_value, "cannot read " + file.string() + ": " + reason(error)};
}

std::runtime_error unwritable(const std::filesystem::path& file, int error) {
  return std::runtime_error("cannot write " + file.string() + ": " + reason(error));
}

/// A private file of its own name beside `file`, durable; its path.
std::filesystem::path write_beside(const std::filesystem::path& file, std::string_view content) {
  std::string temporary = file.string() + ".XXXXXX";
  const File out(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!out) throw unwritable(file, errno);
  while (!content.empty()) {
    const ssize_t written = ::write(out.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      ::unlink(temporary.c_str());
      throw unwritable(file, error);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(out.get()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    throw unwritable(file, error);
  }
  return temporary;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit) {
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return unreadable(file, errno);
  std::string content;
  while (content.size() <= limit) {
    char buffer[8192];
    const ssize_t got = ::read(in.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(file, errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
  }
  return Error(Fault::invalid_value,
               file.string() + " is larger than " + std::to_string(limit) + " bytes");
}

bool open_to_others(const std::filesystem::path& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0;
}

Result<Secret> read_private_secret(const std::filesystem::path& file) {
  if (open_to_others(file)) {
    return Error(Fault::invalid_value, file.string() + " is open to group or others: chmod 600 it");
  }
  return read_secret(file);
}

Result<Secret> read_secret(const std::filesystem::path& file) {
  TRY(std::string content, read_file(file, max_secret));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  if (content.empty()) return Error(Fault::invalid_value, file.string() + " is empty");
  return Secret(std::move(content));
}

void write_private_file(const std::filesystem::path& file, std::string_view content) {
  const auto temporary = write_beside(file, content);
  if (::rename(temporary.c_str(), file.c_str()) == 0) return;
  const int error = errno;
  ::unlink(temporary.c_str());
  throw unwritable(file, error);
}

bool create_private_file(const std::filesystem::path& file, std::string_view content) {
  if (::access(file.c_str(), F_OK) == 0) return false;
  const auto temporary = write_beside(file, content);
  const bool created = ::link(temporary.c_str(), file.c_str()) == 0;
  const int error = errno;
  ::unlink(temporary.c_str());
  if (!created && error != EEXIST) throw unwritable(file, error);
  return created;
}

}  // namespace rollcall::app
