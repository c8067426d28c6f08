#include "oidc/token_request.h"

#include "gateway/crypto/base64.h"
#include "oidc/compact.h"
#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::field_of;
using test::names_of;
using test::parameters_of;
using test::value_of;

constexpr Timestamp now{std::chrono::milliseconds{1'790'000'000'500}};
constexpr const char* form_type = "application/x-www-form-urlencoded";
constexpr const char* assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr const char* long_secret = "0123456789abcdef0123456789abcdef";

ProviderMetadata metadata() {
  return {.issuer = "https://idp.example",
          .token_endpoint = "https://idp.example/token?x=1",
          .pushed_authorization_request_endpoint = "https://idp.example/par"};
}

ClientCredentials with_secret(std::string secret) { return {.secret = Secret(std::move(secret))}; }

ClientCredentials with_key(SignatureScheme scheme = SignatureScheme::ecdsa_p256_sha256) {
  return {.signing_key = test::signing_key(scheme)};
}

/// The code request of a client that authenticates by `method`.
http::FetchRequest code_request(ClientAuth method, const ClientCredentials& credentials,
                                const ClientSettings& settings = test::settings()) {
  const ProviderMetadata provider = metadata();
  return ClientRequests(provider, settings, credentials, method, now)
      .code("c+1", "https://gw.example/cb", Secret("verifier"));
}

// RFC 6749 §4.1.3, RFC 7636 §4.5
TEST(OidcTokenRequest, TheCodeGoesWithItsVerifier) {
  const auto request = code_request(ClientAuth::basic, with_secret("s"));
  EXPECT_EQ(request.method, http::Method::post);
  EXPECT_EQ(request.url, "https://idp.example/token?x=1");
  EXPECT_EQ(field_of(request, "Content-Type"), form_type);
  EXPECT_EQ(field_of(request, "Accept"), "application/json");
  EXPECT_FALSE(request.plain_loopback);
  const auto form = parameters_of(request.body);
  EXPECT_EQ(names_of(form), "code code_verifier grant_type redirect_uri");
  EXPECT_EQ(value_of(form, "grant_type"), "authorization_code");
  EXPECT_EQ(value_of(form, "code"), "c+1");
  EXPECT_EQ(value_of(form, "redirect_uri"), "https://gw.example/cb");
  EXPECT_EQ(value_of(form, "code_verifier"), "verifier");
}

TEST(OidcTokenRequest, PlainHttpFollowsTheConnection) {
  ClientSettings settings = test::settings();
  settings.allow_insecure_loopback = true;
  EXPECT_TRUE(code_request(ClientAuth::basic, with_secret("s"), settings).plain_loopback);
}

// RFC 6749 §2.3.1, spec/oidc 1.4: both halves form-encoded, then RFC 7617's base64. The expected
// texts are python's base64.b64encode of urllib.parse.quote(…, safe="").
TEST(OidcTokenRequest, BasicCredentialsAreFormEncoded) {
  struct Row {
    const char* id;
    const char* secret;
    const char* field;
  };
  for (const auto& [id, secret, field] : {
           Row{"client-1", "s", "Basic Y2xpZW50LTE6cw=="},
           Row{"client-1", "s3cr3t+/=&%x", "Basic Y2xpZW50LTE6czNjcjN0JTJCJTJGJTNEJTI2JTI1eA=="},
           Row{"a:b", "c:d", "Basic YSUzQWI6YyUzQWQ="},
           Row{"ü", "p w", "Basic JUMzJUJDOnAlMjB3"},
       }) {
    ClientSettings settings = test::settings();
    settings.client_id = id;
    const auto request = code_request(ClientAuth::basic, with_secret(secret), settings);
    EXPECT_EQ(field_of(request, "Authorization"), field);
  }
}

// RFC 6749 §2.3: one method a request, whatever credentials there are
TEST(OidcTokenRequest, OneMethodIsUsedAndNoSecondOne) {
  ClientCredentials all = with_key();
  all.secret = Secret(long_secret);
  const std::pair<ClientAuth, const char*> rows[] = {
      {ClientAuth::basic, ""},
      {ClientAuth::post, "client_id client_secret "},
      {ClientAuth::secret_jwt, "client_assertion client_assertion_type client_id "},
      {ClientAuth::private_key_jwt, "client_assertion client_assertion_type client_id "},
      {ClientAuth::none, "client_id "},
  };
  for (const auto& [method, members] : rows) {
    const auto request = code_request(method, all);
    EXPECT_EQ(field_of(request, "Authorization") == "<none>", method != ClientAuth::basic);
    const auto form = parameters_of(request.body);
    std::string expected;
    for (const std::string_view name :
         {"client_assertion ", "client_assertion_type ", "client_id ", "client_secret "}) {
      if (std::string_view(members).find(name) != std::string_view::npos) expected += name;
    }
    EXPECT_EQ(names_of(form), expected + "code code_verifier grant_type redirect_uri")
        << name(method);
  }
  EXPECT_EQ(value_of(parameters_of(code_request(ClientAuth::post, all).body), "client_secret"),
            long_secret);
}

json::Object part(const std::string& token, std::size_t index) {
  const auto parts = split<3>(token);
  return *decode_object(parts.value().at(index), max_header_size, "bad");
}

/// The assertion of a code request.
std::string assertion(ClientAuth method, const ClientCredentials& credentials) {
  const auto form = parameters_of(code_request(method, credentials).body);
  EXPECT_EQ(value_of(form, "client_assertion_type"), assertion_type);
  return value_of(form, "client_assertion");
}

// RFC 7523 §3, Core §9, spec/oidc 1.4 and attack 24 of 7
TEST(OidcTokenRequest, AnAssertionIsForTheIssuerAloneAndShortLived) {
  for (const ClientAuth method : {ClientAuth::secret_jwt, ClientAuth::private_key_jwt}) {
    ClientCredentials credentials = with_key();
    credentials.secret = Secret(long_secret);
    const std::string token = assertion(method, credentials);
    const json::Object header = part(token, 0);
    EXPECT_EQ(*text_of(header, "typ"), "client-authentication+jwt");
    EXPECT_EQ(*text_of(header, "alg"), method == ClientAuth::secret_jwt ? "HS256" : "ES256");
    json::Object claims = part(token, 1);
    EXPECT_GE(text_of(claims, "jti")->size(), 22U);
    claims.erase("jti");
    const json::Object expected{{"iss", "client-1"},
                                {"sub", "client-1"},
                                {"aud", "https://idp.example"},
                                {"iat", std::int64_t{1'790'000'000}},
                                {"exp", std::int64_t{1'790'000'060}}};
    EXPECT_EQ(claims, expected);
  }
}

// spec/oidc 1.4: "new assertion per request"
TEST(OidcTokenRequest, EveryRequestHasAnAssertionOfItsOwn) {
  const ProviderMetadata provider = metadata();
  const ClientSettings settings = test::settings();
  const ClientCredentials credentials = with_key();
  const ClientRequests requests(provider, settings, credentials, ClientAuth::private_key_jwt, now);
  const auto jti = [&] {
    const auto request = requests.refresh(Secret("r"));
    return *text_of(part(value_of(parameters_of(request.body), "client_assertion"), 1), "jti");
  };
  EXPECT_NE(jti(), jti());
}

TEST(OidcTokenRequest, TheAssertionIsSignedByOurKey) {
  constexpr std::array<std::string_view, 1> types{"client-authentication+jwt"};
  for (const SignatureScheme scheme : test::all_schemes) {
    const auto jws =
        Jws::parse(assertion(ClientAuth::private_key_jwt, with_key(scheme)),
                   {.algorithms = test::all_schemes, .types = types, .type_required = true});
    ASSERT_TRUE(jws);
    EXPECT_EQ(jws->algorithm(), scheme);
    EXPECT_EQ(jws->kid(), "k");
    EXPECT_TRUE(jws->verify(test::set_for(scheme)));
  }
}

// RFC 6749 §6, §4.4
TEST(OidcTokenRequest, OtherGrantsAuthenticateTheSameWay) {
  const ProviderMetadata provider = metadata();
  const ClientSettings settings = test::settings();
  const ClientCredentials credentials = with_secret("s");
  const ClientRequests requests(provider, settings, credentials, ClientAuth::post, now);
  const auto refresh = requests.refresh(Secret("r/1"));
  EXPECT_EQ(refresh.url, provider.token_endpoint);
  EXPECT_EQ(refresh.body,
            "grant_type=refresh_token&refresh_token=r%2F1&client_id=client-1&client_secret=s");
  const auto own = requests.client_credentials("https://login.example/t/token",
                                               "https://graph.microsoft.com/.default");
  EXPECT_EQ(own.url, "https://login.example/t/token");
  EXPECT_EQ(own.body,
            "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&"
            "client_id=client-1&client_secret=s");
}

// RFC 9126 §2.1
TEST(OidcTokenRequest, APushedRequestHoldsTheParametersAndTheProof) {
  const ProviderMetadata provider = metadata();
  const ClientSettings settings = test::settings();
  ClientCredentials credentials = with_key();
  credentials.secret = Secret(long_secret);
  const AuthorizationRequest asked{.redirect_uri = "https://gw.example/cb",
                                   .state = "s-1",
                                   .nonce = "n-1",
                                   .code_verifier = Secret("verifier")};
  for (const ClientAuth method : {ClientAuth::basic, ClientAuth::post, ClientAuth::secret_jwt,
                                  ClientAuth::private_key_jwt, ClientAuth::none}) {
    const auto request = ClientRequests(provider, settings, credentials, method, now).pushed(asked);
    EXPECT_EQ(request.url, "https://idp.example/par");
    const auto form = parameters_of(request.body);
    EXPECT_EQ(value_of(form, "client_id"), "client-1") << name(method);
    for (const http::Parameter& parameter : authorization_parameters(settings, asked)) {
      EXPECT_EQ(value_of(form, parameter.name), parameter.value) << name(method);
    }
    EXPECT_EQ(value_of(form, "request_uri"), "<none>");
  }
}

// Core §9, Discovery §3, spec/oidc 1.4
TEST(OidcClientAuth, IsChosenFromMetadataAndCredentials) {
  ClientCredentials both = with_key();
  both.secret = Secret(long_secret);
  using Words = std::vector<std::string>;
  struct Row {
    std::optional<ClientAuth> said;
    Words offered;
    Words challenges;
    ClientCredentials credentials;
    std::string_view chosen;
  };
  const Row rows[] = {
      {{}, {}, {}, both, "client_secret_basic"},
      {{},
       {"private_key_jwt", "client_secret_post", "client_secret_basic"},
       {},
       both,
       "client_secret_basic"},
      {{},
       {"client_secret_jwt", "private_key_jwt", "client_secret_post"},
       {},
       both,
       "client_secret_post"},
      {{}, {"client_secret_jwt", "private_key_jwt"}, {}, both, "private_key_jwt"},
      {{}, {"client_secret_jwt", "tls_client_auth"}, {}, both, "client_secret_jwt"},
      {{}, {"client_secret_basic", "private_key_jwt"}, {}, with_key(), "private_key_jwt"},
      {{}, {"client_secret_basic", "none"}, {"S256"}, {}, "none"},
      {{}, {"none"}, {"plain"}, {}, ""},
      {{}, {"none"}, {}, with_secret("s"), ""},
      {{}, {"tls_client_auth"}, {}, both, ""},
      {{}, {"client_secret_jwt"}, {}, with_secret("short"), ""},
      {{}, {}, {}, with_key(), ""},
      {{}, {}, {}, {}, ""},
      {ClientAuth::post, {"client_secret_basic"}, {}, with_secret("s"), "client_secret_post"},
      {ClientAuth::private_key_jwt, {}, {}, with_key(), "private_key_jwt"},
      {ClientAuth::private_key_jwt, {}, {}, with_secret("s"), ""},
      {ClientAuth::secret_jwt, {}, {}, with_secret(long_secret), "client_secret_jwt"},
      {ClientAuth::secret_jwt, {}, {}, with_secret("0123456789abcdef0123456789abcde"), ""},
      {ClientAuth::basic, {}, {}, with_key(), ""},
      {ClientAuth::none, {}, {}, {}, "none"},
      {ClientAuth::none, {}, {"plain"}, {}, ""},
      {ClientAuth::none, {}, {}, with_secret("s"), ""},
  };
  for (const Row& row : rows) {
    ClientSettings settings = test::settings();
    settings.auth = row.said;
    ProviderMetadata provider = metadata();
    provider.token_endpoint_auth_methods_supported = row.offered;
    provider.code_challenge_methods_supported = row.challenges;
    const auto chosen = choose_client_auth(settings, row.credentials, provider);
    const auto line = &row - rows;
    EXPECT_EQ(chosen ? name(*chosen) : "", row.chosen) << "row " << line;
    if (!chosen) EXPECT_EQ(chosen.error().fault(), Fault::invalid_value) << "row " << line;
  }
}

// Core §9
TEST(OidcClientAuth, MethodsHaveTheirRegisteredNames) {
  const std::pair<ClientAuth, std::string_view> rows[] = {
      {ClientAuth::basic, "client_secret_basic"},
      {ClientAuth::post, "client_secret_post"},
      {ClientAuth::secret_jwt, "client_secret_jwt"},
      {ClientAuth::private_key_jwt, "private_key_jwt"},
      {ClientAuth::none, "none"},
  };
  for (const auto& [method, text] : rows) {
    EXPECT_EQ(name(method), text);
    EXPECT_EQ(parse_client_auth(text), method);
  }
  EXPECT_FALSE(parse_client_auth("Client_Secret_Basic"));
  EXPECT_FALSE(parse_client_auth(""));
}

}  // namespace
}  // namespace rollcall::oidc
