#pragma once

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/private_key.h"
#include "gateway/http/fetch.h"
#include "gateway/http/url.h"
#include "oidc/own_keys.h"
#include "tests/support/directory.h"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::sign_in::test {

/// The value of a parameter of a query or form; empty if absent.
inline std::string value_of(std::string_view query, std::string_view name) {
  const auto parameters = http::parse_query(query);
  if (!parameters) return "";
  for (const http::Parameter& parameter : *parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return "";
}

/// An IdP at the other end of http::Fetcher: lets everybody in as whom the test says, checks PKCE,
/// gives each code out once.
class FakeIdp final : public http::Fetcher {
 public:
  static constexpr std::string_view issuer = "https://idp.example";

  explicit FakeIdp(const Clock& clock) : clock_(clock) {}

  /// What a browser at the authorization endpoint is sent back with: the callback's query. `url` is
  /// where we sent it.
  std::string authorize(std::string_view url) {
    const std::string_view query = url.substr(url.find('?') + 1);
    const std::string code = "code-" + std::to_string(++codes_);
    issued_[code] = {value_of(query, "nonce"), value_of(query, "code_challenge")};
    return "code=" + code + "&state=" + http::percent_encode(value_of(query, "state"));
  }

  Awaitable<Result<http::FetchResponse>> fetch(http::FetchRequest request) override {
    ++fetches;
    if (down) {
      co_return Error(Fault::unavailable, "No answer.", "it is down").with_code("idp_unreachable");
    }
    co_return answer(request);
  }

  /// Members of the ID token; nonce, times, iss and aud are added.
  json::Object claims{{"sub", "alice"},
                      {"email", "alice@acme.test"},
                      {"email_verified", true},
                      {"name", "Alice"},
                      {"sid", "idp-session"}};
  /// Changes an ID token before it is signed.
  std::function<void(json::Object&)> spoil = [](json::Object&) {};
  bool down = false;
  int fetches = 0;

 private:
  struct Issued {
    std::string nonce;
    std::string challenge;
  };

  http::FetchResponse answer(const http::FetchRequest& request) {
    if (request.url.ends_with("/.well-known/openid-configuration")) return reply(200, discovery());
    if (request.url.ends_with("/jwks")) {
      return reply(200, {{"keys", json::Array{oidc::published(key_)}}});
    }
    if (request.url.ends_with("/token")) return token(request.body);
    return reply(404, {});
  }
  static json::Object discovery() {
    const std::string base(issuer);
    return {{"issuer", base},
            {"authorization_endpoint", base + "/authorize"},
            {"token_endpoint", base + "/token"},
            {"jwks_uri", base + "/jwks"},
            {"end_session_endpoint", base + "/logout"},
            {"response_types_supported", json::Array{"code"}},
            {"subject_types_supported", json::Array{"public"}},
            {"code_challenge_methods_supported", json::Array{"S256"}},
            {"id_token_signing_alg_values_supported", json::Array{"ES256"}}};
  }
  http::FetchResponse token(std::string_view form) {
    const auto found = issued_.find(value_of(form, "code"));
    const std::string verifier = value_of(form, "code_verifier");
    if (found == issued_.end() ||
        found->second.challenge != base64url_encode(as_bytes(sha256(verifier)))) {
      return reply(400, {{"error", "invalid_grant"}});
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch();
    json::Object body = claims;
    body.set("iss", issuer);
    body.set("aud", "rollcall");
    body.set("iat", std::int64_t{now.count()});
    body.set("exp", std::int64_t{now.count() + 300});
    body.set("nonce", found->second.nonce);
    issued_.erase(found);
    spoil(body);
    return reply(200, {{"access_token", "access"},
                       {"token_type", "Bearer"},
                       {"id_token", oidc::sign(key_, "JWT", body)}});
  }
  static http::FetchResponse reply(int status, json::Object body) {
    return {.status = status,
            .fields = {{"Content-Type", "application/json"}},
            .body = json::write(json::Value(std::move(body)))};
  }

  const Clock& clock_;
  oidc::SigningKey key_{PrivateKey::generate(KeyKind::p256), SignatureScheme::ecdsa_p256_sha256,
                        "key-1"};
  std::map<std::string, Issued> issued_;
  int codes_ = 0;
};

}  // namespace rollcall::sign_in::test
