#include "oidc/jwk.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "oidc/algorithms.h"
#include "oidc/compact.h"

#include <array>

namespace rollcall::oidc {
namespace {

/// The longest number of a key: an RSA modulus of 8192 bits, with room for a leading zero.
constexpr std::size_t max_number_size = PublicKey::max_rsa_bits / 8 + 1;

/// RFC 7518 §6.2.2, §6.3.2, §6.4; RFC 8037 §2.
constexpr std::array<std::string_view, 8> private_members = {"d",  "p",  "q",   "dp",
                                                             "dq", "qi", "oth", "k"};

Error bad_key(std::string detail) { return Error(Fault::invalid_value, std::move(detail)); }

Result<std::string> number(const json::Object& jwk, std::string_view name) {
  const std::string* text = text_of(jwk, name);
  auto bytes = text == nullptr ? std::nullopt : decode(*text, max_number_size);
  if (!bytes) {
    return bad_key("The key's member " + std::string(name) + " is missing or not base64url.");
  }
  return *std::move(bytes);
}

Result<Secret> secret_number(const json::Object& jwk, std::string_view name) {
  TRY(std::string bytes, number(jwk, name));
  return Secret(std::move(bytes));
}

std::string_view text_or_empty(const json::Object& jwk, std::string_view name) {
  const std::string* text = text_of(jwk, name);
  return text == nullptr ? std::string_view() : *text;
}

Result<EcPublic> ec_numbers(const json::Object& jwk) {
  for (const KeyKind curve : {KeyKind::p256, KeyKind::p384, KeyKind::p521}) {
    if (text_or_empty(jwk, "crv") != curve_name(curve)) continue;
    TRY(std::string x, number(jwk, "x"));
    TRY(std::string y, number(jwk, "y"));
    return EcPublic{curve, std::move(x), std::move(y)};
  }
  return bad_key("The key's curve is not one of P-256, P-384 and P-521.");
}

Result<PublicNumbers> public_numbers(const json::Object& jwk) {
  const std::string_view type = text_or_empty(jwk, "kty");
  if (type == "RSA") {
    TRY(std::string modulus, number(jwk, "n"));
    TRY(std::string exponent, number(jwk, "e"));
    return PublicNumbers(RsaPublic{std::move(modulus), std::move(exponent)});
  }
  if (type == "EC") {
    TRY(EcPublic ec, ec_numbers(jwk));
    return PublicNumbers(std::move(ec));
  }
  if (type == "OKP" && text_or_empty(jwk, "crv") == curve_name(KeyKind::ed25519)) {
    TRY(std::string bytes, number(jwk, "x"));
    return PublicNumbers(Ed25519Public{std::move(bytes)});
  }
  return bad_key("The key is not of a type we know: RSA, EC, or OKP with Ed25519.");
}

Result<PrivateNumbers> private_numbers(const json::Object& jwk) {
  TRY(PublicNumbers open, public_numbers(jwk));
  TRY(Secret d, secret_number(jwk, "d"));
  if (auto* ec = std::get_if<EcPublic>(&open)) {
    return PrivateNumbers(EcPrivate{std::move(*ec), std::move(d)});
  }
  if (auto* ed = std::get_if<Ed25519Public>(&open)) {
    return PrivateNumbers(Ed25519Private{std::move(*ed), std::move(d)});
  }
  TRY(Secret p, secret_number(jwk, "p"));
  TRY(Secret q, secret_number(jwk, "q"));
  TRY(Secret dp, secret_number(jwk, "dp"));
  TRY(Secret dq, secret_number(jwk, "dq"));
  TRY(Secret qi, secret_number(jwk, "qi"));
  return PrivateNumbers(RsaPrivate{std::get<RsaPublic>(std::move(open)), std::move(d), std::move(p),
                                   std::move(q), std::move(dp), std::move(dq), std::move(qi)});
}

struct ToJwk {
  json::Object operator()(const RsaPublic& rsa) const {
    return {{"e", base64url_encode(rsa.exponent)},
            {"kty", "RSA"},
            {"n", base64url_encode(rsa.modulus)}};
  }
  json::Object operator()(const EcPublic& ec) const {
    return {{"crv", curve_name(ec.curve)},
            {"kty", "EC"},
            {"x", base64url_encode(ec.x)},
            {"y", base64url_encode(ec.y)}};
  }
  json::Object operator()(const Ed25519Public& ed) const {
    return {
        {"crv", curve_name(KeyKind::ed25519)}, {"kty", "OKP"}, {"x", base64url_encode(ed.bytes)}};
  }
};

}  // namespace

Result<PublicKey> parse_public_jwk(const json::Object& jwk) {
  for (const std::string_view member : private_members) {
    if (jwk.find(member) != nullptr) return bad_key("The key is a secret, not a public key.");
  }
  TRY(PublicNumbers numbers, public_numbers(jwk));
  return PublicKey::from(numbers);
}

Result<PrivateKey> parse_private_jwk(const Secret& text) {
  const auto jwk = json::parse(text.reveal());
  if (!jwk || jwk->object() == nullptr) return bad_key("The private key is no JSON object.");
  TRY(PrivateNumbers numbers, private_numbers(*jwk->object()));
  return PrivateKey::from(numbers);
}

json::Object to_jwk(const PublicKey& key) { return std::visit(ToJwk(), key.numbers()); }

std::string thumbprint(const PublicKey& key) {
  return base64url_encode(as_bytes(sha256(json::write(to_jwk(key)))));
}

}  // namespace rollcall::oidc
