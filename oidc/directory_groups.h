#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/base/timestamp.h"
#include "gateway/base/vendor.h"
#include "gateway/http/fetch.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// Groups that an IdP tells by an API of its own, because its tokens hold none (Google) or not all
/// (Entra, Okta). The URL is always built here, never taken from a token (SSRF).
struct DirectoryApi {
  /// "https://graph.microsoft.com", "https://admin.googleapis.com" (nested groups:
  /// "https://cloudidentity.googleapis.com"), the Okta organization's; tests name their own.
  std::string base_url;
  bool plain_loopback = false;
};

/// One page: what it holds and what to ask next, if anything.
struct GroupPage {
  std::vector<std::string> groups;
  std::optional<std::string> next_url;
};

// Ids stand in a path: "", "." and ".." and what is longer than 255 bytes are invalid_value.

/// Microsoft Graph: POST /v1.0/users/{oid}/getMemberObjects, with an application's token.
Result<http::FetchRequest> graph_groups_request(const DirectoryApi& api, std::string_view object_id,
                                                const Secret& access_token);
/// Okta: GET /api/v1/users/{id}/groups with an SSWS token; `next_url` continues.
Result<http::FetchRequest> okta_groups_request(const DirectoryApi& api, std::string_view user_id,
                                               const Secret& api_token);
/// Google Admin SDK: GET /admin/directory/v1/groups?userKey=… of direct memberships, or with
/// `nested` Cloud Identity's searchTransitiveGroups, which lies at another base_url. `user_key` is
/// the person's address; groups are told by theirs.
http::FetchRequest google_groups_request(const DirectoryApi& api, std::string_view user_key,
                                         bool nested, const Secret& access_token);
/// The page behind: only an address of the same origin as `api` (else unavailable). How many pages
/// are asked for is the caller's bound.
Result<http::FetchRequest> next_groups_request(const DirectoryApi& api, const GroupPage& page,
                                               const Secret& token, Vendor vendor);

// Errors: unavailable with why (status, no JSON, a group without its name). Groups are either all
// of the page's or none.
Result<GroupPage> parse_graph_groups(const http::FetchResponse& response);
Result<GroupPage> parse_okta_groups(const http::FetchResponse& response);
Result<GroupPage> parse_google_groups(const http::FetchResponse& response,
                                      const http::FetchRequest& request);

/// A Google service account's key file (JSON): the request for an access token that acts as
/// `administrator` (RFC 7523), at Google's token endpoint, which the file's token_uri cannot
/// change; beside another base_url than Google's at base_url + "/token". invalid_value for a file
/// that is none. The answer is one for parse_token_response.
Result<http::FetchRequest> google_token_request(const DirectoryApi& api,
                                                const Secret& service_account,
                                                std::string_view administrator, Timestamp now,
                                                bool nested);

}  // namespace rollcall::oidc
