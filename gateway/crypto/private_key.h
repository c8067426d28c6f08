#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/public_key.h"

#include <optional>
#include <variant>

namespace rollcall {

/// The numbers of a private key (RFC 7518 §6.2.2, §6.3.2; RFC 8037 §2).
struct RsaPrivate {
  RsaPublic open;
  Secret exponent, p, q, dp, dq, qi;
};
struct EcPrivate {
  EcPublic open;
  Secret scalar;
};
struct Ed25519Private {
  Ed25519Public open;
  Secret seed;
};
using PrivateNumbers = std::variant<RsaPrivate, EcPrivate, Ed25519Private>;

/// A private key of ours whose public half passes PublicKey's checks. Copies share the key; any
/// thread may use it.
class PrivateKey {
 public:
  /// RSA keys get 2048 bits: larger ones sign six times slower. Throws if OpenSSL cannot.
  static PrivateKey generate(KeyKind kind);
  /// PKCS#8 or the older forms, not encrypted; invalid_value if it holds no key of a KeyKind.
  static Result<PrivateKey> from_pem(const Secret& pem);
  /// invalid_value also when the two halves do not belong together.
  static Result<PrivateKey> from(const PrivateNumbers& numbers);

  const PublicKey& public_key() const { return public_key_; }
  KeyKind kind() const { return public_key_.kind(); }
  /// PKCS#8, not encrypted.
  Secret pem() const;

  /// In the form that PublicKey::verify takes. `scheme` must be one of this kind of key; throws
  /// otherwise.
  std::string sign(SignatureScheme scheme, std::string_view message) const;

  /// RSA-OAEP with `hash` for label and mask (RFC 7518 §4.3); nothing if it does not decrypt.
  std::optional<Secret> decrypt_oaep(Hash hash, std::string_view ciphertext) const;
  /// The x coordinate that both sides of ECDH come to, as long as the curve demands; nothing if
  /// `peer` lies on another curve.
  std::optional<Secret> agree(const PublicKey& peer) const;

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key, PublicKey public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}
  static Result<PrivateKey> checked(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_key_;
};

}  // namespace rollcall
