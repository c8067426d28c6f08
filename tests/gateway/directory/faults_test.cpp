#include "tests/gateway/directory/faulty_vfs.h"
#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>

#include <map>

namespace rollcall {
namespace {

using Call = test::FaultyVfs::Call;
using Mode = test::FaultyVfs::Mode;
using test::must;
using test::test_actor;
using test::TestDirectory;

constexpr int far_away = 100'000;

struct FaultCase {
  const char* name;
  Call call;
  int code;
  Mode mode;
};

/// The same workload over and over, with the first, second, third … call of one kind failing, until
/// it runs through without meeting the fault (the way SQLite tests itself).
class FaultLoop : public testing::TestWithParam<FaultCase> {
 protected:
  /// Whether each user must exist.
  using Expected = std::map<std::string, bool>;

  void SetUp() override {
    const auto directory = made.open();
    tenant = directory->add_tenant("acme");
    team = directory->add_group(*tenant, test::group_profile("team"));
    directory->add_user(*tenant, test::user_profile("leaver"));
  }

  /// A user and its membership are one unit.
  static Result<> add(Transaction& tx, const test::Tenant& tenant, const Group& team,
                      const std::string& name) {
    UserProfile profile = test::user_profile(name);
    profile.document += R"(,"title":")" + std::string(6000, 'x') + '"';
    TRY(const User user,
        TestDirectory::users(tx, tenant).add(profile, {.created_by = CreatedBy::scim}));
    const std::vector<UserId> members = {user.id};
    CHECK_OK(TestDirectory::groups(tx, tenant).add_members(team, members, Origin::scim));
    return {};
  }
  static Result<> remove(Transaction& tx, const test::Tenant& tenant, const std::string& name) {
    UserSelection selection;
    selection.user_name = name;
    Users users = TestDirectory::users(tx, tenant);
    const auto found = users.list(selection, 0, 1);
    if (found.empty()) return Error(Fault::not_found, "gone");
    return users.remove(found.front().id);
  }

  Expected workload(TestDirectory& directory) {
    Expected expected{{"leaver", true}};
    const auto note = [](const Result<>& result) {
      if (!result) EXPECT_EQ(result.error().fault(), Fault::unavailable);
      return static_cast<bool>(result);
    };
    for (const char* name : {"first", "second", "third"}) {
      expected[name] = note(directory->write_now(
          test_actor(), [&](Transaction& tx) { return add(tx, *tenant, *team, name); }));
    }
    expected["leaver"] = !note(directory->write_now(
        test_actor(), [&](Transaction& tx) { return remove(tx, *tenant, "leaver"); }));
    // Reads may fail as well, but only so.
    (void)note(directory->read_now([&](Transaction& tx) -> Result<> {
      TestDirectory::users(tx, *tenant).list({}, 0, 100);
      return {};
    }));
    return expected;
  }

  void check(TestDirectory& directory, const Expected& expected) {
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      Users users = TestDirectory::users(tx, *tenant);
      Groups groups = TestDirectory::groups(tx, *tenant);
      std::int64_t present = 0;
      std::int64_t members = 0;
      for (const auto& [name, exists] : expected) {
        UserSelection selection;
        selection.user_name = name;
        const auto found = users.list(selection, 0, 1);
        EXPECT_EQ(!found.empty(), exists) << name;
        if (found.empty()) continue;
        ++present;
        const auto in_groups = users.groups_of(found.front()).size();
        EXPECT_EQ(in_groups, name == "leaver" ? 0U : 1U) << name;
        members += static_cast<std::int64_t>(in_groups);
      }
      EXPECT_EQ(users.count({}), present);
      EXPECT_EQ(groups.member_count(*team), members);
      const AuditVerdict verdict = tx.audit(tenant->organization).verify();
      EXPECT_FALSE(verdict.broken_at) << verdict.reason;
      return {};
    }));
  }

  test::StoreOnDisk made;
  std::optional<test::Tenant> tenant;
  std::optional<Group> team;
};

TEST_P(FaultLoop, NeverLosesAnAcknowledgedWriteAndRecoversWithoutRestart) {
  test::FaultyVfs vfs;
  bool failed = true;
  int rounds = 0;
  for (int nth = 1; failed && !HasFailure(); ++nth) {
    SCOPED_TRACE(nth);
    test::StoreOnDisk store;
    std::filesystem::copy_file(made.file(), store.file());
    Expected expected;
    {
      const auto directory = store.open();
      vfs.arm(GetParam().call, GetParam().code, GetParam().mode, nth);
      expected = workload(*directory);
      failed = vfs.disarm();
      EXPECT_TRUE(
          failed ||
          expected ==
              (Expected{{"first", true}, {"second", true}, {"third", true}, {"leaver", false}}));
      check(*directory, expected);
      // The same process takes writes again.
      directory->add_user(*tenant, test::user_profile("afterwards"));
      EXPECT_TRUE((*directory)->stats().writable);
      expected["afterwards"] = true;
      must((*directory)->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
        UserSelection selection;
        selection.user_name = "afterwards";
        const auto found = TestDirectory::users(tx, *tenant).list(selection, 0, 1);
        const std::vector<UserId> members = {found.front().id};
        CHECK_OK(TestDirectory::groups(tx, *tenant).add_members(*team, members, Origin::scim));
        return {};
      }));
      check(*directory, expected);
    }
    check(*store.open(), expected);
    rounds = nth;
  }
  EXPECT_GT(rounds, 1) << "the fault was never met";
  EXPECT_LT(rounds, far_away);
}

TEST_P(FaultLoop, AtTheEndLeavesWhatWasAcknowledged) {
  test::FaultyVfs vfs;
  bool failed = true;
  for (int nth = 1; failed && !HasFailure(); ++nth) {
    SCOPED_TRACE(nth);
    test::StoreOnDisk store;
    std::filesystem::copy_file(made.file(), store.file());
    Expected expected;
    {
      const auto directory = store.open();
      expected = workload(*directory);
      vfs.arm(GetParam().call, GetParam().code, GetParam().mode, nth);
    }
    failed = vfs.disarm();
    check(*store.open(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Calls, FaultLoop,
    testing::Values(FaultCase{"DiskFullForAMoment", Call::write, SQLITE_FULL, Mode::once},
                    FaultCase{"DiskFullUntilFreed", Call::half_write, SQLITE_FULL,
                              Mode::from_then_on},
                    FaultCase{"WriteError", Call::half_write, SQLITE_IOERR_WRITE, Mode::once},
                    FaultCase{"SyncErrorOnce", Call::sync, SQLITE_IOERR_FSYNC, Mode::once},
                    FaultCase{"SyncErrors", Call::sync, SQLITE_IOERR_FSYNC, Mode::from_then_on},
                    FaultCase{"ReadErrorOnce", Call::read, SQLITE_IOERR_READ, Mode::once},
                    FaultCase{"ReadErrors", Call::read, SQLITE_IOERR_READ, Mode::from_then_on}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace rollcall
