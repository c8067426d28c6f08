#include "gateway/sign_in/oidc_relying_party.h"

#include "gateway/base/json.h"
#include "gateway/http/problem.h"
#include "oidc/own_keys.h"

namespace rollcall::sign_in {
namespace {

http::Response key_set(const oidc::ClientCredentials& own) {
  json::Array published;
  if (own.signing_key) published.emplace_back(oidc::published(*own.signing_key));
  for (const auto& key : own.decryption_keys) published.emplace_back(oidc::published(key));
  http::Response response(200, "application/jwk-set+json",
                          json::write(json::Object{{"keys", std::move(published)}}));
  response.with("Cache-Control", "public, max-age=300");
  return response;
}

}  // namespace

Awaitable<http::Response> OidcRelyingParty::own_keys(std::string organization,
                                                     std::string connection) {
  const auto found = co_await find(std::move(organization), std::move(connection));
  if (!found) co_return http::problem(found.error());
  // The IdP may be told of them before anybody has signed in.
  Actor actor;
  actor.source = Source::sso;
  const auto own = co_await load_credentials(services_, std::move(actor), *found);
  co_return own ? key_set(*own) : http::problem(own.error());
}

Awaitable<Result<SignInConnection>> OidcRelyingParty::find(std::string organization,
                                                           std::string connection) {
  const auto work = [&](Transaction& transaction) -> Result<SignInConnection> {
    TRY(auto found, find_connection(transaction, services_.keys, organization, connection));
    if (found.protocol == Protocol::oidc) return found;
    return Error(Fault::not_found, "There is no such connection.");
  };
  auto found = co_await services_.directory.read(work);
  co_return found;
}

Awaitable<Result<SignInConnection>> OidcRelyingParty::connection_of(Session session) {
  const auto work = [&](Transaction& transaction) -> Result<SignInConnection> {
    TRY(const auto organization, transaction.organizations().get(session.organization));
    TRY(auto found,
        find_connection(transaction, services_.keys, organization.slug, session.connection));
    if (found.protocol == Protocol::oidc) return found;
    return Error(Fault::not_found, "There is no such connection.");
  };
  auto found = co_await services_.directory.read(work);
  co_return found;
}

}  // namespace rollcall::sign_in
