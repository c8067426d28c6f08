#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace rollcall {
namespace {

using test::must;
using test::StoreOnDisk;
using test::test_actor;
using test::TestDirectory;

std::string refusal(const DirectoryOptions& options) {
  try {
    TestDirectory directory(options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "not refused";
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(Store, KeepsWhatWasWrittenWhenOpenedAgain) {
  StoreOnDisk store;
  const auto tenant = store.open()->add_tenant("acme");
  const auto directory = store.open();
  must((*directory)->read_now([&](Transaction& tx) -> Result<> {
    TRY(const Organization found, tx.organizations().get("acme"));
    EXPECT_EQ(found.key, tenant.organization);
    return {};
  }));
}

TEST(Store, IsReadableByItsOwnerOnly) {
  test::TemporaryDirectory temporary;
  const auto file = temporary.path() / "new" / "deep" / "store.db";
  TestDirectory directory(TestDirectory::default_options("sqlite://" + file.string()));
  directory.add_tenant("acme");
  EXPECT_EQ(mode_of(file.parent_path()), 0700U);
  EXPECT_EQ(mode_of(file.parent_path().parent_path()), 0700U);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    EXPECT_EQ(mode_of(file.string() + suffix), 0600U) << suffix;
  }
}

TEST(Store, RefusesASecondOpening) {
  StoreOnDisk store;
  const auto first = store.open();
  EXPECT_THROW(store.open(), StoreInUse);
  const std::string sentence = refusal(store.options());
  EXPECT_NE(sentence.find("in use by another process (pid "), std::string::npos) << sentence;
}

TEST(Store, RefusesANewerSchema) {
  StoreOnDisk store;
  store.open()->add_tenant("acme");
  store.change("UPDATE settings SET value = value || '4711' WHERE name = 'schema'");
  const std::string sentence = refusal(store.options());
  EXPECT_NE(sentence.find("4711"), std::string::npos) << sentence;
  store.change("UPDATE settings SET value = replace(value, '4711', '') WHERE name = 'schema'");
  store.open()->add_tenant("other");
}

TEST(Store, RefusesAnotherAuditKey) {
  StoreOnDisk store;
  store.open();
  DirectoryOptions options = store.options();
  options.audit_key = Secret(std::string(32, 'x'));
  EXPECT_NE(refusal(options).find("audit key"), std::string::npos);
}

TEST(Store, RefusesAShortAuditKey) {
  DirectoryOptions options = TestDirectory::default_options();
  options.audit_key = Secret(std::string(31, 'k'));
  EXPECT_NE(refusal(options).find("32 bytes"), std::string::npos);
}

TEST(Store, RefusesADatabaseOfAnotherProgram) {
  StoreOnDisk store;
  store.change("CREATE TABLE notes (text TEXT)");
  EXPECT_NE(refusal(store.options()).find("another program"), std::string::npos);
  StoreOnDisk with_settings;
  with_settings.change("CREATE TABLE settings (name TEXT, value TEXT)");
  EXPECT_NE(refusal(with_settings.options()).find("another program"), std::string::npos);
}

TEST(Store, RefusesAFileThatIsNoDatabase) {
  StoreOnDisk store;
  std::ofstream(store.file()) << std::string(5000, 'x');
  const std::string sentence = refusal(store.options());
  EXPECT_NE(sentence.find("cannot be opened"), std::string::npos) << sentence;
}

TEST(Store, RefusesNamesItDoesNotKnow) {
  for (const char* name : {"", "sqlite://relative.db", "sqlite:///", "/var/lib/store.db",
                           "postgresql://localhost/rollcall"}) {
    EXPECT_NE(refusal(TestDirectory::default_options(name)).find("sqlite:///"), std::string::npos)
        << name;
  }
}

TEST(Store, OfATestLeavesNoFilesBehind) {
  const test::TemporaryDirectory temporary;
  const std::filesystem::path before = std::filesystem::temp_directory_path();
  setenv("TMPDIR", temporary.path().c_str(), 1);
  {
    TestDirectory directory;
    EXPECT_FALSE(std::filesystem::is_empty(temporary.path()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
  setenv("TMPDIR", before.c_str(), 1);
}

TEST(Store, StaysConsistentWhileItIsCopiedUnderLoad) {
  StoreOnDisk store;
  const auto directory = store.open();
  const auto tenant = directory->add_tenant("acme");
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::thread load([&] {
    while (!stop) {
      directory->add_user(tenant, test::user_profile("user" + std::to_string(written)));
      ++written;
    }
  });
  std::vector<std::filesystem::path> copies;
  for (int i = 0; i < 5; ++i) {
    while (written < 20 * (i + 1)) std::this_thread::yield();
    copies.push_back(store.file().string() + ".backup" + std::to_string(i));
    must((*directory)->backup(copies.back()));
  }
  stop = true;
  load.join();
  std::int64_t written_before = 0;
  for (const auto& copy : copies) {
    EXPECT_EQ(mode_of(copy), 0600U);
    EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
    EXPECT_FALSE(std::filesystem::exists(copy.string() + ".partial"));
    TestDirectory restored(TestDirectory::default_options("sqlite://" + copy.string()));
    must(restored->read_now([&](Transaction& tx) -> Result<> {
      const AuditVerdict verdict = tx.audit(tenant.organization).verify();
      EXPECT_FALSE(verdict.broken_at) << verdict.reason;
      Users users = TestDirectory::users(tx, tenant);
      const auto listed = static_cast<std::int64_t>(users.list({}, 0, 100'000).size());
      EXPECT_EQ(listed, users.count({}));
      EXPECT_EQ(verdict.events, listed + 3);  // organization, connection and token before
      EXPECT_GE(listed, written_before += 20);
      return {};
    }));
  }
}

TEST(Store, IsNotCopiedOverAnExistingFile) {
  StoreOnDisk store;
  const auto directory = store.open();
  const auto target = store.file().string() + ".backup";
  must((*directory)->backup(target));
  const auto again = (*directory)->backup(target);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::conflict);
  const auto nowhere = (*directory)->backup(store.file().parent_path() / "missing" / "copy.db");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().fault(), Fault::unavailable);
}

}  // namespace
}  // namespace rollcall
