// An OpenID provider that costs next to nothing, for the row sign-in: it has no login page, so that
// the load makes up the codes, "USER.NONCE", and the token endpoint believes them.
// stub_idp ALGORITHM CLIENT_ID: prints its issuer, serves on loopback until SIGTERM.
#include "gateway/http/problem.h"
#include "gateway/http/url.h"
#include "gateway/net/server.h"
#include "oidc/algorithms.h"
#include "oidc/own_keys.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

namespace rollcall {
namespace {

constexpr std::int64_t lifetime = 300;  // seconds, of a token

class StubIdp final : public http::Service {
 public:
  StubIdp(SignatureScheme algorithm, std::string client_id)
      : key_{PrivateKey::generate(kind_of(algorithm)), algorithm, "k"},
        client_id_(std::move(client_id)) {}

  /// Before the first request.
  void be(const std::string& issuer);

  std::size_t body_limit(const http::Request&) const override { return std::size_t{64} * 1024; }
  http::Reply handle(const http::Request& request) override;
  http::Response refuse(std::string_view, const Error& error) override {
    return http::problem(error);
  }
  void completed(const http::Request&, const http::Response&, std::uint64_t) noexcept override {}

 private:
  http::Response token(std::string_view form) const;
  std::string id_token(std::string_view user, std::string_view nonce) const;

  oidc::SigningKey key_;
  std::string client_id_;
  std::string issuer_;
  std::map<std::string, std::string, std::less<>> documents_;
};

void StubIdp::be(const std::string& issuer) {
  issuer_ = issuer;
  const json::Array algorithms{oidc::name(key_.algorithm)};
  documents_["/.well-known/openid-configuration"] = json::write(
      json::Object{{"issuer", issuer},
                   {"authorization_endpoint", issuer + "/authorize"},
                   {"token_endpoint", issuer + "/token"},
                   {"jwks_uri", issuer + "/jwks"},
                   {"response_types_supported", json::Array{"code"}},
                   {"subject_types_supported", json::Array{"public"}},
                   {"code_challenge_methods_supported", json::Array{"S256"}},
                   {"token_endpoint_auth_methods_supported", json::Array{"client_secret_basic"}},
                   {"id_token_signing_alg_values_supported", algorithms}});
  documents_["/jwks"] = json::write(json::Object{{"keys", json::Array{oidc::published(key_)}}});
}

http::Reply StubIdp::handle(const http::Request& request) {
  if (request.path == "/token") return token(request.body);
  const auto found = documents_.find(request.path);
  if (found == documents_.end()) return http::Response(404, "text/plain", "nothing here\n");
  return http::Response(200, "application/json", found->second);
}

http::Response StubIdp::token(std::string_view form) const {
  const auto parameters = http::parse_query(form).value_or(std::vector<http::Parameter>{});
  const auto code = std::ranges::find(parameters, "code", &http::Parameter::name);
  const auto dot = code == parameters.end() ? std::string::npos : code->value.find('.');
  if (dot == std::string::npos) {
    return http::Response(400, "application/json", R"({"error":"invalid_grant"})");
  }
  const std::string_view text = code->value;
  return http::Response(
      200, "application/json",
      json::write(json::Object{{"access_token", text},
                               {"token_type", "Bearer"},
                               {"expires_in", lifetime},
                               {"id_token", id_token(text.substr(0, dot), text.substr(dot + 1))}}));
}

std::string StubIdp::id_token(std::string_view user, std::string_view nonce) const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  return oidc::sign(key_, "JWT",
                    {{"iss", issuer_},
                     {"sub", user},
                     {"aud", client_id_},
                     {"iat", now},
                     {"exp", now + lifetime},
                     {"nonce", nonce},
                     {"email", std::string(user) + "@people.example.com"},
                     {"email_verified", true},
                     {"name", "Barbara Jensen"},
                     {"given_name", "Barbara"},
                     {"family_name", "Jensen"}});
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  using namespace rollcall;
  const auto algorithm =
      argc == 3 ? oidc::parse_signature_scheme(argv[1]) : std::optional<SignatureScheme>();
  if (!algorithm) {
    static_cast<void>(std::fprintf(stderr, "usage: stub_idp ES256|RS256|... CLIENT_ID\n"));
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  static_cast<void>(pthread_sigmask(SIG_BLOCK, &ends, nullptr));  // in the server's threads too
  Log log(LogFormat::text, LogLevel::info);
  StubIdp idp(*algorithm, argv[2]);
  net::ServerOptions options;
  options.threads = 1;
  options.limits.connections_per_address = options.limits.connections;
  net::Server server(options, log);
  net::ListenerOptions listener;
  listener.address = "127.0.0.1:0";
  const std::string issuer = "http://" + server.listen(listener, idp);
  idp.be(issuer);
  std::printf("%s\n", issuer.c_str());
  static_cast<void>(std::fflush(stdout));
  int signal = 0;
  static_cast<void>(sigwait(&ends, &signal));
  server.drain(std::chrono::seconds(1));
}
