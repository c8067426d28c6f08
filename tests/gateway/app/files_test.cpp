#include "gateway/app/files.h"

#include "tests/gateway/app/scratch.h"

#include <gtest/gtest.h>

namespace rollcall::app {
namespace {

using std::filesystem::perms;
using test::content_of;
using test::Scratch;

TEST(PrivateFile, IsReplacedWholeAndReadByItsOwnerOnly) {
  const Scratch scratch;
  const auto file = scratch.file("ready", "old", 0644);
  write_private_file(file, "new");
  EXPECT_EQ(content_of(file), "new");
  EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
}

TEST(PrivateFile, ThatCannotBeWrittenIsNamed) {
  try {
    write_private_file("/nowhere/ready", "x");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "cannot write /nowhere/ready: No such file or directory");
  }
}

TEST(PrivateFile, IsCreatedOnce) {
  const Scratch scratch;
  EXPECT_TRUE(create_private_file(scratch / "key", "first"));
  EXPECT_FALSE(create_private_file(scratch / "key", "second"));
  EXPECT_EQ(content_of(scratch / "key"), "first");
  EXPECT_EQ(std::filesystem::status(scratch / "key").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(ReadFile, StopsAtItsLimit) {
  const Scratch scratch;
  const auto file = scratch.file("f", "12345");
  EXPECT_EQ(*read_file(file, 5), "12345");
  EXPECT_FALSE(read_file(file, 4));
}

TEST(ReadSecret, RefusesAnEmptyFile) {
  const Scratch scratch;
  EXPECT_FALSE(read_secret(scratch.file("s", "\n")));
}

}  // namespace
}  // namespace rollcall::app
