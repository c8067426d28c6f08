#pragma once

#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::test {

/// Groups of one organization by each door: people (operator or a named user) and the IdP.
class GroupsFixture : public testing::Test {
 protected:
  explicit GroupsFixture(Preset preset = Preset::none, std::optional<std::string> plan = {})
      : tenant(add_tenant("acme", preset, std::move(plan))) {}

  static Actor operator_actor() {
    return {.kind = ActorKind::operator_local,
            .id = {},
            .address = {},
            .source = Source::cli,
            .request_id = {}};
  }
  static Actor as(const User& user) {
    return {.kind = ActorKind::user,
            .id = user.id.str(),
            .address = {},
            .source = Source::api,
            .request_id = {}};
  }

  Tenant add_tenant(std::string_view slug, Preset preset, std::optional<std::string> plan) {
    return must(directory->write_now(operator_actor(), [&](Transaction& tx) -> Result<Tenant> {
      TRY(const Organization organization, tx.organizations().add(slug, preset, plan));
      ScimConnection wanted = TestDirectory::default_connection();
      wanted.organization = organization.key;
      TRY(const ScimConnection scim, tx.organizations().put_scim_connection(wanted));
      return Tenant{organization.key, scim.key, {}};
    }));
  }
  void set_scim(bool enabled, bool manual_groups) {
    ScimConnection wanted = TestDirectory::default_connection();
    wanted.organization = tenant.organization;
    wanted.enabled = enabled;
    wanted.options = manual_groups ? R"({"manual_groups":true})" : R"({"manual_groups":false})";
    must(directory->write_now(operator_actor(), [&](Transaction& tx) {
      return tx.organizations().put_scim_connection(wanted);
    }));
  }
  template <class Change>
  void change_organization(Change change) {
    must(directory->write_now(operator_actor(), [&](Transaction& tx) -> Result<> {
      TRY(Organization organization, tx.organizations().get(tenant.organization));
      change(organization);
      CHECK_OK(tx.organizations().update(organization));
      return {};
    }));
  }

  /// By the operator; `work` takes the groups.
  template <class Work>
  auto by_hand(Work work) {
    return by(operator_actor(), work);
  }
  template <class Work>
  auto by(const Actor& actor, Work work) {
    return directory->write_now(actor, [&](Transaction& tx) {
      Groups groups = tx.groups(tenant.organization);
      return work(groups);
    });
  }
  template <class Work>
  auto by_scim(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Groups groups = TestDirectory::groups(tx, tenant);
      return work(groups);
    });
  }
  template <class Work>
  auto with_mappings(Work work) {
    return directory->write_now(operator_actor(), [&](Transaction& tx) {
      Mappings mappings = tx.mappings(tenant.organization);
      return work(mappings);
    });
  }

  /// One that SCIM does not manage, whatever SCIM allows.
  User add_user(const std::string& name) {
    return must(directory->write_now(Actor{}, [&](Transaction& tx) {
      return tx.users(tenant.organization).add(user_profile(name), {.default_groups = false});
    }));
  }
  User add_synced_user(const std::string& name) {
    return directory.add_user(tenant, user_profile(name));
  }
  Group add_group(const std::string& name) {
    return must(by_hand([&](Groups& groups) { return groups.add(group_profile(name)); }));
  }
  Group add_synced_group(const std::string& name) {
    return directory.add_group(tenant, group_profile(name));
  }
  Result<MembershipChange> change(const Group& group, const std::vector<UserId>& added,
                                  const std::vector<UserId>& removed = {}) {
    return by_hand([&](Groups& groups) { return groups.change_members(group, added, removed); });
  }
  void scim_adds(const Group& group, const std::vector<UserId>& users) {
    must(by_scim([&](Groups& groups) { return groups.add_members(group, users, Origin::scim); }));
  }
  void map(const Group& group, std::string_view idp_group) {
    must(with_mappings([&](Mappings& mappings) {
      return mappings.add(group, "*", MappingKind::exact, idp_group);
    }));
  }
  Result<Group> get(const Group& group) {
    return by_hand([&](Groups& groups) { return groups.get(group.id); });
  }
  std::vector<Membership> rows(const Group& group) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Membership>> {
      return tx.groups(tenant.organization).memberships_of(group, 0, 1000);
    }));
  }
  std::vector<UserId> members(const Group& group) {
    std::vector<UserId> users;
    for (const Membership& row : rows(group)) users.push_back(row.user);
    return users;
  }
  std::vector<AuditEvent> events(std::string_view type) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<AuditEvent>> {
      auto list = tx.audit(tenant.organization).list(0, 10'000);
      std::erase_if(list, [&](const AuditEvent& event) { return event.type != type; });
      return list;
    }));
  }

  TestDirectory directory;
  Tenant tenant;
};

}  // namespace rollcall::test
