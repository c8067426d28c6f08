#pragma once

#include "gateway/access/rights.h"
#include "gateway/directory/transaction.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::access::test {

using rollcall::test::must;

inline Scope scope(std::string_view text) { return must(Scope::parse(text)); }

/// An organization that is built through the directory's operations by the local operator, and
/// asked through a cache. Every answer is compared with one that is read afresh.
class World {
 public:
  template <class Work>
  auto try_change(Work work) {
    const Actor actor{.kind = ActorKind::operator_local,
                      .id = {},
                      .address = {},
                      .source = Source::cli,
                      .request_id = {}};
    return directory->write_now(actor, std::move(work));
  }
  template <class Work>
  auto change(Work work) {
    return must(try_change(std::move(work)));
  }

  explicit World(Preset preset, std::optional<std::string> plan = std::nullopt) {
    organization = change([&](Transaction& tx) {
                     return tx.organizations().add("acme", preset, std::move(plan));
                   }).key;
  }

  void deployment(std::string name, std::optional<std::string> default_role,
                  std::vector<std::string> locations, DeploymentKind kind = DeploymentKind::full) {
    Deployment wanted;
    wanted.name = std::move(name);
    wanted.kind = kind;
    wanted.default_role = kind == DeploymentKind::full ? std::move(default_role) : std::nullopt;
    wanted.code_locations = std::move(locations);
    change([&](Transaction& tx) { return tx.scope_tree(organization).add(wanted); });
  }

  void project(std::string id, std::vector<Environment> environments) {
    Project wanted;
    wanted.id = id;
    wanted.name = std::move(id);
    wanted.environments = std::move(environments);
    change([&](Transaction& tx) { return tx.scope_tree(organization).add(wanted); });
  }

  User user(const std::string& name, std::optional<License> license = std::nullopt) {
    return change([&](Transaction& tx) {
      NewUser wanted;
      wanted.license = license;
      return tx.users(organization).add(rollcall::test::user_profile(name), wanted);
    });
  }

  Group group(const std::string& name, const std::vector<User>& members = {}) {
    const Group made = change([&](Transaction& tx) {
      return tx.groups(organization).add(rollcall::test::group_profile(name));
    });
    for (const User& member : members) join(made, member);
    return made;
  }
  void join(const Group& group, const User& user) {
    change([&](Transaction& tx) {
      return tx.groups(organization).change_members(group, std::vector{user.id}, {});
    });
  }
  void leave(const Group& group, const User& user) {
    change([&](Transaction& tx) {
      return tx.groups(organization).change_members(group, {}, std::vector{user.id});
    });
  }

  ServiceUser service_user(const std::string& name,
                           ServiceUserKind kind = ServiceUserKind::service) {
    return change(
        [&](Transaction& tx) { return tx.service_users(organization).add(name, "", kind); });
  }

  GrantId grant(const Subject& subject, const std::string& role, std::string_view on,
                Environments environments = 0) {
    const NewGrant wanted{.subject = subject,
                          .role = role,
                          .scope = scope(on),
                          .environments = environments,
                          .origin = GrantOrigin::manual};
    return change([&](Transaction& tx) { return tx.grants(organization).put(wanted); }).id;
  }
  void revoke(const GrantId& id) {
    change([&](Transaction& tx) { return tx.grants(organization).remove(id); });
  }

  /// What `alter` makes of the policy or plan, even if no admin is left.
  template <class Alter>
  void settings(Alter alter) {
    change([&](Transaction& tx) -> Result<Organization> {
      tx.defer_admin_check(true);
      TRY(Organization wanted, tx.organizations().get(organization));
      alter(wanted);
      return tx.organizations().update(wanted);
    });
  }

  static Subject subject(const User& user) { return {SubjectKind::user, user.position}; }
  static Subject subject(const Group& group) { return {SubjectKind::group, group.position}; }
  static Subject subject(const ServiceUser& user) {
    return {SubjectKind::service_user, user.position};
  }
  template <class Who>
  Principal principal(const Who& who) const {
    const Subject of = subject(who);
    return {organization, of.kind, of.position};
  }

  template <class Who>
  Answer ask(const Who& who, std::string_view permission, std::string_view on,
             std::string_view address = {}) {
    const Question question{permission.empty() ? std::nullopt : Permission::find(permission),
                            scope(on)};
    EXPECT_EQ(question.permission.has_value(), !permission.empty()) << permission;
    const Principal of = principal(who);
    const Answer cached = must(rights.get_now(of))->decide(question, address);
    const Answer fresh = must(directory->read_now([&](Transaction& tx) -> Result<Answer> {
      TRY(const RightsPtr read, read_rights(tx, of));
      return read->decide(question, address);
    }));
    EXPECT_EQ(cached.allowed, fresh.allowed) << permission << " on " << on;
    EXPECT_EQ(cached.role, fresh.role) << permission << " on " << on;
    EXPECT_EQ(cached.reason, fresh.reason) << permission << " on " << on;
    return cached;
  }
  template <class Who>
  bool may(const Who& who, std::string_view permission, std::string_view on) {
    return ask(who, permission, on).allowed;
  }
  /// "none" without one.
  template <class Who>
  std::string role(const Who& who, std::string_view on) {
    return ask(who, "", on).role.value_or("none");
  }
  template <class Who>
  Answer explain(const Who& who, std::string_view permission, std::string_view on) {
    return must(directory->read_now([&](Transaction& tx) {
      return access::explain(tx, principal(who), {Permission::find(permission), scope(on)});
    }));
  }

  rollcall::test::TestDirectory directory;
  RightsCache rights{*directory};
  OrganizationKey organization{0};
};

}  // namespace rollcall::access::test
