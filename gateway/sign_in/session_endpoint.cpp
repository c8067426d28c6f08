#include "gateway/sign_in/session_endpoint.h"

#include "gateway/http/problem.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

Error nobody() { return {Fault::unauthenticated, "Nobody is signed in here."}; }

/// The places at which the user, or a group of the user, was given something.
std::vector<Scope> granted_scopes(Transaction& transaction, const User& user,
                                  const std::vector<UserGroup>& groups,
                                  OrganizationKey organization) {
  std::vector<Scope> scopes{Scope{}};
  const auto add = [&](const Subject& subject) {
    for (const Grant& grant : transaction.grants(organization).of(subject)) {
      if (std::ranges::find(scopes, grant.scope) == scopes.end()) scopes.push_back(grant.scope);
    }
  };
  add({SubjectKind::user, user.position});
  for (const UserGroup& of : groups) {
    const auto group = transaction.groups(organization).get(of.group);
    if (group) add({SubjectKind::group, group->position});
  }
  return scopes;
}

/// [{"role", "scope"}]: what counts at each place, the licence considered.
Result<json::Array> effective_roles(Transaction& transaction, const User& user,
                                    const std::vector<UserGroup>& groups,
                                    OrganizationKey organization) {
  const access::Principal principal{organization, SubjectKind::user, user.position};
  TRY(const access::RightsPtr rights, access::read_rights(transaction, principal));
  json::Array roles;
  for (const Scope& scope : granted_scopes(transaction, user, groups, organization)) {
    const access::Answer answer = rights->decide({std::nullopt, scope});
    if (answer.role) roles.push_back(json::Object{{"role", *answer.role}, {"scope", scope.str()}});
  }
  return roles;
}

json::Object shown_user(const User& user) {
  const auto address = primary_address(user.profile);
  return {{"id", user.id.str()},
          {"user_name", user.profile.user_name},
          {"email", address ? json::Value(*address) : json::Value()},
          {"display_name", user.profile.display_name}};
}

json::Object shown_session(const Session& session) {
  return {{"id", session.id.str()},
          {"connection", session.connection},
          {"created", format_timestamp(session.created)},
          {"expires", format_timestamp(session.expires)},
          {"reauth_at", format_timestamp(session.reauth_postponed.value_or(session.reauth_at))},
          {"idle_expires", format_timestamp(session.ends())}};
}

Result<json::Object> describe(Transaction& transaction, const Session& session) {
  const auto user = transaction.users(session.organization).get(session.user);
  if (!user || user->state != UserState::active) return nobody();
  Users users = transaction.users(session.organization);
  const std::vector<UserGroup> groups = users.groups_of(*user);
  TRY(json::Array roles, effective_roles(transaction, *user, groups, session.organization));
  json::Array names;
  for (const UserGroup& group : groups) names.emplace_back(group.display_name);
  return json::Object{
      {"user", shown_user(*user)},
      {"organization", transaction.organization(session.organization).slug},
      {"groups", std::move(names)},
      {"roles", std::move(roles)},
      {"license", user->license ? json::Value(type_of(*user->license).key) : json::Value()},
      {"session", shown_session(session)}};
}

}  // namespace

Awaitable<http::Response> SessionEndpoint::show(Call call) const {
  auto found = co_await current_.get(std::move(call.browser));
  if (!found) co_return http::problem(found.error());
  const session::SessionPtr session = *std::move(found);
  if (!session) co_return http::problem(nobody());
  const auto read = [&](Transaction& transaction) { return describe(transaction, *session); };
  auto shown = co_await services_.directory.read(read);
  if (!shown) co_return http::problem(shown.error());
  std::string body = json::write(json::Value(*std::move(shown)));
  co_return http::Response(200, "application/json", std::move(body));
}

}  // namespace rollcall::sign_in
