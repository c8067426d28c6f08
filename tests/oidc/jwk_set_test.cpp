#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::key_of;
using test::set_of;

constexpr auto rs256 = SignatureScheme::rsa_pkcs1_sha256;
constexpr auto es256 = SignatureScheme::ecdsa_p256_sha256;

json::Object key(KeyKind kind, std::initializer_list<json::Member> members) {
  json::Object jwk = to_jwk(key_of(kind).public_key());
  for (const json::Member& member : members) jwk.set(member.name, member.value);
  return jwk;
}

TEST(JwkSet, SkipsKeysThatCannotVerifyAndKeepsTheOthers) {
  const struct {
    const char* name;
    json::Value key;
    bool kept;
  } cases[] = {
      {"plain", key(KeyKind::rsa, {}), true},
      {"for signatures", key(KeyKind::rsa, {{"use", "sig"}}), true},
      {"for encryption", key(KeyKind::rsa, {{"use", "enc"}}), false},
      {"for a use we do not know", key(KeyKind::rsa, {{"use", "tls"}}), false},
      {"use is a list", key(KeyKind::rsa, {{"use", json::Array{"sig"}}}), false},
      {"verifies", key(KeyKind::rsa, {{"key_ops", json::Array{"verify", "x-new"}}}), true},
      {"only encrypts", key(KeyKind::rsa, {{"key_ops", json::Array{"encrypt"}}}), false},
      {"no operations", key(KeyKind::rsa, {{"key_ops", json::Array{}}}), false},
      {"operations as text", key(KeyKind::rsa, {{"key_ops", "verify"}}), false},
      {"its algorithm", key(KeyKind::p256, {{"alg", "ES256"}}), true},
      {"another kind's algorithm", key(KeyKind::p256, {{"alg", "RS256"}}), false},
      {"another curve's algorithm", key(KeyKind::p256, {{"alg", "ES384"}}), false},
      {"an HMAC algorithm", key(KeyKind::rsa, {{"alg", "HS256"}}), false},
      {"an encryption algorithm", key(KeyKind::rsa, {{"alg", "RSA-OAEP"}}), false},
      {"an algorithm we do not know", key(KeyKind::rsa, {{"alg", "RS1024"}}), false},
      {"members of the IdP's own", key(KeyKind::rsa, {{"x5t", "abc"}, {"x5c", json::Array{}}}),
       true},
      {"a kid that is a number", key(KeyKind::rsa, {{"kid", 7}}), false},
      {"a type we do not know", json::Object{{"kty", "AKP"}, {"pub", "AA"}}, false},
      {"symmetric", json::Object{{"kty", "oct"}, {"k", "AA"}}, false},
      {"private", key(KeyKind::p256, {{"d", "AA"}}), false},
      {"no object", json::Value("key"), false},
  };
  for (const auto& [name, jwk, kept] : cases) {
    const JwkSet set = set_of(json::Array{jwk, key(KeyKind::ed25519, {{"kid", "good"}})});
    EXPECT_EQ(set.keys().size(), kept ? 2U : 1U) << name;
    EXPECT_EQ(set.skipped().size(), kept ? 0U : 1U) << name;
    EXPECT_EQ(set.keys().back().kid, "good") << name;
  }
}

TEST(JwkSet, ThatIsNoneIsRefused) {
  const std::string too_deep =
      R"({"keys":[],"x":)" + std::string(9, '[') + std::string(9, ']') + "}";
  for (const std::string& text : std::initializer_list<std::string>{
           "", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})", R"({"keys":[})",
           "<html></html>", too_deep, std::string(JwkSet::max_size, ' ') + R"({"keys":[]})"}) {
    EXPECT_FALSE(JwkSet::parse(text)) << text.substr(0, 40);
  }
  EXPECT_TRUE(JwkSet::parse(R"({"keys":[]})"));
}

TEST(JwkSet, OfMoreThanAHundredKeysIsRefusedWhole) {
  const json::Object one = key(KeyKind::ed25519, {});
  EXPECT_EQ(set_of(json::Array(100, one)).keys().size(), 100U);
  EXPECT_FALSE(JwkSet::parse(json::write(json::Object{{"keys", json::Array(101, one)}})));
}

// OpenID Connect Core §10.1; the rules of which key may be tried.
TEST(JwkSet, OffersTheKeysThatATokenMayBeVerifiedBy) {
  const json::Object rsa = key(KeyKind::rsa, {{"kid", "a"}});
  const json::Object rsa_rs256 = key(KeyKind::rsa, {{"kid", "a"}, {"alg", "RS256"}});
  const json::Object rsa_ps256 = key(KeyKind::rsa, {{"kid", "a"}, {"alg", "PS256"}});
  const json::Object ec = key(KeyKind::p256, {{"kid", "a"}});
  const json::Object nameless = key(KeyKind::rsa, {});
  const struct {
    const char* name;
    json::Array keys;
    SignatureScheme algorithm;
    std::optional<std::string> kid;
    std::size_t offered;  // 0: key_unknown
  } cases[] = {
      {"by its kid", {rsa}, rs256, "a", 1},
      {"another kid", {rsa}, rs256, "b", 0},
      {"a kid in another case", {rsa}, rs256, "A", 0},
      {"a kid with more behind it", {rsa}, rs256, "a\n", 0},
      {"a kid for a key without", {nameless}, rs256, "a", 0},
      {"no kid, one key", {rsa}, rs256, std::nullopt, 1},
      {"no kid, one key that fits", {rsa, ec}, es256, std::nullopt, 1},
      {"no kid, two keys", {rsa, nameless}, rs256, std::nullopt, 0},
      {"no kid, no key", {}, rs256, std::nullopt, 0},
      {"the right kid for another kind of key", {ec}, rs256, "a", 0},
      {"the right kid for another curve", {ec}, SignatureScheme::ecdsa_p384_sha384, "a", 0},
      {"a key for another algorithm", {rsa_ps256}, rs256, "a", 0},
      {"two keys of one kid", {rsa, rsa}, rs256, "a", 2},
      {"two kinds of key of one kid", {rsa, ec}, es256, "a", 1},
      {"two algorithms of one kid", {rsa_rs256, rsa_ps256}, rs256, "a", 1},
      {"unlike keys of one kid", {rsa_rs256, rsa}, rs256, "a", 0},
      {"four keys of one kid", json::Array(4, rsa), rs256, "a", 4},
      {"five keys of one kid", json::Array(5, rsa), rs256, "a", 0},
  };
  for (const auto& [name, keys, algorithm, kid, offered] : cases) {
    const JwkSet set = set_of(keys);
    const auto found = set.candidates(algorithm, kid ? &*kid : nullptr);
    EXPECT_EQ(found ? found->size() : 0, offered) << name;
    if (!found) EXPECT_EQ(test::code_of(found), "key_unknown") << name;
  }
}

TEST(JwkSet, TriesEveryKeyOfAKidWhicheverComesFirst) {
  const auto other = PrivateKey::generate(KeyKind::p256);
  json::Object wrong = to_jwk(other.public_key());
  wrong.set("kid", "k");
  const json::Object right = key(KeyKind::p256, {{"kid", "k"}});
  const std::string token = test::token_of(R"({"alg":"ES256","kid":"k"})", "{}", es256);
  EXPECT_EQ(test::verdict(token, set_of({wrong, right})), "");
  EXPECT_EQ(test::verdict(token, set_of({right, wrong})), "");
  EXPECT_EQ(test::verdict(token, set_of({wrong, wrong})), "signature_invalid");
}

// Entra: a key may verify only the tokens of the issuer it names.
TEST(JwkSet, KeepsTheIssuerOfAKeyForTheCheckOfTheClaims) {
  const JwkSet set = set_of({key(KeyKind::p256, {{"issuer", "https://login.example/{tenantid}"}})});
  const auto jws =
      Jws::parse(test::token_of(R"({"alg":"ES256"})", "{}", es256), test::any_algorithm);
  ASSERT_TRUE(jws);
  const auto verified = jws->verify(set);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->key_issuer(), "https://login.example/{tenantid}");
}

}  // namespace
}  // namespace rollcall::oidc
