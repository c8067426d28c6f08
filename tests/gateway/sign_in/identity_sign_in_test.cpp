// What a sign-in leaves behind: session, names, audit (spec/access 3.3a.5, 3.3a.8, spec/oidc 5).
#include "tests/gateway/sign_in/sign_ins.h"

#include <algorithm>
#include <chrono>

namespace rollcall::sign_in::test {
namespace {

using namespace std::chrono_literals;
using SignInSession = SignIns;
using SignInNames = SignIns;

const Identity& bea() {
  static const Identity identity = person("1", "bea@acme.test");
  return identity;
}

TEST_F(SignInSession, HasTheLimitsOfThePolicy) {
  change_policy([](Policy& policy) {
    policy.session_idle_minutes = 30;
    policy.session_hours = 12;
    policy.reauth_hours = 4;
  });
  Identity identity = bea();
  identity.idp_session = "sid-1";
  const NewSession wanted = fresh();
  const SignedIn entered = must(enter(identity, wanted));
  const auto session = stored(*entered.session);
  ASSERT_TRUE(session);
  const Timestamp now = directory.clock().now();
  EXPECT_EQ(session->hash, wanted.hash);
  EXPECT_EQ(session->user, entered.user.id);
  EXPECT_EQ(session->connection, "idp");
  EXPECT_EQ(session->issuer, issuer);
  EXPECT_EQ(session->subject, "1");
  EXPECT_EQ(session->idp_session, "sid-1");
  EXPECT_EQ(session->address, "192.0.2.7");
  EXPECT_EQ(session->user_agent, "browser");
  EXPECT_EQ(session->created, now);
  EXPECT_EQ(session->last_used, now);
  EXPECT_EQ(session->idle, 30min);
  EXPECT_EQ(session->expires, now + 12h);
  EXPECT_EQ(session->reauth_at, now + 4h);
  EXPECT_FALSE(session->reauth_postponed);
  EXPECT_EQ(session->sealed_tokens, "");
  EXPECT_EQ(must(get(entered.user.id)).last_sign_in, now);
  EXPECT_EQ(entered.user.last_sign_in, now);
}

// SessionNotOnOrAfter; what is over already is no session.
TEST_F(SignInSession, EndsWithTheIdPsOwn) {
  Identity identity = bea();
  identity.not_after = directory.clock().now() + 1h;
  EXPECT_EQ(must(enter(identity)).session->expires, directory.clock().now() + 1h);
  identity.not_after = directory.clock().now();
  EXPECT_EQ(code_of(enter(identity)), "expired");
}

TEST_F(SignInSession, KeepsItsTokensSealed) {
  NewSession wanted = fresh();
  wanted.tokens = Secret(R"({"id_token":"secret-token"})");
  const Session session = *must(enter(bea(), wanted)).session;
  EXPECT_EQ(session.sealed_tokens.find("secret-token"), std::string::npos);
  const auto opened = keys.open(stored(session)->sealed_tokens, session.seal_purpose());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->reveal(), R"({"id_token":"secret-token"})");
}

// spec/oidc 5: fixation; the session that the browser had ends, whose ever it was.
TEST_F(SignInSession, ReplacesTheBrowsersOld) {
  const Session old = *must(enter(person("2", "cy@acme.test"))).session;
  NewSession wanted = fresh();
  wanted.replaces = old.hash;
  const Session now = *must(enter(bea(), wanted)).session;
  EXPECT_FALSE(stored(old));
  EXPECT_TRUE(stored(now));
  ASSERT_EQ(events("session.ended").size(), 1U);
  EXPECT_NE(events("session.ended")[0].find("replaced"), std::string::npos);
  // A cookie of nothing is no obstacle.
  wanted = fresh();
  wanted.replaces = old.hash;
  EXPECT_TRUE(must(enter(bea(), wanted)).session);
}

// A refusal leaves the browser's old session alone, and nothing else behind.
TEST_F(SignInSession, StaysWhenTheNewSignInIsRefused) {
  const Session old = *must(enter(bea())).session;
  const auto before = audited();
  NewSession wanted = fresh();
  wanted.replaces = old.hash;
  EXPECT_EQ(code_of(enter(person("9", "bea@acme.test"), wanted)), "subject_conflict");
  EXPECT_TRUE(stored(old));
  EXPECT_EQ(audited(), before);
}

// 3.3a.8: the same input twice writes the login alone.
TEST_F(SignInSession, IsTheOnlyTraceOfTheSameInputTwice) {
  Identity identity = bea();
  identity.given_name = "Bea";
  identity.groups = present({"eng"});
  const User first = must(enter(identity)).user;
  const auto before = audited();
  directory.clock().advance(1h);
  must(enter(identity));
  auto after = audited();
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_EQ(after.back(), "login.sso.succeeded");
  const User again = must(get(first.id));
  EXPECT_EQ(again.version, first.version);
  EXPECT_EQ(again.modified, first.modified);
  EXPECT_EQ(sessions_of(first).size(), 2U);
  const LinkedIdentity linked = identities_of(first)[0];
  EXPECT_EQ(linked.last_sign_in, directory.clock().now());
  EXPECT_LT(linked.created, linked.last_sign_in);
  EXPECT_TRUE(trace.find("changes")->array()->empty());
}

TEST_F(SignInSession, IsAuditedWithConnectionSessionAndTrace) {
  const Session session = *must(enter(bea())).session;
  const auto details = events("login.sso.succeeded");
  ASSERT_EQ(details.size(), 1U);
  const auto detail = json::parse(details[0]);
  EXPECT_EQ(*detail->object()->find("connection")->string(), "idp");
  EXPECT_EQ(*detail->object()->find("session")->string(), session.id.str());
  EXPECT_FALSE(detail->object()->find("trace")->string()->empty());
  EXPECT_EQ(trace.find("changes")->array()->size(), 2U);  // user.added, identity.linked
}

// Entra: both names of the person are kept (spec/oidc 1.6).
TEST_F(SignInSession, KeepsTheAlternateSubject) {
  const User user = must(enter(bea())).user;
  Identity identity = bea();
  identity.alternate_subject = "pairwise";
  must(enter(identity));
  EXPECT_EQ(identities_of(user)[0].alternate_subject, "pairwise");
}

Identity named(std::string given, std::string family, std::string display = {}) {
  Identity identity = bea();
  identity.given_name = std::move(given);
  identity.family_name = std::move(family);
  identity.display_name = std::move(display);
  return identity;
}

// Step 5. The other members of the document stay as they were.
TEST_F(SignInNames, FollowTheAssertion) {
  UserProfile profile = rollcall::test::with_address("bea@acme.test");
  profile.document = R"("userName":"bea@acme.test","name":{"formatted":"Old","familyName":"Old",)"
                     R"("honorificPrefix":"Dr"},"title":"Chief")";
  const User before = must(by_admin([&](Users& users) { return users.add(profile, {}); }));
  const User after = must(enter(named("Bea", "Bell"))).user;
  EXPECT_EQ(after.profile.display_name, "Bea Bell");
  EXPECT_EQ(after.profile.document,
            R"("userName":"bea@acme.test","name":{"familyName":"Bell","honorificPrefix":"Dr",)"
            R"("givenName":"Bea"},"title":"Chief")");
  EXPECT_EQ(after.version, before.version + 1);
  EXPECT_EQ(must(enter(named("Bea", "Bell"))).user.version, after.version);
  // What is not said is not forgotten.
  EXPECT_EQ(must(enter(named("", ""))).user.profile.display_name, "Bea Bell");
  EXPECT_EQ(must(enter(named("", "", "B. B."))).user.profile.display_name, "B. B.");
}

// Step 5: SCIM's values stay.
TEST_F(SignInNames, OfScimUsersStay) {
  const User user = provisioned("bea@acme.test", "1");
  const User after = must(enter(named("Other", "Name"))).user;
  EXPECT_EQ(after.profile.document, user.profile.document);
  EXPECT_EQ(after.version, user.version);
}

// The userName and the address are what an admin or SCIM made them: an IdP's claim of another
// address moves nothing (spec/oidc 1.6).
TEST_F(SignInNames, AreAllThatChanges) {
  const User before = must(enter(bea())).user;
  Identity moved = named("Bea", "Bell");
  moved.email = "other@acme.test";
  const User after = must(enter(moved)).user;
  EXPECT_EQ(after.profile.user_name, before.profile.user_name);
  EXPECT_EQ(after.profile.emails, before.profile.emails);
}

using SessionRenewal = SignIns;

TEST_F(SessionRenewal, StartsTheHoursAnew) {
  const Session session = *must(enter(bea())).session;
  directory.clock().advance(25h);
  must(in([&](Transaction& tx) -> Result<> {
    tx.sessions(organization).postpone(session, directory.clock().now() + 1h);
    return {};
  }));
  const auto before = audited();
  must(renew(bea(), *stored(session), Secret("new tokens")));
  const auto renewed = stored(session);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->reauth_at, directory.clock().now() + 24h);
  EXPECT_FALSE(renewed->reauth_postponed);
  EXPECT_EQ(renewed->expires, session.expires);
  EXPECT_EQ(keys.open(renewed->sealed_tokens, session.seal_purpose())->reveal(), "new tokens");
  EXPECT_EQ(audited(), before);
}

TEST_F(SessionRenewal, KeepsTheTokensThatWereNotReplaced) {
  NewSession wanted = fresh();
  wanted.tokens = Secret("tokens");
  const Session session = *must(enter(bea(), wanted)).session;
  must(renew(bea(), session));
  EXPECT_EQ(stored(session)->sealed_tokens, session.sealed_tokens);
}

// spec/oidc 1.8: what a refresh does not say again stays; what it says counts.
TEST_F(SessionRenewal, TakesSilenceForNoChange) {
  declare({{"allow_groups", json::Array{"eng"}}, {"groups_absent", "deny"}});
  Identity identity = named("Bea", "");
  identity.groups = present({"eng"});
  const SignedIn entered = must(enter(identity));
  Identity silent = bea();
  silent.email.reset();
  EXPECT_EQ(code_of(renew(silent, *entered.session)), "");
  EXPECT_EQ(identities_of(entered.user)[0].groups.values, std::vector<std::string>{"eng"});
  identity.groups = present({"ops"});
  EXPECT_EQ(code_of(renew(identity, *entered.session)), "group_not_allowed");
  identity.groups = present({"eng"});
  identity.email = "bea@evil.test";
  EXPECT_EQ(code_of(renew(identity, *entered.session)), "domain_not_allowed");
  identity = named("Beatrice", "");
  EXPECT_EQ(code_of(renew(identity, *entered.session)), "");
  EXPECT_EQ(must(get(entered.user.id)).profile.display_name, "Beatrice");
}

/// What may have gone since the session began.
class SessionRenewalRefusal : public SignIns {
 protected:
  std::string after(auto take) {
    const SignedIn entered = must(enter(bea()));
    take(entered);
    return code_of(renew(bea(), *entered.session));
  }
};

TEST_F(SessionRenewalRefusal, ComesWithARemovedUser) {
  EXPECT_EQ(after([&](const SignedIn& entered) {
              must(by_admin([&](Users& users) { return users.remove(entered.user.id); }));
            }),
            "user_deactivated");
}
TEST_F(SessionRenewalRefusal, ComesWithADeactivatedUser) {
  EXPECT_EQ(after([&](const SignedIn& entered) {
              connect("{}");
              must(set_active(entered.user, false));
            }),
            "user_deactivated");
}
TEST_F(SessionRenewalRefusal, ComesWithAnIdentityThatWasUnlinked) {
  EXPECT_EQ(after([&](const SignedIn& entered) {
              must(in([&](Transaction& tx) {
                return tx.identities(organization).unlink(entered.user, "idp");
              }));
            }),
            "user_deactivated");
}
TEST_F(SessionRenewalRefusal, ComesWithASessionThatEnded) {
  EXPECT_EQ(after([&](const SignedIn& entered) {
              must(in([&](Transaction& tx) -> Result<> {
                tx.sessions(organization).end(*entered.session, SessionEnd::admin);
                return {};
              }));
            }),
            "user_deactivated");
}
TEST_F(SessionRenewalRefusal, ComesWithADisabledConnection) {
  EXPECT_EQ(after([&](const SignedIn&) { declare({{"enabled", false}}); }), "connection_disabled");
}
TEST_F(SessionRenewalRefusal, ComesWithAnotherSubject) {
  const SignedIn entered = must(enter(bea()));
  must(enter(person("2", "cy@acme.test")));
  EXPECT_EQ(code_of(renew(person("2", "cy@acme.test"), *entered.session)), "user_deactivated");
}

}  // namespace
}  // namespace rollcall::sign_in::test
