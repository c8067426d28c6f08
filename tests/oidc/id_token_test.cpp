#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "oidc/algorithms.h"
#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using namespace std::chrono_literals;
using test::check;
using test::check_claims;
using test::code_of;
using test::Issuer;
using test::list;

TEST(OidcIdToken, ThatAllVariantsAreMadeFromIsReadAsItSays) {
  Issuer issuer;
  issuer.set("sid", "session-1");
  issuer.set_seconds("auth_time", -60s);
  const auto token = issuer.sign_in();
  ASSERT_TRUE(token) << token.error().why();
  EXPECT_EQ(token->issuer, test::issuer_url);
  EXPECT_EQ(token->subject, "person-1");
  EXPECT_EQ(token->session, "session-1");
  EXPECT_EQ(token->authenticated, test::now - 60s);
  EXPECT_EQ(token->claims, issuer.claims);
}

// Core §3.1.3.7 step 2, spec/oidc 1.3, 6: bad-iss, iss-slash, no-iss;
// oidcc-client-test-invalid-iss.
TEST(OidcIdToken, OfAnIssuerThatIsNotTheOneToTheByteIsRefused) {
  check_claims({
      {"bad-iss", [](auto& i) { i.set("iss", "https://evil.example"); }, "issuer_mismatch"},
      {"iss-slash", [](auto& i) { i.set("iss", std::string(test::issuer_url) + "/"); },
       "issuer_mismatch"},
      {"no-iss", [](auto& i) { i.drop("iss"); }, "issuer_mismatch"},
      {"in another case", [](auto& i) { i.set("iss", "https://IDP.example/realms/r"); },
       "issuer_mismatch"},
      {"a list", [](auto& i) { i.set("iss", list({"https://idp.example/realms/r"})); },
       "issuer_mismatch"},
      {"a NUL behind it", [](auto& i) { i.set("iss", std::string(test::issuer_url) + '\0'); },
       "issuer_mismatch"},
  });
}

// Core §2, spec/oidc 6: no-sub, empty-sub, num-sub, long-sub; oidcc-client-test-missing-sub.
TEST(OidcIdToken, WithoutASubjectOf1To255BytesIsRefused) {
  check_claims({
      {"no-sub", [](auto& i) { i.drop("sub"); }, "sub_invalid"},
      {"empty-sub", [](auto& i) { i.set("sub", ""); }, "sub_invalid"},
      {"num-sub", [](auto& i) { i.set("sub", 7); }, "sub_invalid"},
      {"long-sub", [](auto& i) { i.set("sub", std::string(300, 'x')); }, "sub_invalid"},
      {"256 bytes", [](auto& i) { i.set("sub", std::string(256, 'x')); }, "sub_invalid"},
      {"null", [](auto& i) { i.set("sub", json::Null()); }, "sub_invalid"},
      {"a NUL in it", [](auto& i) { i.set("sub", std::string("a\0b", 3)); }, "sub_invalid"},
      {"a line end in it", [](auto& i) { i.set("sub", "a\nb"); }, "sub_invalid"},
  });
  check({{"255 bytes", [](auto& i) { i.set("sub", std::string(255, 'x')); }, ""},
         {"not ASCII", [](auto& i) { i.set("sub", "j\xc3\xb6rg"); }, ""}});
}

// Core §3.1.3.7 step 3, spec/oidc 6: bad-aud, no-aud, aud-arr-ok, aud-empty-arr, aud-prefix,
// aud-multi-*; oidcc-client-test-invalid-aud, -missing-aud.
TEST(OidcIdToken, WhoseAudienceIsNotUsAndWhatIsConfiguredIsRefused) {
  check_claims({
      {"bad-aud", [](auto& i) { i.set("aud", "other"); }, "audience_mismatch"},
      {"no-aud", [](auto& i) { i.drop("aud"); }, "audience_mismatch"},
      {"aud-empty-arr", [](auto& i) { i.set("aud", json::Array()); }, "audience_mismatch"},
      {"aud-prefix", [](auto& i) { i.set("aud", "client-12"); }, "audience_mismatch"},
      {"of which we are the prefix", [](auto& i) { i.set("aud", "client-"); }, "audience_mismatch"},
      {"in another case", [](auto& i) { i.set("aud", "CLIENT-1"); }, "audience_mismatch"},
      {"a number", [](auto& i) { i.set("aud", 1); }, "audience_mismatch"},
      {"null", [](auto& i) { i.set("aud", json::Null()); }, "audience_mismatch"},
      {"an object", [](auto& i) { i.set("aud", json::Object{{"client-1", true}}); },
       "audience_mismatch"},
      {"a number beside us", [](auto& i) { i.set("aud", json::Array{"client-1", 1}); },
       "audience_mismatch"},
      {"a list in the list", [](auto& i) { i.set("aud", json::Array{list({"client-1"})}); },
       "audience_mismatch"},
      {"over a hundred", [](auto& i) { i.set("aud", json::Array(101, "client-1")); },
       "audience_mismatch"},
      {"aud-multi-noazp", [](auto& i) { i.set("aud", list({"client-1", "api"})); },
       "audience_mismatch"},
      {"the configured other alone",
       [](auto& i) {
         i.settings.audiences = {"api"};
         i.set("aud", "api");
       },
       "audience_mismatch"},
  });
  check({{"aud-arr-ok", [](auto& i) { i.set("aud", list({"client-1"})); }, ""},
         {"we twice", [](auto& i) { i.set("aud", list({"client-1", "client-1"})); }, ""},
         {"aud-multi-azp-ok",
          [](auto& i) {
            i.set("aud", list({"api", "client-1"}));
            i.set("azp", "client-1");
          },
          ""},
         {"the other configured, no azp",
          [](auto& i) {
            i.settings.audiences = {"api"};
            i.set("aud", list({"client-1", "api"}));
          },
          ""}});
}

// Core §3.1.3.7 steps 4 and 5, spec/oidc 6: azp-other, aud-multi-azp-other.
TEST(OidcIdToken, MadeForAnotherClientIsRefused) {
  check_claims({
      {"azp-other", [](auto& i) { i.set("azp", "other"); }, "azp_mismatch"},
      {"aud-multi-azp-other",
       [](auto& i) {
         i.settings.audiences = {"other"};
         i.set("aud", list({"client-1", "other"}));
         i.set("azp", "other");
       },
       "azp_mismatch"},
      {"empty", [](auto& i) { i.set("azp", ""); }, "azp_mismatch"},
      {"a list", [](auto& i) { i.set("azp", list({"client-1"})); }, "azp_mismatch"},
  });
  check({{"azp is us", [](auto& i) { i.set("azp", "client-1"); }, ""}});
}

// RFC 7519 §4.1.4, spec/oidc 6: no-exp, expired-1h, expired-10s, exp-string, exp-1e300.
TEST(OidcIdToken, ThatHasExpiredOrDoesNotSayWhenInSecondsIsRefused) {
  const auto raw = [](std::string number) {
    return [number](Issuer& i) {
      i.drop("exp");
      const std::string rest = json::write(i.claims);
      i.payload = R"({"exp":)" + number + "," + rest.substr(1);
    };
  };
  check_claims({
      {"no-exp", [](auto& i) { i.drop("exp"); }, "expired"},
      {"expired-1h", [](auto& i) { i.set_seconds("exp", -1h); }, "expired"},
      {"by the skew", [](auto& i) { i.set_seconds("exp", -30s); }, "expired"},
      {"now, without a skew",
       [](auto& i) {
         i.settings.clock_skew = 0s;
         i.set_seconds("exp", 0s);
       },
       "expired"},
      {"exp-string", [](auto& i) { i.set("exp", std::to_string(test::in(5min))); }, "expired"},
      {"exp-1e300", raw("1e300"), "expired"},
      {"in milliseconds", [](auto& i) { i.set("exp", test::in(5min) * 1000); }, "expired"},
      {"51 years ahead", [](auto& i) { i.set_seconds("exp", std::chrono::years(51)); }, "expired"},
      {"2^53 + 1", raw("9007199254740993"), "expired"},
      {"the largest integer", raw("9223372036854775807"), "expired"},
      {"beyond the largest integer", raw("9223372036854775808"), "expired"},
      {"the smallest integer", raw("-9223372036854775808"), "expired"},
      {"negative", raw("-1"), "expired"},
      {"-1e300", raw("-1e300"), "expired"},
      {"less than a second ago in 1970", raw("0.5"), "expired"},
      {"true", raw("true"), "expired"},
      {"null", raw("null"), "expired"},
      {"a list", raw("[1900000000]"), "expired"},
      {"no number of JSON", raw("NaN"), "signature_invalid"},
      {"beyond any double", raw("1e400"), "signature_invalid"},
  });
  check({{"expired-10s, within the skew", [](auto& i) { i.set_seconds("exp", -10s); }, ""},
         {"29 s ago", [](auto& i) { i.set_seconds("exp", -29s); }, ""},
         {"a decimal", raw("1800000300.75"), ""},
         {"with an exponent", raw("1.8000003e9"), ""},
         {"49 years ahead", [](auto& i) { i.set_seconds("exp", std::chrono::years(49)); }, ""}});
}

// RFC 7519 §4.1.5, §4.1.6, spec/oidc 6: no-iat, iat-future-1h, iat-old-1d, nbf-future;
// oidcc-client-test-missing-iat.
TEST(OidcIdToken, OfTheFutureOrOfLongAgoIsRefused) {
  check_claims({
      {"no-iat", [](auto& i) { i.drop("iat"); }, "iat_stale"},
      {"iat-future-1h", [](auto& i) { i.set_seconds("iat", 1h); }, "iat_future"},
      {"31 s ahead", [](auto& i) { i.set_seconds("iat", 31s); }, "iat_future"},
      {"in milliseconds", [](auto& i) { i.set("iat", test::in(0s) * 1000); }, "iat_future"},
      {"iat-old-1d", [](auto& i) { i.set_seconds("iat", -24h); }, "iat_stale"},
      {"over 10 minutes old", [](auto& i) { i.set_seconds("iat", -601s); }, "iat_stale"},
      {"a text", [](auto& i) { i.set("iat", std::to_string(test::in(0s))); }, "iat_stale"},
      {"1e300", [](auto& i) { i.set("iat", 1e300); }, "iat_stale"},
      {"negative", [](auto& i) { i.set("iat", -1); }, "iat_stale"},
      {"nbf-future", [](auto& i) { i.set_seconds("nbf", 1h); }, "not_yet_valid"},
      {"nbf 31 s ahead", [](auto& i) { i.set_seconds("nbf", 31s); }, "not_yet_valid"},
      {"nbf 1e300", [](auto& i) { i.set("nbf", 1e300); }, "not_yet_valid"},
      {"nbf null", [](auto& i) { i.set("nbf", json::Null()); }, "not_yet_valid"},
      {"nbf a text", [](auto& i) { i.set("nbf", "0"); }, "not_yet_valid"},
  });
  check({{"30 s ahead", [](auto& i) { i.set_seconds("iat", 30s); }, ""},
         {"10 minutes old", [](auto& i) { i.set_seconds("iat", -10min); }, ""},
         {"old, of a refresh",
          [](auto& i) {
            i.expected.fresh = false;
            i.set_seconds("iat", -1h);
          },
          ""},
         {"nbf 30 s ahead", [](auto& i) { i.set_seconds("nbf", 30s); }, ""}});
}

// Core §3.1.3.7 step 11, §12.2, spec/oidc 6: nonce-wrong, nonce-missing;
// oidcc-client-test-nonce-invalid.
TEST(OidcIdToken, WithoutTheNonceOfItsSignInIsRefused) {
  const auto refresh = [](std::optional<std::string> sent, std::optional<std::string> said) {
    return [sent, said](Issuer& i) {
      i.expected.fresh = false;
      i.expected.nonce = sent;
      i.drop("nonce");
      if (said) i.set("nonce", *said);
    };
  };
  check_claims({
      {"nonce-wrong", [](auto& i) { i.set("nonce", "nonce-2"); }, "nonce_mismatch"},
      {"nonce-missing", [](auto& i) { i.drop("nonce"); }, "nonce_missing"},
      {"a prefix", [](auto& i) { i.set("nonce", "nonce-"); }, "nonce_mismatch"},
      {"empty", [](auto& i) { i.set("nonce", ""); }, "nonce_mismatch"},
      {"null", [](auto& i) { i.set("nonce", json::Null()); }, "nonce_mismatch"},
      {"a list", [](auto& i) { i.set("nonce", list({"nonce-1"})); }, "nonce_mismatch"},
      {"none was sent", [](auto& i) { i.expected.nonce = std::nullopt; }, "nonce_mismatch"},
      {"another at a refresh", refresh("nonce-1", "nonce-2"), "nonce_mismatch"},
  });
  check({{"none at a refresh", refresh("nonce-1", std::nullopt), ""},
         {"the same at a refresh", refresh("nonce-1", "nonce-1"), ""},
         {"one that is no longer known, at a refresh", refresh(std::nullopt, "nonce-1"), ""}});
}

// Core §3.1.3.6, §3.3.2.11, spec/oidc 6: athash-wrong, athash-ok; oidcc-client-test-invalid-athash,
// -invalid-chash. The right values are of python3's
// hashlib.
TEST(OidcIdToken, ThatCameWithAnotherAccessTokenOrCodeIsRefused) {
  constexpr const char* at_hash = "9MKET0Y7WpOlF96BtnoJyA";
  constexpr const char* c_hash = "Ub1mOf7XwLSCavbAa_5PTA";
  check_claims({
      {"athash-wrong", [](auto& i) { i.set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"); },
       "at_hash_mismatch"},
      {"of another token",
       [](auto& i) {
         i.set("at_hash", at_hash);
         i.expected.access_token = "access-2";
       },
       "at_hash_mismatch"},
      {"no token came",
       [](auto& i) {
         i.set("at_hash", at_hash);
         i.expected.access_token = "";
       },
       "at_hash_mismatch"},
      {"padded", [](auto& i) { i.set("at_hash", std::string(at_hash) + "=="); },
       "at_hash_mismatch"},
      {"empty", [](auto& i) { i.set("at_hash", ""); }, "at_hash_mismatch"},
      {"null", [](auto& i) { i.set("at_hash", json::Null()); }, "at_hash_mismatch"},
      {"the code's", [](auto& i) { i.set("at_hash", c_hash); }, "at_hash_mismatch"},
      {"chash-wrong", [](auto& i) { i.set("c_hash", at_hash); }, "at_hash_mismatch"},
  });
  check({{"athash-ok", [](auto& i) { i.set("at_hash", at_hash); }, ""},
         {"chash-ok", [](auto& i) { i.set("c_hash", c_hash); }, ""}});
}

// Core §3.1.3.6: the hash is that of the signature; Ed25519's is SHA-512.
TEST(OidcIdToken, HashesItsAccessTokenAsItsSignatureDoes) {
  const std::array sizes{16, 24, 32, 16, 24, 32, 16, 24, 32, 32};
  constexpr std::array hashes{Hash::sha256, Hash::sha384, Hash::sha512};
  for (std::size_t i = 0; i < test::all_schemes.size(); ++i) {
    const auto size = static_cast<std::size_t>(sizes.at(i));
    Issuer issuer;
    issuer.use(test::all_schemes.at(i));
    issuer.settings.algorithms = {issuer.scheme};
    for (const Hash hash : hashes) {
      const std::string whole = digest(hash, "access-1");
      issuer.set("at_hash", base64url_encode(whole.substr(0, whole.size() / 2)));
      EXPECT_EQ(code_of(issuer.sign_in()), whole.size() == 2 * size ? "" : "at_hash_mismatch")
          << name(issuer.scheme) << " " << whole.size();
    }
  }
}

// Core §3.1.3.7 steps 12 and 13.
TEST(OidcIdToken, OfAnotherSignInThanWasAskedForIsRefused) {
  const auto aged = [](std::optional<json::Value> auth_time) {
    return [auth_time](Issuer& i) {
      i.settings.max_age = 10min;
      if (auth_time) i.set("auth_time", *auth_time);
    };
  };
  const auto with_context = [](std::optional<json::Value> acr) {
    return [acr](Issuer& i) {
      i.settings.acr_values = {"mfa", "phr"};
      if (acr) i.set("acr", *acr);
    };
  };
  check_claims({
      {"no auth_time", aged(std::nullopt), "authn_context"},
      {"too long ago", aged(test::in(-631s)), "authn_context"},
      {"in the future", aged(test::in(31s)), "authn_context"},
      {"1970", aged(0), "authn_context"},
      {"a text", aged(std::to_string(test::in(0s))), "authn_context"},
      {"1e300", aged(1e300), "authn_context"},
      {"no acr", with_context(std::nullopt), "authn_context"},
      {"another acr", with_context("pwd"), "authn_context"},
      {"an empty acr", with_context(""), "authn_context"},
      {"a list of them", with_context(list({"mfa"})), "authn_context"},
  });
  check({{"within max_age and the skew", aged(test::in(-630s)), ""},
         {"one of the acr values", with_context("phr"), ""},
         {"of a refresh",
          [](auto& i) {
            i.expected.fresh = false;
            i.settings.max_age = 10min;
            i.settings.acr_values = {"mfa"};
            i.set_seconds("auth_time", -8h);
          },
          ""},
         {"no auth_time, as nobody asked", [](auto& i) { i.set("auth_time", "yes"); }, ""}});
}

// spec/oidc 1.3, 6: dup-claim.
TEST(OidcIdToken, WithAMemberTwiceIsRefused) {
  check_claims(
      {{"dup-claim",
        [](auto& i) { i.payload = R"({"sub":"admin",)" + json::write(i.claims).substr(1); },
        "duplicate_member"},
       {"deep down",
        [](auto& i) { i.payload = R"({"x":[{"y":1,"y":1}],)" + json::write(i.claims).substr(1); },
        "duplicate_member"},
       {"no object", [](auto& i) { i.payload = "[]"; }, "signature_invalid"}});
}

// RFC 7515 §5.2: nothing of a token can be changed.
TEST(OidcIdToken, WithAnyOneByteChangedIsRefused) {
  Issuer issuer;
  const std::string good = issuer.token();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char other : {'A', 'x', '_', '.', '='}) {
      if (good[at] == other) continue;
      std::string changed = good;
      changed[at] = other;
      issuer.text = changed;
      ASSERT_FALSE(issuer.sign_in()) << at << " " << other;
    }
  }
}

// Core §12.2, spec/oidc 1.8; oidcc-client-test-refresh-token-invalid-issuer, -invalid-sub.
TEST(OidcRefresh, ThatIsAboutAnotherSignInIsRefused) {
  const EarlierSignIn before{.issuer = "https://i", .subject = "s", .authenticated = test::now};
  const auto verdict = [&](const char* issuer, const char* subject,
                           std::optional<Timestamp> authenticated) {
    return code_of(check_refreshed(
        Identity{.issuer = issuer, .subject = subject, .authenticated = authenticated}, before));
  };
  EXPECT_EQ(verdict("https://i", "s", test::now), "");
  EXPECT_EQ(verdict("https://i", "s", std::nullopt), "");
  EXPECT_EQ(verdict("https://i/", "s", test::now), "issuer_mismatch");
  EXPECT_EQ(verdict("https://i", "S", test::now), "sub_invalid");
  EXPECT_EQ(verdict("https://i", "s", test::now + 1s), "authn_context");
}

}  // namespace
}  // namespace rollcall::oidc
