#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <map>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class TokensTest : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Tokens tokens = tx.tokens();
      return work(tokens);
    });
  }
  CreatedToken add(const NewToken& wanted) {
    return must(write([&](Tokens& tokens) { return tokens.add(wanted); }));
  }
  std::optional<Token> find(std::string_view secret) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Token>> {
      return tx.tokens().find(token_hash(secret));
    }));
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

TEST_F(TokensTest, AreFoundByTheHashOfTheirSecret) {
  const auto token = find(tenant.token);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->kind, TokenKind::scim);
  EXPECT_EQ(token->organization, tenant.organization);
  EXPECT_EQ(token->scim_connection, tenant.scim_connection);
  EXPECT_EQ(token->name, "test");
  EXPECT_EQ(token->created_by, "token/test-token");
  EXPECT_TRUE(token->alive(directory.clock().now()));
  EXPECT_FALSE(find(tenant.token + "x"));
}

TEST_F(TokensTest, SecretsHaveThePrefixOfTheirKindAnd256Bits) {
  const std::map<TokenKind, std::string_view> prefixes{{TokenKind::scim, "rcs_"},
                                                       {TokenKind::operator_, "rco_"},
                                                       {TokenKind::user, "rcp_"},
                                                       {TokenKind::service_user, "rct_"}};
  for (const auto& [kind, prefix] : prefixes) {
    const Secret secret = make_token_secret(kind);
    EXPECT_EQ(secret.reveal().substr(0, 4), prefix);
    EXPECT_EQ(secret.reveal().size(), 47U);
    EXPECT_NE(secret.reveal(), make_token_secret(kind).reveal());
  }
}

TEST_F(TokensTest, NeedANameAndAnExpiryInTheFuture) {
  const auto fault_of = [&](const NewToken& wanted) -> std::optional<Fault> {
    const auto added = write([&](Tokens& tokens) { return tokens.add(wanted); });
    return added ? std::nullopt : std::optional(added.error().fault());
  };
  NewToken wanted;
  wanted.kind = TokenKind::operator_;
  EXPECT_EQ(fault_of(wanted), Fault::invalid_value);
  for (int i = 0; i < 100; ++i) wanted.name += "é";
  EXPECT_EQ(fault_of(wanted), std::nullopt);
  wanted.name += "é";
  EXPECT_EQ(fault_of(wanted), Fault::invalid_value);
  wanted.name = "ci";
  wanted.expires = directory.clock().now();
  EXPECT_EQ(fault_of(wanted), Fault::invalid_value);
  wanted.expires = directory.clock().now() + 1ms;
  EXPECT_EQ(fault_of(wanted), std::nullopt);
}

TEST_F(TokensTest, SeveralOfOneNameAreAliveAtOnceNewestFirst) {
  NewToken wanted;
  wanted.organization = tenant.organization;
  wanted.scim_connection = tenant.scim_connection;
  wanted.name = "test";
  const CreatedToken second = add(wanted);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto tokens = tx.tokens().list(tenant.organization);
    EXPECT_EQ(tokens.size(), 2U);
    EXPECT_EQ(tokens.front().id, second.token.id);
    EXPECT_TRUE(tx.tokens().list(std::nullopt).empty());
    return {};
  }));
}

TEST_F(TokensTest, OfTheOperatorBelongToNoOrganization) {
  NewToken wanted;
  wanted.kind = TokenKind::operator_;
  wanted.name = "ci";
  wanted.expires = directory.clock().now() + 10s;
  const CreatedToken created = add(wanted);
  const auto found = find(created.secret.reveal());
  EXPECT_EQ(found->kind, TokenKind::operator_);
  EXPECT_FALSE(found->organization);
  EXPECT_TRUE(found->alive(directory.clock().now() + 9s));
  EXPECT_FALSE(found->alive(directory.clock().now() + 10s));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_EQ(tx.tokens().list(std::nullopt).size(), 1U);
    return {};
  }));
}

TEST_F(TokensTest, AreRevokedOnce) {
  const auto token = find(tenant.token);
  const auto epoch = directory->token_epoch();
  must(write([&](Tokens& tokens) { return tokens.revoke(token->id); }));
  EXPECT_EQ(directory->token_epoch(), epoch + 1);
  EXPECT_FALSE(find(tenant.token)->alive(directory.clock().now()));
  directory.clock().advance(1s);
  must(write([&](Tokens& tokens) { return tokens.revoke(token->id); }));
  EXPECT_EQ(find(tenant.token)->revoked, directory.clock().now() - 1s);
  EXPECT_EQ(find(tenant.token)->revoked_by, "token/test-token");
  EXPECT_EQ(directory->token_epoch(), epoch + 1);
}

TEST_F(TokensTest, UnknownOnesCannotBeRevoked) {
  const auto revoked = write([&](Tokens& tokens) {
    return tokens.revoke(*TokenId::parse("00000000-0000-7000-8000-000000000000"));
  });
  ASSERT_FALSE(revoked);
  EXPECT_EQ(revoked.error().fault(), Fault::not_found);
}

TEST_F(TokensTest, LastUseOnlyMovesForwardAndIsNoTokenChange) {
  const auto token = find(tenant.token);
  const auto epoch = directory->token_epoch();
  const Timestamp later = directory.clock().now() + 5s;
  for (const Timestamp at : {later, later - 2s}) {
    must(write([&](Tokens& tokens) -> Result<> {
      tokens.touch(token->id, at);
      return {};
    }));
  }
  EXPECT_EQ(find(tenant.token)->last_used, later);
  EXPECT_EQ(directory->token_epoch(), epoch);
}

TEST_F(TokensTest, EpochStaysWhenTheUnitIsRolledBack) {
  const auto epoch = directory->token_epoch();
  const auto refused = directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    NewToken wanted;
    wanted.organization = tenant.organization;
    wanted.name = "test";
    must(tx.tokens().add(wanted));
    return Error(Fault::conflict, "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(directory->token_epoch(), epoch);
}

}  // namespace
}  // namespace rollcall
