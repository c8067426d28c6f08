#pragma once

#include "gateway/directory/sql.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// An organization to grant roles in, whose new users have none of their own. Speaks in the
/// contract's words: "viewer@deployment/prod".
class GrantsFixture : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work, Source source = Source::api) {
    Actor actor;
    actor.kind = ActorKind::operator_local;
    actor.source = source;
    return directory->write_now(actor, std::move(work));
  }

  /// For what no operation does, or not at once.
  void run(const sql::Sql& statement, sql::Values values) {
    must(write([&](Transaction& tx) -> Result<> {
      tx.session().execute(statement, values);
      return {};
    }));
  }

  template <class Change>
  void change_organization(Change change) {
    must(write([&](Transaction& tx) {
      Organization wanted = tx.organization(tenant.organization);
      change(wanted);
      return tx.organizations().update(wanted);
    }));
  }
  template <class Change>
  void change_policy(Change change) {
    change_organization([&](Organization& wanted) { change(wanted.policy); });
  }
  void set_plan(std::string_view plan) {
    change_organization([&](Organization& wanted) { wanted.plan = std::string(plan); });
  }

  explicit GrantsFixture(Preset preset = Preset::dagster) {
    tenant.organization = must(write([&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization added, tx.organizations().add("acme", preset));
      return added.key;
    }));
    tenant.scim_connection = must(write([&](Transaction& tx) -> Result<ScimConnectionKey> {
      ScimConnection connection = TestDirectory::default_connection();
      connection.organization = tenant.organization;
      TRY(const ScimConnection added, tx.organizations().put_scim_connection(connection));
      return added.key;
    }));
    change_policy([](Policy& policy) { policy.default_deployment_roles = false; });
  }

  Subject add_user(const std::string& name) {
    return {SubjectKind::user, directory.add_user(tenant, user_profile(name)).position};
  }
  Subject add_group(const std::string& name) {
    return {SubjectKind::group, directory.add_group(tenant, group_profile(name)).position};
  }
  Subject add_service_user(const std::string& name,
                           ServiceUserKind kind = ServiceUserKind::service) {
    return must(write([&](Transaction& tx) -> Result<Subject> {
      TRY(const ServiceUser added, tx.service_users(tenant.organization).add(name, "", kind));
      return Subject{SubjectKind::service_user, added.position};
    }));
  }
  /// A new user in a group.
  Subject add_member(const std::string& name, const Subject& group) {
    const User user = directory.add_user(tenant, user_profile(name));
    must(directory->write_now(test_actor(), [&](Transaction& tx) {
      Groups groups = TestDirectory::groups(tx, tenant);
      const auto all = groups.list({}, 0, 100);
      const Group& found = *std::ranges::find(all, group.position, &Group::position);
      return groups.add_members(found, std::vector{user.id}, Origin::scim);
    }));
    return {SubjectKind::user, user.position};
  }

  void add_deployment(const std::string& name, std::vector<std::string> locations = {},
                      DeploymentKind kind = DeploymentKind::full,
                      std::optional<std::string> default_role = "viewer") {
    must(write([&](Transaction& tx) {
      return tx.scope_tree(tenant.organization)
          .add(Deployment{.name = name,
                          .kind = kind,
                          .default_role = default_role,
                          .code_locations = locations});
    }));
  }
  void add_project(const std::string& id, std::vector<rollcall::Environment> environments = {}) {
    must(write([&](Transaction& tx) {
      return tx.scope_tree(tenant.organization)
          .add(Project{.id = id, .name = id, .environments = environments});
    }));
  }

  Result<Grant> put(const Subject& subject, const std::string& role, std::string_view scope,
                    Environments environments = 0, Source source = Source::api) {
    return write(
        [&](Transaction& tx) {
          return tx.grants(tenant.organization)
              .put({.subject = subject,
                    .role = role,
                    .scope = must(Scope::parse(scope)),
                    .environments = environments});
        },
        source);
  }
  Result<> remove(const Grant& grant, Source source = Source::api) {
    return write([&](Transaction& tx) { return tx.grants(tenant.organization).remove(grant.id); },
                 source);
  }
  void add_defaults(const Subject& user) {
    must(write([&](Transaction& tx) -> Result<> {
      tx.grants(tenant.organization).add_defaults(user.position);
      return {};
    }));
  }

  /// What a read of the organization gives.
  template <class Read>
  auto read(Read work) {
    std::optional<decltype(work(std::declval<Transaction&>()))> found;
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      found.emplace(work(tx));
      return {};
    }));
    return *std::move(found);
  }
  std::vector<Grant> grants_of(const Subject& subject) {
    return read([&](Transaction& tx) { return tx.grants(tenant.organization).of(subject); });
  }
  /// In alphabetical order.
  std::vector<std::string> held(const Subject& subject) {
    std::vector<std::string> words;
    for (const Grant& grant : grants_of(subject)) {
      words.push_back(grant.role + "@" + grant.scope.str());
    }
    std::ranges::sort(words);
    return words;
  }
  std::size_t admins(std::size_t limit = 100) {
    return read(
        [&](Transaction& tx) { return tx.grants(tenant.organization).count_admins(limit); });
  }
  std::vector<AuditEvent> events(std::string_view type) {
    return read([&](Transaction& tx) {
      auto found = tx.audit(tenant.organization).list(0, 10'000);
      std::erase_if(found, [&](const AuditEvent& event) { return event.type != type; });
      return found;
    });
  }

  TestDirectory directory;
  Tenant tenant{OrganizationKey(0), ScimConnectionKey(0), {}};
};

using Words = std::vector<std::string>;

}  // namespace rollcall::test
