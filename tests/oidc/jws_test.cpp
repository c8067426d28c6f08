#include "oidc/algorithms.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::set_for;
using test::verdict;

TEST(Jws, SignedByEachAlgorithmVerifiesWithItsKeyAlone) {
  for (const SignatureScheme scheme : test::all_schemes) {
    const std::string token = sign(test::signing_key(scheme), "JWT", {{"sub", "u1"}, {"n", 1}});
    for (const SignatureScheme other : test::all_schemes) {
      EXPECT_EQ(verdict(token, set_for(other)), scheme == other ? "" : "key_unknown")
          << name(scheme) << " with a key for " << name(other);
    }
    const auto jws = Jws::parse(token, test::any_algorithm);
    ASSERT_TRUE(jws);
    EXPECT_EQ(jws->algorithm(), scheme);
    EXPECT_EQ(jws->kid(), "k");
    const auto verified = jws->verify(set_for(scheme));
    ASSERT_TRUE(verified);
    EXPECT_EQ(json::write(*verified->claims()), R"({"sub":"u1","n":1})");
  }
}

TEST(Jws, ByAnAlgorithmThatTheConnectionDoesNotAllowIsRefused) {
  for (const SignatureScheme scheme : test::all_schemes) {
    std::vector<SignatureScheme> others(test::all_schemes.begin(), test::all_schemes.end());
    std::erase(others, scheme);
    const std::string token = sign(test::signing_key(scheme), "JWT", {});
    const JwsRules rules{.algorithms = others, .types = test::id_token_types};
    EXPECT_EQ(verdict(token, set_for(scheme), rules), "alg_forbidden") << name(scheme);
  }
}

// One key can do RS256 and PS256; which it was made with must not be mistaken.
TEST(Jws, WhosePaddingIsNotThatOfItsHeaderIsRefused) {
  const auto pkcs1 = SignatureScheme::rsa_pkcs1_sha256;
  const auto pss = SignatureScheme::rsa_pss_sha256;
  json::Object jwk = to_jwk(test::key_of(KeyKind::rsa).public_key());
  const JwkSet keys = test::set_of({jwk});
  EXPECT_EQ(verdict(test::token_of(R"({"alg":"RS256"})", "{}", pkcs1), keys), "");
  EXPECT_EQ(verdict(test::token_of(R"({"alg":"PS256"})", "{}", pkcs1), keys), "signature_invalid");
  EXPECT_EQ(verdict(test::token_of(R"({"alg":"RS256"})", "{}", pss), keys), "signature_invalid");
  EXPECT_EQ(verdict(test::token_of(R"({"alg":"PS384"})", "{}", pss), keys), "signature_invalid");
}

TEST(Jws, OfAnotherTypeIsRefused) {
  constexpr auto es256 = SignatureScheme::ecdsa_p256_sha256;
  constexpr std::array<std::string_view, 2> logout{"JWT", "logout+jwt"};
  const JwsRules logout_rules{.algorithms = test::all_schemes, .types = logout};
  const JwsRules demanding{.algorithms = test::all_schemes, .types = logout, .type_required = true};
  const struct {
    const char* member;
    const char* id_token;
    const char* logout_token;
    const char* demanded;
  } cases[] = {
      {"", "", "", "typ_invalid"},
      {R"(,"typ":"JWT")", "", "", ""},
      {R"(,"typ":"jwt")", "", "", ""},
      {R"(,"typ":"application/JWT")", "", "", ""},
      {R"(,"typ":"logout+jwt")", "typ_invalid", "", ""},
      {R"(,"typ":"Application/Logout+JWT")", "typ_invalid", "", ""},
      {R"(,"typ":"at+jwt")", "typ_invalid", "typ_invalid", "typ_invalid"},
      {R"(,"typ":"")", "typ_invalid", "typ_invalid", "typ_invalid"},
      {R"(,"typ":null)", "typ_invalid", "typ_invalid", "typ_invalid"},
      {R"(,"typ":["JWT"])", "typ_invalid", "typ_invalid", "typ_invalid"},
  };
  for (const auto& [member, id_token, logout_token, demanded] : cases) {
    const std::string token =
        test::token_of(std::string(R"({"alg":"ES256")") + member + "}", "{}", es256);
    EXPECT_EQ(verdict(token, set_for(es256)), id_token) << member;
    EXPECT_EQ(verdict(token, set_for(es256), logout_rules), logout_token) << member;
    EXPECT_EQ(verdict(token, set_for(es256), demanding), demanded) << member;
  }
}

TEST(Jws, TellsTheTraceWhyAndTheStrangerNothing) {
  const auto jws = Jws::parse("a.b", test::any_algorithm);
  ASSERT_FALSE(jws);
  EXPECT_EQ(jws.error().detail(), "The sign-in is refused.");
  EXPECT_FALSE(jws.error().why().empty());
  EXPECT_EQ(jws.error().fault(), Fault::forbidden);
}

TEST(Algorithms, AreKnownByTheirExactNames) {
  for (const SignatureScheme scheme : test::all_schemes) {
    EXPECT_EQ(parse_signature_scheme(name(scheme)), scheme);
  }
  for (const char* text : {"none", "HS256", "HS384", "HS512", "rs256", "ES256K", "Ed25519", "",
                           "RS1", "RS256 ", "dir"}) {
    EXPECT_FALSE(parse_signature_scheme(text)) << text;
  }
  for (const char* text : {"RSA1_5", "dir", "A128KW", "A256GCMKW", "PBES2-HS256+A128KW",
                           "ECDH-ES+A192KW", "rsa-oaep", ""}) {
    EXPECT_FALSE(parse_key_management(text)) << text;
  }
}

}  // namespace
}  // namespace rollcall::oidc
