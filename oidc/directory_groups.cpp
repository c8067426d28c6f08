#include "oidc/directory_groups.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/http/url.h"
#include "oidc/compact.h"
#include "oidc/provider_metadata.h"
#include "oidc/url.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

constexpr std::size_t max_id = 255;
constexpr std::string_view page_size = "200";

Error unavailable(std::string why) {
  return Error(Fault::unavailable, "The identity provider does not tell the groups.",
               std::move(why));
}

http::FetchRequest get(const DirectoryApi& api, std::string url, std::string authorization) {
  return {.method = http::Method::get,
          .url = std::move(url),
          .fields = {{"Accept", "application/json"}, {"Authorization", std::move(authorization)}},
          .plain_loopback = api.plain_loopback};
}

std::string authorization(Vendor vendor, const Secret& token) {
  return std::string(vendor == Vendor::okta ? "SSWS " : "Bearer ").append(token.reveal());
}

/// `id` as one segment of a path, which "." and ".." are not.
Result<std::string> path_segment(std::string_view id) {
  if (id.empty() || id.size() > max_id || id == "." || id == "..") {
    return Error(Fault::invalid_value, "The user's id cannot be asked for.");
  }
  return http::percent_encode(id);
}

Result<json::Value> parse_page(const http::FetchResponse& response) {
  if (response.status != 200) return unavailable("status " + std::to_string(response.status));
  auto value = json::parse(response.body);
  if (!value) return unavailable("no JSON");
  return value;
}

/// The text that `name_of` finds in every entry: one entry without is a page that we do not
/// understand, since a group left out is a group taken away.
template <class NameOf>
Result<std::vector<std::string>> names(const json::Array& entries, NameOf name_of) {
  std::vector<std::string> groups;
  for (const json::Value& entry : entries) {
    const std::string* name = name_of(entry);
    if (name == nullptr || name->empty()) return unavailable("a group without its name");
    groups.push_back(*name);
  }
  return groups;
}

/// entry.outer.inner; null if there is none or `entry` is no object.
const std::string* inner_text(const json::Value& entry, std::string_view outer,
                              std::string_view inner) {
  const json::Value* member = entry.object() ? entry.object()->find(outer) : nullptr;
  return member != nullptr && member->object() ? text_of(*member->object(), inner) : nullptr;
}

/// The target of rel="next" in one Link field (RFC 8288 §3), which may hold several links.
std::optional<std::string> next_link(std::string_view field) {
  while (true) {
    const auto open = field.find('<');
    const auto close = field.find('>', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
    const auto target = field.substr(open + 1, close - open - 1);
    field.remove_prefix(close + 1);
    const auto parameters = ascii_lower(field.substr(0, field.find('<')));
    if (parameters.find("rel=\"next\"") != std::string::npos ||
        parameters.find("rel=next") != std::string::npos) {
      return std::string(target);
    }
  }
}

/// A text in a CEL expression, such as Cloud Identity's queries are.
std::string cel_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out += '\'';
}

/// `url` with `token` as its one pageToken.
std::string page_url(const std::string& url, const std::string& token) {
  constexpr std::string_view parameter = "&pageToken=";
  return url.substr(0, url.find(parameter)).append(parameter).append(http::percent_encode(token));
}

}  // namespace

Result<http::FetchRequest> graph_groups_request(const DirectoryApi& api, std::string_view object_id,
                                                const Secret& access_token) {
  TRY(const auto id, path_segment(object_id));
  http::FetchRequest request = get(api, api.base_url + "/v1.0/users/" + id + "/getMemberObjects",
                                   authorization(Vendor::entra, access_token));
  request.method = http::Method::post;
  request.fields.emplace_back("Content-Type", "application/json");
  request.body = R"({"securityEnabledOnly":true})";
  return request;
}

Result<http::FetchRequest> okta_groups_request(const DirectoryApi& api, std::string_view user_id,
                                               const Secret& api_token) {
  TRY(const auto id, path_segment(user_id));
  return get(api, api.base_url + "/api/v1/users/" + id + "/groups?limit=" + std::string(page_size),
             authorization(Vendor::okta, api_token));
}

http::FetchRequest google_groups_request(const DirectoryApi& api, std::string_view user_key,
                                         bool nested, const Secret& access_token) {
  std::vector<http::Parameter> parameters;
  std::string path;
  if (nested) {
    path = "/v1/groups/-/memberships:searchTransitiveGroups";
    parameters = {{"query", "member_key_id == " + cel_text(user_key) +
                                " && 'cloudidentity.googleapis.com/groups.discussion_forum' in "
                                "labels"},
                  {"pageSize", std::string(page_size)}};
  } else {
    path = "/admin/directory/v1/groups";
    parameters = {{"userKey", std::string(user_key)}, {"maxResults", std::string(page_size)}};
  }
  return get(api, with_query(api.base_url + path, parameters),
             authorization(Vendor::google, access_token));
}

Result<http::FetchRequest> next_groups_request(const DirectoryApi& api, const GroupPage& page,
                                               const Secret& token, Vendor vendor) {
  const std::string address = page.next_url.value_or("");
  const auto base = parse_url(api.base_url);
  const auto next = parse_url(address);
  if (!base || !next || !same_origin(*base, *next) || !is_endpoint(address, api.plain_loopback)) {
    return unavailable("the next page lies elsewhere than the first");
  }
  return get(api, address, authorization(vendor, token));
}

Result<GroupPage> parse_graph_groups(const http::FetchResponse& response) {
  TRY(const auto document, parse_page(response));
  const json::Object* object = document.object();
  const json::Value* value = object == nullptr ? nullptr : object->find("value");
  if (value == nullptr || value->array() == nullptr) return unavailable("no list of groups");
  TRY(auto groups, names(*value->array(), [](const json::Value& id) { return id.string(); }));
  GroupPage page{.groups = std::move(groups), .next_url = std::nullopt};
  if (const std::string* next = text_of(*object, "@odata.nextLink")) page.next_url = *next;
  return page;
}

Result<GroupPage> parse_okta_groups(const http::FetchResponse& response) {
  TRY(const auto document, parse_page(response));
  if (document.array() == nullptr) return unavailable("no list of groups");
  TRY(auto groups, names(*document.array(), [](const json::Value& group) {
        return inner_text(group, "profile", "name");
      }));
  GroupPage page{.groups = std::move(groups), .next_url = std::nullopt};
  for (const auto& [name, value] : response.fields) {
    if (iequals(name, "Link") && !page.next_url) page.next_url = next_link(value);
  }
  return page;
}

Result<GroupPage> parse_google_groups(const http::FetchResponse& response,
                                      const http::FetchRequest& request) {
  TRY(const auto document, parse_page(response));
  const json::Object* object = document.object();
  if (object == nullptr) return unavailable("no JSON object");
  GroupPage page;
  // Google leaves an empty list out.
  for (const std::string_view list : {"groups", "memberships"}) {
    const json::Value* entries = object->find(list);
    if (entries == nullptr) continue;
    if (entries->array() == nullptr) return unavailable("no list of groups");
    TRY(auto found, names(*entries->array(), [](const json::Value& entry) {
          const std::string* email = entry.object() ? text_of(*entry.object(), "email") : nullptr;
          return email != nullptr ? email : inner_text(entry, "groupKey", "id");
        }));
    std::ranges::move(found, std::back_inserter(page.groups));
  }
  const std::string* token = text_of(*object, "nextPageToken");
  if (token != nullptr && !token->empty()) page.next_url = page_url(request.url, *token);
  return page;
}

}  // namespace rollcall::oidc
