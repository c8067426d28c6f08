#include "gateway/sign_in/login_pages.h"

#include "gateway/sign_in/pages.h"

namespace rollcall::sign_in {
namespace {

std::string called(const Organization& organization) {
  return organization.name.empty() ? organization.slug : organization.name;
}

/// What people call it; empty where nothing is known.
std::string_view brand(Vendor vendor) {
  switch (vendor) {
    case Vendor::generic:
      break;
    case Vendor::okta:
      return "Okta";
    case Vendor::entra:
      return "Microsoft";
    case Vendor::google:
      return "Google";
    case Vendor::onelogin:
      return "OneLogin";
    case Vendor::pingone:
      return "PingOne";
    case Vendor::adfs:
      return "AD FS";
    case Vendor::keycloak:
      return "Keycloak";
    case Vendor::jumpcloud:
      return "JumpCloud";
  }
  return {};
}

std::string label(const SignInConnection& connection) {
  const std::string_view by = brand(connection.vendor);
  return by.empty() ? connection.id : std::string(by) + " (" + connection.id + ")";
}

}  // namespace

Result<Who> who_is(Transaction& transaction, const Session& session) {
  TRY(const User user, transaction.users(session.organization).get(session.user));
  const std::string& shown = user.profile.display_name;
  return Who{shown.empty() ? user.profile.user_name : shown,
             called(transaction.organization(session.organization))};
}

http::Response choose_page(const std::vector<SignInConnection>& ways, const std::string& return_to,
                           const std::string& email) {
  json::Array choices;
  for (const SignInConnection& way : ways) {
    choices.push_back(json::Object{{"connection", way.name()}, {"label", label(way)}});
  }
  return page(200, "choose",
              {{"organization", called(ways.front().organization)},
               {"return_to", return_to},
               {"email", email},
               {"choices", std::move(choices)}});
}

http::Response other_organization_page(const SignInRequest& wanted, const Who& who) {
  return page(200, "other_organization",
              {{"name", who.name},
               {"organization", who.organization},
               {"wanted", called(wanted.connection.organization)},
               {"connection", wanted.connection.name()},
               {"return_to", wanted.return_to},
               {"login_hint", wanted.login_hint}});
}

}  // namespace rollcall::sign_in
