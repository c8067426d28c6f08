#include "gateway/net/server.h"

#include "gateway/net/acceptor.h"
#include "gateway/net/io_thread.h"
#include "gateway/net/listen_socket.h"
#include "gateway/net/server_state.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <thread>
#include <vector>

namespace rollcall::net {
namespace {

/// A head must fit into a thread's scratch memory, beside what arrives with it.
constexpr std::size_t most_head_bytes = 32 * 1024;

Limits bounded(Limits limits) {
  limits.head_bytes = std::min(limits.head_bytes, most_head_bytes);
  return limits;
}

}  // namespace

ServerState::ServerState(const ServerOptions& options, Log& sink)
    : limits(bounded(options.limits)),
      proxies(options.trusted_proxies),
      public_origin(options.public_origin),
      log(sink),
      addresses(options.limits.connections_per_address) {}

void ServerState::connection_ended() {
  connections.fetch_sub(1);
  if (!draining.load()) return;
  const std::lock_guard lock(mutex);
  progress.notify_all();
}

struct Server::Impl {
  Impl(const ServerOptions& options, Log& log) : state(options, log) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const unsigned count = options.threads == 0 ? cores : options.threads;
    for (unsigned i = 0; i < count; ++i) threads.push_back(std::make_unique<IoThread>(state));
  }

  ServerState state;
  std::mutex mutex;
  std::vector<std::shared_ptr<Endpoint>> endpoints;  // guarded by mutex
  std::vector<std::unique_ptr<IoThread>> threads;
};

Server::Server(const ServerOptions& options, Log& log)
    : impl_(std::make_unique<Impl>(options, log)) {}

Server::~Server() = default;

std::string Server::listen(const ListenerOptions& options, http::Service& service) {
  auto endpoint = std::make_shared<Endpoint>(service);
  if (options.tls) endpoint->tls = std::make_unique<TlsServer>(*options.tls);
  endpoint->proxy_protocol = options.proxy_protocol;
  endpoint->local = options.address.starts_with("unix:");
  auto opened = open_listen_sockets(options.address, static_cast<unsigned>(impl_->threads.size()));
  endpoint->address = opened.address;
  for (std::size_t i = 0; i < opened.sockets.size(); ++i) {
    IoThread& io = *impl_->threads[i];
    auto acceptor = std::make_shared<Acceptor>(io, endpoint, std::move(opened.sockets[i]));
    boost::asio::post(io.context(), [&io, acceptor = std::move(acceptor)] { io.add(acceptor); });
  }
  const std::lock_guard lock(impl_->mutex);
  impl_->endpoints.push_back(std::move(endpoint));
  return opened.address;
}

Result<> Server::reload_tls() {
  const std::lock_guard lock(impl_->mutex);
  Result<> outcome;
  for (const auto& endpoint : impl_->endpoints) {
    if (!endpoint->tls) continue;
    if (auto loaded = endpoint->tls->reload(); !loaded) outcome = std::move(loaded);
  }
  return outcome;
}

bool Server::drain(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  ServerState& state = impl_->state;
  state.draining = true;
  for (const auto& io : impl_->threads) {
    boost::asio::post(io->context(), [&io = *io, &state] {
      io.drain();
      const std::lock_guard lock(state.mutex);
      ++state.threads_draining;
      state.progress.notify_all();
    });
  }
  std::unique_lock lock(state.mutex);
  const bool ended = state.progress.wait_until(lock, deadline, [&] {
    return state.threads_draining >= impl_->threads.size() && state.connections.load() == 0;
  });
  lock.unlock();
  if (ended) return true;
  for (const auto& io : impl_->threads) {
    boost::asio::post(io->context(), [&io = *io] { io.cut(false); });
  }
  return false;
}

ServerStats Server::stats() const {
  ServerStats stats;
  stats.accepted = impl_->state.accepted.load();
  stats.refused = impl_->state.refused.load();
  stats.connections = impl_->state.connections.load();
  for (const auto& io : impl_->threads) {
    stats.requests_in_progress += io->requests_in_progress.load(std::memory_order_relaxed);
  }
  return stats;
}

}  // namespace rollcall::net
