#pragma once

#include "gateway/base/identity.h"
#include "gateway/http/async.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/deadline.h"
#include "gateway/sign_in/services.h"
#include "oidc/client.h"
#include "oidc/provider_metadata.h"

#include <string_view>

namespace rollcall::sign_in {

/// The groups of somebody as the IdP's own directory API tells them (spec/oidc 2): Graph for Entra,
/// the groups of a user for Okta, the Directory API or Cloud Identity for Google. For one question;
/// what it is given outlives it.
class GroupDirectory {
 public:
  GroupDirectory(const Services& services, const SignInConnection& connection,
                 const oidc::ProviderMetadata& metadata, const oidc::ClientCredentials& credentials,
                 Deadline deadline)
      : services_(services),
        connection_(connection),
        metadata_(metadata),
        credentials_(credentials),
        deadline_(deadline) {}

  /// All of them, present, or unknown with why; never absent, never some of them.
  Awaitable<ClaimedGroups> groups_of(Identity person);

 private:
  Awaitable<Result<Secret>> access(Identity person);
  Awaitable<Result<Secret>> stored_secret(std::string name);
  Awaitable<Result<Secret>> token(http::FetchRequest request);
  Awaitable<Result<std::vector<std::string>>> all_pages(http::FetchRequest first, Secret access);

  Result<http::FetchRequest> graph_token_request(const Identity& person) const;
  Result<http::FetchRequest> first_page(const Identity& person, const Secret& access) const;
  Result<oidc::GroupPage> parse_page(const http::FetchResponse& response,
                                     const http::FetchRequest& request) const;

  const Services& services_;
  const SignInConnection& connection_;
  const oidc::ProviderMetadata& metadata_;
  const oidc::ClientCredentials& credentials_;
  Deadline deadline_;
};

/// Whether the vendor has a directory API that we know, at an address that we were told.
bool has_group_directory(const SignInConnection& connection);

/// Entra: the token endpoint of one tenant, of which `endpoint` is that or the one shared by many.
std::string tenant_endpoint(std::string_view endpoint, std::string_view tenant);

}  // namespace rollcall::sign_in
