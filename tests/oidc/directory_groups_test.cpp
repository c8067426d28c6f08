#include "oidc/directory_groups.h"

#include "oidc/compact.h"
#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::field_of;
using test::json_response;
using test::parameters_of;
using test::value_of;

constexpr Timestamp now{std::chrono::milliseconds{1'790'000'000'500}};
const DirectoryApi graph{.base_url = "https://graph.microsoft.com"};
const DirectoryApi okta{.base_url = "https://acme.okta.com"};
const DirectoryApi google{.base_url = "https://admin.googleapis.com"};

// spec/oidc 2, Entra: "build your own POST"
TEST(OidcDirectoryGroups, GraphIsAskedForSecurityGroups) {
  const auto request =
      graph_groups_request(graph, "00000000-0000-0000-0000-000000000007", Secret("at"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, http::Method::post);
  EXPECT_EQ(request->url,
            "https://graph.microsoft.com/v1.0/users/00000000-0000-0000-0000-000000000007/"
            "getMemberObjects");
  EXPECT_EQ(request->body, R"({"securityEnabledOnly":true})");
  EXPECT_EQ(field_of(*request, "Content-Type"), "application/json");
  EXPECT_EQ(field_of(*request, "Authorization"), "Bearer at");
  EXPECT_FALSE(request->plain_loopback);
}

// spec/oidc 2, Okta
TEST(OidcDirectoryGroups, OktaIsAskedWithItsOwnScheme) {
  const auto request = okta_groups_request(okta, "00u1", Secret("token"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, http::Method::get);
  EXPECT_EQ(request->url, "https://acme.okta.com/api/v1/users/00u1/groups?limit=200");
  EXPECT_EQ(field_of(*request, "Authorization"), "SSWS token");
  EXPECT_EQ(request->body, "");
}

TEST(OidcDirectoryGroups, AnIdStaysOneSegmentOfThePath) {
  EXPECT_EQ(okta_groups_request(okta, "a/../b?c#d", Secret("t"))->url,
            "https://acme.okta.com/api/v1/users/a%2F..%2Fb%3Fc%23d/groups?limit=200");
  for (const std::string& id :
       {std::string(), std::string("."), std::string(".."), std::string(256, 'x')}) {
    EXPECT_EQ(test::code_of(okta_groups_request(okta, id, Secret("t"))), "invalid_value") << id;
    EXPECT_EQ(test::code_of(graph_groups_request(graph, id, Secret("t"))), "invalid_value") << id;
  }
}

// spec/oidc 2, Google Workspace
TEST(OidcDirectoryGroups, GoogleIsAskedForDirectOrNestedGroups) {
  const auto direct = google_groups_request(google, "o'b+x@acme.example", false, Secret("at"));
  EXPECT_TRUE(direct.url.starts_with("https://admin.googleapis.com/admin/directory/v1/groups?"));
  EXPECT_EQ(value_of(parameters_of(direct.url), "userKey"), "o'b+x@acme.example");
  EXPECT_EQ(value_of(parameters_of(direct.url), "maxResults"), "200");
  EXPECT_EQ(field_of(direct, "Authorization"), "Bearer at");
  const DirectoryApi identity{.base_url = "https://cloudidentity.googleapis.com"};
  const auto nested = google_groups_request(identity, R"(o'b\x@acme.example)", true, Secret("at"));
  EXPECT_TRUE(
      nested.url.starts_with("https://cloudidentity.googleapis.com/v1/groups/-/"
                             "memberships:searchTransitiveGroups?"));
  EXPECT_EQ(value_of(parameters_of(nested.url), "query"),
            R"(member_key_id == 'o\'b\\x@acme.example' && )"
            "'cloudidentity.googleapis.com/groups.discussion_forum' in labels");
}

TEST(OidcDirectoryGroups, PlainHttpFollowsTheApi) {
  const DirectoryApi local{.base_url = "http://127.0.0.1:8080", .plain_loopback = true};
  EXPECT_TRUE(graph_groups_request(local, "a", Secret("t"))->plain_loopback);
  EXPECT_TRUE(okta_groups_request(local, "a", Secret("t"))->plain_loopback);
  EXPECT_TRUE(google_groups_request(local, "a", false, Secret("t")).plain_loopback);
}

using Names = std::vector<std::string>;

TEST(OidcDirectoryGroups, EveryApisPageIsRead) {
  const auto entra =
      parse_graph_groups(json_response(200, R"({"@odata.context":"x","value":["g-1","g-2"]})"));
  ASSERT_TRUE(entra);
  EXPECT_EQ(entra->groups, (Names{"g-1", "g-2"}));
  EXPECT_FALSE(entra->next_url);

  const auto of_okta = parse_okta_groups(json_response(
      200,
      R"([{"id":"00g1","profile":{"name":"Everyone"}},{"id":"00g2","profile":{"name":"Ops"}}])"));
  ASSERT_TRUE(of_okta);
  EXPECT_EQ(of_okta->groups, (Names{"Everyone", "Ops"}));
  EXPECT_FALSE(of_okta->next_url);

  const auto request = google_groups_request(google, "u@acme.example", false, Secret("at"));
  const auto direct = parse_google_groups(
      json_response(200, R"({"groups":[{"id":"1","email":"ops@acme.example","name":"Ops"}]})"),
      request);
  ASSERT_TRUE(direct);
  EXPECT_EQ(direct->groups, Names{"ops@acme.example"});
  const auto nested = parse_google_groups(
      json_response(
          200, R"({"memberships":[{"group":"groups/1","groupKey":{"id":"all@acme.example"}}]})"),
      request);
  ASSERT_TRUE(nested);
  EXPECT_EQ(nested->groups, Names{"all@acme.example"});
  // Google leaves an empty list out.
  const auto none =
      parse_google_groups(json_response(200, R"({"kind":"admin#directory#groups"})"), request);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->groups.empty());
}

// product.md: a directory error is never "no groups"
TEST(OidcDirectoryGroups, APageThatIsNotUnderstoodIsNoPage) {
  const http::FetchRequest request{.url = "https://admin.googleapis.com/x?userKey=u"};
  const auto fault = [](const auto& page) {
    return page ? std::string() : std::string(name(page.error().fault()));
  };
  for (const int status : {204, 301, 400, 401, 403, 404, 429, 500}) {
    const auto response = json_response(status, R"({"value":[],"groups":[]})");
    EXPECT_EQ(fault(parse_graph_groups(response)), "unavailable") << status;
    EXPECT_EQ(fault(parse_okta_groups(json_response(status, "[]"))), "unavailable") << status;
    EXPECT_EQ(fault(parse_google_groups(response, request)), "unavailable") << status;
    EXPECT_EQ(parse_graph_groups(response).error().why(), "status " + std::to_string(status));
  }
  for (const char* body : {"", "<html>", "7", R"({"value":[],"value":[]})", R"({"value":{}})",
                           R"({"value":["a",7]})", R"({"value":[""]})", "{}", "[]"}) {
    EXPECT_EQ(fault(parse_graph_groups(json_response(200, body))), "unavailable") << body;
  }
  for (const char* body : {"", "{}", "[7]", "[{}]", R"([{"profile":{}}])", R"([{"profile":"x"}])",
                           R"([{"profile":{"name":"a"}},{"profile":{"name":7}}])"}) {
    EXPECT_EQ(fault(parse_okta_groups(json_response(200, body))), "unavailable") << body;
  }
  for (const char* body : {"", "[]", R"({"groups":{}})", R"({"groups":[{"id":"1"}]})",
                           R"({"groups":[7]})", R"({"memberships":[{"groupKey":"x"}]})"}) {
    EXPECT_EQ(fault(parse_google_groups(json_response(200, body), request)), "unavailable") << body;
  }
}

// RFC 8288 §3: Okta has `self` and `next`, in two fields or in one
TEST(OidcDirectoryGroups, OktasNextPageIsInItsLinks) {
  constexpr const char* self = R"(<https://acme.okta.com/g?limit=2>; rel="self")";
  constexpr const char* next = R"(<https://acme.okta.com/g?after=a,b&limit=2>; rel="next")";
  const std::pair<std::vector<std::string>, bool> rows[] = {
      {{self, next}, true},
      {{next, self}, true},
      {{std::string(self) + ", " + next}, true},
      {{std::string(next) + "," + self}, true},
      {{"<https://acme.okta.com/g?after=a,b&limit=2>;rel=next"}, true},
      {{self}, false},
      {{"<https://acme.okta.com/g"}, false},
      {{"rel=\"next\""}, false},
      {{}, false},
  };
  for (const auto& [links, found] : rows) {
    auto response = json_response(200, "[]");
    for (const std::string& link : links) response.fields.emplace_back("link", link);
    const auto page = parse_okta_groups(response);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_url.value_or(""),
              found ? "https://acme.okta.com/g?after=a,b&limit=2" : "");
  }
}

TEST(OidcDirectoryGroups, GooglesNextPageHasItsTokenInPlaceOfTheLast) {
  const auto page_after = [](const http::FetchRequest& request, const char* token) {
    return parse_google_groups(
        json_response(200, R"({"nextPageToken":")" + std::string(token) + R"("})"), request);
  };
  auto request = google_groups_request(google, "u@acme.example", false, Secret("at"));
  const std::string first = request.url;
  const auto second = page_after(request, "a&b=");
  ASSERT_TRUE(second && second->next_url);
  EXPECT_EQ(*second->next_url, first + "&pageToken=a%26b%3D");
  request.url = *second->next_url;
  EXPECT_EQ(page_after(request, "c")->next_url, first + "&pageToken=c");
  EXPECT_FALSE(page_after(request, "")->next_url);
}

TEST(OidcDirectoryGroups, GraphsNextPageIsInItsDocument) {
  const auto page = parse_graph_groups(json_response(
      200,
      R"({"value":["a"],"@odata.nextLink":"https://graph.microsoft.com/v1.0/x?$skiptoken=1"})"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next_url, "https://graph.microsoft.com/v1.0/x?$skiptoken=1");
}

// SSRF: a token goes where it was made for
TEST(OidcDirectoryGroups, TheNextPageIsOfTheSameOrigin) {
  const std::pair<const char*, bool> rows[] = {
      {"https://acme.okta.com/api/v1/x?after=1", true},
      {"https://ACME.okta.com:443/x", true},
      {"https://acme.okta.com.evil.example/x", false},
      {"https://acme.okta.com@evil.example/x", false},
      {"https://evil.example/x", false},
      {"https://acme.okta.com:8443/x", false},
      {"http://acme.okta.com/x", false},
      {"/api/v1/x?after=1", false},
      {"", false},
  };
  for (const auto& [url, accepted] : rows) {
    const GroupPage page{.groups = {}, .next_url = url};
    const auto request = next_groups_request(okta, page, Secret("t"), Vendor::okta);
    EXPECT_EQ(static_cast<bool>(request), accepted) << url;
    if (request) {
      EXPECT_EQ(request->url, url);
      EXPECT_EQ(request->method, http::Method::get);
      EXPECT_EQ(field_of(*request, "Authorization"), "SSWS t");
    } else {
      EXPECT_EQ(request.error().fault(), Fault::unavailable) << url;
    }
  }
  EXPECT_FALSE(next_groups_request(okta, {}, Secret("t"), Vendor::okta));
  const GroupPage page{.groups = {}, .next_url = "https://admin.googleapis.com/x"};
  const auto request = next_groups_request(google, page, Secret("t"), Vendor::google);
  ASSERT_TRUE(request);
  EXPECT_EQ(field_of(*request, "Authorization"), "Bearer t");
}

json::Object key_file() {
  return {{"type", "service_account"},
          {"client_email", "sync@acme.iam.gserviceaccount.com"},
          {"private_key_id", "k"},
          {"private_key", test::key_of(KeyKind::rsa).pem().reveal()},
          {"token_uri", "https://evil.example/token"}};
}

Result<http::FetchRequest> token_request(const json::Object& file, const DirectoryApi& api = google,
                                         bool nested = false) {
  return google_token_request(api, Secret(json::write(file)), "admin@acme.example", now, nested);
}

// RFC 7523 §2.1, §3; RS256 as Google demands
TEST(OidcGoogleToken, TheServiceAccountActsAsTheAdministrator) {
  for (const bool nested : {false, true}) {
    const auto request = token_request(key_file(), google, nested);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, http::Method::post);
    EXPECT_EQ(request->url, "https://oauth2.googleapis.com/token");
    EXPECT_EQ(field_of(*request, "Content-Type"), "application/x-www-form-urlencoded");
    const auto form = parameters_of(request->body);
    EXPECT_EQ(value_of(form, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    const auto jws = Jws::parse(value_of(form, "assertion"), test::any_algorithm);
    ASSERT_TRUE(jws);
    EXPECT_EQ(jws->kid(), "k");
    const auto verified = jws->verify(test::set_for(SignatureScheme::rsa_pkcs1_sha256));
    ASSERT_TRUE(verified);
    const json::Object expected{
        {"iss", "sync@acme.iam.gserviceaccount.com"},
        {"sub", "admin@acme.example"},
        {"scope", nested ? "https://www.googleapis.com/auth/cloud-identity.groups.readonly"
                         : "https://www.googleapis.com/auth/admin.directory.group.readonly"},
        {"aud", "https://oauth2.googleapis.com/token"},
        {"iat", std::int64_t{1'790'000'000}},
        {"exp", std::int64_t{1'790'000'300}}};
    EXPECT_EQ(*verified->claims(), expected);
  }
}

// SSRF: the file's token_uri is not looked at
TEST(OidcGoogleToken, TheTokenEndpointBelongsToTheApi) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://admin.googleapis.com", "https://oauth2.googleapis.com/token"},
      {"https://cloudidentity.googleapis.com", "https://oauth2.googleapis.com/token"},
      {"https://evilgoogleapis.com", "https://evilgoogleapis.com/token"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080/token"},
  };
  for (const auto& [base, endpoint] : rows) {
    const auto request = token_request(key_file(), {.base_url = base});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->url, endpoint);
  }
}

TEST(OidcGoogleToken, WhatIsNoKeyFileIsToldWithoutItsText) {
  std::vector<std::string> files{"", "[]", "private", R"({"private_key":"private"})"};
  for (const char* name : {"type", "client_email", "private_key_id", "private_key"}) {
    json::Object without = key_file();
    without.erase(name);
    files.push_back(json::write(without));
    without.set(name, 7);
    files.push_back(json::write(without));
  }
  for (const std::string& value :
       {std::string("-----BEGIN PRIVATE KEY-----\nprivate\n-----END PRIVATE KEY-----"),
        std::string(test::key_of(KeyKind::p256).pem().reveal())}) {
    json::Object other = key_file();
    other.set("private_key", value);
    files.push_back(json::write(other));
  }
  for (const std::string& file : files) {
    const auto refused = google_token_request(google, Secret(file), "admin", now, false);
    ASSERT_FALSE(refused) << file.substr(0, 80);
    EXPECT_EQ(refused.error().fault(), Fault::invalid_value);
    EXPECT_EQ((refused.error().detail() + refused.error().why()).find("BEGIN"), std::string::npos);
    EXPECT_EQ(refused.error().why(), "");
  }
}

}  // namespace
}  // namespace rollcall::oidc
