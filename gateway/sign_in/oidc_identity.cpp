#include "gateway/directory/domains.h"
#include "gateway/sign_in/group_directory.h"
#include "gateway/sign_in/oidc_exchange.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

using GroupState = ClaimedGroups::State;

bool says(const json::Object& claims, const std::string& name) {
  const json::Value* value = oidc::find_claim(claims, name);
  return value != nullptr && !value->is_null();
}

ClaimedGroups unknown(std::string problem) {
  return {.state = GroupState::unknown, .values = {}, .problem = std::move(problem)};
}

}  // namespace

/// Conformant IdPs give the claims of scopes there alone (spec/oidc 2).
bool OidcExchange::needs_userinfo(const oidc::IdToken& token) const {
  if (provider_->metadata.userinfo_endpoint.empty()) return false;
  const oidc::ClaimRules& rules = connection_.claims;
  const auto lacks = [&](const std::string& name) { return !says(token.claims, name); };
  if (lacks(rules.email)) return true;
  if (lacks(rules.display_name) && (lacks(rules.given_name) || lacks(rules.family_name))) {
    return true;
  }
  // Entra's userinfo never has groups; where none are named there are none to find.
  return connection_.groups_source == GroupsSource::assertion && rules.vendor != Vendor::entra &&
         !rules.groups.empty() && lacks(rules.groups);
}

/// Nothing where it cannot be had now: the sign-in goes on with what the ID token says, since some
/// IdPs refuse userinfo to tokens that they made for it.
Awaitable<Result<std::optional<json::Object>>> OidcExchange::userinfo(std::string subject,
                                                                      Secret access_token) {
  http::FetchRequest request;
  request.url = provider_->metadata.userinfo_endpoint;
  request.fields = {{"Accept", "application/json, application/jwt"},
                    {"Authorization", "Bearer " + std::string(access_token.reveal())}};
  request.plain_loopback = connection_.oidc.allow_insecure_loopback;
  const auto response = co_await fetch(std::move(request));
  if (!response || response->status != 200) {
    const std::string why =
        response ? "status " + std::to_string(response->status) + "." : response.error().why();
    trace_.warning("Userinfo did not answer: " + why);
    co_return std::nullopt;
  }
  auto claims =
      oidc::read_userinfo(response->field("Content-Type").value_or(""), response->body, subject,
                          provider_->keys, provider_->metadata, connection_.oidc);
  if (!claims) co_return std::move(claims).error();
  trace_.step("userinfo");
  co_return *std::move(claims);
}

/// Google tells a domain's people from others by `hd` of the ID token; what the request asked for
/// proves nothing (spec/oidc 2).
Result<> OidcExchange::check_hosted_domain(const json::Object& claims) const {
  if (connection_.vendor != Vendor::google || connection_.domains.empty()) return {};
  const json::Value* claim = claims.find("hd");
  const std::string* hosted = claim == nullptr ? nullptr : claim->string();
  const auto domain = hosted == nullptr ? std::nullopt : normal_domain(*hosted);
  if (domain && std::ranges::count(connection_.domains, *domain) > 0) return {};
  return oidc::refuse("domain_not_allowed", hosted == nullptr
                                                ? "The ID token has no hd: a private account."
                                                : "The account is of another domain (hd).");
}

Awaitable<ClaimedGroups> OidcExchange::groups_of(Identity identity, bool userinfo_lost) {
  ClaimedGroups claimed = std::move(identity.groups);
  if (connection_.groups_source == GroupsSource::none) co_return ClaimedGroups();
  const bool from_directory = connection_.groups_source == GroupsSource::directory;
  if (!from_directory && claimed.state == GroupState::absent && userinfo_lost) {
    co_return unknown("Userinfo did not answer.");
  }
  if (!from_directory && claimed.state != GroupState::unknown) co_return claimed;
  if (!has_group_directory(connection_)) {
    if (from_directory) co_return unknown("No directory API is known for this connection.");
    co_return claimed;
  }
  GroupDirectory directory(services_, connection_, provider_->metadata, credentials_, deadline_);
  auto asked = co_await directory.groups_of(std::move(identity));
  if (asked.state == GroupState::unknown && !claimed.problem.empty()) {
    asked.problem = claimed.problem + " " + asked.problem;
  }
  co_return asked;
}

Awaitable<Result<Identity>> OidcExchange::identify(oidc::IdToken token, Secret access_token) {
  const auto hosted = check_hosted_domain(token.claims);
  if (!hosted) co_return failed("id_token", hosted.error());
  std::optional<json::Object> more;
  bool userinfo_lost = false;
  if (needs_userinfo(token)) {
    auto answer = co_await userinfo(token.subject, std::move(access_token));
    if (!answer) co_return failed("userinfo", answer.error());
    more = *std::move(answer);
    userinfo_lost = !more;
  }
  auto identity = oidc::to_identity(token, more, connection_.claims);
  if (!identity) co_return failed("identity", identity.error());
  identity->connection = connection_.id;
  trace_.set_claims(identity->claims);
  auto groups = co_await groups_of(*identity, userinfo_lost);
  identity->groups = std::move(groups);
  trace_.set_groups(identity->groups);
  trace_.step("groups", {{"state", name(identity->groups.state)},
                         {"count", static_cast<std::int64_t>(identity->groups.values.size())}});
  if (!identity->groups.problem.empty()) trace_.warning(identity->groups.problem);
  co_return identity;
}

}  // namespace rollcall::sign_in
