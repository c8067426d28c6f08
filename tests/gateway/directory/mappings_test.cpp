#include "gateway/directory/mapping_match.h"
#include "tests/gateway/directory/groups_fixture.h"

namespace rollcall {
namespace {

using test::must;

class MappingsTest : public test::GroupsFixture {
 protected:
  MappingsTest() : GroupsFixture(Preset::dbt, "enterprise") {
    must(directory->write_now(operator_actor(), [&](Transaction& tx) {
      return tx.organizations().put_connection({tenant.organization, "okta", "{}"});
    }));
  }
  Result<SsoMapping> add(const Group& group, std::string_view connection, MappingKind kind,
                         std::string_view idp_group) {
    return with_mappings(
        [&](Mappings& mappings) { return mappings.add(group, connection, kind, idp_group); });
  }
  bool managed(const Group& group) {
    return must(
        with_mappings([&](Mappings& mappings) -> Result<bool> { return mappings.managed(group); }));
  }
  std::vector<std::string> warnings(const Group& group) {
    return must(with_mappings([&](Mappings& mappings) -> Result<std::vector<std::string>> {
      return mappings.warnings(group);
    }));
  }
};

// S69, S81
TEST_F(MappingsTest, AreStoredForAConnectionAndMakeTheGroupManaged) {
  const Group group = add_group("Analysts");
  EXPECT_FALSE(managed(group));
  const SsoMapping added = must(add(group, "okta", MappingKind::exact, "DBT_ENG"));
  EXPECT_TRUE(managed(group));
  const SsoMapping found =
      must(with_mappings([&](Mappings& mappings) { return mappings.get(added.id); }));
  EXPECT_EQ(found.group, group.id);
  EXPECT_EQ(found.connection, "okta");
  EXPECT_EQ(found.idp_group, "DBT_ENG");
  EXPECT_EQ(found.since, directory.clock().now());
  const auto audited = events("group.mapping.added");
  ASSERT_EQ(audited.size(), 1U);
  EXPECT_EQ(audited[0].object, "group/" + group.id.str());
  EXPECT_NE(audited[0].detail.find(R"("connection":"okta","idp_group":"DBT_ENG")"),
            std::string::npos);
}

// S79, S80, S81, S82
TEST_F(MappingsTest, ComingAndGoingLeaveEveryMembershipAsItWas) {
  const Group group = add_group("Analysts");
  must(change(group, {add_user("euclid").id}));
  const auto before = rows(group);
  directory.clock().advance(std::chrono::hours(1));
  const SsoMapping first = must(add(group, "*", MappingKind::exact, "A"));
  const SsoMapping second = must(add(group, "*", MappingKind::exact, "B"));
  const auto remove = [&](const SsoMapping& mapping) {
    return with_mappings([&](Mappings& mappings) { return mappings.remove(mapping.id); });
  };
  must(remove(first));
  EXPECT_TRUE(managed(group));
  must(remove(second));
  EXPECT_FALSE(managed(group));
  EXPECT_EQ(remove(second).error().fault(), Fault::not_found);
  const auto after = rows(group);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].origin, before[0].origin);
  EXPECT_EQ(after[0].since, before[0].since);
  EXPECT_EQ(must(get(group)).version, 2);
  EXPECT_EQ(events("group.mapping.removed").size(), 2U);
}

// S72
TEST_F(MappingsTest, SeveralIdpGroupsMayNameOneGroupAndOneMayNameSeveral) {
  const Group first = add_group("First");
  const Group second = add_group("Second");
  must(add(first, "*", MappingKind::exact, "A"));
  must(add(first, "*", MappingKind::exact, "B"));
  must(add(first, "okta", MappingKind::exact, "A"));
  must(add(second, "*", MappingKind::exact, "A"));
  EXPECT_EQ(add(first, "*", MappingKind::exact, "A").error().fault(), Fault::uniqueness);
  const auto page = must(with_mappings([&](Mappings& mappings) -> Result<std::size_t> {
    EXPECT_EQ(mappings.of(first).size(), 3U);
    const auto two = mappings.list(0, 2);
    return mappings.list(two.back().position, 10).size();
  }));
  EXPECT_EQ(page, 2U);
}

// S73
TEST_F(MappingsTest, ASecondOneAndAnotherNameAreAcceptedWithWarnings) {
  const Group group = add_group("eng");
  must(add(group, "*", MappingKind::exact, "eng"));
  EXPECT_TRUE(warnings(group).empty());
  must(add(group, "*", MappingKind::template_, "{name}"));
  EXPECT_EQ(warnings(group).size(), 1U);
  must(add(group, "*", MappingKind::exact, "Eng"));
  const auto list = warnings(group);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_NE(list[0].find("3 mappings"), std::string::npos);
  EXPECT_NE(list[1].find("Eng"), std::string::npos);
}

// S60
TEST_F(MappingsTest, NeedAPlanThatHasThem) {
  const Group group = add_group("Everyone");
  change_organization([](Organization& organization) { organization.plan = "starter"; });
  EXPECT_EQ(add(group, "*", MappingKind::exact, "A").error().code(), "feature_not_in_plan");
  EXPECT_EQ(with_mappings([](Mappings& mappings) {
              return mappings.add_license(License::developer, "*", "A");
            })
                .error()
                .code(),
            "feature_not_in_plan");
}

struct RefusedMapping {
  const char* name;
  std::string connection;
  MappingKind kind;
  std::string idp_group;
};
class MappingsRefuse : public MappingsTest, public testing::WithParamInterface<RefusedMapping> {};

// S69
TEST_P(MappingsRefuse, WithInvalidValueAndStoreNothing) {
  const Group group = add_group("Analysts");
  const auto& refused = GetParam();
  const auto added = add(group, refused.connection, refused.kind, refused.idp_group);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault(), Fault::invalid_value);
  EXPECT_FALSE(managed(group));
}
INSTANTIATE_TEST_SUITE_P(
    All, MappingsRefuse,
    testing::Values(
        RefusedMapping{"unknown_connection", "entra", MappingKind::exact, "A"},
        RefusedMapping{"no_name", "*", MappingKind::exact, ""},
        RefusedMapping{"too_long_a_name", "*", MappingKind::exact, std::string(1025, 'a')},
        RefusedMapping{"broken_pattern", "*", MappingKind::pattern, "eng-(.*"},
        RefusedMapping{"too_long_a_pattern", "*", MappingKind::pattern, std::string(257, 'a')},
        RefusedMapping{"greedy_pattern", "*", MappingKind::pattern, "((a{100}){100}){100}"},
        RefusedMapping{"back_reference", "*", MappingKind::pattern, R"((a)\1)"},
        RefusedMapping{"template_without_place", "*", MappingKind::template_, "team"},
        RefusedMapping{"template_with_unknown_place", "*", MappingKind::template_, "{id}"},
        RefusedMapping{"template_left_open", "*", MappingKind::template_, "team-{name"}),
    [](const auto& param) { return std::string(param.param.name); });

struct MatchCase {
  MappingKind kind;
  std::string_view idp_group;
  std::string_view name;
  bool matches;
};
class MappingMatches : public testing::TestWithParam<MatchCase> {};

// S69, F53
TEST_P(MappingMatches, TheWholeNameToTheByte) {
  const MatchCase& c = GetParam();
  const auto match = MappingMatch::of(c.kind, c.idp_group, "data.eng");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->matches(c.name), c.matches) << c.idp_group << " and " << c.name;
}
constexpr auto exact = MappingKind::exact;
constexpr auto pattern = MappingKind::pattern;
constexpr auto template_ = MappingKind::template_;
INSTANTIATE_TEST_SUITE_P(
    All, MappingMatches,
    testing::Values(
        MatchCase{exact, "DBT_ENG", "DBT_ENG", true}, MatchCase{exact, "DBT_ENG", "dbt_eng", false},
        MatchCase{exact, "DBT_ENG", " DBT_ENG", false}, MatchCase{exact, "a.c", "abc", false},
        MatchCase{exact, "0A0A0A0A-0000-4000-8000-00000000000F",
                  "0a0a0a0a-0000-4000-8000-00000000000f", true},
        MatchCase{pattern, "eng-[a-z]+", "eng-data", true},
        MatchCase{pattern, "eng-[a-z]+", "eng-data2", false},
        MatchCase{pattern, "eng-[a-z]+", "my-eng-data", false},
        MatchCase{pattern, "a|b", "bc", false}, MatchCase{pattern, "(?i)eng", "ENG", true},
        MatchCase{pattern, "eng$", "eng\n", false}, MatchCase{template_, "{}", "data.eng", true},
        MatchCase{template_, "team-{name}", "team-data.eng", true},
        MatchCase{template_, "team-{name}", "team-dataXeng", false},
        MatchCase{template_, "{name}/{name}", "data.eng/data.eng", true}));

// S62, S86
TEST_F(MappingsTest, OfLicencesAreStoredAuditedAndRemoved) {
  const LicenseMapping added = must(with_mappings([](Mappings& mappings) {
    return mappings.add_license(License::read_only, "okta", "DBT_RO");
  }));
  EXPECT_EQ(with_mappings([](Mappings& mappings) {
              return mappings.add_license(License::read_only, "okta", "DBT_RO");
            })
                .error()
                .fault(),
            Fault::uniqueness);
  const auto list =
      must(with_mappings([](Mappings& mappings) -> Result<std::vector<LicenseMapping>> {
        return mappings.licenses();
      }));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].license, License::read_only);
  EXPECT_EQ(list[0].idp_group, "DBT_RO");
  must(with_mappings([&](Mappings& mappings) { return mappings.remove_license(added.id); }));
  EXPECT_EQ(with_mappings([&](Mappings& mappings) { return mappings.remove_license(added.id); })
                .error()
                .fault(),
            Fault::not_found);
  EXPECT_EQ(events("license_map.added").size(), 1U);
  EXPECT_EQ(events("license_map.removed").size(), 1U);
}

// S3
TEST_F(MappingsTest, OfAnotherOrganizationAreNotFound) {
  const SsoMapping mapping = must(add(add_group("Analysts"), "*", MappingKind::exact, "A"));
  const auto other = add_tenant("other", Preset::dbt, "enterprise");
  must(directory->write_now(operator_actor(), [&](Transaction& tx) -> Result<> {
    Mappings mappings = tx.mappings(other.organization);
    EXPECT_EQ(mappings.get(mapping.id).error().fault(), Fault::not_found);
    EXPECT_EQ(mappings.remove(mapping.id).error().fault(), Fault::not_found);
    EXPECT_TRUE(mappings.list(0, 10).empty());
    return {};
  }));
}

}  // namespace
}  // namespace rollcall
