#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

Actor person(const User& user) {
  Actor actor;
  actor.kind = ActorKind::user;
  actor.id = user.id.str();
  actor.source = Source::api;
  return actor;
}

class PersonalTokensTest : public testing::Test {
 protected:
  NewToken wanted(const User& owner) {
    NewToken token;
    token.kind = TokenKind::user;
    token.organization = tenant.organization;
    token.user = owner.id;
    token.name = "laptop";
    return token;
  }
  Result<CreatedToken> add(const Actor& actor, const NewToken& token) {
    return directory->write_now(actor, [&](Transaction& tx) { return tx.tokens().add(token); });
  }
  Token find(const CreatedToken& created) {
    return must(directory->read_now([&](Transaction& tx) -> Result<Token> {
      return tx.tokens().find(token_hash(created.secret.reveal())).value();
    }));
  }
  template <class Work>
  std::vector<std::string> ids(Work list) {
    std::vector<std::string> ids;
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      for (const Token& token : list(tx.tokens())) ids.push_back(token.id.str());
      return {};
    }));
    return ids;
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
  User ada = directory.add_user(tenant, test::user_profile("ada"));
  User bob = directory.add_user(tenant, test::user_profile("bob"));
};

// F28
TEST_F(PersonalTokensTest, AreMadeByTheirOwnerAndKnowThem) {
  NewToken token = wanted(ada);
  token.expires = directory.clock().now() + 1h;
  const CreatedToken created = must(add(person(ada), token));
  EXPECT_EQ(created.secret.reveal().substr(0, 4), "rcp_");
  const Token found = find(created);
  EXPECT_EQ(found.kind, TokenKind::user);
  EXPECT_EQ(found.organization, tenant.organization);
  EXPECT_EQ(found.user->id, ada.id);
  EXPECT_EQ(found.user->position, ada.position);
  EXPECT_FALSE(found.service_user);
  EXPECT_EQ(found.created_by, "user/" + ada.id.str());
  EXPECT_TRUE(found.alive(directory.clock().now() + 1h - 1ms));
  EXPECT_FALSE(found.alive(directory.clock().now() + 1h));
}

// F28
TEST_F(PersonalTokensTest, AreMadeByNobodyElseNotEvenTheOperator) {
  Actor named_alike = person(ada);
  named_alike.kind = ActorKind::service_user;
  Actor local;
  local.kind = ActorKind::operator_local;
  for (const Actor& actor : {person(bob), named_alike, local, Actor{}}) {
    const auto refused = add(actor, wanted(ada));
    ASSERT_FALSE(refused) << in_words(actor);
    EXPECT_EQ(refused.error().fault(), Fault::forbidden);
    EXPECT_EQ(refused.error().code(), "not_owner");
  }
}

TEST_F(PersonalTokensTest, OfAnotherOrganizationsPersonAreNotFound) {
  const test::Tenant other = directory.add_tenant("other");
  NewToken token = wanted(ada);
  token.organization = other.organization;
  const auto refused = add(person(ada), token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::not_found);
}

TEST_F(PersonalTokensTest, AreListedByOwnerAndByOrganizationAPageAtATime) {
  const auto first = must(add(person(ada), wanted(ada))).token;
  const auto second = must(add(person(bob), wanted(bob))).token;
  const auto third = must(add(person(ada), wanted(ada))).token;
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids([&](Tokens tokens) { return tokens.list_of_user(ada.position, 0, 10); }),
            (Ids{first.id.str(), third.id.str()}));
  EXPECT_EQ(ids([&](Tokens tokens) { return tokens.list_of_user(ada.position, 0, 1); }),
            (Ids{first.id.str()}));
  EXPECT_EQ(
      ids([&](Tokens tokens) { return tokens.list_of_user(ada.position, first.position, 10); }),
      (Ids{third.id.str()}));
  EXPECT_EQ(ids([&](Tokens tokens) {
              return tokens.list_of_users(tenant.organization, first.position, 10);
            }),
            (Ids{second.id.str(), third.id.str()}));
  // Those of SCIM are a list of their own.
  EXPECT_EQ(ids([&](Tokens tokens) { return tokens.list(tenant.organization); }).size(), 1U);
}

TEST_F(PersonalTokensTest, AllOfAPersonEndAtOnceAndNobodyElses) {
  const auto first = must(add(person(ada), wanted(ada)));
  const auto second = must(add(person(ada), wanted(ada)));
  const auto other = must(add(person(bob), wanted(bob)));
  const auto revoke_all = [&](std::int64_t position) {
    must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.tokens().revoke_all_of_user(position);
      return {};
    }));
  };
  const auto epoch = directory->token_epoch();
  revoke_all(ada.position);
  EXPECT_EQ(directory->token_epoch(), epoch + 1);
  EXPECT_TRUE(find(first).revoked);
  EXPECT_TRUE(find(second).revoked);
  EXPECT_EQ(find(first).revoked_by, "token/test-token");
  EXPECT_TRUE(find(other).alive(directory.clock().now()));
  revoke_all(ada.position);
  EXPECT_EQ(directory->token_epoch(), epoch + 1);
}

// S29
TEST_F(PersonalTokensTest, DieWithTheirOwner) {
  const auto created = must(add(person(ada), wanted(ada)));
  must(directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::users(tx, tenant).remove(ada.id);
  }));
  EXPECT_FALSE(find(created).alive(directory.clock().now()));
  EXPECT_FALSE(find(created).user);
}

// F30, F61, X6
TEST_F(PersonalTokensTest, AreAuditedWithoutTheirSecret) {
  const auto created = must(add(person(ada), wanted(ada)));
  must(directory->write_now(person(ada),
                            [&](Transaction& tx) { return tx.tokens().revoke(created.token.id); }));
  const auto events = must(directory->read_now([&](Transaction& tx) {
    return Result<std::vector<AuditEvent>>(tx.audit(tenant.organization).list(0, 1000));
  }));
  for (const AuditEvent& event : events) {
    EXPECT_EQ(event.detail.find(created.secret.reveal()), std::string::npos);
  }
  const auto own = [&](std::string_view type) {
    return std::ranges::find(events, type, &AuditEvent::type);
  };
  const auto made = own("account_scoped_pat.created");
  ASSERT_NE(made, events.end());
  EXPECT_EQ(made->object, "token/" + created.token.id.str());
  EXPECT_EQ(made->detail, R"({"after":{"name":"laptop","owner":"user/)" + ada.id.str() + "\"}}");
  ASSERT_NE(own("account_scoped_pat.deleted"), events.end());
  EXPECT_EQ(own("account_scoped_pat.deleted")->actor.id, ada.id.str());
}

}  // namespace
}  // namespace rollcall
