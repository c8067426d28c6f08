#include "gateway/access/rights.h"
#include "gateway/base/yaml.h"
#include "tests/gateway/admin/declared.h"

#include <array>

namespace rollcall::admin {
namespace {

/// The two example organizations, loaded as they are, and what they say of themselves.
class Fixtures : public DeclaredTest {
 protected:
  struct Found {
    access::Principal principal;
    bool person;
  };

  static access::RightsPtr rights_of(Transaction& tx, const Organization& organization,
                                     const std::string& name) {
    return test::must(access::read_rights(tx, find(tx, organization, name).principal));
  }

  /// A user by the file's id, else a service user by name.
  static Found find(Transaction& tx, const Organization& organization, const std::string& name) {
    if (const auto user = tx.users(organization.key).find_declared(name)) {
      return {{organization.key, SubjectKind::user, user->position}, true};
    }
    const auto service_user = tx.service_users(organization.key).find(name);
    if (!service_user) throw std::runtime_error("nobody is called " + name);
    return {{organization.key, SubjectKind::service_user, service_user->position}, false};
  }

  static std::string role_of(Transaction& tx, const Organization& organization,
                             const std::string& name, std::string_view scope) {
    const auto rights = rights_of(tx, organization, name);
    return rights->decide({std::nullopt, test::must(Scope::parse(scope))}).role.value_or("none");
  }

  static std::string holds(Transaction& tx, const Organization& organization,
                           const std::string& name, std::string_view permission) {
    return rights_of(tx, organization, name)->holds(*Permission::find(permission)) ? "true"
                                                                                   : "false";
  }

  /// What is found where the fixture expects something: "bea@deployment/prod", "cy may_add_user".
  static std::string found(Transaction& tx, const Organization& organization,
                           const std::string& subject) {
    if (subject == "seats_used") {
      return std::to_string(tx.seats(organization.key).get("user").used);
    }
    if (const auto at = subject.find('@'); at != std::string::npos) {
      return role_of(tx, organization, subject.substr(0, at), subject.substr(at + 1));
    }
    const std::string who = subject.substr(0, subject.find(' '));
    const std::string what = subject.substr(subject.find(' ') + 1);
    if (what == "may_add_user") return holds(tx, organization, who, "users.add");
    if (what == "may_remove_user") return holds(tx, organization, who, "users.manage");
    // S35: only users have sign-in identities.
    if (what == "may_login") return find(tx, organization, who).person ? "true" : "false";
    if (what == "tokens") {
      const auto position = find(tx, organization, who).principal.position;
      return std::to_string(tx.tokens().list_of_service_user(position, 0, 100).size());
    }
    throw std::runtime_error("the fixture expects something unknown: " + subject);
  }

  Items groups_of(std::string_view slug, const std::string& user) {
    return in(slug, [&](Transaction& tx, const Organization& organization) -> Result<Items> {
      Users users = tx.users(organization.key);
      Items names;
      for (const UserGroup& group : users.groups_of(*users.find_declared(user))) {
        names.push_back(group.display_name);
      }
      return names;
    });
  }

  /// The code with which the directory refuses what the row's actor tries.
  std::string refusal(const yaml::Node& row) {
    const std::string op = row.find("op")->text;
    Actor actor;
    actor.kind = ActorKind::user;
    actor.source = Source::api;
    std::string code = "allowed";
    const auto attempt = [&](Transaction& tx, const Organization& organization) -> Result<> {
      const std::string who = row.find("actor")->text;
      if (op == "edit_job") {
        const Scope scope{ScopeKind::project, row.find("project")->text, {}};
        const auto answer =
            rights_of(tx, organization, who)->decide({Permission::find("jobs:W"), scope});
        if (!answer.allowed) code = access::name(answer.reason);
      } else if (op == "add_member") {
        Groups groups = tx.groups(organization.key);
        GroupSelection by_name;
        by_name.display_name = row.find("group")->text;
        const auto user = tx.users(organization.key).find_declared(row.find("user")->text);
        const auto done =
            groups.change_members(groups.list(by_name, 0, 1).front(), std::array{user->id}, {});
        if (!done) code = done.error().code();
      } else if (op == "invite") {
        const auto done = tx.invitations(organization.key)
                              .invite(std::array<std::string, 1>{"new@jaffle.test"},
                                      find_license(row.find("license")->text), {});
        if (!done) code = done.error().code();
      }
      return {};
    };
    in("jaffle", [&](Transaction& tx, const Organization& organization) -> Result<> {
      const auto user = tx.users(organization.key).find_declared(row.find("actor")->text);
      actor.id = user->id.str();
      return {};
    });
    in("jaffle", attempt, actor);
    return code;
  }

  /// The rows of a list of the fixture that only tests read.
  static const std::vector<yaml::Node>& rows(const yaml::Node& file, std::string_view key) {
    const yaml::Node* list = file.find(key);
    if (!list) throw std::runtime_error("the fixture has no such list");
    return list->items;
  }
};

// S13, S14, S19, S20, S22, S25, S28, F6, F9, F10
TEST_F(Fixtures, HooliIsAsItExpects) {
  const std::string text = example("hooli");
  const Plan plan = load(text);
  EXPECT_EQ(plan.created_tokens.size(), 2U);
  const auto file = test::must(yaml::parse(text));
  std::size_t compared = 0;
  in("hooli", [&](Transaction& tx, const Organization& organization) -> Result<> {
    for (const yaml::Node& row : rows(file, "expect")) {
      for (const yaml::Entry& entry : row.entries) {
        EXPECT_EQ(found(tx, organization, entry.key), entry.value.text) << entry.key;
        ++compared;
      }
    }
    return {};
  });
  EXPECT_EQ(compared, 10U);
}

// S34, S44
TEST_F(Fixtures, TokensOfServiceUsersAreShownOnceAndWork) {
  const Plan plan = load(example("hooli"));
  ASSERT_EQ(plan.created_tokens.size(), 2U);
  EXPECT_EQ(plan.created_tokens[0].service_user, "ci-bot");
  EXPECT_EQ(plan.created_tokens[0].name, "ci-1");
  EXPECT_EQ(plan.created_tokens[1].service_user, "agent-eu");
  in("hooli", [&](Transaction& tx, const Organization&) -> Result<> {
    const auto token = tx.tokens().find(token_hash(plan.created_tokens[0].secret.reveal()));
    EXPECT_TRUE(token && token->alive(tx.now()));
    return {};
  });
}

// S50, S51, S52, S77, F45
TEST_F(Fixtures, JaffleIsLoadedWithoutDefaultGroupsAndMail) {
  load(example("jaffle"));
  EXPECT_EQ(groups_of("jaffle", "olga"), Items{"Owners"});
  EXPECT_EQ(groups_of("jaffle", "euclid"), Items{"Analysts"});
  EXPECT_EQ(groups_of("jaffle", "kim"), Items{"Contractors"});
  EXPECT_EQ(groups_of("jaffle", "ivan"), Items{});
  in("jaffle", [&](Transaction& tx, const Organization& organization) -> Result<> {
    EXPECT_TRUE(tx.outbox().list(organization.key, 0, 10).empty());
    EXPECT_EQ(tx.users(organization.key).find_declared("kim")->license, License::read_only);
    EXPECT_EQ(tx.seats(organization.key).get("developer").used, 2);
    EXPECT_EQ(tx.seats(organization.key).get("it").used, 1);
    const auto olga = rights_of(tx, organization, "olga");
    const access::Question in_big{Permission::find("jobs:W"),
                                  test::must(Scope::parse("project/big-project"))};
    EXPECT_TRUE(olga->decide(in_big).allowed);
    return {};
  });
}

// S58, S87, F42
TEST_F(Fixtures, JaffleRefusesWhatItSays) {
  const std::string text = example("jaffle");
  load(text);
  const auto file = test::must(yaml::parse(text));
  std::size_t compared = 0;
  for (const yaml::Node& row : rows(file, "refused")) {
    EXPECT_EQ(refusal(row), row.find("error")->text) << row.find("op")->text;
    ++compared;
  }
  EXPECT_EQ(compared, 3U);
}

TEST_F(Fixtures, AreExportedAsWhatApplyFindsNothingToDoWith) {
  for (const char* slug : {"hooli", "jaffle"}) {
    load(example(slug));
    expect_nothing_to_do(example(slug));
    const std::string file = exported(slug);
    const std::string head = audit_head(slug);
    expect_nothing_to_do(file);
    EXPECT_EQ(audit_head(slug), head);
    EXPECT_EQ(exported(slug), file);
  }
}

TEST_F(Fixtures, MakeTheSameElsewhere) {
  for (const std::string slug : {"hooli", "jaffle"}) {
    load(example(slug));
    std::string file = exported(slug);
    file.replace(file.find("slug: " + slug), 6 + slug.size(), "slug: copy-of-" + slug);
    load(file);
    EXPECT_EQ(exported("copy-of-" + slug), file);
  }
}

}  // namespace
}  // namespace rollcall::admin
