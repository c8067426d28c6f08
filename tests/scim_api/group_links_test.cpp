#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall::test {
namespace {

using Ids = std::vector<std::string>;

/// What people do beside the IdP.
class ScimGroupLinks : public testing::Test {
 protected:
  template <class Work>
  auto by_hand(Work work) {
    const Actor actor{.kind = ActorKind::operator_local,
                      .id = {},
                      .address = {},
                      .source = Source::cli,
                      .request_id = {}};
    auto result = idp_.directory->write_now(actor, [&](Transaction& tx) -> decltype(work(tx, {})) {
      TRY(const Organization organization, tx.organizations().get("acme"));
      return work(tx, std::optional(organization.key));
    });
    EXPECT_TRUE(result) << result.error().detail();
    return result;
  }
  std::string make_user(const std::string& name) {
    return (*by_hand([&](Transaction& tx, std::optional<OrganizationKey> key) -> Result<User> {
             UserProfile profile;
             profile.user_name = name;
             profile.display_name = name;
             profile.document = R"("userName":")" + name + R"(")";
             profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:User"};
             return tx.users(*key).add(profile, {});
           }))
        .id.str();
  }
  std::string make_group(const std::string& name, const Ids& members = {}) {
    return (*by_hand([&](Transaction& tx, std::optional<OrganizationKey> key) -> Result<Group> {
             GroupProfile profile;
             profile.display_name = name;
             profile.document = R"("displayName":")" + name + R"(")";
             profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:Group"};
             Groups groups = tx.groups(*key);
             TRY(const Group group, groups.add(profile));
             CHECK_OK(groups.change_members(group, ids(members), {}));
             return group;
           }))
        .id.str();
  }
  void add_by_hand(const std::string& group, const Ids& members) {
    (void)by_hand([&](Transaction& tx, std::optional<OrganizationKey> key) -> Result<> {
      Groups groups = tx.groups(*key);
      TRY(const Group found, groups.get(*GroupId::parse(group)));
      CHECK_OK(groups.change_members(found, ids(members), {}));
      return {};
    });
  }
  Ids kept_members(const std::string& group) {
    return *by_hand([&](Transaction& tx, std::optional<OrganizationKey> key) -> Result<Ids> {
      Groups groups = tx.groups(*key);
      TRY(const Group found, groups.get(*GroupId::parse(group)));
      Ids list;
      for (const GroupMember& member : groups.members(found, 0, 100)) {
        list.push_back(member.user.str());
      }
      return list;
    });
  }
  std::int64_t total(const std::string& query = {}) {
    return idp_.send("GET", "/scim/v2/Groups?count=0" + query).number("totalResults");
  }
  static std::vector<UserId> ids(const Ids& texts) {
    std::vector<UserId> list;
    for (const std::string& text : texts) list.push_back(*UserId::parse(text));
    return list;
  }
  static std::string body(const std::string& name, const Ids& members) {
    std::string list;
    for (const std::string& id : members) {
      list += (list.empty() ? R"({"value":")" : R"(,{"value":")") + id + R"("})";
    }
    return R"({"displayName":")" + name + R"(","externalId":"g-1","members":[)" + list + "]}";
  }
  static std::string path(const std::string& group) { return "/scim/v2/Groups/" + group; }

  Idp idp_;
  std::string bea_ = idp_.add_user("bea@acme.test");
  std::string cy_ = idp_.add_user("cy@acme.test");
  std::string own_ = make_user("own@acme.test");
};

// F57, F16
TEST_F(ScimGroupLinks, PostOfTheNameOfATeamMadeHereLinksItAndKeepsItsOwnMembers) {
  const auto team = make_group("Team A", {own_, bea_});
  const auto answer = idp_.send("POST", "/scim/v2/Groups", body("Team A", {cy_}));
  ASSERT_EQ(answer.status(), 201) << answer.response.body;
  EXPECT_EQ(answer.text("id"), team);
  EXPECT_EQ(answer.text("externalId"), "g-1");
  auto members = idp_.members(team);
  std::ranges::sort(members);
  Ids expected{own_, cy_};
  std::ranges::sort(expected);
  EXPECT_EQ(members, expected);
  EXPECT_EQ(idp_.send("POST", "/scim/v2/Groups", body("team a", {})).status(), 409);
}

// F16
TEST_F(ScimGroupLinks, TeamsMadeHereAppearWithoutMembersWhomTheIdpDoesNotManage) {
  const auto team = make_group("Team A", {own_, bea_});
  EXPECT_EQ(idp_.members(team), Ids{bea_});
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(total("&filter=members.value+eq+%22" + own_ + "%22"), 0);
  EXPECT_EQ(total("&filter=members.value+eq+%22" + bea_ + "%22"), 1);
}

// F57
TEST_F(ScimGroupLinks, PatchingMembersAdoptsATeamMadeHere) {
  const auto team = make_group("Team A", {own_});
  const auto patch =
      patch_body(R"({"op":"add","path":"members","value":[{"value":")" + bea_ + R"("}]})");
  ASSERT_EQ(idp_.send("PATCH", path(team), patch).status(), 204);
  EXPECT_EQ(idp_.members(team).size(), 2U);
  EXPECT_EQ(idp_.send("DELETE", path(team)).status(), 204);
  EXPECT_EQ(kept_members(team), Ids{own_});
}

// spec/access 3.3e
TEST_F(ScimGroupLinks, PutLeavesMembersWhomTheIdpCannotKnow) {
  const auto group = idp_.add_group("Pushed", {bea_});
  add_by_hand(group, {own_});
  ASSERT_EQ(idp_.send("PUT", path(group), body("Pushed", {cy_})).status(), 200);
  auto members = idp_.members(group);
  EXPECT_EQ(members.size(), 2U);
  EXPECT_EQ(std::ranges::count(members, own_), 1);
  EXPECT_EQ(std::ranges::count(members, cy_), 1);
}

// product.md "SCIM DELETE of a group"
TEST_F(ScimGroupLinks, ADeletedTeamReads404EverywhereUntilItIsPostedAgain) {
  const auto team = make_group("Team A", {own_});
  ASSERT_EQ(idp_.send("POST", "/scim/v2/Groups", body("Team A", {bea_})).status(), 201);
  ASSERT_EQ(idp_.send("DELETE", path(team)).status(), 204);
  EXPECT_EQ(idp_.send("GET", path(team)).status(), 404);
  EXPECT_EQ(idp_.send("PUT", path(team), body("Team A", {})).status(), 404);
  EXPECT_EQ(idp_.send("DELETE", path(team)).status(), 404);
  EXPECT_EQ(total(), 0);
  EXPECT_EQ(total("&filter=displayName+eq+%22Team+A%22"), 0);
  EXPECT_EQ(total("&filter=externalId+eq+%22g-1%22"), 0);
  EXPECT_EQ(total("&filter=displayName+sw+%22Team%22"), 0);
  EXPECT_EQ(kept_members(team), Ids{own_});
  const auto again = idp_.send("POST", "/scim/v2/Groups", body("Team A", {bea_}));
  EXPECT_EQ(again.status(), 201);
  EXPECT_EQ(again.text("id"), team);
  EXPECT_EQ(total(), 1);
}

// product.md "SCIM DELETE of a group"
TEST_F(ScimGroupLinks, AMemberByHandOfADeletedTeamDoesNotShowIt) {
  const auto team = make_group("Team A", {bea_});
  const auto groups = [&] { return idp_.send("GET", "/scim/v2/Users/" + bea_).at("groups"); };
  EXPECT_FALSE(groups().is_null());
  ASSERT_EQ(idp_.send("DELETE", path(team)).status(), 204);
  EXPECT_EQ(kept_members(team), Ids{bea_});
  EXPECT_TRUE(groups().is_null());
}

// S12, S36
TEST_F(ScimGroupLinks, AServiceUserIsNobodyToAGroup) {
  const auto bot = by_hand([](Transaction& tx, std::optional<OrganizationKey> key) {
    return tx.service_users(*key).add("ci-bot", "", ServiceUserKind::service);
  });
  const auto group = idp_.add_group("Pushed", {bea_});
  const auto patch =
      patch_body(R"({"op":"add","path":"members","value":[{"value":")" + bot->id.str() + R"("}]})");
  EXPECT_EQ(idp_.send("PATCH", path(group), patch).status(), 400);
  EXPECT_EQ(idp_.members(group), Ids{bea_});
}

}  // namespace
}  // namespace rollcall::test
