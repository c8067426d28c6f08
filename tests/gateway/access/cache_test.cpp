// What is remembered is what would be read.
#include "tests/gateway/access/world.h"

#include <array>
#include <atomic>
#include <random>
#include <thread>

namespace rollcall::access::test {
namespace {

// S19, S23
TEST(RightsCache, ForgetsWhatACommitChanged) {
  World world(Preset::dagster, "pro");
  world.deployment("prod", std::nullopt, {});
  const User bea = world.user("bea");
  const User cy = world.user("cy");
  const Group team = world.group("team", {cy});
  must(world.rights.get_now(world.principal(bea)));
  must(world.rights.get_now(world.principal(cy)));
  ASSERT_TRUE(world.rights.recall(world.principal(bea)));

  // An own grant is one user's matter, a group's everybody's.
  world.grant(World::subject(bea), "viewer", "deployment/prod");
  EXPECT_FALSE(world.rights.recall(world.principal(bea)));
  EXPECT_TRUE(world.rights.recall(world.principal(cy)));
  world.grant(World::subject(team), "editor", "deployment/prod");
  EXPECT_FALSE(world.rights.recall(world.principal(cy)));
  EXPECT_EQ(world.role(cy, "deployment/prod"), "editor");
  world.leave(team, cy);
  EXPECT_EQ(world.role(cy, "deployment/prod"), "none");
  world.join(team, bea);
  EXPECT_EQ(world.role(bea, "deployment/prod"), "editor");
}

TEST(RightsCache, KeepsRightsThatSomebodyStillUses) {
  World world(Preset::dagster, "pro");
  world.deployment("prod", "viewer", {});
  const User bea = world.user("bea");
  const RightsPtr before = must(world.rights.get_now(world.principal(bea)));
  world.grant(World::subject(bea), "editor", "deployment/prod");
  const Question question{Permission::find("alerts.edit"), scope("deployment/prod")};
  EXPECT_TRUE(must(world.rights.get_now(world.principal(bea)))->decide(question).allowed);
  EXPECT_FALSE(before->decide(question).allowed);
}

TEST(RightsCache, LetsTheLeastUsedGiveWay) {
  World world(Preset::dagster, "pro");
  RightsCache small(*world.directory, 16);  // one in each shard
  const User first = world.user("first");
  std::vector<User> others;
  for (int i = 0; i < 16; ++i) others.push_back(world.user("other" + std::to_string(i)));
  must(small.get_now(world.principal(first)));
  EXPECT_TRUE(small.recall(world.principal(first)));
  for (const User& other : others) must(small.get_now(world.principal(other)));
  EXPECT_FALSE(small.recall(world.principal(first)));
  for (const User& other : others) EXPECT_TRUE(small.recall(world.principal(other)));
}

/// Random changes of everything that decisions depend on.
class Changes {
 public:
  explicit Changes(World& world) : world_(world) {
    for (const char* name : {"prod", "dev"}) world_.deployment(name, "viewer", {"core", "ml"});
    world_.deployment("pr-1", std::nullopt, {"core"}, DeploymentKind::branch);
    for (const char* name : {"ada", "bea", "cy", "dee"}) users.push_back(world_.user(name));
    for (const char* name : {"one", "two", "three"}) groups_.push_back(world_.group(name));
    world_.grant(World::subject(users[0]), "organization_admin", "org");
    const ServiceUser bot = world_.service_user("bot");
    subjects_.push_back(World::subject(bot));
    for (const Group& group : groups_) subjects_.push_back(World::subject(group));
    for (std::size_t i = 1; i < users.size(); ++i) subjects_.push_back(World::subject(users[i]));
  }

  /// Some are refused by the rules of the directory: that is no change.
  void make_one() {
    const auto ignore = [](const auto&) {};
    switch (pick(6)) {
      case 0:
        return ignore(world_.try_change([&](Transaction& tx) { return move_member(tx, true); }));
      case 1:
        return ignore(world_.try_change([&](Transaction& tx) { return move_member(tx, false); }));
      case 2:
        return ignore(world_.try_change([&](Transaction& tx) { return drop_grant(tx); }));
      case 3:
        return ignore(world_.try_change([&](Transaction& tx) { return change_settings(tx); }));
      default:
        return ignore(world_.try_change([&](Transaction& tx) { return add_grant(tx); }));
    }
  }

  std::vector<User> users;

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  Result<MembershipChange> move_member(Transaction& tx, bool in) {
    const std::vector one{users[1 + pick(users.size() - 1)].id};
    const std::vector<UserId> nobody;
    const Group& group = groups_[pick(groups_.size())];
    return tx.groups(world_.organization)
        .change_members(group, in ? one : nobody, in ? nobody : one);
  }
  Result<Grant> add_grant(Transaction& tx) {
    constexpr std::array roles{"viewer", "launcher", "editor", "admin"};
    constexpr std::array scopes{"deployment/prod", "deployment/dev", "code_location/prod/ml",
                                "all_branch_deployments"};
    return tx.grants(world_.organization)
        .put({.subject = subjects_[pick(subjects_.size())],
              .role = roles[pick(roles.size())],
              .scope = scope(scopes[pick(scopes.size())])});
  }
  Result<> drop_grant(Transaction& tx) {
    Grants grants = tx.grants(world_.organization);
    const auto held = grants.of(subjects_[pick(subjects_.size())]);
    return held.empty() ? Result<>() : grants.remove(held[pick(held.size())].id);
  }
  Result<Organization> change_settings(Transaction& tx) {
    TRY(Organization wanted, tx.organizations().get(world_.organization));
    wanted.plan = pick(3) == 0 ? "starter" : "pro";
    wanted.policy.direct_user_grants = pick(4) != 0;
    return tx.organizations().update(wanted);
  }

  World& world_;
  std::mt19937 random_{20261122};
  std::vector<Group> groups_;
  std::vector<Subject> subjects_;
};

constexpr std::array asked_scopes{"org", "deployment/prod", "code_location/prod/ml",
                                  "code_location/pr-1/core", "branch/pr-1"};

TEST(RightsCache, AnswersAsAFreshReadAfterEveryChange) {
  World world(Preset::dagster, "pro");
  Changes changes(world);
  for (int i = 0; i < 300; ++i) {
    changes.make_one();
    for (const User& user : changes.users) {
      for (const char* on : asked_scopes) {
        // ask() compares the two.
        world.ask(user, "runs.launch", on);
        world.ask(user, "users.add", on);
        world.ask(user, "", on);
      }
    }
    if (HasFailure()) FAIL() << "after change " << i;
  }
}

// S23: whoever asks after a change was acknowledged sees it, on any thread.
TEST(RightsCache, ShowsAChangeToEveryThreadOnceItIsAcknowledged) {
  World world(Preset::dagster, "pro");
  world.deployment("prod", std::nullopt, {});
  const User bea = world.user("bea");
  const Principal principal = world.principal(bea);
  const Question question{Permission::find("runs.view"), scope("deployment/prod")};
  // Odd while a change is under way; of even numbers every other one means granted.
  std::atomic<int> phase{0};
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const int before = phase;
        const auto rights = world.rights.get_now(principal);
        const bool allowed = rights && (*rights)->decide(question).allowed;
        if (before % 2 == 0 && before == phase && allowed != (before % 4 == 2)) ++wrong;
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    ++phase;
    const GrantId id = world.grant(World::subject(bea), "viewer", "deployment/prod");
    ++phase;
    std::this_thread::yield();
    ++phase;
    world.revoke(id);
    ++phase;
    std::this_thread::yield();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

// For ThreadSanitizer: all kinds of changes under readers of several principals.
TEST(RightsCache, HoldsUnderManyThreads) {
  World world(Preset::dagster, "pro");
  Changes changes(world);
  std::atomic<bool> done{false};
  std::atomic<int> missing{0};
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < 6; ++i) {
    readers.emplace_back([&, i] {
      std::size_t next = i;
      while (!done) {
        const User& user = changes.users[++next % changes.users.size()];
        const auto rights = world.rights.get_now(world.principal(user));
        if (!rights) {
          ++missing;
          continue;
        }
        for (const char* on : asked_scopes) {
          static_cast<void>((*rights)->decide({Permission::find("runs.launch"), scope(on)}));
        }
      }
    });
  }
  for (int i = 0; i < 150; ++i) changes.make_one();
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(missing, 0);
}

}  // namespace
}  // namespace rollcall::access::test
