#include "oidc/claims.h"
#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::list;

json::Object shown(std::string_view name, json::Value value) {
  return shown_claims(json::Object{{std::string(name), std::move(value)}});
}

TEST(OidcShownClaims, AreWhatTheIdpSaid) {
  const json::Object claims{{"sub", "person-1"},
                            {"iat", 1'800'000'000},
                            {"email_verified", true},
                            {"gone", json::Null()},
                            {"iss", "https://login.idp.example/a.b/v2.0"},
                            {"host", "eyes.idp.example"},
                            {"version", "1.2.3"},
                            {"groups", list({"a.b.c", "/org/eng"})},
                            {"address", json::Object{{"country", "DE"}}}};
  EXPECT_EQ(shown_claims(claims), claims);
}

// Proofs of a sign-in do not get into its trace.
TEST(OidcShownClaims, HaveNoHashesNoncesOrTokensOfOtherNames) {
  const json::Object claims{
      {"nonce", "n"},
      {"at_hash", "h"},
      {"c_hash", "h"},
      {"s_hash", "h"},
      {"_claim_sources",
       json::Object{{"src1", json::Object{{"endpoint", "https://x"}, {"access_token", "t"}}}}},
      {"identities", json::Array{json::Object{{"provider", "p"}, {"refresh_token", "t"}}}}};
  EXPECT_EQ(shown_claims(claims),
            (json::Object{
                {"_claim_sources", json::Object{{"src1", json::Object{{"endpoint", "https://x"}}}}},
                {"identities", json::Array{json::Object{{"provider", "p"}}}}}));
}

TEST(OidcShownClaims, SayOfATokenOnlyItsSize) {
  const std::string jws = test::Issuer().token();
  const std::string jwe = test::encrypted(test::key_of(KeyKind::p256).public_key(), "plaintext");
  const std::string unsigned_token = "eyJhbGciOiJub25lIn0.e30.";
  const auto size = [](const std::string& text) {
    return "(" + std::to_string(text.size()) + " bytes)";
  };
  for (const std::string& text : {jws, jwe, unsigned_token, "Bearer " + jws,
                                  "https://x.example/?t=" + jws + "&u=1", "a-b." + jws}) {
    EXPECT_EQ(shown("x", text), (json::Object{{"x", size(text)}})) << text;
    EXPECT_EQ(shown("x", json::Array{"y", json::Object{{"z", text}}}),
              (json::Object{{"x", json::Array{"y", json::Object{{"z", size(text)}}}}}));
  }
  EXPECT_EQ(shown(jws, "x"), json::Object());
}

TEST(OidcShownClaims, AreBoundedInSize) {
  const std::string most(2048, 'x');
  EXPECT_EQ(shown("x", most), (json::Object{{"x", most}}));
  EXPECT_EQ(shown("x", most + "x"), (json::Object{{"x", "(2049 bytes)"}}));
  // One list of 40 kB: its size stands for it, what comes behind is shown.
  const json::Object one_large = shown_claims({{"a", json::Array(20, most)}, {"b", "c"}});
  EXPECT_EQ(one_large, (json::Object{{"a", "(41021 bytes)"}, {"b", "c"}}));
  json::Object many;
  for (int i = 0; i < 5'000; ++i) many.append("claim" + std::to_string(i), "\n\n\n\n");
  const json::Object cut = shown_claims(many);
  EXPECT_LE(json::write(cut).size(), 32U * 1024);
  EXPECT_GT(json::write(cut).size(), 31U * 1024);
  EXPECT_EQ(*cut.find("…"), json::Value("(" + std::to_string(5'001 - cut.size()) + " more)"));
}

}  // namespace
}  // namespace rollcall::oidc
