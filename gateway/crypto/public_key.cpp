#include "gateway/crypto/public_key.h"

#include "gateway/crypto/evp.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include <algorithm>
#include <bit>
#include <new>

namespace rollcall {
namespace {

constexpr std::size_t max_exponent_size = 4;
constexpr std::size_t ed25519_size = 32;

Error bad_key(std::string detail) { return Error(Fault::invalid_value, std::move(detail)); }

std::string_view without_leading_zeros(std::string_view number) {
  return number.substr(std::min(number.find_first_not_of('\0'), number.size()));
}

std::size_t bits_of(std::string_view number) {
  if (number.empty()) return 0;
  return 8 * (number.size() - 1) +
         static_cast<std::size_t>(std::bit_width(static_cast<unsigned char>(number.front())));
}

bool is_odd(std::string_view number) { return !number.empty() && (number.back() & 1) != 0; }

Result<evp::Pkey> make(const RsaPublic& rsa) {
  const std::string_view modulus = without_leading_zeros(rsa.modulus);
  const std::string_view exponent = without_leading_zeros(rsa.exponent);
  const std::size_t bits = bits_of(modulus);
  if (bits < PublicKey::min_rsa_bits || bits > PublicKey::max_rsa_bits) {
    return bad_key("An RSA key of " + std::to_string(bits) + " bits is not accepted.");
  }
  if (!is_odd(modulus)) return bad_key("The modulus of an RSA key is even.");
  if (exponent.size() > max_exponent_size || !is_odd(exponent) || exponent == "\1") {
    return bad_key("The exponent of an RSA key is not an odd number of 2 to 32 bits.");
  }
  evp::KeyBuilder builder;
  builder.number(OSSL_PKEY_PARAM_RSA_N, modulus);
  builder.number(OSSL_PKEY_PARAM_RSA_E, exponent);
  return builder.make("RSA", EVP_PKEY_PUBLIC_KEY);
}

Result<evp::Pkey> make(const EcPublic& ec) {
  const std::size_t size = coordinate_size(ec.curve);
  if (size == 0) return bad_key("A key with coordinates has no curve.");
  if (ec.x.size() != size || ec.y.size() != size) {
    return bad_key("A coordinate is not as long as its curve demands.");
  }
  const std::string point = '\x04' + ec.x + ec.y;  // uncompressed (SEC 1 §2.3.3)
  evp::KeyBuilder builder;
  builder.text(OSSL_PKEY_PARAM_GROUP_NAME, evp::curve_name(ec.curve));
  builder.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  return builder.make("EC", EVP_PKEY_PUBLIC_KEY);
}

Result<evp::Pkey> make(const Ed25519Public& ed) {
  if (ed.bytes.size() != ed25519_size) return bad_key("An Ed25519 key has 32 bytes.");
  return evp::Pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, evp::bytes(ed.bytes),
                                               ed.bytes.size()));
}

/// r‖s as the DER that OpenSSL wants.
std::string der_of(std::string_view raw) {
  const auto half = static_cast<int>(raw.size() / 2);
  const CPtr<ECDSA_SIG, &ECDSA_SIG_free> pair(ECDSA_SIG_new());
  evp::BigNumber r(BN_bin2bn(evp::bytes(raw), half, nullptr));
  evp::BigNumber s(BN_bin2bn(evp::bytes(raw) + half, half, nullptr));
  if (!pair || !r || !s) throw std::bad_alloc();
  ECDSA_SIG_set0(pair.get(), r.release(), s.release());
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)), '\0');
  unsigned char* out = evp::writable(der);
  i2d_ECDSA_SIG(pair.get(), &out);
  return der;
}

bool is_valid(EVP_PKEY* key, KeyKind kind) {
  if (coordinate_size(kind) == 0) return true;
  const evp::ErrorScope errors;
  const evp::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_public_check_quick(context.get()) == 1;
}

KeyKind kind_of_numbers(const PublicNumbers& numbers) {
  if (const auto* ec = std::get_if<EcPublic>(&numbers)) return ec->curve;
  return std::holds_alternative<RsaPublic>(numbers) ? KeyKind::rsa : KeyKind::ed25519;
}

}  // namespace

Result<PublicKey> PublicKey::from(const PublicNumbers& numbers) {
  TRY(evp::Pkey key, std::visit([](const auto& one) { return make(one); }, numbers));
  const KeyKind kind = kind_of_numbers(numbers);
  if (!key || !is_valid(key.get(), kind)) {
    return bad_key("The numbers of the key are not those of a valid key.");
  }
  return PublicKey(kind, std::move(key));
}

PublicNumbers PublicKey::numbers() const {
  if (kind_ == KeyKind::rsa) {
    return RsaPublic{evp::number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N),
                     evp::number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E)};
  }
  if (const std::size_t size = coordinate_size(kind_); size > 0) {
    return EcPublic{kind_, evp::number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, size),
                    evp::number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size)};
  }
  Ed25519Public ed{std::string(ed25519_size, '\0')};
  std::size_t size = ed25519_size;
  EVP_PKEY_get_raw_public_key(key_.get(), evp::writable(ed.bytes), &size);
  return ed;
}

bool PublicKey::verify(SignatureScheme scheme, std::string_view message,
                       std::string_view signature) const {
  if (rollcall::kind_of(scheme) != kind_) return false;
  const evp::ErrorScope errors;
  std::string der;
  if (const std::size_t size = coordinate_size(kind_); size > 0) {
    if (signature.size() != 2 * size) return false;
    der = der_of(signature);
    signature = der;
  }
  const evp::DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's
  return EVP_DigestVerifyInit(context.get(), &parameters, evp::digest_for(scheme), nullptr,
                              key_.get()) == 1 &&
         evp::set_padding(parameters, scheme) &&
         EVP_DigestVerify(context.get(), evp::bytes(signature), signature.size(),
                          evp::bytes(message), message.size()) == 1;
}

}  // namespace rollcall
