#pragma once

#include "gateway/base/clock.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/ip_gate.h"
#include "scim/quirks.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>

namespace rollcall::scim {

/// The SCIM client behind a bearer token: one token of one connection.
struct Client {
  Client(Token of, ScimConnection through, IpGate where)
      : token(std::move(of)),
        connection(std::move(through)),
        quirks(quirks_of(connection.mode)),
        gate(std::move(where)) {}

  Token token;
  ScimConnection connection;
  Quirks quirks;
  /// Where the organization lets it call from (F60).
  IpGate gate;
  /// Milliseconds since the epoch; written by requests, read by Authenticator::flush_use.
  mutable std::atomic<std::int64_t> last_used{0};
};
using ClientPtr = std::shared_ptr<const Client>;

/// Bearer tokens to clients (RFC 6750). Keeps what it found until a token or connection changes.
/// Any thread.
class Authenticator {
 public:
  Authenticator(Directory& directory, const Clock& clock);

  /// The token of an Authorization field, if that has the form of one of our SCIM tokens.
  static std::optional<Sha256> token_in(std::optional<std::string_view> authorization);
  /// A known client whose token is alive, or null: ask the directory by resolve().
  ClientPtr recall(const Sha256& hash);
  /// unauthenticated unless the token is alive.
  Awaitable<Result<ClientPtr>> resolve(Sha256 hash);
  /// Writes when tokens were last used; blocks.
  void flush_use();

 private:
  struct HashOfHash {
    std::size_t operator()(const Sha256& hash) const noexcept;
  };
  using Clients = std::unordered_map<Sha256, ClientPtr, HashOfHash>;

  ClientPtr used(ClientPtr client) const;

  Directory& directory_;
  const Clock& clock_;
  std::shared_mutex mutex_;
  std::uint64_t epoch_ = 0;  // of clients_
  Clients clients_;
};

}  // namespace rollcall::scim
