#pragma once

#include "gateway/base/log.h"
#include "gateway/http/message.h"
#include "gateway/net/address_counter.h"
#include "gateway/net/compressor.h"
#include "gateway/net/server.h"
#include "gateway/net/tls.h"
#include "gateway/net/trusted_proxies.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace rollcall::net {

/// One address that is listened on, by all I/O threads. Connections hold it.
struct Endpoint {
  explicit Endpoint(http::Service& answers) : service(answers) {}

  http::Service& service;
  std::unique_ptr<TlsServer> tls;
  bool proxy_protocol = false;
  bool local = false;   // a Unix socket
  std::string address;  // as bound
  /// Counted here and not for the server, so that a flood of one address leaves the others alone.
  std::atomic<std::size_t> connections{0};
};

/// What the I/O threads of a server share. Any thread.
struct ServerState {
  ServerState(const ServerOptions& options, Log& sink);

  const Limits limits;
  const TrustedProxies proxies;
  const std::string public_origin;
  Log& log;
  AddressCounter addresses;
  Compressor compressor;

  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::size_t> connections{0};

  std::mutex mutex;
  /// A connection has ended or a thread has stopped accepting; told only while draining.
  std::condition_variable progress;
  std::atomic<bool> draining{false};
  unsigned threads_draining = 0;  // guarded by mutex

  void connection_ended();
};

}  // namespace rollcall::net
