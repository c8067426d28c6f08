#include "gateway/admin/restore.h"
#include "tests/gateway/admin/admin_fixture.h"
#include "tests/gateway/app/scratch.h"

#include <filesystem>
#include <fstream>

namespace rollcall::admin {
namespace {

namespace fs = std::filesystem;

class Backup : public AdminTest {
 protected:
  http::Response back_up(const fs::path& target) {
    return post("/backup", R"({"path": ")" + target.string() + "\"}");
  }
  std::string slugs(const fs::path& store) {
    const auto opened = open(store);
    std::string text;
    const auto done = opened->read_now([&](Transaction& transaction) -> Result<> {
      for (const auto& item : transaction.organizations().list()) text += item.slug + " ";
      return {};
    });
    EXPECT_TRUE(done);
    return text;
  }
  std::unique_ptr<Directory> open(const fs::path& store) {
    return Directory::open(test::TestDirectory::default_options("sqlite://" + store.string()),
                           directory_.clock(), directory_.log());
  }
  RestoreReport restore_from(const fs::path& backup) {
    return restore(backup, store_, Secret(std::string(32, 'k')), directory_.clock(),
                   directory_.log());
  }
  std::string refusal(const fs::path& backup) {
    try {
      restore_from(backup);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  test::Scratch folder_;
  fs::path store_ = folder_ / "store.db";
  fs::path backup_ = folder_ / "backup.db";
};

TEST_F(Backup, IsWrittenOverTheLocalSocketOnly) {
  const std::string token = operator_token();
  expect_problem(call(http::Method::post, "/backup",
                      {R"({"path": ")" + backup_.string() + "\"}", token, false}),
                 403, "local_only");
  expect_problem(post("/backup", R"({"path": "relative.db"})"), 422, "invalid_value");
  EXPECT_FALSE(fs::exists(backup_));
  EXPECT_EQ(back_up(backup_).status, 200);
  EXPECT_EQ(fs::status(backup_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  expect_problem(back_up(backup_), 409, "conflict");
  EXPECT_EQ(at(get("/audit?limit=200"), "items.1.type"), "store.backed_up");
}

TEST_F(Backup, RestoresToWhatItWas) {
  ASSERT_EQ(post("/organizations", R"({"slug": "acme"})").status, 201);
  ASSERT_EQ(back_up(backup_).status, 200);
  const auto report = restore_from(backup_);
  EXPECT_TRUE(report.moved_aside.empty());
  EXPECT_EQ(report.chains, 2U);
  EXPECT_GE(report.events, 1);
  EXPECT_EQ(slugs(store_), "acme ");
  EXPECT_TRUE(fs::exists(backup_));
}

TEST_F(Backup, RestoredOverAStoreMovesThatOneAside) {
  test::must(open(store_)->write_now(
      Actor{}, [](Transaction& transaction) { return transaction.organizations().add("before"); }));
  ASSERT_EQ(back_up(backup_).status, 200);
  const auto report = restore_from(backup_);
  ASSERT_FALSE(report.moved_aside.empty());
  EXPECT_EQ(slugs(store_), "");
  EXPECT_EQ(slugs(report.moved_aside), "before ");
}

TEST_F(Backup, IsNotRestoredWhileTheStoreIsOpen) {
  ASSERT_EQ(back_up(backup_).status, 200);
  const auto server = open(store_);
  EXPECT_NE(refusal(backup_).find("in use"), std::string::npos);
}

TEST_F(Backup, ThatIsNoStoreOfOursIsRefusedAndTheStoreStays) {
  test::must(open(store_)->write_now(
      Actor{}, [](Transaction& transaction) { return transaction.organizations().add("before"); }));
  EXPECT_NE(refusal(folder_ / "absent.db").find("cannot be read"), std::string::npos);
  std::ofstream(backup_) << "not a database at all, but long enough";
  EXPECT_NE(refusal(backup_).find("no backup of Rollcall"), std::string::npos);
  std::ofstream(backup_) << "";
  EXPECT_NE(refusal(backup_).find("no backup of Rollcall"), std::string::npos);
  EXPECT_EQ(slugs(store_), "before ");
}

TEST_F(Backup, WithABrokenAuditChainIsRefused) {
  ASSERT_EQ(post("/organizations", R"({"slug": "acme"})").status, 201);
  ASSERT_EQ(back_up(backup_).status, 200);
  // One letter of an event's type, wherever its page lies in the file.
  std::fstream file(backup_, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto place = bytes.find("organization.added");
  ASSERT_NE(place, std::string::npos);
  file.clear();
  file.seekp(static_cast<std::streamoff>(place));
  file.put('O');
  file.close();
  EXPECT_NE(refusal(backup_).find("audit log of acme in the backup is broken at event 1"),
            std::string::npos)
      << refusal(backup_);
  EXPECT_EQ(slugs(store_), "");
}

TEST_F(Backup, OfAnotherAuditKeyIsRefused) {
  ASSERT_EQ(back_up(backup_).status, 200);
  EXPECT_THROW(
      restore(backup_, store_, Secret(std::string(32, 'z')), directory_.clock(), directory_.log()),
      std::runtime_error);
}

}  // namespace
}  // namespace rollcall::admin
