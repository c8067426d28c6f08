#include "tests/support/directory.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using test::must;
using test::test_actor;
using test::TestDirectory;

class OrganizationsTest : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Organizations organizations = tx.organizations();
      return work(organizations);
    });
  }

  TestDirectory directory;
};

TEST_F(OrganizationsTest, AreFoundBySlugInAnyCase) {
  const Organization added = must(write([](Organizations& all) { return all.add("Acme-1"); }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    TRY(const Organization found, tx.organizations().get("aCME-1"));
    EXPECT_EQ(found.key, added.key);
    EXPECT_EQ(found.slug, "Acme-1");
    EXPECT_EQ(tx.organizations().get("acme").error().fault(), Fault::not_found);
    EXPECT_EQ(tx.organizations().list().size(), 1U);
    return {};
  }));
}

struct SlugCase {
  const char* name;
  std::string slug;
  Fault fault;
};
class RefusedSlug : public OrganizationsTest, public testing::WithParamInterface<SlugCase> {};

TEST_P(RefusedSlug, IsRefused) {
  must(write([](Organizations& all) { return all.add("taken"); }));
  const auto added = write([](Organizations& all) { return all.add(GetParam().slug); });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault(), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    Slugs, RefusedSlug,
    testing::Values(SlugCase{"Empty", "", Fault::invalid_value},
                    SlugCase{"TooLong", std::string(64, 'a'), Fault::invalid_value},
                    SlugCase{"Slash", "a/b", Fault::invalid_value},
                    SlugCase{"Space", "a b", Fault::invalid_value},
                    SlugCase{"NotAscii", "caf\u00e9", Fault::invalid_value},
                    SlugCase{"Nul", std::string("a\0b", 3), Fault::invalid_value},
                    SlugCase{"Reserved", "Users", Fault::invalid_value},
                    SlugCase{"ReservedInAnotherCase", "serviceproviderCONFIG",
                             Fault::invalid_value},
                    SlugCase{"TakenInAnotherCase", "TAKEN", Fault::uniqueness}),
    [](const auto& info) { return info.param.name; });

TEST_F(OrganizationsTest, KeepSignInConnectionsAsDeclared) {
  const auto tenant = directory.add_tenant("acme");
  const Connection wanted{tenant.organization, "okta", R"({"protocol":"saml"})"};
  EXPECT_TRUE(must(write([&](Organizations& all) { return all.put_connection(wanted); })));
  EXPECT_FALSE(must(write([&](Organizations& all) { return all.put_connection(wanted); })));
  const Connection changed{tenant.organization, "okta", R"({"protocol":"oidc"})"};
  EXPECT_TRUE(must(write([&](Organizations& all) { return all.put_connection(changed); })));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto connections = tx.organizations().connections(tenant.organization);
    EXPECT_EQ(connections.size(), 1U);
    EXPECT_EQ(connections.front().settings, changed.settings);
    return {};
  }));
  must(write(
      [&](Organizations& all) { return all.remove_connection(tenant.organization, "okta"); }));
  EXPECT_FALSE(write(
      [&](Organizations& all) { return all.remove_connection(tenant.organization, "okta"); }));
}

TEST_F(OrganizationsTest, RefuseConnectionsThatCannotBeNamedOrRead) {
  const auto tenant = directory.add_tenant("acme");
  for (const Connection& wrong :
       {Connection{tenant.organization, "a/b", "{}"}, Connection{tenant.organization, "", "{}"},
        Connection{tenant.organization, "okta", "[]"},
        Connection{tenant.organization, "okta", "{"}}) {
    EXPECT_FALSE(write([&](Organizations& all) { return all.put_connection(wrong); }))
        << wrong.id << " " << wrong.settings;
  }
}

TEST_F(OrganizationsTest, SettingsOfConnectionsStayOutOfTheAuditLog) {
  const auto tenant = directory.add_tenant("acme");
  const Connection wanted{tenant.organization, "okta", R"({"oidc":{"client_secret":"hunter2"}})"};
  must(write([&](Organizations& all) { return all.put_connection(wanted); }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const AuditEvent last = tx.audit(tenant.organization).list(0, 100).back();
    EXPECT_EQ(last.type, "connection.added");
    EXPECT_EQ(last.object, "connection/okta");
    EXPECT_EQ(last.detail, R"({"attributes":["oidc"]})");
    return {};
  }));
}

TEST_F(OrganizationsTest, PutScimConnectionAddsAndReplaces) {
  const auto tenant = directory.add_tenant("acme");
  ScimConnection wanted = TestDirectory::default_connection();
  wanted.organization = tenant.organization;
  wanted.mode = ScimMode::strict;
  wanted.username_is_email = true;
  wanted.enabled = false;
  wanted.options = R"({"manual_users":true})";
  const auto epoch = directory->token_epoch();
  const ScimConnection stored =
      must(write([&](Organizations& all) { return all.put_scim_connection(wanted); }));
  EXPECT_EQ(stored.key, tenant.scim_connection);
  EXPECT_EQ(stored.organization_slug, "acme");
  EXPECT_GT(directory->token_epoch(), epoch);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto found = tx.organizations().scim_connection(stored.key);
    EXPECT_EQ(found->mode, ScimMode::strict);
    EXPECT_TRUE(found->username_is_email);
    EXPECT_FALSE(found->enabled);
    EXPECT_EQ(found->options, wanted.options);
    EXPECT_EQ(tx.organizations().scim_connections(tenant.organization).size(), 1U);
    EXPECT_FALSE(tx.organizations().scim_connection(ScimConnectionKey(99)));
    return {};
  }));
  const auto unchanged_epoch = directory->token_epoch();
  must(write([&](Organizations& all) { return all.put_scim_connection(wanted); }));
  EXPECT_EQ(directory->token_epoch(), unchanged_epoch);
}

TEST_F(OrganizationsTest, PutScimConnectionRefusesAnUnknownOrganization) {
  ScimConnection wanted = TestDirectory::default_connection();
  wanted.organization = OrganizationKey(99);
  const auto put = write([&](Organizations& all) { return all.put_scim_connection(wanted); });
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().fault(), Fault::not_found);
}

TEST_F(OrganizationsTest, RemovingAScimConnectionRevokesItsTokensAndDropsExternalIds) {
  const auto tenant = directory.add_tenant("acme");
  UserProfile profile = test::user_profile("alice");
  profile.external_id = "E-1";
  const User user = directory.add_user(tenant, profile);
  GroupProfile team = test::group_profile("Team A");
  team.external_id = "G-1";
  const Group group = directory.add_group(tenant, team);
  must(write(
      [&](Organizations& all) { return all.remove_scim_connection(tenant.organization, "scim"); }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(tx.tokens().find(token_hash(tenant.token))->revoked);
    TRY(const User found, TestDirectory::users(tx, tenant).get(user.id));
    EXPECT_FALSE(found.profile.external_id);
    TRY(const Group found_group, TestDirectory::groups(tx, tenant).get(group.id));
    EXPECT_FALSE(found_group.profile.external_id);
    EXPECT_TRUE(tx.organizations().scim_connections(tenant.organization).empty());
    return {};
  }));
  EXPECT_FALSE(write(
      [&](Organizations& all) { return all.remove_scim_connection(tenant.organization, "scim"); }));
}

}  // namespace
}  // namespace rollcall
