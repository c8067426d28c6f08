#include "gateway/crypto/base64.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::key_of;

json::Object jwk_of(KeyKind kind) { return to_jwk(key_of(kind).public_key()); }

json::Object with(json::Object jwk, std::string_view name, json::Value value) {
  jwk.set(name, std::move(value));
  return jwk;
}

json::Object rsa_with(std::string_view name, std::string_view bytes) {
  return with(jwk_of(KeyKind::rsa), name, base64url_encode(bytes));
}

std::string bytes_of(const json::Object& jwk, std::string_view name) {
  return *base64url_decode(*jwk.find(name)->string());
}

/// A number of so many bits, odd: no modulus that anybody made, but one by its looks.
std::string odd_number(std::size_t bits) {
  std::string number((bits + 7) / 8, '\xab');
  number.front() = static_cast<char>(1U << ((bits - 1) % 8));
  number.back() = 1;
  return number;
}

TEST(Jwk, OfEachKindGoesOutAndComesBackTheSame) {
  for (const KeyKind kind :
       {KeyKind::rsa, KeyKind::p256, KeyKind::p384, KeyKind::p521, KeyKind::ed25519}) {
    const auto key = parse_public_jwk(jwk_of(kind));
    ASSERT_TRUE(key) << key.error().detail();
    EXPECT_EQ(key->kind(), kind);
    EXPECT_EQ(thumbprint(*key), thumbprint(key_of(kind).public_key()));
  }
}

TEST(Jwk, WithNumbersThatAreNoKeyIsRefused) {
  const json::Object ec = jwk_of(KeyKind::p256);
  const json::Object ed = jwk_of(KeyKind::ed25519);
  std::string moved = bytes_of(ec, "y");
  moved.back() = static_cast<char>(moved.back() ^ 1);
  const struct {
    const char* name;
    json::Object jwk;
  } cases[] = {
      {"no type", with(ec, "kty", json::Null())},
      {"a type in the wrong case", with(ec, "kty", "ec")},
      {"a type that is a list", with(ec, "kty", json::Array{"EC"})},
      {"a curve we do not know", with(ec, "crv", "secp256k1")},
      {"the curve of a longer key", with(ec, "crv", "P-384")},
      {"X25519, which cannot sign", with(ed, "crv", "X25519")},
      {"a point beside the curve", with(ec, "y", base64url_encode(moved))},
      {"the point (0, 0)", with(with(ec, "x", base64url_encode(std::string(32, '\0'))), "y",
                                base64url_encode(std::string(32, '\0')))},
      {"a coordinate beyond the field", with(ec, "x", base64url_encode(std::string(32, '\xff')))},
      {"a coordinate with a leading zero",
       with(ec, "x", base64url_encode('\0' + bytes_of(ec, "x")))},
      {"a coordinate without its first byte",
       with(ec, "x", base64url_encode(bytes_of(ec, "x").substr(1)))},
      {"an empty coordinate", with(ec, "x", "")},
      {"a coordinate that is a number", with(ec, "x", 7)},
      {"padding", with(ec, "x", *ec.find("x")->string() + "=")},
      {"a long Ed25519 key", with(ed, "x", base64url_encode(std::string(33, '\1')))},
      {"a short Ed25519 key", with(ed, "x", base64url_encode(std::string(31, '\1')))},
      {"RSA of 1024 bits", rsa_with("n", odd_number(1024))},
      {"RSA of 2047 bits", rsa_with("n", odd_number(2047))},
      {"RSA of 8193 bits", rsa_with("n", odd_number(8193))},
      {"RSA of 80000 bits", rsa_with("n", odd_number(80'000))},
      {"1024 bits behind zeros", rsa_with("n", std::string(128, '\0') + odd_number(1024))},
      {"an even modulus", rsa_with("n", odd_number(2048).substr(0, 255) + '\2')},
      {"exponent 0", rsa_with("e", std::string(1, '\0'))},
      {"exponent 1", rsa_with("e", "\1")},
      {"exponent 2", rsa_with("e", "\2")},
      {"a huge exponent", rsa_with("e", odd_number(2040))},
      {"an exponent of 33 bits", rsa_with("e", odd_number(33))},
      {"no exponent", with(jwk_of(KeyKind::rsa), "e", json::Null())},
      {"a private half", with(ec, "d", base64url_encode(std::string(32, '\1')))},
      {"an empty private half", with(ec, "d", "")},
      {"a symmetric key", {{"kty", "oct"}, {"k", "c2VjcmV0"}}},
      {"a symmetric key that says EC", with(ec, "k", "c2VjcmV0")},
  };
  for (const auto& [name, jwk] : cases) {
    const auto key = parse_public_jwk(jwk);
    EXPECT_FALSE(key) << name;
    if (!key) EXPECT_EQ(key.error().fault(), Fault::invalid_value) << name;
  }
}

TEST(Jwk, MayPutAZeroBeforeItsModulusAndIsStillTheSameKey) {
  const json::Object jwk = jwk_of(KeyKind::rsa);
  const auto key = parse_public_jwk(rsa_with("n", '\0' + bytes_of(jwk, "n")));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_jwk(*key), jwk);
}

TEST(Jwk, AtTheBoundsOfRsaIsAccepted) {
  for (const std::size_t bits : {2048U, 8192U}) {
    EXPECT_TRUE(parse_public_jwk(rsa_with("n", odd_number(bits)))) << bits;
  }
  for (const char* exponent : {"\3", "\xff\xff\xff\xff"}) {
    EXPECT_TRUE(parse_public_jwk(rsa_with("e", exponent)));
  }
}

TEST(PrivateJwk, WhoseHalvesDoNotBelongTogetherIsRefused) {
  const json::Value file = test::data_file("jose/rfc.json");
  std::vector<json::Object> keys;
  for (const json::Value& row : *file.object()->find("keys")->array()) {
    const json::Object& jwk = *row.object()->find("key")->object();
    if (jwk.find("d") != nullptr) keys.push_back(jwk);
  }
  ASSERT_FALSE(keys.empty());
  for (const json::Object& jwk : keys) {
    for (const char* member : {"d", "p", "qi"}) {
      if (jwk.find(member) == nullptr) continue;
      std::string bytes = bytes_of(jwk, member);
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
      EXPECT_FALSE(
          parse_private_jwk(Secret(json::write(with(jwk, member, base64url_encode(bytes))))))
          << member;
      EXPECT_FALSE(parse_private_jwk(Secret(json::write(with(jwk, member, json::Null())))));
    }
  }
  for (const char* text : {"", "{}", "[]", "null", R"({"kty":"oct","k":"AA"})"}) {
    EXPECT_FALSE(parse_private_jwk(Secret(text))) << text;
  }
}

TEST(PublishedJwk, SaysWhatTheKeyIsForAndKeepsItsSecret) {
  const SigningKey own = test::signing_key(SignatureScheme::rsa_pss_sha256);
  const json::Object jwk = published(own);
  EXPECT_EQ(*jwk.find("use"), json::Value("sig"));
  EXPECT_EQ(*jwk.find("alg"), json::Value("PS256"));
  EXPECT_EQ(*jwk.find("kid"), json::Value("k"));
  EXPECT_TRUE(parse_public_jwk(jwk));
  const json::Object encryption =
      published(DecryptionKey{.key = key_of(KeyKind::p256), .kid = "e"});
  EXPECT_EQ(*encryption.find("use"), json::Value("enc"));
  EXPECT_TRUE(parse_public_jwk(encryption));
}

}  // namespace
}  // namespace rollcall::oidc
