#pragma once

#include "gateway/base/json.h"
#include "oidc/jwk_set.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::oidc {

/// What is accepted in the place where a token arrives.
struct JwsRules {
  /// The connection's allow-list; the header only chooses among these.
  std::span<const SignatureScheme> algorithms;
  /// Values of `typ` without "application/", in any case: "JWT", "logout+jwt".
  std::span<const std::string_view> types;
  /// Whether `typ` must be there.
  bool type_required = false;
};

/// A JWS whose signature is right. Only Jws::verify makes one.
class VerifiedJws {
 public:
  const std::string& payload() const { return payload_; }
  /// The payload of a JWT. duplicate_member; signature_invalid if it is no JSON object.
  Result<json::Object> claims() const;
  /// Tells which hash at_hash and c_hash are made with.
  SignatureScheme algorithm() const { return algorithm_; }
  /// VerificationKey::issuer of the key that verified it.
  const std::string& key_issuer() const { return key_issuer_; }

 private:
  friend class Jws;
  VerifiedJws(std::string payload, SignatureScheme algorithm, std::string key_issuer)
      : payload_(std::move(payload)), algorithm_(algorithm), key_issuer_(std::move(key_issuer)) {}

  std::string payload_;
  SignatureScheme algorithm_;
  std::string key_issuer_;
};

/// A JWS in compact form (RFC 7515 §7.1) whose header the rules accept; nothing proves it yet. The
/// header's `jwk`, `jku`, `x5c` and `x5u` are never looked at: keys come from the issuer's set.
class Jws {
 public:
  /// Refused with signature_invalid (not three parts of strict base64url within bounds, header no
  /// JSON object), duplicate_member, alg_forbidden, crit_unknown, typ_invalid or key_unknown (a
  /// `kid` that is no text).
  static Result<Jws> parse(std::string_view token, const JwsRules& rules);

  SignatureScheme algorithm() const { return algorithm_; }
  const std::optional<std::string>& kid() const { return kid_; }
  /// Of anybody's making: to shed what cannot be meant for us before the costly check.
  const std::string& unverified_payload() const { return payload_; }

  /// key_unknown (the caller may fetch the set again and retry, once) or signature_invalid.
  Result<VerifiedJws> verify(const JwkSet& keys) const;

 private:
  Jws(SignatureScheme algorithm, std::optional<std::string> kid)
      : algorithm_(algorithm), kid_(std::move(kid)) {}

  SignatureScheme algorithm_;
  std::optional<std::string> kid_;
  std::string signed_text_;
  std::string payload_;
  std::string signature_;
};

}  // namespace rollcall::oidc
