#include "gateway/crypto/key_ring.h"
#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

KeyRing ring(std::initializer_list<char> newest_first) {
  std::string lines;
  for (const char key : newest_first) lines.append(40, key).append("\n");
  return must(KeyRing::parse(Secret(lines)));
}

class ConnectionSecretsTest : public SignedIn {
 protected:
  template <class Work>
  auto with(Work work) {
    using Given = std::invoke_result_t<Work, ConnectionSecrets&>;
    return must(in([&](Transaction& tx) -> Result<Given> {
      ConnectionSecrets secrets = tx.connection_secrets(organization);
      return work(secrets);
    }));
  }
  bool set(const KeyRing& ring, std::string_view connection, std::string_view name,
           std::string text) {
    return with([&](ConnectionSecrets& all) {
      return all.set(ring, connection, name, Secret(std::move(text)));
    });
  }
  std::string get(const KeyRing& ring, std::string_view connection, std::string_view name) {
    return with([&](ConnectionSecrets& all) {
      const auto secret = all.get(ring, connection, name);
      return secret ? std::string(secret->reveal()) : std::string("nothing");
    });
  }
  std::size_t reseal(const KeyRing& ring) {
    return must(in([&](Transaction& tx) -> Result<std::size_t> {
      return ConnectionSecrets::reseal(tx, ring);
    }));
  }

  KeyRing keys = ring({'a'});
};

TEST_F(ConnectionSecretsTest, AreReadByConnectionAndName) {
  EXPECT_TRUE(set(keys, "okta", "client_secret", "hunter2"));
  EXPECT_TRUE(set(keys, "okta", "directory_token", "token"));
  EXPECT_TRUE(set(keys, "entra", "client_secret", "other"));
  EXPECT_EQ(get(keys, "okta", "client_secret"), "hunter2");
  EXPECT_EQ(get(keys, "entra", "client_secret"), "other");
  EXPECT_EQ(get(keys, "okta", "signing_key"), "nothing");
  EXPECT_EQ(with([](ConnectionSecrets& all) { return all.names("okta"); }),
            (std::vector<std::string>{"client_secret", "directory_token"}));
}

TEST_F(ConnectionSecretsTest, AreWrittenAndAuditedOnlyWhenTheyDiffer) {
  EXPECT_TRUE(set(keys, "okta", "client_secret", "hunter2"));
  EXPECT_FALSE(set(keys, "okta", "client_secret", "hunter2"));
  EXPECT_TRUE(set(keys, "okta", "client_secret", "hunter3"));
  EXPECT_EQ(get(keys, "okta", "client_secret"), "hunter3");
  EXPECT_EQ(events("connection.secret.set"),
            std::vector<std::string>(2, R"({"name":"client_secret"})"));
  for (int i = 0; i < 2; ++i) {
    with([](ConnectionSecrets& all) {
      all.remove("okta", "client_secret");
      return true;
    });
  }
  EXPECT_EQ(get(keys, "okta", "client_secret"), "nothing");
  EXPECT_EQ(events("connection.secret.removed").size(), 1U);
}

TEST_F(ConnectionSecretsTest, NoOtherKeyOpensThem) {
  set(keys, "okta", "client_secret", "hunter2");
  EXPECT_EQ(get(ring({'b'}), "okta", "client_secret"), "nothing");
  EXPECT_EQ(get(ring({'b', 'a'}), "okta", "client_secret"), "hunter2");
}

TEST_F(ConnectionSecretsTest, AreSealedAnewWhenANewKeyComes) {
  set(keys, "okta", "client_secret", "hunter2");
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    tx.connection_secrets(other).set(keys, "okta", "client_secret", Secret("theirs"));
    return {};
  }));
  set(ring({'c'}), "okta", "signing_key", "of a key that is gone");
  const KeyRing rotated = ring({'b', 'a'});
  set(rotated, "okta", "directory_token", "new");
  EXPECT_EQ(reseal(rotated), 2U);
  EXPECT_EQ(reseal(rotated), 0U);
  EXPECT_EQ(get(ring({'b'}), "okta", "client_secret"), "hunter2");
  EXPECT_EQ(get(ring({'b'}), "okta", "directory_token"), "new");
  EXPECT_EQ(get(ring({'c'}), "okta", "signing_key"), "of a key that is gone");
  must(in([&](Transaction& tx) -> Result<> {
    EXPECT_EQ(tx.connection_secrets(other).get(ring({'b'}), "okta", "client_secret")->reveal(),
              "theirs");
    return {};
  }));
}

TEST_F(ConnectionSecretsTest, OfOneOrganizationAreNotThoseOfAnother) {
  set(keys, "okta", "client_secret", "hunter2");
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    ConnectionSecrets theirs = tx.connection_secrets(other);
    EXPECT_FALSE(theirs.get(keys, "okta", "client_secret"));
    EXPECT_TRUE(theirs.names("okta").empty());
    theirs.remove("okta", "client_secret");
    EXPECT_TRUE(theirs.set(keys, "okta", "client_secret", Secret("theirs")));
    return {};
  }));
  EXPECT_EQ(get(keys, "okta", "client_secret"), "hunter2");
}

}  // namespace
}  // namespace rollcall::test
