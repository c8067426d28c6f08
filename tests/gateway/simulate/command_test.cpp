#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

namespace rollcall::test {
namespace {

int exit_code(const std::string& arguments) {
  const char* binary = std::getenv("ROLLCALL_BINARY");
  const std::string command =
      std::string(binary ? binary : "build/debug/rollcall") + " " + arguments + " 2>/dev/null";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The exit codes of the contract that need no server; conformance/scim/run sees 0 and 1.
TEST(SimulateCommand, WithWrongArgumentsExits2) {
  EXPECT_EQ(exit_code("simulate okta"), 2);
  EXPECT_EQ(exit_code("simulate okta --url ftp://127.0.0.1 --token x"), 2);
  EXPECT_EQ(exit_code("simulate okta --url http://127.0.0.1 --token x --output yaml"), 2);
  EXPECT_EQ(exit_code("simulate onelogin --url http://127.0.0.1 --token x"), 2);
}

TEST(SimulateCommand, WithoutAServerExits2) {
  // Port 9 (discard) of loopback: nobody listens there.
  EXPECT_EQ(exit_code("simulate entra --url http://127.0.0.1:9/scim/v2 --token x"), 2);
}

}  // namespace
}  // namespace rollcall::test
