#include "tests/gateway/sign_in/scripted_idp.h"

#include <algorithm>

namespace rollcall::test {
namespace {

std::string path_of(std::string_view url) {
  const auto start = url.find('/', url.find("://") + 3);
  if (start == url.npos) return "/";
  url.remove_prefix(start);
  return std::string(url.substr(0, url.find('?')));
}

oidc::SigningKey make_key(const std::string& kid) {
  return {PrivateKey::generate(KeyKind::p256), SignatureScheme::ecdsa_p256_sha256, kid};
}

Error no_answer() {
  return Error(Fault::unavailable, "The identity provider could not be reached.", "no answer")
      .with_code("idp_unreachable");
}

std::string value_of(std::string_view query, std::string_view name) {
  const auto parameters = http::parse_query(query);
  if (!parameters) return {};
  const auto found = std::ranges::find(*parameters, name, &http::Parameter::name);
  return found == parameters->end() ? std::string() : found->value;
}

}  // namespace

ScriptedIdp::ScriptedIdp(ManualClock& clock) : clock_(clock), key_(make_key("key-1")) {
  metadata = {{"issuer", issuer},
              {"authorization_endpoint", issuer + "/authorize"},
              {"token_endpoint", issuer + "/token"},
              {"jwks_uri", issuer + "/jwks"},
              {"response_types_supported", json::Array{"code"}},
              {"subject_types_supported", json::Array{"public"}},
              {"id_token_signing_alg_values_supported", json::Array{"ES256"}},
              {"code_challenge_methods_supported", json::Array{"S256"}}};
}

Awaitable<Result<http::FetchResponse>> ScriptedIdp::fetch(http::FetchRequest request) {
  co_return answer(request);
}

Result<http::FetchResponse> ScriptedIdp::answer(const http::FetchRequest& request) {
  const std::lock_guard lock(mutex_);
  const std::string path = path_of(request.url);
  requests_[path].push_back(request);
  if (down_) return no_answer();
  const auto scripted = answers_.find(path);
  if (scripted != answers_.end()) {
    const Answer own = scripted->second;
    return own(request);
  }
  return usual(path);
}

Result<http::FetchResponse> ScriptedIdp::usual(const std::string& path) {
  if (path == "/.well-known/openid-configuration") return json_answer(200, metadata);
  if (path == "/jwks") {
    return json_answer(200, json::Object{{"keys", json::Array{oidc::published(key_)}}});
  }
  if (path == "/token") {
    json::Object tokens = token_answer;
    if (!tokens.find("id_token")) tokens.set("id_token", token(claims()));
    return json_answer(200, tokens);
  }
  if (path == "/userinfo") return json_answer(200, userinfo);
  return json_answer(404, json::Object());
}

void ScriptedIdp::on(const std::string& path, Answer answer) {
  change([&] { answers_[path] = std::move(answer); });
}

void ScriptedIdp::undo(const std::string& path) {
  change([&] { answers_.erase(path); });
}

void ScriptedIdp::goes_silent(const std::string& path) {
  on(path, [this](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    clock_.advance(request.deadline);
    return no_answer();
  });
}

std::size_t ScriptedIdp::count(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return requests_[path].size();
}

http::FetchRequest ScriptedIdp::last(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return requests_.at(path).back();
}

void ScriptedIdp::rotate() {
  change([&] { key_ = make_key("key-" + std::to_string(++generation_)); });
}

std::string ScriptedIdp::token(const json::Object& claims, std::string_view type) {
  const std::lock_guard lock(mutex_);
  if (!unknown_key_) return oidc::sign(key_, type, claims);
  oidc::SigningKey unknown = key_;
  unknown.kid = "unknown-" + std::to_string(++generation_);
  return oidc::sign(unknown, type, claims);
}

void ScriptedIdp::claim(std::string_view name, json::Value value) {
  change([&] { overlay_[std::string(name)] = std::move(value); });
}

json::Object ScriptedIdp::claims() {
  const std::lock_guard lock(mutex_);
  const auto now =
      std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  json::Object claims{{"iss", issuer},
                      {"sub", "alice-1"},
                      {"aud", "rollcall"},
                      {"iat", now},
                      {"exp", now + 300},
                      {"nonce", nonce_},
                      {"sid", "s-1"},
                      {"email", "a@acme.test"},
                      {"email_verified", true},
                      {"name", "Alice"},
                      {"groups", json::Array{"eng"}}};
  for (const auto& [name, value] : overlay_) {
    if (value.is_null()) {
      claims.erase(name);
    } else {
      claims.set(name, value);
    }
  }
  return claims;
}

http::FetchResponse json_answer(int status, const json::Value& value) {
  http::FetchResponse response;
  response.status = status;
  response.fields = {{"Content-Type", "application/json"}};
  response.body = json::write(value);
  return response;
}

std::string parameter(std::string_view url, std::string_view name) {
  const auto query = url.find('?');
  return query == url.npos ? std::string() : value_of(url.substr(query + 1), name);
}

std::string form_field(const http::FetchRequest& request, std::string_view name) {
  return value_of(request.body, name);
}

}  // namespace rollcall::test
