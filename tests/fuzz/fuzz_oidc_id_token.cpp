#include "gateway/crypto/base64.h"
#include "oidc/claims.h"
#include "oidc/compact.h"
#include "oidc/id_token.h"
#include "oidc/jwk.h"
#include "oidc/jwk_set.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rollcall;

/// Of RFC 7515 A.3, so that seeds verify.
constexpr const char* ec_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
    R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
/// All that was signed with it, but for what check_claims() signs: the seeds `token` and
/// `logout_token`.
constexpr std::array<std::string_view, 2> signed_claims{
    R"({"iss":"https://idp.example","sub":"u1","aud":"client-1","iat":1800000000,)"
    R"("exp":1800000300,"nonce":"n"})",
    R"({"iss":"https://idp.example","sub":"u1","aud":"client-1","iat":1800000000,"jti":"j",)"
    R"("events":{"http://schemas.openid.net/event/backchannel-logout":{}}})"};
constexpr Timestamp now{std::chrono::seconds(1'800'000'000)};

struct World {
  PrivateKey key = *oidc::parse_private_jwk(Secret(ec_key));
  oidc::JwkSet keys = *oidc::JwkSet::parse(
      json::write(json::Object{{"keys", json::Array{oidc::to_jwk(key.public_key())}}}));
  oidc::ProviderMetadata metadata{.issuer = "https://idp.example"};
  oidc::ProviderMetadata shared{.issuer = "https://idp.example/{tenantid}"};
  oidc::ClientSettings settings{.client_id = "client-1",
                                .algorithms = {SignatureScheme::ecdsa_p256_sha256},
                                .tenants = {"11111111-2222-3333-4444-555555555555"},
                                .audiences = {"api"}};
  oidc::IdTokenExpectations fresh{
      .nonce = "n", .access_token = "access", .code = "code", .now = now};
  oidc::IdTokenExpectations refreshed{.access_token = "access", .now = now, .fresh = false};
};

const World& world() {
  static const World one;
  return one;
}

void require(bool holds) {
  if (!holds) std::abort();
}

std::string signed_by_us(std::string_view claims) {
  const std::string input = base64url_encode(R"({"alg":"ES256"})") + "." + base64url_encode(claims);
  const auto signature = world().key.sign(SignatureScheme::ecdsa_p256_sha256, input);
  return input + "." + base64url_encode(signature);
}

Result<oidc::IdToken> sign_in(std::string_view token, const oidc::ProviderMetadata& metadata,
                              const oidc::IdTokenExpectations& expected) {
  const World& w = world();
  TRY(const auto received, oidc::receive_id_token(token, w.settings, {}));
  return oidc::check_id_token(received, w.keys, metadata, w.settings, expected);
}

Result<oidc::LogoutToken> log_out(std::string_view token) {
  const World& w = world();
  TRY(const auto received, oidc::receive_logout_token(token, w.settings));
  return oidc::check_logout_token(received, w.keys, w.metadata, w.settings, now);
}

void check_identity(const oidc::IdToken& token) {
  for (const Vendor vendor : {Vendor::generic, Vendor::entra, Vendor::okta, Vendor::onelogin}) {
    const auto rules = oidc::claim_rules(vendor, {}, "", "");
    const auto identity = oidc::to_identity(token, token.claims, rules);
    if (!identity) continue;
    require(identity->email_verified <= identity->email.has_value());
    require(identity->groups.values.empty() ||
            identity->groups.state == ClaimedGroups::State::present);
    require(json::write(identity->claims).size() <= 32 * 1024);
    for (const char* hidden : {"nonce", "at_hash", "c_hash", "s_hash"}) {
      require(identity->claims.find(hidden) == nullptr);
    }
  }
}

/// Nothing is accepted that nobody signed.
void check_token(std::string_view text) {
  if (!sign_in(text, world().metadata, world().refreshed) && !log_out(text)) return;
  const auto first = text.find('.');
  const auto payload = base64url_decode(text.substr(first + 1, text.rfind('.') - first - 1));
  require(payload && (*payload == signed_claims[0] || *payload == signed_claims[1]));
}

/// What the issuer did sign, whatever it says.
void check_claims(std::string_view text) {
  const World& w = world();
  if (text.empty() || text.size() > oidc::max_payload_size) return;
  std::string token = signed_by_us(text);
  const auto logout = log_out(token);
  require(!logout || !logout->subject.empty() || !logout->session.empty());
  require(!logout || (!logout->id.empty() && logout->forget > now));
  for (const auto* metadata : {&w.metadata, &w.shared}) {
    for (const auto* expected : {&w.fresh, &w.refreshed}) {
      const auto accepted = sign_in(token, *metadata, *expected);
      if (!accepted) continue;
      require(!logout);
      require(!accepted->subject.empty() && accepted->subject.size() <= 255);
      require(accepted->issuer.starts_with("https://idp.example"));
      check_identity(*accepted);
    }
  }
  token.back() = token.back() == 'A' ? 'Q' : 'A';
  require(!sign_in(token, w.metadata, w.refreshed) && !log_out(token));
}

void check_userinfo(std::string_view text) {
  const World& w = world();
  const auto claims =
      oidc::read_userinfo("application/json", text, "u1", w.keys, w.metadata, w.settings);
  require(!claims || *claims->find("sub") == json::Value("u1"));
}

}  // namespace

/// The same text as a token, as the claims of one and as userinfo.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_token(text);
  check_claims(text);
  check_userinfo(text);
  return 0;
}
