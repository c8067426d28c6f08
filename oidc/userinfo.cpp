#include "gateway/base/text.h"
#include "oidc/compact.h"
#include "oidc/id_token.h"
#include "oidc/refusal.h"
#include "oidc/token_checks.h"

#include <array>

namespace rollcall::oidc {
namespace {

constexpr std::array<std::string_view, 1> userinfo_types{"JWT"};

/// Core §5.3.2: who made it and for whom, where it says so.
Result<json::Object> read_signed(std::string_view body, const JwkSet& keys,
                                 const ProviderMetadata& metadata, const ClientSettings& settings) {
  TRY(const Jws jws,
      Jws::parse(body, {.algorithms = settings.algorithms, .types = userinfo_types}));
  TRY(const VerifiedJws verified, jws.verify(keys));
  TRY(json::Object claims, verified.claims());
  if (claims.find("iss") != nullptr) {
    CHECK_OK(check_issuer(claims, verified, metadata, settings));
  }
  if (claims.find("aud") != nullptr) CHECK_OK(check_audience(claims, settings));
  return claims;
}

Result<json::Object> read_document(std::string_view content_type, std::string_view body,
                                   const JwkSet& keys, const ProviderMetadata& metadata,
                                   const ClientSettings& settings) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (iequals(type, "application/json")) return parse_object(body, "token_endpoint");
  if (iequals(type, "application/jwt")) return read_signed(body, keys, metadata, settings);
  return refuse("token_endpoint", "userinfo is neither application/json nor application/jwt");
}

}  // namespace

Result<json::Object> read_userinfo(std::string_view content_type, std::string_view body,
                                   std::string_view subject, const JwkSet& keys,
                                   const ProviderMetadata& metadata,
                                   const ClientSettings& settings) {
  TRY(json::Object claims, read_document(content_type, body, keys, metadata, settings));
  const std::string* about = text_of(claims, "sub");
  if (about == nullptr || *about != subject) {
    return refuse("userinfo_sub_mismatch", "userinfo is not about the subject of the ID token");
  }
  return claims;
}

}  // namespace rollcall::oidc
