#include "oidc/jws.h"

#include "gateway/base/text.h"
#include "oidc/algorithms.h"
#include "oidc/compact.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

/// Of an RSA key of 8192 bits, the longest that JwkSet takes.
constexpr std::size_t max_signature_size = PublicKey::max_rsa_bits / 8;

Error malformed(std::string why) { return refuse("signature_invalid", std::move(why)); }

/// RFC 7515 §4.1.1: by exact case, and only what the connection allows.
Result<SignatureScheme> check_algorithm(const json::Object& header,
                                        std::span<const SignatureScheme> allowed) {
  const std::string* text = text_of(header, "alg");
  const auto algorithm = text == nullptr ? std::nullopt : parse_signature_scheme(*text);
  if (!algorithm || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end()) {
    return refuse("alg_forbidden", "the header's alg is not one that the connection allows");
  }
  return *algorithm;
}

/// RFC 7515 §4.1.9, RFC 8725 §3.11: a token made for another purpose is not taken for this one.
Result<> check_type(const json::Object& header, const JwsRules& rules) {
  const json::Value* member = header.find("typ");
  if (member == nullptr) {
    if (rules.type_required) return refuse("typ_invalid", "the header has no typ");
    return {};
  }
  constexpr std::string_view prefix = "application/";
  std::string_view type = member->string() == nullptr ? std::string_view() : *member->string();
  if (iequals(type.substr(0, prefix.size()), prefix)) type.remove_prefix(prefix.size());
  const bool known = std::any_of(rules.types.begin(), rules.types.end(),
                                 [&](std::string_view one) { return iequals(one, type); });
  if (!known) return refuse("typ_invalid", "the header's typ is that of another kind of token");
  return {};
}

Result<std::optional<std::string>> read_kid(const json::Object& header) {
  if (header.find("kid") == nullptr) return std::optional<std::string>();
  const std::string* kid = text_of(header, "kid");
  if (kid == nullptr || kid->empty()) return refuse("key_unknown", "the header's kid is no text");
  return std::optional<std::string>(*kid);
}

}  // namespace

Result<json::Object> VerifiedJws::claims() const {
  return parse_object(payload_, "signature_invalid");
}

Result<Jws> Jws::parse(std::string_view token, const JwsRules& rules) {
  const auto parts = split<3>(token);
  if (!parts) return malformed("the token has not three parts");
  const auto [encoded_header, encoded_payload, encoded_signature] = *parts;
  TRY(const json::Object header,
      decode_object(encoded_header, max_header_size, "signature_invalid"));
  TRY(const SignatureScheme algorithm, check_algorithm(header, rules.algorithms));
  CHECK_OK(check_critical(header));
  CHECK_OK(check_type(header, rules));
  TRY(std::optional<std::string> kid, read_kid(header));
  auto payload = decode(encoded_payload, max_payload_size);
  auto signature = decode(encoded_signature, max_signature_size);
  if (!payload || !signature) return malformed("a part is empty, too long or not base64url");
  Jws jws(algorithm, std::move(kid));
  jws.signed_text_ = token.substr(0, encoded_header.size() + 1 + encoded_payload.size());
  jws.payload_ = *std::move(payload);
  jws.signature_ = *std::move(signature);
  return jws;
}

Result<VerifiedJws> Jws::verify(const JwkSet& keys) const {
  TRY(const auto candidates, keys.candidates(algorithm_, kid_ ? &*kid_ : nullptr));
  for (const VerificationKey* key : candidates) {
    if (key->key.verify(algorithm_, signed_text_, signature_)) {
      return VerifiedJws(payload_, algorithm_, key->issuer);
    }
  }
  return refuse("signature_invalid", "the signature is not one of the issuer's key");
}

}  // namespace rollcall::oidc
