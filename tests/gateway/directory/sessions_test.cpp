#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

class SessionsTest : public SignedIn {
 protected:
  User ada = person("ada@acme.test");
  User bob = person("bob@acme.test");
};

TEST_F(SessionsTest, AreFoundByTheHashOfTheirCookieAsTheyWereAdded) {
  Session wanted = session_of(ada);
  wanted.idp_session = "sid-1";
  wanted.sealed_tokens = "v1.0badcafe.AAAA";
  wanted.reauth_postponed = wanted.reauth_at + 1h;
  const Session added = add(wanted);
  EXPECT_GT(added.position, 0);
  const auto found = find(added);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, wanted.id);
  EXPECT_EQ(found->position, added.position);
  EXPECT_EQ(found->hash, wanted.hash);
  EXPECT_EQ(found->organization, organization);
  EXPECT_EQ(found->user_position, ada.position);
  EXPECT_EQ(found->user, ada.id);
  EXPECT_EQ(found->connection, "okta");
  EXPECT_EQ(found->issuer, wanted.issuer);
  EXPECT_EQ(found->subject, wanted.subject);
  EXPECT_EQ(found->idp_session, "sid-1");
  EXPECT_EQ(found->address, wanted.address);
  EXPECT_EQ(found->user_agent, wanted.user_agent);
  EXPECT_EQ(found->created, wanted.created);
  EXPECT_EQ(found->last_used, wanted.last_used);
  EXPECT_EQ(found->idle, wanted.idle);
  EXPECT_EQ(found->expires, wanted.expires);
  EXPECT_EQ(found->reauth_at, wanted.reauth_at);
  EXPECT_EQ(found->reauth_postponed, wanted.reauth_postponed);
  EXPECT_EQ(found->sealed_tokens, wanted.sealed_tokens);
  EXPECT_FALSE(find(session_of(ada)));
}

// spec/oidc 5: idle, absolute and what the IdP asks for are limits of their own.
TEST_F(SessionsTest, AreAliveUntilTheEarlierOfIdleAndAbsoluteEnd) {
  const Session session = session_of(ada);
  const Timestamp start = session.created;
  EXPECT_TRUE(session.alive(start + 1h - 1ms));
  EXPECT_FALSE(session.alive(start + 1h));
  Session used = session;
  used.last_used = start + 7h + 30min;
  EXPECT_TRUE(used.alive(start + 8h - 1ms));
  EXPECT_FALSE(used.alive(start + 8h));
}

TEST_F(SessionsTest, AreGoodUntilTheIdPHasToConfirmThemOrThePostponementEnds) {
  Session session = session_of(ada);
  session.last_used = session.reauth_at;
  EXPECT_TRUE(session.good(session.reauth_at - 1ms));
  EXPECT_FALSE(session.good(session.reauth_at));
  session.reauth_postponed = session.reauth_at + 10min;
  EXPECT_TRUE(session.good(session.reauth_at + 10min - 1ms));
  EXPECT_FALSE(session.good(session.reauth_at + 10min));
}

TEST_F(SessionsTest, AUserHas100AndThe101stEndsTheOneNotUsedForLongest) {
  std::vector<Session> sessions;
  for (int i = 0; i < 100; ++i) {
    sessions.push_back(sign_in(ada));
    directory.clock().advance(1s);
  }
  const Session of_bob = sign_in(bob);
  // The first one was used since, so that the second is the idlest.
  with_sessions([&](Sessions& all) {
    all.touch(sessions[0], directory.clock().now());
    return true;
  });
  const Session last = sign_in(ada);
  EXPECT_EQ(sessions_of(ada), 100U);
  EXPECT_TRUE(exists(sessions[0]));
  EXPECT_FALSE(exists(sessions[1]));
  EXPECT_TRUE(exists(last));
  EXPECT_TRUE(exists(of_bob));
  const auto ended = events("session.ended");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front(), R"({"before":{"user":"user/)" + ada.id.str() +
                               R"(","connection":"okta"},"reason":"too_many"})");
}

TEST_F(SessionsTest, TheNewestIsNeverTheOneTooMany) {
  for (int i = 0; i < 100; ++i) sign_in(ada);
  Session old = session_of(ada);
  old.last_used -= 10min;
  EXPECT_TRUE(exists(add(old)));
  EXPECT_EQ(sessions_of(ada), 100U);
}

TEST_F(SessionsTest, PagesGoOnBehindAPositionWithoutWhatIsOver) {
  std::vector<SessionId> wanted;
  for (int i = 0; i < 7; ++i) {
    Session session = session_of(i % 2 == 0 ? ada : bob);
    if (i == 3) session.idle = 1ms;
    const Session added = add(session);
    if (i != 3) wanted.push_back(added.id);
  }
  directory.clock().advance(1ms);
  std::vector<SessionId> seen;
  std::int64_t after = 0;
  for (std::size_t size = 2; size == 2;) {
    const auto page = with_sessions([&](Sessions& all) { return all.list(after, 2); });
    size = page.size();
    for (const Session& session : page) seen.push_back(session.id);
    if (size > 0) after = page.back().position;
  }
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(sessions_of(ada), 4U);
  EXPECT_EQ(sessions_of(bob), 2U);
  EXPECT_EQ(
      with_sessions([&](Sessions& all) { return all.list_of_user(ada.position, 0, 3).size(); }),
      3U);
}

TEST_F(SessionsTest, UseMovesForwardAndKeepsThemAliveWithinTheAbsoluteLimit) {
  const Session session = sign_in(ada);
  const auto touch = [&](Timestamp at) {
    with_sessions([&](Sessions& all) {
      all.touch(session, at);
      return true;
    });
  };
  const auto alive = [&] {
    return with_sessions([&](Sessions& all) { return all.list(0, 10).size(); }) == 1;
  };
  directory.clock().advance(50min);
  const Timestamp later = directory.clock().now();
  touch(later);
  touch(later - 10min);
  EXPECT_EQ(find(session)->last_used, later);
  directory.clock().advance(59min);
  EXPECT_TRUE(alive());
  directory.clock().advance(1min);
  EXPECT_FALSE(alive());
  touch(session.created + 7h + 59min);
  directory.clock().advance(session.expires - 1ms - directory.clock().now());
  EXPECT_TRUE(alive());
  directory.clock().advance(1ms);
  EXPECT_FALSE(alive());
}

TEST_F(SessionsTest, RenewalSetsWhatTheIdPConfirmedAndTakesThePostponementBack) {
  Session session = sign_in(ada);
  with_sessions([&](Sessions& all) {
    all.postpone(session, session.reauth_at + 1h);
    return true;
  });
  EXPECT_EQ(find(session)->reauth_postponed, session.reauth_at + 1h);
  EXPECT_EQ(find(session)->reauth_at, session.reauth_at);
  session.reauth_at += 4h;
  session.sealed_tokens = "v1.0badcafe.BBBB";
  with_sessions([&](Sessions& all) {
    all.renew(session);
    return true;
  });
  EXPECT_EQ(find(session)->reauth_at, session.reauth_at);
  EXPECT_EQ(find(session)->reauth_postponed, std::nullopt);
  EXPECT_EQ(find(session)->sealed_tokens, "v1.0badcafe.BBBB");
  EXPECT_EQ(find(session)->last_used, session.last_used);
}

TEST_F(SessionsTest, OneCallerRenewsUntilItsClaimEnds) {
  const Session session = sign_in(ada);
  const Session other = sign_in(ada);
  const Timestamp until = directory.clock().now() + 30s;
  const auto claim = [&](const Session& of, Timestamp end) {
    return with_sessions([&](Sessions& all) { return all.claim_renewal(of, end); });
  };
  EXPECT_TRUE(claim(session, until));
  EXPECT_FALSE(claim(session, until + 30s));
  EXPECT_TRUE(claim(other, until));
  directory.clock().advance(30s - 1ms);
  EXPECT_FALSE(claim(session, until + 30s));
  directory.clock().advance(1ms);
  EXPECT_TRUE(claim(session, until + 30s));
  EXPECT_FALSE(claim(session, until + 60s));
  with_sessions([&](Sessions& all) {
    all.release_renewal(session);
    return true;
  });
  EXPECT_TRUE(claim(session, until + 60s));
}

TEST_F(SessionsTest, WhatIsOverIsForgottenInBoundedSteps) {
  for (int i = 0; i < 3; ++i) sign_in(ada);
  Session lasting = session_of(bob);
  lasting.idle = 3h;
  add(lasting);
  Session short_lived = session_of(bob);
  short_lived.expires = short_lived.created + 10min;
  add(short_lived);
  directory.clock().advance(1h);
  const auto forget = [&](std::size_t limit) {
    return must(in(
        [&](Transaction& tx) -> Result<std::int64_t> { return Sessions::forget_old(tx, limit); }));
  };
  EXPECT_EQ(forget(3), 3);
  EXPECT_EQ(forget(3), 1);
  EXPECT_EQ(forget(3), 0);
  EXPECT_TRUE(exists(lasting));
  EXPECT_TRUE(events("session.ended").empty());
}

TEST_F(SessionsTest, ThoseSealedUnderAnotherKeyAreFoundPageByPage) {
  std::vector<Session> sessions;
  for (const std::string& sealed :
       {"v1.aaaaaaaa.X", "v1.bbbbbbbb.X", "", "v1.aaaaaaaa.Y", "v1.cccccccc.X"}) {
    Session session = session_of(ada);
    session.sealed_tokens = sealed;
    sessions.push_back(add(session));
  }
  const auto behind = [&](std::int64_t after) {
    return must(in([&](Transaction& tx) -> Result<std::vector<Session>> {
      return Sessions::sealed_otherwise(tx, "v1.bbbbbbbb.", after, 2);
    }));
  };
  const auto first = behind(0);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, sessions[0].id);
  EXPECT_EQ(first[1].id, sessions[3].id);
  const auto second = behind(first[1].position);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].id, sessions[4].id);
}

// Every call of one organization leaves the sessions of another alone, and finds none.
TEST_F(SessionsTest, AreOutOfReachOfAnotherOrganization) {
  Session session = session_of(ada);
  session.idp_session = "sid-1";
  session = add(session);
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    Sessions theirs = tx.sessions(other);
    EXPECT_EQ(code_of(theirs.get(session.id)), "not_found");
    EXPECT_TRUE(theirs.list(0, 10).empty());
    EXPECT_TRUE(theirs.list_of_user(ada.position, 0, 10).empty());
    theirs.end(session, SessionEnd::admin);
    EXPECT_EQ(theirs.end_all(), 0U);
    EXPECT_EQ(theirs.end_of_user(ada.position, SessionEnd::admin), 0U);
    EXPECT_EQ(theirs.end_of_connection("okta"), 0U);
    EXPECT_EQ(theirs.end_of_idp("okta", session.issuer, session.subject, ""), 0U);
    EXPECT_EQ(theirs.end_of_idp("okta", session.issuer, "", "sid-1"), 0U);
    theirs.touch(session, tx.now() + 1h);
    theirs.postpone(session, tx.now() + 1h);
    EXPECT_FALSE(theirs.claim_renewal(session, tx.now() + 1h));
    Session changed = session;
    changed.reauth_at += 1h;
    theirs.renew(changed);
    return {};
  }));
  const auto found = find(session);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->last_used, session.last_used);
  EXPECT_EQ(found->reauth_at, session.reauth_at);
  EXPECT_EQ(found->reauth_postponed, std::nullopt);
  EXPECT_TRUE(with_sessions([&](Sessions& all) {
    return static_cast<bool>(all.get(session.id)) &&
           all.claim_renewal(session, directory.clock().now() + 1s);
  }));
}

}  // namespace
}  // namespace rollcall::test
