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
  instance.secret_keys_file = store_file.string() + ".secrets.key";
  return instance;
}

/// The secret of a file that is made (0600, 256 random bits) if absent.
Secret kept_key(const std::filesystem::path& file) {
  create_private_file(file, random_text(key_bytes) + "\n");
  auto key = read_private_secret(file);
  if (!key) throw std::runtime_error(key.error().detail());
  if (key->reveal().size() < key_bytes) {
    throw std::runtime_error(file.string() + " is too short for a key");
  }
  return *std::move(key);
}

}  // namespace

Instance instance_of(const Config& config) {
  Instance instance = instance_at(config.store.substr(store_scheme.size()));
  instance.configured_audit_key = config.keys.audit;
  instance.configured_secret_keys = config.keys.secrets;
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
  return kept_key(instance.key_file);
}

KeyRing secret_keys(const Instance& instance) {
  auto keys =
      KeyRing::parse(instance.configured_secret_keys.empty() ? kept_key(instance.secret_keys_file)
                                                             : instance.configured_secret_keys);
  if (!keys) throw std::runtime_error("'keys.secrets' " + keys.error().detail());
  return *std::move(keys);
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
