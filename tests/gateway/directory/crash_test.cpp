#include "gateway/directory/store_file.h"
#include "tests/gateway/directory/store_on_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <thread>

extern char** environ;

namespace rollcall {
namespace {

using test::must;
using test::test_actor;
using test::TestDirectory;

constexpr const char* store_variable = "ROLLCALL_CRASH_STORE";
constexpr int rounds = 8;
constexpr int writers = 4;

std::filesystem::path acknowledged_file(const std::filesystem::path& store) {
  return store.string() + ".acknowledged";
}

std::set<std::string> acknowledged(const std::filesystem::path& store) {
  std::set<std::string> names;
  std::ifstream lines(acknowledged_file(store));
  // A line cut by the kill has no end, and counts as not written.
  for (std::string line; std::getline(lines, line) && !lines.eof();) names.insert(line);
  return names;
}

/// Adds users with a membership each, and writes the name of each acknowledged one to a file, until
/// killed.
void write_until_killed(const std::filesystem::path& store) {
  TestDirectory directory(TestDirectory::default_options("sqlite://" + store.string()));
  const auto [tenant, team] =
      must(directory->read_now([](Transaction& tx) -> Result<std::pair<test::Tenant, Group>> {
        TRY(const Organization organization, tx.organizations().get("acme"));
        const auto scim = tx.organizations().scim_connections(organization.key).front();
        test::Tenant found{organization.key, scim.key, {}};
        return std::pair{found, TestDirectory::groups(tx, found).list({}, 0, 1).front()};
      }));
  const sqlite::Descriptor log(
      open(acknowledged_file(store).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  const auto work = [&](int writer) {
    for (int i = 0;; ++i) {
      const std::string name =
          std::to_string(getpid()) + "-" + std::to_string(writer) + "-" + std::to_string(i);
      must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
        TRY(const User user, TestDirectory::users(tx, tenant)
                                 .add(test::user_profile(name), {.created_by = CreatedBy::scim}));
        const std::vector<UserId> members = {user.id};
        CHECK_OK(TestDirectory::groups(tx, tenant).add_members(team, members, Origin::scim));
        return {};
      }));
      const std::string line = name + "\n";
      if (write(log.number(), line.data(), line.size()) < 0) return;
    }
  };
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) threads.emplace_back(work, writer);
  for (std::thread& thread : threads) thread.join();
}

/// The child process of the test below, which runs it by name.
TEST(CrashChild, DISABLED_WritesUntilKilled) {
  if (const char* store = std::getenv(store_variable)) write_until_killed(store);
}

pid_t start_child(const std::filesystem::path& store) {
  setenv(store_variable, store.c_str(), 1);
  std::string program = "/proc/self/exe";
  std::string filter = "--gtest_filter=CrashChild.*";
  std::string disabled = "--gtest_also_run_disabled_tests";
  char* const arguments[] = {program.data(), filter.data(), disabled.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? child : -1;
}

void check(TestDirectory& directory, const test::Tenant& tenant, const Group& team,
           const std::set<std::string>& names) {
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, tenant);
    for (const std::string& name : names) {
      UserSelection selection;
      selection.user_name = name;
      EXPECT_EQ(users.count(selection), 1) << name;
    }
    const auto present = users.count({});
    EXPECT_GE(present, static_cast<std::int64_t>(names.size()));
    // No half unit: whoever is there is a member.
    EXPECT_EQ(TestDirectory::groups(tx, tenant).member_count(team), present);
    UserSelection members;
    members.member_of = team.id;
    EXPECT_EQ(users.count(members), present);
    const AuditVerdict verdict = tx.audit(tenant.organization).verify();
    EXPECT_FALSE(verdict.broken_at) << verdict.reason;
    return {};
  }));
}

TEST(Crash, KilledUnderWriteLoadKeepsEveryAcknowledgedWrite) {
  test::StoreOnDisk store;
  std::optional<test::Tenant> tenant;
  std::optional<Group> team;
  {
    const auto directory = store.open();
    tenant = directory->add_tenant("acme");
    team = directory->add_group(*tenant, test::group_profile("team"));
  }
  for (int round = 1; round <= rounds; ++round) {
    const std::size_t before = acknowledged(store.file()).size();
    const pid_t child = start_child(store.file());
    ASSERT_GT(child, 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto enough = before + static_cast<std::size_t>(30 * round);
    while (acknowledged(store.file()).size() < enough &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    const auto names = acknowledged(store.file());
    EXPECT_GE(names.size(), enough);
    check(*store.open(), *tenant, *team, names);
  }
}

}  // namespace
}  // namespace rollcall
