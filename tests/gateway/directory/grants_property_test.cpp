#include "tests/gateway/directory/grants_fixture.h"

#include <map>
#include <random>
#include <set>

namespace rollcall {
namespace {

using test::must;

constexpr int steps = 400;

/// Does at random whatever can change grants, and looks at the invariants of spec/access 3.2 after
/// each step.
class GrantsProperty : public test::GrantsFixture, public testing::WithParamInterface<unsigned> {
 protected:
  GrantsProperty() {
    change_policy([](Policy& policy) { policy.default_deployment_roles = true; });
    subjects_ = {add_user("ada"), add_user("bea"), add_group("team"), add_service_user("bot")};
    add_member("cy", subjects_[2]);
    must(put(subjects_[0], "organization_admin", "org"));
  }

  template <class T>
  const T& any(const std::vector<T>& all) {
    return all[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random_)];
  }
  bool often(double share) { return std::bernoulli_distribution(share)(random_); }
  std::vector<std::string> some_locations() {
    std::vector<std::string> locations;
    for (const auto* name : {"core", "ml"}) {
      if (often(0.6)) locations.emplace_back(name);
    }
    return locations;
  }

  Result<> put_any(Transaction& tx) {
    TRY(const Grant grant, tx.grants(tenant.organization)
                               .put({.subject = any(subjects_),
                                     .role = any(roles_),
                                     .scope = must(Scope::parse(any(scopes_)))}));
    return {};
  }
  Result<> remove_any(Transaction& tx) {
    Grants grants = tx.grants(tenant.organization);
    const auto all = grants.list({}, 0, 1000);
    return grants.remove(any(all).id);
  }
  Result<> change_tree(Transaction& tx) {
    ScopeTree tree = tx.scope_tree(tenant.organization);
    const bool branch = often(0.3);
    Deployment wanted{.name = branch ? "pr-1" : any(deployments_),
                      .kind = branch ? DeploymentKind::branch : DeploymentKind::full,
                      .default_role = any(defaults_),
                      .code_locations = some_locations()};
    if (!tree.deployment(wanted.name)) {
      TRY(const Deployment added, tree.add(wanted));
    } else if (often(0.5)) {
      TRY(const Deployment updated, tree.update(wanted));
    } else {
      return tree.remove_deployment(wanted.name);
    }
    return {};
  }
  Result<> change_role(Transaction& tx) {
    Roles roles = tx.roles(tenant.organization);
    if (roles.get("wiper")) return roles.remove("wiper");
    TRY(const CustomRole added, roles.add({.key = "wiper", .permissions = {"assets.wipe"}}));
    return {};
  }

  /// Done, or refused; what is refused leaves no trace in the log.
  void step() {
    const auto head = [&] {
      return read([&](Transaction& tx) { return tx.audit(tenant.organization).head().sequence; });
    };
    const std::int64_t before = head();
    const auto done = write([&](Transaction& tx) {
      const int kind = std::uniform_int_distribution<>(0, 9)(random_);
      if (kind < 5) return put_any(tx);
      if (kind < 7) return remove_any(tx);
      return kind < 9 ? change_tree(tx) : change_role(tx);
    });
    ++(done ? accepted_ : refused_);
    if (!done) ASSERT_EQ(head(), before) << done.error().detail();
  }

  void check_invariants() {
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      const auto all = tx.grants(tenant.organization).list({}, 0, 1000);
      std::map<std::pair<Subject, std::string>, int> ranked;
      for (const Grant& grant : all) {
        const auto role = tx.roles(tenant.organization).get(grant.role);
        EXPECT_TRUE(role) << grant.role;
        EXPECT_TRUE(tx.scope_tree(tenant.organization).check_exists(grant.scope))
            << grant.scope.str();
        if (role && role->rank) {
          EXPECT_EQ(++ranked[std::pair(grant.subject, grant.scope.str())], 1);
          check_override(tx, grant, *role->rank, all);
        }
      }
      EXPECT_GE(tx.grants(tenant.organization).count_admins(1), 1U);
      return {};
    }));
  }
  void check_override(Transaction& tx, const Grant& location, int rank,
                      const std::vector<Grant>& all) {
    if (location.scope.kind != ScopeKind::code_location) return;
    const auto deployment =
        must(tx.scope_tree(tenant.organization).deployment(location.scope.first));
    for (const Grant& grant : all) {
      const Role* role = find_builtin_role(Preset::dagster, grant.role);
      if (grant.subject != location.subject || grant.scope == location.scope || !role ||
          !covers(grant.scope, location.scope, deployment.kind)) {
        continue;
      }
      EXPECT_LT(role->rank, rank) << grant.role << " on " << grant.scope.str();
    }
  }

  std::mt19937 random_{GetParam()};
  std::vector<Subject> subjects_;
  const std::vector<std::string> roles_{"viewer", "launcher",           "editor", "admin",
                                        "wiper",  "organization_admin", "agent"};
  const std::vector<std::string> scopes_{"org",
                                         "deployment/a",
                                         "deployment/b",
                                         "branch/pr-1",
                                         "all_branch_deployments",
                                         "code_location/a/core",
                                         "code_location/a/ml",
                                         "code_location/b/core",
                                         "code_location/pr-1/core",
                                         "all_projects"};
  const std::vector<std::string> deployments_{"a", "b"};
  const std::vector<std::optional<std::string>> defaults_{"viewer", "editor", std::nullopt};
  int accepted_ = 0;
  int refused_ = 0;
};

// S20, S25, S27, F9, F11
TEST_P(GrantsProperty, HoldsAfterEachManualWrite) {
  for (int i = 0; i < steps && !HasFailure(); ++i) {
    step();
    check_invariants();
  }
  EXPECT_GT(accepted_, steps / 10);
  EXPECT_GT(refused_, steps / 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, GrantsProperty, testing::Range(1U, 11U));

}  // namespace
}  // namespace rollcall
