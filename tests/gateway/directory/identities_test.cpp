#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

class IdentitiesTest : public SignedIn {
 protected:
  static Identity identity(std::string subject, std::string connection = "okta",
                           std::string issuer = "https://idp.example") {
    return {.connection = std::move(connection),
            .issuer = std::move(issuer),
            .subject = std::move(subject)};
  }
  static ClaimedGroups present(std::vector<std::string> values) {
    return {.state = ClaimedGroups::State::present, .values = std::move(values)};
  }
  Result<> link(const User& user, const Identity& wanted) {
    return in([&](Transaction& tx) { return tx.identities(organization).link(user, wanted); });
  }
  void note(const Identity& said) {
    must(in([&](Transaction& tx) -> Result<> {
      tx.identities(organization).note_sign_in(said);
      return {};
    }));
  }
  std::optional<LinkedIdentity> find(const Identity& of) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<LinkedIdentity>> {
      return tx.identities(organization).find(of.connection, of.issuer, of.subject);
    }));
  }
  std::size_t count(const User& user) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::size_t> {
      return tx.identities(organization).list_of_user(user.position).size();
    }));
  }

  User ada = person("ada@acme.test");
  User bob = person("bob@acme.test");
};

TEST_F(IdentitiesTest, AreFoundByConnectionIssuerAndSubjectToTheByte) {
  Identity wanted = identity("sub-1");
  wanted.alternate_subject = "pairwise-1";
  wanted.groups = present({"a", "b"});
  must(link(ada, wanted));
  const auto found = find(wanted);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user_position, ada.position);
  EXPECT_EQ(found->alternate_subject, "pairwise-1");
  EXPECT_EQ(found->created, directory.clock().now());
  EXPECT_EQ(found->last_sign_in, directory.clock().now());
  EXPECT_EQ(found->groups.state, ClaimedGroups::State::present);
  EXPECT_EQ(found->groups.values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(found->groups_at, directory.clock().now());
  EXPECT_FALSE(find(identity("SUB-1")));
  EXPECT_FALSE(find(identity("sub-1", "entra")));
  EXPECT_FALSE(find(identity("sub-1", "okta", "https://idp.example/")));
  EXPECT_EQ(
      events("identity.linked"),
      std::vector<std::string>{
          R"({"after":{"connection":"okta","issuer":"https://idp.example","subject":"sub-1"}})"});
}

// spec/oidc 1.6: who is known as one subject does not become another; nor do two share one.
TEST_F(IdentitiesTest, ConflictWithAnotherSubjectOfTheIssuerAndWithAnotherUser) {
  must(link(ada, identity("sub-1")));
  must(link(ada, identity("sub-1")));
  EXPECT_EQ(code_of(link(ada, identity("sub-2"))), "subject_conflict");
  EXPECT_EQ(code_of(link(bob, identity("sub-1"))), "subject_conflict");
  must(link(ada, identity("sub-2", "entra")));
  must(link(ada, identity("sub-2", "okta", "https://new.example")));
  EXPECT_EQ(count(ada), 3U);
  EXPECT_EQ(count(bob), 0U);
  EXPECT_EQ(events("identity.linked").size(), 3U);
}

TEST_F(IdentitiesTest, KeepTheGroupsOfTheLastSignInThatKnewThem) {
  Identity said = identity("sub-1");
  said.alternate_subject = "pairwise-1";
  said.groups = present({"a"});
  must(link(ada, said));
  const Timestamp first = directory.clock().now();
  directory.clock().advance(1h);
  said.groups = {.state = ClaimedGroups::State::unknown, .problem = "overage"};
  said.alternate_subject.clear();
  note(said);
  EXPECT_EQ(find(said)->last_sign_in, first + 1h);
  EXPECT_EQ(find(said)->alternate_subject, "pairwise-1");
  EXPECT_EQ(find(said)->groups.values, std::vector<std::string>{"a"});
  EXPECT_EQ(find(said)->groups_at, first);
  said.groups = {.state = ClaimedGroups::State::absent};
  said.alternate_subject = "pairwise-2";
  note(said);
  EXPECT_EQ(find(said)->groups.state, ClaimedGroups::State::absent);
  EXPECT_TRUE(find(said)->groups.values.empty());
  EXPECT_EQ(find(said)->groups_at, first + 1h);
  EXPECT_EQ(find(said)->alternate_subject, "pairwise-2");
  EXPECT_EQ(find(said)->created, first);
}

TEST_F(IdentitiesTest, WhoseGroupsWereNeverKnownSaySo) {
  Identity said = identity("sub-1");
  said.groups = {.state = ClaimedGroups::State::unknown, .problem = "overage"};
  must(link(ada, said));
  EXPECT_EQ(find(said)->groups.state, ClaimedGroups::State::unknown);
  EXPECT_EQ(find(said)->groups_at, std::nullopt);
}

TEST_F(IdentitiesTest, UnlinkingEndsTheSessionsThatRestOnThem) {
  must(link(ada, identity("ada@acme.test")));
  must(link(ada, identity("ada", "entra")));
  const Session session = sign_in(ada);
  Session entra = session_of(ada);
  entra.connection = "entra";
  entra.subject = "ada";
  add(entra);
  const auto unlink = [&](const User& user) {
    return in([&](Transaction& tx) { return tx.identities(organization).unlink(user, "okta"); });
  };
  must(unlink(ada));
  EXPECT_EQ(code_of(unlink(ada)), "not_found");
  EXPECT_EQ(code_of(unlink(bob)), "not_found");
  EXPECT_FALSE(exists(session));
  EXPECT_TRUE(exists(entra));
  EXPECT_EQ(count(ada), 1U);
  EXPECT_EQ(events("identity.unlinked").size(), 1U);
}

TEST_F(IdentitiesTest, OfOneOrganizationAreUnknownToAnother) {
  must(link(ada, identity("sub-1")));
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    Identities theirs = tx.identities(other);
    EXPECT_FALSE(theirs.find("okta", "https://idp.example", "sub-1"));
    EXPECT_TRUE(theirs.list_of_user(ada.position).empty());
    EXPECT_EQ(code_of(theirs.unlink(ada, "okta")), "not_found");
    Identity said = identity("sub-1");
    said.alternate_subject = "theirs";
    theirs.note_sign_in(said);
    return {};
  }));
  EXPECT_EQ(find(identity("sub-1"))->alternate_subject, "");
}

}  // namespace
}  // namespace rollcall::test
