#include "gateway/net/outgoing_lookups.h"

#include "gateway/base/c_ptr.h"
#include "gateway/net/fd.h"
#include "gateway/net/outgoing_wait.h"

#include <boost/asio/this_coro.hpp>
#include <fcntl.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

namespace rollcall::net {
namespace {

constexpr std::size_t most_lookups = 64;

using Addresses = std::vector<IpAddress>;

Error unavailable(std::string detail) { return Error(Fault::unavailable, std::move(detail)); }

}  // namespace

Addresses resolve_by_system(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  const CPtr<addrinfo, &freeaddrinfo> owner(found);
  if (code != 0) return {};
  Addresses addresses;
  for (const addrinfo* at = found; at; at = at->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, at->ai_addr, at->ai_addrlen);
    if (const auto address = IpAddress::of(storage)) addresses.push_back(*address);
  }
  return addresses;
}

struct OutgoingLookups::Lookup {
  Fd done{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};  // readable for ever when the result is there
  std::optional<Addresses> result;                    // guarded by State::mutex
};

struct OutgoingLookups::State {
  Resolver resolver;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Lookup>> running;

  Addresses resolve(const std::string& name) const {
    try {
      return resolver(name);
    } catch (const std::exception&) {
      return {};
    }
  }

  void run(const std::string& name, Lookup& lookup) {
    Addresses result = resolve(name);
    const std::lock_guard lock(mutex);
    lookup.result.emplace(std::move(result));
    running.erase(name);
    static_cast<void>(::eventfd_write(lookup.done.get(), 1));
  }
};

OutgoingLookups::OutgoingLookups(Resolver resolver) : state_(std::make_shared<State>()) {
  state_->resolver = std::move(resolver);
}

Result<std::shared_ptr<OutgoingLookups::Lookup>> OutgoingLookups::start(const std::string& name) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->running.find(name);
  if (found != state_->running.end()) return found->second;
  if (state_->running.size() >= most_lookups) {
    return unavailable("Too many names are being resolved.");
  }
  auto lookup = std::make_shared<Lookup>();
  try {
    std::thread([state = state_, name, lookup] { state->run(name, *lookup); }).detach();
  } catch (const std::system_error& error) {
    return unavailable(std::string("No thread to resolve the name: ") + error.what() + ".");
  }
  state_->running.emplace(name, lookup);
  return lookup;
}

Awaitable<Result<Addresses>> OutgoingLookups::find(std::string name,
                                                   std::chrono::steady_clock::time_point deadline) {
  CO_TRY(const auto lookup, start(name));
  // A descriptor of its own: epoll takes the same one only once.
  const Fd done(::fcntl(lookup->done.get(), F_DUPFD_CLOEXEC, 0));
  if (!done) co_return unavailable("No descriptor to resolve the name.");
  const auto executor = co_await boost::asio::this_coro::executor;
  DescriptorWait ready(executor, done.get(), deadline);
  const auto waited = co_await ready.until(IoResult::Status::want_read);
  const std::lock_guard lock(state_->mutex);
  if (lookup->result) co_return *lookup->result;
  if (ready.cancelled()) co_return waited.error();
  co_return unavailable("The name was not resolved in time.");
}

}  // namespace rollcall::net
