#include "gateway/sign_in/group_directory.h"

#include "oidc/directory_groups.h"
#include "oidc/token_request.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rollcall::sign_in {
namespace {

constexpr std::size_t most_pages = 200;

Error no_groups(std::string why) {
  return Error(Fault::unavailable, "The identity provider does not tell the groups.",
               std::move(why));
}

/// The tenant that an issuer of Entra's names: "https://host/<tenant>/v2.0".
std::string tenant_of(std::string_view issuer) {
  const auto scheme = issuer.find("://");
  const auto path = scheme == issuer.npos ? issuer.npos : issuer.find('/', scheme + 3);
  if (path == issuer.npos) return {};
  issuer.remove_prefix(path + 1);
  return std::string(issuer.substr(0, issuer.find('/')));
}

}  // namespace

bool has_group_directory(const SignInConnection& connection) {
  const Vendor vendor = connection.vendor;
  const bool known = vendor == Vendor::entra || vendor == Vendor::okta || vendor == Vendor::google;
  return known && !connection.directory.base_url.empty();
}

std::string tenant_endpoint(std::string_view endpoint, std::string_view tenant) {
  constexpr std::array<std::string_view, 3> shared{"/common/", "/organizations/", "/consumers/"};
  std::string result(endpoint);
  for (const std::string_view segment : shared) {
    const auto at = result.find(segment);
    if (at == result.npos) continue;
    return result.replace(at + 1, segment.size() - 2, tenant);
  }
  return result;
}

Awaitable<ClaimedGroups> GroupDirectory::groups_of(Identity person) {
  ClaimedGroups groups{.state = ClaimedGroups::State::unknown};
  const auto fail = [&](const Error& error) {
    groups.problem = "The directory API: " + (error.why().empty() ? error.detail() : error.why());
    return groups;
  };
  auto secret = co_await access(person);
  if (!secret) co_return fail(secret.error());
  auto request = first_page(person, *secret);
  if (!request) co_return fail(request.error());
  auto names = co_await all_pages(*std::move(request), *std::move(secret));
  if (!names) co_return fail(names.error());
  groups.state = ClaimedGroups::State::present;
  groups.values = *std::move(names);
  co_return groups;
}

/// What the API is asked with.
Awaitable<Result<Secret>> GroupDirectory::access(Identity person) {
  if (connection_.vendor == Vendor::entra) {
    CO_TRY(auto request, graph_token_request(person));
    auto access = co_await token(std::move(request));
    co_return access;
  }
  const bool google = connection_.vendor == Vendor::google;
  auto secret = co_await stored_secret(google ? "service_account" : "directory_token");
  if (!secret || !google) co_return secret;
  CO_TRY(auto request, oidc::google_token_request(
                           connection_.directory, *secret, connection_.directory_administrator,
                           services_.clock.now(), connection_.include_nested));
  auto access = co_await token(std::move(request));
  co_return access;
}

/// That of a draft before that of the store.
Awaitable<Result<Secret>> GroupDirectory::stored_secret(std::string name) {
  const auto work = [this, name](Transaction& transaction) -> Result<Secret> {
    const auto drafted = connection_.draft_secrets.find(name);
    auto secret = drafted == connection_.draft_secrets.end()
                      ? transaction.connection_secrets(connection_.organization.key)
                            .get(services_.keys, connection_.id, name)
                      : services_.keys.open(drafted->second, draft_purpose);
    if (!secret) return no_groups("no " + name + " is stored");
    return *std::move(secret);
  };
  auto secret = co_await services_.directory.read(work);
  co_return secret;
}

/// RFC 6749 §4.4 with the client of the sign-in, at the tenant of the person.
Result<http::FetchRequest> GroupDirectory::graph_token_request(const Identity& person) const {
  TRY(const oidc::ClientAuth auth,
      oidc::choose_client_auth(connection_.oidc, credentials_, metadata_));
  const oidc::ClientRequests requests(metadata_, connection_.oidc, credentials_, auth,
                                      services_.clock.now());
  const std::string endpoint = tenant_endpoint(metadata_.token_endpoint, tenant_of(person.issuer));
  return requests.client_credentials(endpoint, connection_.directory.base_url + "/.default");
}

Awaitable<Result<Secret>> GroupDirectory::token(http::FetchRequest request) {
  auto response = co_await fetch_within(services_.fetcher, deadline_, std::move(request));
  if (!response) co_return std::move(response).error();
  CO_TRY(auto tokens, oidc::parse_token_response(*response, oidc::TokenUse::api));
  co_return std::move(tokens.access_token);
}

Result<http::FetchRequest> GroupDirectory::first_page(const Identity& person,
                                                      const Secret& access) const {
  if (connection_.vendor == Vendor::entra) {
    return oidc::graph_groups_request(connection_.directory, person.subject, access);
  }
  if (connection_.vendor == Vendor::okta) {
    return oidc::okta_groups_request(connection_.directory, person.subject, access);
  }
  // Google knows people by an address of its own domain; hd was checked before.
  if (!person.email) return no_groups("the person has no address to ask Google with");
  return oidc::google_groups_request(connection_.directory, *person.email,
                                     connection_.include_nested, access);
}

Result<oidc::GroupPage> GroupDirectory::parse_page(const http::FetchResponse& response,
                                                   const http::FetchRequest& request) const {
  if (connection_.vendor == Vendor::entra) return oidc::parse_graph_groups(response);
  if (connection_.vendor == Vendor::okta) return oidc::parse_okta_groups(response);
  return oidc::parse_google_groups(response, request);
}

Awaitable<Result<std::vector<std::string>>> GroupDirectory::all_pages(http::FetchRequest first,
                                                                      Secret access) {
  std::vector<std::string> names;
  http::FetchRequest request = std::move(first);
  for (std::size_t pages = 0; pages < most_pages; ++pages) {
    auto response = co_await fetch_within(services_.fetcher, deadline_, request);
    if (!response) co_return std::move(response).error();
    CO_TRY(auto page, parse_page(*response, request));
    std::ranges::move(page.groups, std::back_inserter(names));
    if (names.size() > connection_.max_groups) co_return no_groups("more than max_groups");
    if (!page.next_url) co_return names;
    CO_TRY(request,
           oidc::next_groups_request(connection_.directory, page, access, connection_.vendor));
  }
  co_return no_groups("more pages than are asked for");
}

}  // namespace rollcall::sign_in
