#include "scim/authenticator.h"

#include "gateway/base/text.h"

#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

namespace rollcall::scim {
namespace {

constexpr std::size_t longest_token = 128;

Error unknown_token() {
  return {Fault::unauthenticated, "The bearer token is missing, unknown, expired or revoked."};
}

}  // namespace

std::size_t Authenticator::HashOfHash::operator()(const Sha256& hash) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), sizeof value);
  return value;
}

Authenticator::Authenticator(Directory& directory, const Clock& clock)
    : directory_(directory), clock_(clock) {}

std::optional<Sha256> Authenticator::token_in(std::optional<std::string_view> authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!authorization || authorization->size() <= scheme.size() ||
      !iequals(authorization->substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const auto token = trim(authorization->substr(scheme.size()));
  if (token.empty() || token.size() > longest_token) return std::nullopt;
  return token_hash(token);
}

ClientPtr Authenticator::recall(const Sha256& hash) {
  const std::shared_lock lock(mutex_);
  if (epoch_ != directory_.token_epoch()) return nullptr;
  const auto found = clients_.find(hash);
  return found == clients_.end() ? nullptr : used(found->second);
}

Awaitable<Result<ClientPtr>> Authenticator::resolve(Sha256 hash) {
  const std::uint64_t epoch = directory_.token_epoch();
  auto find = [hash](Transaction& transaction) -> Result<ClientPtr> {
    const auto token = transaction.tokens().find(hash);
    if (!token || token->kind != TokenKind::scim || !token->scim_connection) return unknown_token();
    auto connection = transaction.organizations().scim_connection(*token->scim_connection);
    if (!connection) return unknown_token();
    const Organization& organization = transaction.organization(connection->organization);
    IpGate gate;
    if (organization.has(Feature::ip_rules)) gate = IpGate(organization.policy.ip_rules);
    return ClientPtr(
        std::make_shared<const Client>(*token, *std::move(connection), std::move(gate)));
  };
  CO_TRY(auto client, co_await directory_.read(find));
  {
    const std::unique_lock lock(mutex_);
    if (epoch_ != epoch) {
      clients_.clear();
      epoch_ = epoch;
    }
    // What was read before a later change is answered once, but not kept.
    if (epoch == directory_.token_epoch())
      client = clients_.try_emplace(hash, client).first->second;
  }
  client = used(std::move(client));
  if (!client) co_return unknown_token();
  co_return client;
}

void Authenticator::flush_use() {
  std::vector<std::pair<TokenId, Timestamp>> used;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [hash, client] : clients_) {
      const std::int64_t at = client->last_used.exchange(0);
      if (at != 0) used.emplace_back(client->token.id, Timestamp(std::chrono::milliseconds(at)));
    }
  }
  if (used.empty()) return;
  // Losing a flush loses a statistic only.
  static_cast<void>(directory_.write_now(Actor{}, [&](Transaction& transaction) -> Result<> {
    for (const auto& [token, at] : used) transaction.tokens().touch(token, at);
    return {};
  }));
}

ClientPtr Authenticator::used(ClientPtr client) const {
  const Timestamp now = clock_.now();
  if (!client->token.alive(now)) return nullptr;
  client->last_used.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  return client;
}

}  // namespace rollcall::scim
