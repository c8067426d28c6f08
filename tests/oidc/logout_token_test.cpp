#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using namespace std::chrono_literals;
using test::code_of;
using test::Issuer;
using test::list;
using test::Variant;

constexpr const char* event = "http://schemas.openid.net/event/backchannel-logout";

Issuer logging_out() {
  Issuer issuer;
  issuer.header.set("typ", "logout+jwt");
  issuer.claims = {{"iss", test::issuer_url}, {"aud", test::client_id},
                   {"iat", test::in(-1s)},    {"exp", test::in(2min)},
                   {"jti", "id-1"},           {"sub", "person-1"},
                   {"sid", "session-1"},      {"events", json::Object{{event, json::Object()}}}};
  return issuer;
}

void check(const std::vector<Variant>& variants) {
  for (const auto& [name, change, code] : variants) {
    Issuer issuer = logging_out();
    change(issuer);
    EXPECT_EQ(code_of(issuer.log_out()), code) << name;
    issuer.text = test::forged(issuer.token());
    EXPECT_NE(code_of(issuer.log_out()), "") << name << ", forged";
  }
}

// Back-Channel Logout 1.0 §2.4; spec/oidc 6: ok.
TEST(OidcLogoutToken, ThatAllVariantsAreMadeFromIsReadAsItSays) {
  const auto logout = logging_out().log_out();
  ASSERT_TRUE(logout) << logout.error().why();
  EXPECT_EQ(logout->issuer, test::issuer_url);
  EXPECT_EQ(logout->subject, "person-1");
  EXPECT_EQ(logout->session, "session-1");
  EXPECT_EQ(logout->id, "id-1");
}

// spec/oidc 1.7: a replay is refused for as long as the token would be taken.
TEST(OidcLogoutToken, IsToBeRememberedLongerThanItIsGood) {
  Issuer issuer = logging_out();
  issuer.drop("exp");
  const auto logout = issuer.log_out();
  ASSERT_TRUE(logout);
  issuer.expected.now = logout->forget;
  EXPECT_EQ(code_of(issuer.log_out()), "iat_stale");
  issuer.expected.now = test::now - 31s;  // our clock was set back: it is not good again
  EXPECT_EQ(code_of(issuer.log_out()), "");
  EXPECT_GE(logout->forget, test::now + 5min);
}

// spec/oidc 6: sub-only, sid-only, no-subsid; Back-Channel Logout 1.0 §2.6.
TEST(OidcLogoutToken, NamesASubjectOrASession) {
  check({
      {"sub-only", [](auto& i) { i.drop("sid"); }, ""},
      {"sid-only", [](auto& i) { i.drop("sub"); }, ""},
      {"sid-other", [](auto& i) { i.set("sid", "session-2"); }, ""},
      {"no-subsid",
       [](auto& i) {
         i.drop("sub");
         i.drop("sid");
       },
       "sub_invalid"},
      {"an empty sub", [](auto& i) { i.set("sub", ""); }, "sub_invalid"},
      {"sid is a number", [](auto& i) { i.set("sid", 1); }, "sub_invalid"},
      {"sid is null", [](auto& i) { i.set("sid", json::Null()); }, "sub_invalid"},
      {"sid of 256 bytes", [](auto& i) { i.set("sid", std::string(256, 's')); }, "sub_invalid"},
  });
}

// spec/oidc 6: none, hs256, badsig; oidcc-client-test-rp-backchannel-rpinitlogout-alg-none,
// -wrong-alg.
TEST(OidcLogoutToken, ThatIsNotSignedByTheIssuerAsAllowedIsRefused) {
  const auto with = [](const char* alg, std::string signature) {
    return [alg, signature](Issuer& i) {
      i.text = base64url_encode(json::write(json::Object{{"alg", alg}})) + "." +
               base64url_encode(json::write(i.claims)) + "." + signature;
    };
  };
  check({
      {"none", with("none", ""), "alg_forbidden"},
      {"hs256", with("HS256", std::string(43, 'A')), "alg_forbidden"},
      {"badsig", with("ES256", std::string(86, 'A')), "signature_invalid"},
      {"an algorithm that is not configured", [](auto& i) { i.use(SignatureScheme::ed25519); },
       "alg_forbidden"},
      {"another kid", [](auto& i) { i.header.set("kid", "other"); }, "key_unknown"},
      {"crit", [](auto& i) { i.header.set("crit", list({"x"})); }, "crit_unknown"},
  });
}

// spec/oidc 6: no-event, wrong-event, event-string, nonce, typ-jwt, idtoken;
// oidcc-client-test-rp-backchannel-rpinitlogout-no-event, -wrong-event, -with-nonce.
TEST(OidcLogoutToken, ThatIsAnotherKindOfTokenIsRefused) {
  const auto events = [](json::Value value) {
    return [value](Issuer& i) { i.set("events", value); };
  };
  check({
      {"no-event", [](auto& i) { i.drop("events"); }, "typ_invalid"},
      {"wrong-event", events(json::Object{{"http://x.example/event", json::Object()}}),
       "typ_invalid"},
      {"event-string", events(json::Object{{event, "yes"}}), "typ_invalid"},
      {"event is a list", events(json::Object{{event, json::Array()}}), "typ_invalid"},
      {"event is null", events(json::Object{{event, json::Null()}}), "typ_invalid"},
      {"events is a text", events(event), "typ_invalid"},
      {"events is a list", events(list({event})), "typ_invalid"},
      {"an event with members", events(json::Object{{event, json::Object{{"a", 1}}}}), ""},
      {"with another event",
       events(json::Object{{"http://x.example", json::Object()}, {event, json::Object()}}), ""},
      {"nonce", [](auto& i) { i.set("nonce", "nonce-1"); }, "typ_invalid"},
      {"nonce is null", [](auto& i) { i.set("nonce", json::Null()); }, "typ_invalid"},
      {"typ-jwt", [](auto& i) { i.header.set("typ", "JWT"); }, ""},
      {"no typ", [](auto& i) { i.header.erase("typ"); }, ""},
      {"application/logout+jwt", [](auto& i) { i.header.set("typ", "application/logout+jwt"); },
       ""},
      {"an access token", [](auto& i) { i.header.set("typ", "at+jwt"); }, "typ_invalid"},
      {"idtoken", [](auto& i) { i = Issuer(); }, "typ_invalid"},
  });
}

// A refresh asks for no nonce, so that `events` alone tells them apart.
TEST(OidcLogoutToken, IsNoIdTokenOfARefresh) {
  Issuer issuer = logging_out();
  issuer.header.set("typ", "JWT");
  issuer.expected.fresh = false;
  EXPECT_EQ(code_of(issuer.log_out()), "");
  EXPECT_EQ(code_of(issuer.sign_in()), "typ_invalid");
}

// spec/oidc 6: bad-aud, bad-iss; oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud,
// -wrong-iss.
TEST(OidcLogoutToken, OfAnotherIssuerOrForAnotherClientIsRefused) {
  check({
      {"bad-aud", [](auto& i) { i.set("aud", "other"); }, "audience_mismatch"},
      {"no aud", [](auto& i) { i.drop("aud"); }, "audience_mismatch"},
      {"aud is a list", [](auto& i) { i.set("aud", list({"client-1"})); }, ""},
      {"for another too", [](auto& i) { i.set("aud", list({"client-1", "other"})); },
       "audience_mismatch"},
      {"bad-iss", [](auto& i) { i.set("iss", "https://evil.example"); }, "issuer_mismatch"},
      {"no iss", [](auto& i) { i.drop("iss"); }, "issuer_mismatch"},
      {"a member twice",
       [](auto& i) { i.payload = R"({"sub":"x",)" + json::write(i.claims).substr(1); },
       "duplicate_member"},
  });
}

// spec/oidc 1.7, 6: no-jti, no-iat, expired, no-exp, old-iat.
TEST(OidcLogoutToken, ThatIsNotFreshOrHasNoIdIsRefused) {
  check({
      {"no-jti", [](auto& i) { i.drop("jti"); }, "typ_invalid"},
      {"an empty jti", [](auto& i) { i.set("jti", ""); }, "typ_invalid"},
      {"jti is a number", [](auto& i) { i.set("jti", 1); }, "typ_invalid"},
      {"jti of 255 bytes", [](auto& i) { i.set("jti", std::string(255, 'j')); }, ""},
      {"jti of 257 bytes", [](auto& i) { i.set("jti", std::string(257, 'j')); }, "typ_invalid"},
      {"no-iat", [](auto& i) { i.drop("iat"); }, "iat_stale"},
      {"old-iat", [](auto& i) { i.set_seconds("iat", -301s); }, "iat_stale"},
      {"5 minutes old", [](auto& i) { i.set_seconds("iat", -5min); }, ""},
      {"of the future", [](auto& i) { i.set_seconds("iat", 31s); }, "iat_future"},
      {"iat 1e300", [](auto& i) { i.set("iat", 1e300); }, "iat_stale"},
      {"expired", [](auto& i) { i.set_seconds("exp", -31s); }, "expired"},
      {"exp is a text", [](auto& i) { i.set("exp", "1"); }, "expired"},
      {"no-exp", [](auto& i) { i.drop("exp"); }, ""},
      {"nbf ahead", [](auto& i) { i.set_seconds("nbf", 1h); }, "not_yet_valid"},
  });
}

TEST(OidcLogoutToken, WithAnyOneByteChangedIsRefused) {
  Issuer issuer = logging_out();
  const std::string good = issuer.token();
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = good[at] == 'A' ? 'B' : 'A';
    issuer.text = changed;
    ASSERT_FALSE(issuer.log_out()) << at;
  }
}

}  // namespace
}  // namespace rollcall::oidc
