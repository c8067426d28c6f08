#pragma once

#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/net/server.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::app {

/// The process' configuration: one YAML file, overridden by ROLLCALL_… variables. The key of each
/// member stands in settings.cpp; docs/configuration.md says what each does.
struct Config {
  std::string listen = "127.0.0.1:8080";
  /// Scheme and authority under which clients know us; empty: as the request says.
  std::string public_url;
  bool allow_plain_http = false;
  bool proxy_protocol = false;
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> protected_hosts;
  std::string store;
  unsigned threads = 0;
  Secret redis;
  std::filesystem::path redis_file;

  struct {
    std::string listen = "127.0.0.1:9090";
  } operations;
  struct {
    std::filesystem::path certificate;
    std::filesystem::path private_key;
  } tls;
  struct {
    Secret audit;
    std::filesystem::path audit_file;
    Secret secrets;
    std::filesystem::path secrets_file;
  } keys;
  struct {
    LogFormat format = LogFormat::text;
    LogLevel level = LogLevel::info;
  } log;
  struct {
    Secret smtp;
    std::filesystem::path smtp_file;
    std::filesystem::path ca_file;
    std::filesystem::path sink_dir;
    std::string from;

    bool on() const { return !smtp.empty() || !sink_dir.empty(); }
  } mail;
  struct {
    std::vector<std::string> allow;
    std::filesystem::path ca_file;
    std::string dns_server;
  } outbound;
  struct : net::Limits {
    std::size_t sign_ins_per_minute = 1'200;
  } limits;

  std::optional<net::TlsFiles> tls_files() const;
};

/// What of the process' surroundings overrides the file.
struct Environment {
  std::map<std::string, std::string> variables;  // those that begin with ROLLCALL_
  std::filesystem::path credentials;             // $CREDENTIALS_DIRECTORY, or empty
};
Environment process_environment();

struct ConfigReading {
  Config config;
  /// All that is wrong, each "file:line:column: sentence" or "ROLLCALL_X: sentence". Only without
  /// any may `config` be used.
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

ConfigReading read_config(const std::filesystem::path& file, const Environment& environment);

}  // namespace rollcall::app
