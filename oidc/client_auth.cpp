#include "oidc/client_auth.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/random.h"
#include "oidc/metadata_warnings.h"
#include "oidc/token_request.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rollcall::oidc {
namespace {

constexpr std::array<std::pair<ClientAuth, std::string_view>, 5> methods{{
    // In the order in which one is chosen.
    {ClientAuth::basic, "client_secret_basic"},
    {ClientAuth::post, "client_secret_post"},
    {ClientAuth::private_key_jwt, "private_key_jwt"},
    {ClientAuth::secret_jwt, "client_secret_jwt"},
    {ClientAuth::none, "none"},
}};

constexpr std::size_t least_hmac_key = 32;          // RFC 7518 §3.2
constexpr std::chrono::seconds assertion_life{60};  // spec/oidc 1.4
constexpr std::string_view assertion_type = "client-authentication+jwt";

/// What keeps us from using a method; empty: nothing.
std::string_view obstacle(ClientAuth method, const ClientCredentials& credentials,
                          const ProviderMetadata& metadata) {
  const auto& challenges = metadata.code_challenge_methods_supported;
  switch (method) {
    case ClientAuth::basic:
    case ClientAuth::post:
      return credentials.secret.empty() ? "it needs the client's secret" : "";
    case ClientAuth::secret_jwt:
      return credentials.secret.reveal().size() < least_hmac_key
                 ? "it needs a client's secret of 32 bytes or more"
                 : "";
    case ClientAuth::private_key_jwt:
      return credentials.signing_key ? "" : "it needs a signing key";
    case ClientAuth::none:
      if (!credentials.secret.empty() || credentials.signing_key) {
        return "a client with a secret or a key is not public";
      }
      return challenges.empty() || contains(challenges, "S256")
                 ? ""
                 : "a public client needs an identity provider that checks PKCE with S256";
  }
  return {};
}

std::string hmac_signed(const Secret& secret, const json::Object& claims) {
  const json::Object header{{"alg", "HS256"}, {"typ", assertion_type}};
  std::string token = base64url_encode(json::write(header));
  token += '.';
  token += base64url_encode(json::write(claims));
  const Sha256 mac = HmacSha256(secret)({token});
  token += '.';
  return token += base64url_encode(as_bytes(mac));
}

/// RFC 7523 §3 as rfc7523bis tightens it: the audience is the issuer alone, one text, so that no
/// other server can use the assertion.
json::Object assertion_claims(const ClientSettings& settings, Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::int64_t issued = seconds.time_since_epoch().count();
  return {{"iss", settings.client_id},
          {"sub", settings.client_id},
          {"aud", settings.issuer},
          {"jti", random_text(16)},
          {"iat", issued},
          {"exp", issued + assertion_life.count()}};
}

ClientProof asserted(std::string assertion) {
  return {
      .authorization = "",
      .form = {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
               {"client_assertion", std::move(assertion)}}};
}

/// RFC 4648 §4, with padding.
std::string base64(std::string_view bytes) {
  std::string text = base64url_encode(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

/// RFC 6749 §2.3.1: both halves are form-encoded first, so that a ':' or '+' in them survives.
std::string basic(const ClientSettings& settings, const Secret& secret) {
  return "Basic " + base64(http::percent_encode(settings.client_id) + ':' +
                           http::percent_encode(secret.reveal()));
}

}  // namespace

std::string_view name(ClientAuth method) {
  return std::ranges::find(methods, method, &decltype(methods)::value_type::first)->second;
}

std::optional<ClientAuth> parse_client_auth(std::string_view text) {
  const auto found = std::ranges::find(methods, text, &decltype(methods)::value_type::second);
  return found == methods.end() ? std::nullopt : std::optional(found->first);
}

Result<ClientAuth> choose_client_auth(const ClientSettings& settings,
                                      const ClientCredentials& credentials,
                                      const ProviderMetadata& metadata) {
  if (settings.auth) {
    const auto why = obstacle(*settings.auth, credentials, metadata);
    if (why.empty()) return *settings.auth;
    return Error(Fault::invalid_value, "The client cannot authenticate by " +
                                           std::string(name(*settings.auth)) + ": " +
                                           std::string(why) + ".");
  }
  std::vector<std::string> offered = metadata.token_endpoint_auth_methods_supported;
  if (offered.empty()) offered.emplace_back(name(ClientAuth::basic));  // Discovery §3
  std::string obstacles;
  for (const auto& [method, text] : methods) {
    if (!contains(offered, text)) continue;
    const auto why = obstacle(method, credentials, metadata);
    if (why.empty()) return method;
    obstacles.append("; ").append(text).append(": ").append(why);
  }
  return Error(Fault::invalid_value,
               "The identity provider offers no way to authenticate that this client can use" +
                   obstacles + ".");
}

ClientProof prove(ClientAuth method, const ClientSettings& settings,
                  const ClientCredentials& credentials, Timestamp now) {
  switch (method) {
    case ClientAuth::basic:
      return {.authorization = basic(settings, credentials.secret), .form = {}};
    case ClientAuth::post:
      return {.authorization = "",
              .form = {{"client_secret", std::string(credentials.secret.reveal())}}};
    case ClientAuth::secret_jwt:
      return asserted(hmac_signed(credentials.secret, assertion_claims(settings, now)));
    case ClientAuth::private_key_jwt:
      return asserted(
          sign(credentials.signing_key.value(), assertion_type, assertion_claims(settings, now)));
    case ClientAuth::none:
      return {};
  }
  return {};
}

}  // namespace rollcall::oidc
