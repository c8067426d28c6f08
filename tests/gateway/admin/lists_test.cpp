#include "tests/gateway/admin/admin_fixture.h"

#include <set>

namespace rollcall::admin {
namespace {

using AdminLists = AdminTest;

TEST_F(AdminLists, CreateAndShowOrganizations) {
  const auto created = post("/organizations", R"({"slug": "acme"})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(at(created, "slug"), "acme");
  EXPECT_EQ(at(get("/organizations"), "items.0.slug"), "acme");
  EXPECT_EQ(at(get("/organizations/ACME"), "slug"), "acme");
  EXPECT_EQ(at(get("/organizations/acme"), "users"), "0");
}

TEST_F(AdminLists, RefuseAnOrganizationThatExistsOrIsReserved) {
  EXPECT_EQ(post("/organizations", R"({"slug": "acme"})").status, 201);
  expect_problem(post("/organizations", R"({"slug": "Acme"})"), 409, "uniqueness");
  expect_problem(post("/organizations", R"({"slug": "users"})"), 422, "invalid_value");
  expect_problem(post("/organizations", R"({"slug": "a b"})"), 422, "invalid_value");
}

TEST_F(AdminLists, ReadBodiesStrictlyAndNameAllThatIsWrong) {
  expect_problem(post("/organizations", "{"), 422, "invalid_value");
  expect_problem(post("/organizations", "[]"), 422, "invalid_value");
  expect_problem(post("/organizations", ""), 422, "invalid_value");
  const auto response = post("/organizations", R"({"slug": 7, "slugs": "x", "colour": "red"})");
  expect_problem(response, 422, "invalid_value");
  const std::vector<std::string> expected{R"(body: "slug" must be text: put it in quotes)",
                                          R"(body: unknown key "slugs", did you mean "slug"?)",
                                          R"(body: unknown key "colour")"};
  EXPECT_EQ(errors_of(response), expected);
}

TEST_F(AdminLists, FindUsersByUserNameAndEmail) {
  const auto tenant = directory_.add_tenant("acme");
  directory_.add_user(tenant, test::user_profile("ada"));
  const auto bea = directory_.add_user(tenant, test::user_profile("bea"));
  EXPECT_EQ(size_at(get("/organizations/acme/users"), "items"), 2U);
  const auto by_name = get("/organizations/acme/users?user_name=BEA");
  EXPECT_EQ(size_at(by_name, "items"), 1U);
  EXPECT_EQ(at(by_name, "items.0.id"), bea.id.str());
  EXPECT_EQ(at(by_name, "items.0.scim_managed"), "true");
  const auto by_email = get("/organizations/acme/users?email=bea%40example.com");
  EXPECT_EQ(at(by_email, "items.0.user_name"), "bea");
  EXPECT_EQ(size_at(get("/organizations/acme/users?user_name=cy"), "items"), 0U);
}

TEST_F(AdminLists, ShowAUserWithItsGroupsAndAGroupsMembers) {
  const auto tenant = directory_.add_tenant("acme");
  const auto ada = directory_.add_user(tenant, test::user_profile("ada"));
  const auto team = directory_.add_group(tenant, test::group_profile("Team"));
  test::must(directory_->write_now(test::test_actor(), [&](Transaction& transaction) {
    const std::vector<UserId> members{ada.id};
    return test::TestDirectory::groups(transaction, tenant)
        .add_members(team, members, Origin::scim);
  }));
  const auto user = get("/organizations/acme/users/" + ada.id.str());
  EXPECT_EQ(at(user, "groups.0.name"), "Team");
  EXPECT_EQ(at(get("/organizations/acme/groups?name=team"), "items.0.members"), "1");
  EXPECT_EQ(at(get("/organizations/acme/groups/" + team.id.str()), "name"), "Team");
  const auto members = get("/organizations/acme/memberships?group=" + team.id.str());
  EXPECT_EQ(at(members, "items.0.user.id"), ada.id.str());
  EXPECT_EQ(at(members, "items.0.origin"), "scim");
  expect_problem(get("/organizations/acme/memberships"), 422, "invalid_value");
}

// S-rule of access.md 3.2 (10): ids of another organization are 404.
TEST_F(AdminLists, HideWhatAnotherOrganizationHas) {
  const auto acme = directory_.add_tenant("acme");
  directory_.add_tenant("other");
  const auto ada = directory_.add_user(acme, test::user_profile("ada"));
  const auto team = directory_.add_group(acme, test::group_profile("Team"));
  const std::string token = at(get("/organizations/acme/tokens"), "items.0.id");
  EXPECT_EQ(get("/organizations/acme/users/" + ada.id.str()).status, 200);
  for (const std::string& path :
       {"users/" + ada.id.str(), "groups/" + team.id.str(), "memberships?group=" + team.id.str(),
        std::string("users/not-an-id")}) {
    expect_problem(get("/organizations/other/" + path), 404, "not_found");
  }
  expect_problem(remove("/organizations/other/tokens/" + token), 404, "not_found");
  EXPECT_EQ(at(get("/organizations/acme/tokens"), "items.0.revoked"), "null");
  EXPECT_EQ(size_at(get("/organizations/other/users?user_name=ada"), "items"), 0U);
}

struct PagedList {
  const char* path;
  const char* key;
};

class AdminPaging : public AdminTest, public testing::WithParamInterface<PagedList> {};

TEST_P(AdminPaging, ShowsEveryItemOnceInPages) {
  constexpr int count = 7;
  const auto tenant = directory_.add_tenant("acme");
  const auto group = directory_.add_group(tenant, test::group_profile("Team 0"));
  std::vector<UserId> users;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    users.push_back(directory_.add_user(tenant, test::user_profile("user" + number)).id);
    if (i > 0) directory_.add_group(tenant, test::group_profile("Team " + number));
    EXPECT_EQ(post("/organizations", R"({"slug": "org-)" + number + "\"}").status, 201);
    EXPECT_EQ(
        post("/organizations/acme/tokens", R"({"name": "t", "scim_connection": "scim"})").status,
        201);
    EXPECT_EQ(post("/tokens", R"({"name": "t"})").status, 201);
  }
  test::must(directory_->write_now(test::test_actor(), [&](Transaction& transaction) {
    return test::TestDirectory::groups(transaction, tenant).add_members(group, users, Origin::scim);
  }));
  std::string path = GetParam().path;
  if (path.find("memberships") != std::string::npos) path += group.id.str();
  const char separator = path.find('?') == std::string::npos ? '?' : '&';
  std::set<std::string> seen;
  std::size_t pages = 0;
  std::string cursor;
  do {
    const auto page =
        get(path + separator + "limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page.body;
    const std::size_t items = size_at(page, "items");
    EXPECT_LE(items, 3U);
    for (std::size_t i = 0; i < items; ++i) {
      const std::string key = at(page, "items." + std::to_string(i) + "." + GetParam().key);
      EXPECT_TRUE(seen.insert(key).second) << key;
    }
    cursor = at(page, "next");
    ASSERT_LT(++pages, 100U);
  } while (cursor != "null");
  EXPECT_GE(pages, 3U);
  EXPECT_GE(seen.size(), static_cast<std::size_t>(count));
}

TEST_P(AdminPaging, RefusesAForeignCursorAndAWrongLimit) {
  directory_.add_tenant("acme");
  std::string path = GetParam().path;
  const char separator = path.find('?') == std::string::npos ? '?' : '&';
  for (const char* query : {"limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=YWJjOjE",
                            "limit=1&limit=2", "limits=1", "cursor=%zz"}) {
    expect_problem(get(path + separator + query), 422, "invalid_value");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lists, AdminPaging,
    testing::Values(PagedList{"/organizations", "slug"},
                    PagedList{"/organizations/acme/users", "id"},
                    PagedList{"/organizations/acme/groups", "id"},
                    PagedList{"/organizations/acme/memberships?group=", "user.id"},
                    PagedList{"/organizations/acme/tokens", "id"}, PagedList{"/tokens", "id"},
                    PagedList{"/organizations/acme/audit", "sequence"}),
    [](const auto& info) { return "List" + std::to_string(info.index); });

}  // namespace
}  // namespace rollcall::admin
