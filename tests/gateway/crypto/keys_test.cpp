#include "gateway/crypto/base64.h"
#include "gateway/crypto/key_derivation.h"
#include "gateway/crypto/private_key.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>
#include <thread>
#include <vector>

namespace rollcall {
namespace {

constexpr std::array kinds{KeyKind::rsa, KeyKind::p256, KeyKind::p384, KeyKind::p521,
                           KeyKind::ed25519};

SignatureScheme scheme_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa:
      return SignatureScheme::rsa_pss_sha256;
    case KeyKind::p256:
      return SignatureScheme::ecdsa_p256_sha256;
    case KeyKind::p384:
      return SignatureScheme::ecdsa_p384_sha384;
    case KeyKind::p521:
      return SignatureScheme::ecdsa_p521_sha512;
    case KeyKind::ed25519:
      return SignatureScheme::ed25519;
  }
  return SignatureScheme::ed25519;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

TEST(PrivateKey, SignsWhatItsPublicHalfVerifies) {
  for (const KeyKind kind : kinds) {
    const auto key = PrivateKey::generate(kind);
    const SignatureScheme scheme = scheme_of(kind);
    const std::string signature = key.sign(scheme, "message");
    if (const std::size_t size = coordinate_size(kind)) EXPECT_EQ(signature.size(), 2 * size);
    EXPECT_TRUE(key.public_key().verify(scheme, "message", signature));
    EXPECT_FALSE(key.public_key().verify(scheme, "massage", signature));
    EXPECT_FALSE(PrivateKey::generate(kind).public_key().verify(scheme, "message", signature));
    EXPECT_FALSE(key.public_key().verify(scheme, "message", ""));
  }
}

TEST(PrivateKey, SignsByNoSchemeOfAnotherKind) {
  for (const KeyKind kind : kinds) {
    const auto key = PrivateKey::generate(kind);
    for (const KeyKind other : kinds) {
      if (other == kind) continue;
      EXPECT_THROW((void)key.sign(scheme_of(other), "message"), std::invalid_argument);
      EXPECT_FALSE(key.public_key().verify(scheme_of(other), "message", std::string(64, '\1')));
    }
  }
}

TEST(PrivateKey, GoesOutAsPemAndComesBackTheSame) {
  for (const KeyKind kind : kinds) {
    const auto key = PrivateKey::generate(kind);
    const auto read = PrivateKey::from_pem(key.pem());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind(), kind);
    const std::string signature = read->sign(scheme_of(kind), "message");
    EXPECT_TRUE(key.public_key().verify(scheme_of(kind), "message", signature));
  }
}

TEST(PrivateKey, OfAnotherFormIsRefused) {
  const std::string pem(PrivateKey::generate(KeyKind::p256).pem().reveal());
  // An encrypted key, which must not wait for a password on a terminal.
  const char* encrypted =
      "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
      "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAAAAAAAAAAAAAAAAAAAA==\n"
      "-----END EC PRIVATE KEY-----\n";
  // A key on secp256k1 is one, but of no kind that we know.
  const char* koblitz =
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgAQEBAQEBAQEBAQEBAQEB\n"
      "AQEBAQEBAQEBAQEBAQEBAQGhRANCAAQbhMVWexJkQJldPtWqugVl1x4YNGBIGf+c\n"
      "F/Xp1d0Hj3C+r49Yi1QVB/7WpkLFq0Lf34Egp/Y53lEi1HppqOjR\n-----END PRIVATE KEY-----\n";
  for (const std::string& text :
       {std::string(), std::string("no key"), pem.substr(0, pem.size() / 2), std::string(encrypted),
        std::string(koblitz)}) {
    const auto key = PrivateKey::from_pem(Secret(text));
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().fault(), Fault::invalid_value);
  }
}

// TLS on the same thread would take a left-over error for its own.
TEST(PublicKey, LeavesNoErrorBehind) {
  const auto key = PrivateKey::generate(KeyKind::rsa);
  ERR_clear_error();
  EXPECT_FALSE(key.public_key().verify(SignatureScheme::rsa_pkcs1_sha256, "message",
                                       std::string(256, '\1')));
  EXPECT_FALSE(
      PublicKey::from(EcPublic{KeyKind::p256, std::string(32, '\1'), std::string(32, '\1')}));
  EXPECT_FALSE(key.decrypt_oaep(Hash::sha256, std::string(256, '\1')));
  EXPECT_FALSE(PrivateKey::from_pem(Secret("no key")));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PublicKey, IsSharedByThreads) {
  const auto key = PrivateKey::generate(KeyKind::p256);
  const PublicKey open = key.public_key();
  const std::string signature = key.sign(SignatureScheme::ecdsa_p256_sha256, "message");
  std::array<int, 4> right{};
  std::vector<std::thread> threads;
  for (int& count : right) {
    threads.emplace_back([&count, open, &signature] {
      for (int i = 0; i < 50; ++i) {
        count += open.verify(SignatureScheme::ecdsa_p256_sha256, "message", signature) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : right) EXPECT_EQ(count, 50);
}

TEST(PrivateKey, AgreesWithItsPeerAndNobodyElse) {
  for (const KeyKind kind : {KeyKind::p256, KeyKind::p384, KeyKind::p521}) {
    const auto ours = PrivateKey::generate(kind);
    const auto theirs = PrivateKey::generate(kind);
    const auto one = ours.agree(theirs.public_key());
    const auto other = theirs.agree(ours.public_key());
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->reveal(), other->reveal());
    EXPECT_EQ(one->reveal().size(), coordinate_size(kind));
    const auto elsewhere =
        PrivateKey::generate(kind == KeyKind::p256 ? KeyKind::p384 : KeyKind::p256);
    EXPECT_FALSE(ours.agree(elsewhere.public_key()));
    EXPECT_FALSE(ours.agree(PrivateKey::generate(KeyKind::ed25519).public_key()));
  }
}

// RFC 7518 Appendix C.
TEST(ConcatKdf, GivesTheVectorOfRfc7518) {
  const Secret shared(unhex("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4"));
  const std::string info = unhex("00000007") + "A128GCM" + unhex("00000005") + "Alice" +
                           unhex("00000003") + "Bob" + unhex("00000080");
  EXPECT_EQ(base64url_encode(concat_kdf(shared, info, 16).reveal()), "VqqN6vgjbSBcIijNcacQGg");
}

// RFC 3394 §4.1 and §4.6.
TEST(KeyUnwrap, GivesTheVectorsOfRfc3394) {
  const struct {
    const char* key;
    const char* wrapped;
    const char* plain;
  } cases[] = {
      {"000102030405060708090A0B0C0D0E0F", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5",
       "00112233445566778899AABBCCDDEEFF"},
      {"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
       "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
       "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F"}};
  for (const auto& [key, wrapped, plain] : cases) {
    const auto unwrapped = unwrap_key(Secret(unhex(key)), unhex(wrapped));
    ASSERT_TRUE(unwrapped);
    EXPECT_EQ(unwrapped->reveal(), unhex(plain));
    std::string changed = unhex(wrapped);
    changed.back() = static_cast<char>(changed.back() ^ 1);
    EXPECT_FALSE(unwrap_key(Secret(unhex(key)), changed));
    // Of the shapes that overran a peer's buffer.
    for (const std::size_t size : {0U, 7U, 8U, 15U, 16U, 23U, 80U, 4096U}) {
      EXPECT_FALSE(unwrap_key(Secret(unhex(key)), std::string(size, '\1'))) << size;
    }
    EXPECT_FALSE(unwrap_key(Secret(std::string(24, '\1')), unhex(wrapped)));
  }
}

}  // namespace
}  // namespace rollcall
