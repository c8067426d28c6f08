#include "gateway/app/instance.h"

#include "gateway/app/config.h"
#include "gateway/app/files.h"
#include "gateway/crypto/random.h"

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace rollcall::app {
namespace {

constexpr std::string_view store_scheme = "sqlite://";
constexpr std::size_t key_bytes = 32;

Instance instance_at(const std::filesystem::path& store_file) {
  Instance instance;
  instance.store = std::string(store_scheme) + store_file.string();
  instance.store_file = store_file;
  instance.socket = store_file.string() + ".sock";
  instance.key_file = store_file.string() + ".key";
  return instance;
}

}  // namespace

Instance instance_of(const Config& config) {
  Instance instance = instance_at(config.store.substr(store_scheme.size()));
  instance.configured_audit_key = config.keys.audit;
  instance.mail = config.mail.on();
  return instance;
}

Instance demo_instance(const std::filesystem::path& data_dir) {
  Instance instance = instance_at(std::filesystem::absolute(data_dir) / "rollcall.db");
  instance.mail = true;
  return instance;
}

std::filesystem::path default_demo_directory() {
  const auto variable = [](const char* name) -> std::filesystem::path {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  const auto state = variable("XDG_STATE_HOME");
  if (state.is_absolute()) return state / "rollcall-demo";
  const auto home = variable("HOME");
  if (home.is_absolute()) return home / ".local/state/rollcall-demo";
  throw std::runtime_error("neither HOME nor XDG_STATE_HOME is set: name a --data-dir");
}

Secret audit_key(const Instance& instance) {
  if (!instance.configured_audit_key.empty()) return instance.configured_audit_key;
  create_private_file(instance.key_file, random_text(key_bytes) + "\n");
  auto key = read_private_secret(instance.key_file);
  if (!key) throw std::runtime_error(key.error().detail());
  if (key->reveal().size() < key_bytes) {
    throw std::runtime_error(instance.key_file.string() + " is too short for a key");
  }
  return *std::move(key);
}

LocalSocket::LocalSocket(const std::filesystem::path& path) {
  if (path.native().size() < sizeof(sockaddr_un::sun_path)) {
    url_ = "unix:" + path.string();
    return;
  }
  directory_ = ::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory_ < 0) throw std::runtime_error("cannot open " + path.parent_path().string());
  url_ = "unix:/proc/self/fd/" + std::to_string(directory_) + "/" + path.filename().string();
}

LocalSocket::~LocalSocket() {
  if (directory_ >= 0) ::close(directory_);
}

}  // namespace rollcall::app
