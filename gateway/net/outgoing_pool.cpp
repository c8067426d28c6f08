#include "gateway/net/outgoing_pool.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rollcall::net {
namespace {

constexpr std::ptrdiff_t most_of_origin = 32;
constexpr std::size_t most_in_all = 128;

/// Nothing has come that nobody asked for, not even the end. Reads TLS session tickets.
bool is_quiet(Stream& stream) {
  std::array<char, 1> byte;
  return stream.read(byte).status == IoResult::Status::want_read;
}

}  // namespace

std::optional<OutgoingConnection> OutgoingPool::take(const std::string& origin) {
  while (auto connection = take_newest(origin)) {
    if (is_quiet(connection->stream)) return connection;
  }
  return std::nullopt;
}

std::optional<OutgoingConnection> OutgoingPool::take_newest(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [&](const Idle& idle) { return idle.origin == origin; });
  if (found == idle_.rend() || Clock::now() - found->since >= keep_) return std::nullopt;
  OutgoingConnection connection = std::move(found->connection);
  idle_.erase(std::next(found).base());
  return connection;
}

void OutgoingPool::put(const std::string& origin, OutgoingConnection connection) {
  const auto now = Clock::now();
  std::deque<Idle> closing;  // outside of the lock
  const std::lock_guard lock(mutex_);
  const auto close_first = [&](auto which) {
    closing.push_back(std::move(*which));
    idle_.erase(which);
  };
  while (!idle_.empty() && (idle_.size() >= most_in_all || now - idle_.front().since >= keep_)) {
    close_first(idle_.begin());
  }
  const auto same = [&](const Idle& idle) { return idle.origin == origin; };
  if (std::count_if(idle_.begin(), idle_.end(), same) >= most_of_origin) {
    close_first(std::find_if(idle_.begin(), idle_.end(), same));
  }
  idle_.push_back({origin, std::move(connection), now});
}

}  // namespace rollcall::net
