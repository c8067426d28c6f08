#include "gateway/catalogue/permission.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rollcall {
namespace {

PermissionSet set_of(std::initializer_list<std::string_view> keys) {
  PermissionSet set;
  for (const std::string_view key : keys) set.set(Permission::find(key).value().index());
  return set;
}

bool wide(std::string_view key) {
  return permissions()[Permission::find(key).value().index()].organization_wide;
}

TEST(Permissions, AreFoundByTheirWholeKeyAlone) {
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < permissions().size(); ++i) {
    const auto found = Permission::find(permissions()[i].key);
    ASSERT_TRUE(found) << permissions()[i].key;
    EXPECT_EQ(found->index(), i);
    EXPECT_EQ(found->key(), permissions()[i].key);
    keys.insert(found->key());
  }
  EXPECT_EQ(keys.size(), permissions().size());
  for (const std::string_view no : {"", "runs", "runs.launch ", "Runs.launch", "jobs", "jobs:X"}) {
    EXPECT_FALSE(Permission::find(no)) << no;
  }
}

// F6
TEST(Permissions, HaveTheLaddersKeysOfTheContract) {
  for (const std::string_view key :
       {"runs.launch", "runs.terminate", "backfills.launch", "schedules.edit", "sensors.edit",
        "assets.wipe", "deployment_settings.edit", "env_vars.edit", "code_locations.edit",
        "alerts.edit", "users.add", "users.manage", "teams.manage"}) {
    const auto found = Permission::find(key);
    ASSERT_TRUE(found) << key;
    EXPECT_EQ(permissions()[found->index()].family, PermissionFamily::ladder) << key;
  }
}

TEST(Permissions, ContainTheSightOfWhatTheyChange) {
  EXPECT_EQ(with_contained(*Permission::find("jobs:W")), set_of({"jobs:W", "jobs:R"}));
  EXPECT_EQ(with_contained(*Permission::find("jobs:R")), set_of({"jobs:R"}));
  EXPECT_EQ(with_contained(*Permission::find("runs.launch")), set_of({"runs.launch", "runs.view"}));
  EXPECT_EQ(with_contained(*Permission::find("develop:W")), set_of({"develop:W"}));
}

TEST(Permissions, ThatReadAreToldByTheirEnding) {
  EXPECT_EQ(reading(set_of({"jobs:W", "jobs:R", "runs.view", "runs.launch", "audit_logs:R"})),
            set_of({"jobs:R", "runs.view", "audit_logs:R"}));
}

// F6, F34
TEST(Permissions, OfPeopleAndAccountsCountForTheOrganization) {
  for (const std::string_view key : {"users.add", "users.view", "users.manage", "audit.view",
                                     "members:W", "billing:R", "project_create:W"}) {
    EXPECT_TRUE(wide(key)) << key;
  }
  for (const std::string_view key :
       {"runs.launch", "teams.grant", "deployment_settings.edit", "jobs:W", "permissions:W"}) {
    EXPECT_FALSE(wide(key)) << key;
  }
}

}  // namespace
}  // namespace rollcall
