#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

class SessionEndTest : public SignedIn {
 protected:
  User ada = person("ada@acme.test");
  User bob = person("bob@acme.test");
};

TEST_F(SessionEndTest, EndOnceWithTheReasonInTheAuditLog) {
  const Session session = sign_in(ada);
  for (int i = 0; i < 2; ++i) {
    with_sessions([&](Sessions& all) {
      all.end(session, SessionEnd::sign_out);
      return true;
    });
  }
  EXPECT_FALSE(exists(session));
  const auto ended = events("session.ended");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_NE(ended.front().find(R"("reason":"sign_out")"), std::string::npos);
  EXPECT_EQ(ended.front().find(session.address), std::string::npos);
}

TEST_F(SessionEndTest, OfAUserEndAllButOne) {
  const Session mine = sign_in(ada);
  const Session elsewhere = sign_in(ada);
  const Session of_bob = sign_in(bob);
  EXPECT_EQ(with_sessions([&](Sessions& all) {
              return all.end_of_user(ada.position, SessionEnd::user, mine.id);
            }),
            1U);
  EXPECT_TRUE(exists(mine));
  EXPECT_FALSE(exists(elsewhere));
  EXPECT_TRUE(exists(of_bob));
  EXPECT_EQ(with_sessions(
                [&](Sessions& all) { return all.end_of_user(ada.position, SessionEnd::admin); }),
            1U);
  EXPECT_FALSE(exists(mine));
  EXPECT_TRUE(exists(of_bob));
}

TEST_F(SessionEndTest, WhatWasOverGoesWithoutAWord) {
  const Session over = sign_in(ada);
  directory.clock().advance(1h);
  EXPECT_EQ(with_sessions(
                [&](Sessions& all) { return all.end_of_user(ada.position, SessionEnd::admin); }),
            0U);
  EXPECT_FALSE(exists(over));
  EXPECT_TRUE(events("session.ended").empty());
}

TEST_F(SessionEndTest, OfAConnectionOrAnOrganizationEndInOneEvent) {
  Session entra = session_of(ada);
  entra.connection = "entra";
  add(entra);
  sign_in(ada);
  sign_in(bob);
  EXPECT_EQ(with_sessions([&](Sessions& all) { return all.end_of_connection("okta"); }), 2U);
  EXPECT_EQ(with_sessions([&](Sessions& all) { return all.end_of_connection("okta"); }), 0U);
  EXPECT_TRUE(exists(entra));
  sign_in(bob);
  EXPECT_EQ(with_sessions([&](Sessions& all) { return all.end_all(); }), 2U);
  EXPECT_FALSE(exists(entra));
  EXPECT_EQ(events("session.ended"),
            (std::vector<std::string>{R"({"sessions":2,"reason":"connection_ended"})",
                                      R"({"sessions":2,"reason":"admin"})"}));
}

struct Logout {
  std::string name;
  std::string connection = "okta";
  std::string issuer = "https://idp.example";
  std::string subject;
  std::string idp_session;
  /// Of "ada sid-1", "ada sid-2", "ada without sid", "bob sid-3".
  std::vector<int> ended;
};

class IdpLogout : public SignedIn, public testing::WithParamInterface<Logout> {};

// OpenID Connect Back-Channel Logout 1.0 §2.6, spec/oidc 1.7: sid alone ends that session, sub
// alone all of the subject, both only what is both.
TEST_P(IdpLogout, EndsWhatItNames) {
  const User ada = person("ada@acme.test");
  const User bob = person("bob@acme.test");
  std::vector<Session> sessions;
  for (const auto& [user, sid] :
       {std::pair(&ada, "sid-1"), {&ada, "sid-2"}, {&ada, ""}, {&bob, "sid-3"}}) {
    Session session = session_of(*user);
    session.idp_session = sid;
    sessions.push_back(add(session));
  }
  const Logout& given = GetParam();
  EXPECT_EQ(with_sessions([&](Sessions& all) {
              return all.end_of_idp(given.connection, given.issuer, given.subject,
                                    given.idp_session);
            }),
            given.ended.size());
  for (int i = 0; i < 4; ++i) {
    const bool ends = std::ranges::find(given.ended, i) != given.ended.end();
    EXPECT_EQ(exists(sessions[static_cast<std::size_t>(i)]), !ends) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, IdpLogout,
    testing::Values(
        Logout{.name = "SidAlone", .subject = "", .idp_session = "sid-1", .ended = {0}},
        Logout{
            .name = "SubAlone", .subject = "ada@acme.test", .idp_session = "", .ended = {0, 1, 2}},
        Logout{.name = "Both", .subject = "ada@acme.test", .idp_session = "sid-2", .ended = {1}},
        Logout{.name = "SidOfAnotherSubject",
               .subject = "ada@acme.test",
               .idp_session = "sid-3",
               .ended = {}},
        Logout{.name = "Neither", .subject = "", .idp_session = "", .ended = {}},
        Logout{.name = "SubjectInAnotherCase",
               .subject = "ADA@acme.test",
               .idp_session = "",
               .ended = {}},
        Logout{.name = "AnotherIssuer",
               .issuer = "https://idp.example/",
               .subject = "ada@acme.test",
               .idp_session = "",
               .ended = {}},
        Logout{.name = "AnotherIssuerBySid",
               .issuer = "https://other.example",
               .subject = "",
               .idp_session = "sid-1",
               .ended = {}},
        Logout{.name = "AnotherConnection",
               .connection = "entra",
               .subject = "ada@acme.test",
               .idp_session = "sid-1",
               .ended = {}}),
    [](const auto& info) { return info.param.name; });

class SessionEpochsTest : public SessionEndTest {
 protected:
  std::uint64_t epoch(const Session& session) {
    return directory->session_epochs().of(session.hash);
  }
};

TEST_F(SessionEpochsTest, RiseWhenASessionEndsOrChangesAndNotForAnother) {
  const Session session = sign_in(ada);
  const auto changes = std::to_array<void (*)(Sessions&, const Session&)>(
      {[](Sessions& all, const Session& of) { all.postpone(of, of.reauth_at + 1h); },
       [](Sessions& all, const Session& of) { all.renew(of); },
       [](Sessions& all, const Session& of) { all.end(of, SessionEnd::sign_out); }});
  Sha256 elsewhere = session.hash;
  elsewhere[1] ^= 1U;
  const auto before_elsewhere = directory->session_epochs().of(elsewhere);
  for (const auto& change : changes) {
    const auto before = epoch(session);
    with_sessions([&](Sessions& all) {
      change(all, session);
      EXPECT_EQ(epoch(session), before);
      return true;
    });
    EXPECT_EQ(epoch(session), before + 1);
  }
  EXPECT_EQ(directory->session_epochs().of(elsewhere), before_elsewhere);
}

TEST_F(SessionEpochsTest, StayWhenTheUnitIsRolledBack) {
  const Session session = sign_in(ada);
  const auto before = epoch(session);
  EXPECT_FALSE(in([&](Transaction& tx) -> Result<> {
    tx.sessions(organization).end(session, SessionEnd::admin);
    return Error(Fault::conflict, "no");
  }));
  EXPECT_EQ(epoch(session), before);
  EXPECT_TRUE(exists(session));
}

TEST_F(SessionEpochsTest, RiseForEachOfManySessionsThatEndTogether) {
  std::vector<Session> sessions;
  std::vector<std::uint64_t> before;
  for (int i = 0; i < 20; ++i) {
    sessions.push_back(sign_in(i % 2 == 0 ? ada : bob));
    before.push_back(epoch(sessions.back()));
  }
  with_sessions([&](Sessions& all) { return all.end_all(); });
  for (std::size_t i = 0; i < sessions.size(); ++i) EXPECT_GT(epoch(sessions[i]), before[i]);
}

}  // namespace
}  // namespace rollcall::test
