#include "gateway/crypto/key_ring.h"
#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

/// The paths of spec/access 3.3f.
enum class Path { scim_inactive, scim_delete, manual_inactive, manual_removal };

class Deprovisioning : public SignedIn, public testing::WithParamInterface<Path> {
 protected:
  Deprovisioning() { connect(R"({"manual_users":true})"); }

  Result<> deprovision(const User& user, Path path) {
    switch (path) {
      case Path::scim_inactive:
        CHECK_OK(set_active(user, false));
        return {};
      case Path::scim_delete:
        return by_scim([&](Users& users) { return users.remove(user.id); });
      case Path::manual_inactive:
        return by_admin([&](Users& users) -> Result<> {
          TRY(const User current, users.get(user.id));
          UserProfile profile = current.profile;
          profile.active = false;
          CHECK_OK(users.update(current, std::move(profile)));
          return {};
        });
      case Path::manual_removal:
        return by_admin([&](Users& users) { return users.remove(user.id); });
    }
    return {};
  }
  static bool removes(Path path) {
    return path == Path::scim_delete || path == Path::manual_removal;
  }
  void link(const User& user) {
    must(in([&](Transaction& tx) -> Result<> {
      return tx.identities(organization).link(user, identity());
    }));
  }
  bool linked() {
    return must(directory->read_now([&](Transaction& tx) -> Result<bool> {
      const Identity of = identity();
      return tx.identities(organization).find(of.connection, of.issuer, of.subject).has_value();
    }));
  }
  static Identity identity() {
    return {.connection = "okta", .issuer = "https://idp.example", .subject = "ada@acme.test"};
  }
};

TEST_P(Deprovisioning, EndsTheSessionsOfTheUserAtOnceAndOfNobodyElse) {
  const User ada = must(provision(with_address("ada@acme.test")));
  const User bob = must(provision(with_address("bob@acme.test")));
  link(ada);
  const Session first = sign_in(ada);
  const Session second = sign_in(ada);
  const Session of_bob = sign_in(bob);
  const auto epoch = directory->session_epochs().of(first.hash);
  must(deprovision(ada, GetParam()));
  EXPECT_FALSE(exists(first));
  EXPECT_FALSE(exists(second));
  EXPECT_TRUE(exists(of_bob));
  EXPECT_GT(directory->session_epochs().of(first.hash), epoch);
  const auto ended = events("session.ended");
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_NE(ended.front().find(R"("reason":"deprovisioned")"), std::string::npos);
  // Whoever is only inactive is known again when they come back; who was removed is nobody.
  EXPECT_EQ(linked(), !removes(GetParam()));
}

TEST_P(Deprovisioning, WhoeverComesBackHasNoSession) {
  const User ada = must(provision(with_address("ada@acme.test")));
  link(ada);
  sign_in(ada);
  must(deprovision(ada, GetParam()));
  const User back = removes(GetParam()) ? must(provision(with_address("ada@acme.test")))
                                        : must(set_active(ada, true));
  EXPECT_EQ(sessions_of(back), 0U);
  EXPECT_EQ(linked(), !removes(GetParam()));
}

TEST_P(Deprovisioning, ThatIsRefusedEndsNothing) {
  const User ada = must(provision(with_address("ada@acme.test")));
  make_admin(ada);
  const Session session = sign_in(ada);
  const auto refused = deprovision(ada, GetParam());
  const bool by_scim = GetParam() == Path::scim_inactive || GetParam() == Path::scim_delete;
  EXPECT_EQ(code_of(refused), by_scim ? "" : "last_admin");
  EXPECT_EQ(exists(session), !by_scim);
}

std::string path_name(const testing::TestParamInfo<Path>& info) {
  constexpr std::array names{"ScimInactive", "ScimDelete", "ManualInactive", "ManualRemoval"};
  return names[static_cast<std::size_t>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Paths, Deprovisioning,
                         testing::Values(Path::scim_inactive, Path::scim_delete,
                                         Path::manual_inactive, Path::manual_removal),
                         path_name);

class ConnectionEnds : public SignedIn {
 protected:
  Result<bool> put(std::string id, std::string settings) {
    return in([&](Transaction& tx) {
      return tx.organizations().put_connection(
          {.organization = organization, .id = std::move(id), .settings = std::move(settings)});
    });
  }
  std::optional<Connection> connection(std::string_view id) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Connection>> {
      return tx.organizations().connection(organization, id);
    }));
  }
  void note_tested(std::string_view id, const Sha256& digest) {
    must(in([&](Transaction& tx) -> Result<> {
      tx.organizations().note_tested(organization, id, digest);
      return {};
    }));
  }

  User ada = person("ada@acme.test");
};

TEST_F(ConnectionEnds, DisablingEndsItsSessionsAlone) {
  must(put("okta", R"({"enabled":true})"));
  must(put("entra", "{}"));
  const Session okta = sign_in(ada);
  Session entra = session_of(ada);
  entra.connection = "entra";
  add(entra);
  must(put("okta", R"({"enabled":true,"vendor":"okta"})"));
  EXPECT_TRUE(exists(okta));
  must(put("okta", R"({"enabled":false,"vendor":"okta"})"));
  EXPECT_FALSE(exists(okta));
  EXPECT_TRUE(exists(entra));
  EXPECT_EQ(events("session.ended"),
            std::vector<std::string>{R"({"sessions":1,"reason":"connection_ended"})"});
}

TEST_F(ConnectionEnds, RemovalTakesSessionsIdentitiesSecretsAndSignInsOnTheirWay) {
  const KeyRing keys = must(KeyRing::parse(Secret(std::string(40, 'k'))));
  const Sha256 browser = random_hash();
  std::vector<Sha256> states;
  for (const std::string& id : {"okta", "entra"}) {
    must(put(id, "{}"));
    Session session = session_of(ada);
    session.connection = id;
    add(session);
    states.push_back(random_hash());
    must(in([&](Transaction& tx) -> Result<> {
      tx.connection_secrets(organization).set(keys, id, "client_secret", Secret("hunter2"));
      tx.sign_in_attempts().add({.state = states.back(),
                                 .browser = browser,
                                 .organization = organization,
                                 .connection = id,
                                 .trace = id,
                                 .created = tx.now(),
                                 .expires = tx.now() + 10min,
                                 .data = {}});
      return tx.identities(organization)
          .link(ada, {.connection = id, .issuer = "https://idp.example", .subject = "ada"});
    }));
  }
  must(in(
      [&](Transaction& tx) { return tx.organizations().remove_connection(organization, "okta"); }));
  // One of the same name that comes later begins with nothing.
  must(put("okta", "{}"));
  must(in([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(tx.connection_secrets(organization).names("okta").empty());
    EXPECT_EQ(tx.connection_secrets(organization).names("entra").size(), 1U);
    EXPECT_FALSE(tx.sign_in_attempts().find(states[0]));
    EXPECT_TRUE(tx.sign_in_attempts().find(states[1]));
    const auto identities = tx.identities(organization).list_of_user(ada.position);
    EXPECT_EQ(identities.size(), 1U);
    EXPECT_EQ(identities.front().connection, "entra");
    const auto sessions = tx.sessions(organization).list(0, 10);
    EXPECT_EQ(sessions.size(), 1U);
    EXPECT_EQ(sessions.front().connection, "entra");
    return {};
  }));
}

TEST_F(ConnectionEnds, WhatATestPassedWithStaysWhenSettingsChange) {
  must(put("okta", "{}"));
  EXPECT_EQ(connection("okta")->tested, std::nullopt);
  const Sha256 digest = random_hash();
  note_tested("okta", digest);
  note_tested("none", digest);
  must(put("okta", R"({"vendor":"okta"})"));
  const auto found = connection("okta");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->organization, organization);
  EXPECT_EQ(found->id, "okta");
  EXPECT_EQ(found->settings, R"({"vendor":"okta"})");
  EXPECT_EQ(found->tested, digest);
  EXPECT_FALSE(connection("none"));
  EXPECT_EQ(events("connection.tested").size(), 1U);
  const OrganizationKey other = other_organization();
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_FALSE(tx.organizations().connection(other, "okta"));
    EXPECT_EQ(tx.organizations().connections(organization).front().tested, digest);
    return {};
  }));
}

}  // namespace
}  // namespace rollcall::test
