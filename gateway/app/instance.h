#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/key_ring.h"

#include <filesystem>
#include <string>

namespace rollcall::app {

struct Config;

/// Where one gateway keeps its things on this machine: computed from its configuration alone, so
/// that a command finds the running server and, when none runs, opens the store itself.
struct Instance {
  /// As DirectoryOptions::store.
  std::string store;
  /// The store's file.
  std::filesystem::path store_file;
  /// The running server's admin API: the operator's own socket, <store>.sock, mode 0600.
  std::filesystem::path socket;
  /// <store>.key, used when the configuration names no audit key.
  std::filesystem::path key_file;
  /// The configured audit key, or empty.
  Secret configured_audit_key;
  /// <store>.secrets.key, used when the configuration names no key ring.
  std::filesystem::path secret_keys_file;
  /// The configured key ring, or empty.
  Secret configured_secret_keys;
  /// Whether its server sends mail.
  bool mail = false;
};

Instance instance_of(const Config& config);
/// Of `rollcall demo --data-dir DIR`.
Instance demo_instance(const std::filesystem::path& data_dir);
/// $XDG_STATE_HOME/rollcall-demo or ~/.local/state/rollcall-demo.
std::filesystem::path default_demo_directory();

/// The configured audit key, else that of `key_file`, which is created (0600, 256 random bits) if
/// absent. Throws std::runtime_error with a sentence: unreadable, open to others, too short.
Secret audit_key(const Instance& instance);
/// What seals secrets in the store: the configured keys, else those of `secret_keys_file`, in the
/// same way.
KeyRing secret_keys(const Instance& instance);

/// The name under which a Unix socket is bound or connected, while this lives. Where the path is
/// longer than a socket address holds (107 bytes), it goes through a descriptor of the directory.
class LocalSocket {
 public:
  /// Throws std::runtime_error if the path is too long and its directory cannot be opened.
  explicit LocalSocket(const std::filesystem::path& path);
  ~LocalSocket();
  LocalSocket(const LocalSocket&) = delete;
  LocalSocket& operator=(const LocalSocket&) = delete;

  /// "unix:/path", for net::Server::listen and net::HttpClient.
  const std::string& url() const { return url_; }

 private:
  int directory_ = -1;
  std::string url_;
};

}  // namespace rollcall::app
