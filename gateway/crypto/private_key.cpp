#include "gateway/crypto/private_key.h"

#include "gateway/crypto/evp.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::size_t ed25519_seed_size = 32;

Error bad_key() { return Error(Fault::invalid_value, "The private key is not a valid key."); }

evp::Pkey make(const RsaPrivate& rsa) {
  evp::KeyBuilder builder;
  builder.number(OSSL_PKEY_PARAM_RSA_N, rsa.open.modulus);
  builder.number(OSSL_PKEY_PARAM_RSA_E, rsa.open.exponent);
  builder.number(OSSL_PKEY_PARAM_RSA_D, rsa.exponent.reveal());
  builder.number(OSSL_PKEY_PARAM_RSA_FACTOR1, rsa.p.reveal());
  builder.number(OSSL_PKEY_PARAM_RSA_FACTOR2, rsa.q.reveal());
  builder.number(OSSL_PKEY_PARAM_RSA_EXPONENT1, rsa.dp.reveal());
  builder.number(OSSL_PKEY_PARAM_RSA_EXPONENT2, rsa.dq.reveal());
  builder.number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, rsa.qi.reveal());
  return builder.make("RSA", EVP_PKEY_KEYPAIR);
}

evp::Pkey make(const EcPrivate& ec) {
  if (ec.scalar.reveal().size() != coordinate_size(ec.open.curve)) return nullptr;
  const std::string point = '\x04' + ec.open.x + ec.open.y;
  evp::KeyBuilder builder;
  builder.text(OSSL_PKEY_PARAM_GROUP_NAME, evp::curve_name(ec.open.curve));
  builder.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  builder.number(OSSL_PKEY_PARAM_PRIV_KEY, ec.scalar.reveal());
  return builder.make("EC", EVP_PKEY_KEYPAIR);
}

evp::Pkey make(const Ed25519Private& ed) {
  const std::string_view seed = ed.seed.reveal();
  if (seed.size() != ed25519_seed_size) return nullptr;
  evp::Pkey key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, evp::bytes(seed), seed.size()));
  std::string open(ed25519_seed_size, '\0');
  std::size_t size = open.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), evp::writable(open), &size) != 1 ||
      open != ed.open.bytes) {
    return nullptr;
  }
  return key;
}

std::optional<KeyKind> kind_of_pkey(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyKind::rsa;
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyKind::ed25519;
  std::array<char, 32> group{};
  if (EVP_PKEY_is_a(key, "EC") != 1 ||
      EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1) {
    return std::nullopt;
  }
  const std::string_view name(group.data());
  if (name == "prime256v1") return KeyKind::p256;
  if (name == "secp384r1") return KeyKind::p384;
  if (name == "secp521r1") return KeyKind::p521;
  return std::nullopt;
}

/// DER as r‖s, each padded to `size`.
std::string raw_of(std::string_view der, std::size_t size) {
  const unsigned char* at = evp::bytes(der);
  const CPtr<ECDSA_SIG, &ECDSA_SIG_free> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(2 * size, '\0');
  const auto width = static_cast<int>(size);
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), evp::writable(raw), width) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), evp::writable(raw) + size, width) < 0) {
    throw std::runtime_error("OpenSSL made a signature that cannot be read");
  }
  return raw;
}

/// An encrypted PEM must not ask for its password on the terminal.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

Result<PrivateKey> PrivateKey::checked(std::shared_ptr<evp_pkey_st> key) {
  const auto kind = key ? kind_of_pkey(key.get()) : std::nullopt;
  if (!kind) return bad_key();
  const auto numbers = PublicKey(*kind, key).numbers();
  TRY(PublicKey open, PublicKey::from(numbers));
  if (*kind != KeyKind::ed25519) {  // whose public half is always computed from the private one
    const evp::ErrorScope errors;
    const evp::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!context || EVP_PKEY_pairwise_check(context.get()) != 1) return bad_key();
  }
  return PrivateKey(std::move(key), std::move(open));
}

PrivateKey PrivateKey::generate(KeyKind kind) {
  const evp::ErrorScope errors;
  evp::Pkey key;
  if (kind == KeyKind::rsa) {
    key.reset(EVP_RSA_gen(unsigned{PublicKey::min_rsa_bits}));
  } else if (kind == KeyKind::ed25519) {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  } else {
    key.reset(EVP_EC_gen(evp::curve_name(kind)));
  }
  auto made = checked(std::move(key));
  if (!made) throw std::runtime_error("OpenSSL cannot generate a key");
  return *std::move(made);
}

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem) {
  const evp::ErrorScope errors;
  const std::string_view text = pem.reveal();
  if (text.size() > std::numeric_limits<int>::max()) return bad_key();
  const CPtr<BIO, &BIO_free_all> in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!in) return bad_key();
  return checked(evp::Pkey(PEM_read_bio_PrivateKey(in.get(), nullptr, &no_password, nullptr)));
}

Result<PrivateKey> PrivateKey::from(const PrivateNumbers& numbers) {
  // First the public half, whose sizes bound what OpenSSL is given.
  CHECK_OK(std::visit([](const auto& one) { return PublicKey::from(one.open); }, numbers));
  return checked(std::visit([](const auto& one) { return make(one); }, numbers));
}

Secret PrivateKey::pem() const {
  const CPtr<BIO, &BIO_free_all> out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot write a private key");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return Secret(std::string(text, static_cast<std::size_t>(size)));
}

std::string PrivateKey::sign(SignatureScheme scheme, std::string_view message) const {
  if (kind_of(scheme) != kind()) {
    throw std::invalid_argument("a key signs only by a scheme of its kind");
  }
  const evp::DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's
  std::size_t size = 0;
  const unsigned char* bytes = evp::bytes(message);
  if (EVP_DigestSignInit(context.get(), &parameters, evp::digest_for(scheme), nullptr,
                         key_.get()) != 1 ||
      !evp::set_padding(parameters, scheme) ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot begin to sign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), evp::writable(signature), &size, bytes, message.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot sign");
  }
  signature.resize(size);
  const std::size_t width = coordinate_size(kind());
  return width == 0 ? signature : raw_of(signature, width);
}

std::optional<Secret> PrivateKey::decrypt_oaep(Hash hash, std::string_view ciphertext) const {
  if (kind() != KeyKind::rsa) return std::nullopt;
  const evp::ErrorScope errors;
  const evp::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  const EVP_MD* digest = evp::algorithm_of(hash);
  if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), digest) != 1 ||
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), digest) != 1) {
    throw std::runtime_error("OpenSSL cannot prepare RSA-OAEP");
  }
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  std::string plaintext(size, '\0');
  if (EVP_PKEY_decrypt(context.get(), evp::writable(plaintext), &size, evp::bytes(ciphertext),
                       ciphertext.size()) != 1) {
    return std::nullopt;
  }
  plaintext.resize(size);
  return Secret(std::move(plaintext));
}

std::optional<Secret> PrivateKey::agree(const PublicKey& peer) const {
  if (coordinate_size(kind()) == 0 || peer.kind() != kind()) return std::nullopt;
  const evp::ErrorScope errors;
  const evp::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  std::string shared(coordinate_size(kind()), '\0');
  std::size_t size = shared.size();
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer.key_.get()) != 1 ||
      EVP_PKEY_derive(context.get(), evp::writable(shared), &size) != 1 || size != shared.size()) {
    return std::nullopt;
  }
  return Secret(std::move(shared));
}

}  // namespace rollcall
