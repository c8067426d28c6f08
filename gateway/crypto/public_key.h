#pragma once

#include "gateway/base/result.h"
#include "gateway/crypto/signature_scheme.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct evp_pkey_st;

namespace rollcall {

/// The numbers of a public key as bytes, most significant first.
struct RsaPublic {
  std::string modulus;
  std::string exponent;
};
/// Coordinates exactly as long as `coordinate_size(curve)`.
struct EcPublic {
  KeyKind curve;
  std::string x;
  std::string y;
};
struct Ed25519Public {
  std::string bytes;
};
using PublicNumbers = std::variant<RsaPublic, EcPublic, Ed25519Public>;

/// A public key, checked when it was made. Copies share the key; any thread may use it.
class PublicKey {
 public:
  static constexpr std::size_t min_rsa_bits = 2048;
  /// Beyond it, and beyond an exponent of 32 bits, a verification takes milliseconds.
  static constexpr std::size_t max_rsa_bits = 8192;

  /// invalid_value, with what is wrong: RSA outside the bounds above or with an even modulus or
  /// exponent, a coordinate of another length, a point that is not on its curve.
  static Result<PublicKey> from(const PublicNumbers& numbers);

  KeyKind kind() const { return kind_; }
  PublicNumbers numbers() const;

  /// ECDSA signatures are r‖s, both as long as a coordinate. False also if the scheme is for
  /// another kind of key.
  bool verify(SignatureScheme scheme, std::string_view message, std::string_view signature) const;

 private:
  friend class PrivateKey;
  PublicKey(KeyKind kind, std::shared_ptr<evp_pkey_st> key) : kind_(kind), key_(std::move(key)) {}

  KeyKind kind_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace rollcall
