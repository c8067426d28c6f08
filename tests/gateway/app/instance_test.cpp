#include "gateway/app/instance.h"

#include "gateway/app/config.h"
#include "tests/gateway/app/scratch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace rollcall::app {
namespace {

using test::Scratch;

TEST(Instance, KeepsItsSocketAndKeyBesideTheStore) {
  Config config;
  config.store = "sqlite:///var/lib/rollcall/rollcall.db";
  const Instance instance = instance_of(config);
  EXPECT_EQ(instance.store, config.store);
  EXPECT_EQ(instance.store_file, "/var/lib/rollcall/rollcall.db");
  EXPECT_EQ(instance.socket, "/var/lib/rollcall/rollcall.db.sock");
  EXPECT_EQ(instance.key_file, "/var/lib/rollcall/rollcall.db.key");
}

TEST(Instance, OfADemoIsTheSameForServerAndCommand) {
  const Instance instance = demo_instance("data");
  EXPECT_EQ(instance.store_file, std::filesystem::current_path() / "data/rollcall.db");
  EXPECT_EQ(instance.store, "sqlite://" + instance.store_file.string());
}

TEST(AuditKey, IsMadeOnceAndKept) {
  const Scratch scratch;
  const Instance instance = demo_instance(scratch.path());
  const std::string first(audit_key(instance).reveal());
  EXPECT_GE(first.size(), 43u);  // 256 bits in base64url
  EXPECT_EQ(audit_key(instance).reveal(), first);
  const Scratch other;
  EXPECT_NE(audit_key(demo_instance(other.path())).reveal(), first);
}

TEST(AuditKey, FromTheConfigurationMakesNoFile) {
  const Scratch scratch;
  Instance instance = demo_instance(scratch.path());
  instance.configured_audit_key = Secret(std::string(32, 'k'));
  EXPECT_EQ(audit_key(instance).reveal(), std::string(32, 'k'));
  EXPECT_FALSE(std::filesystem::exists(instance.key_file));
}

TEST(AuditKey, ThatOthersMayReadIsRefused) {
  const Scratch scratch;
  const Instance instance = demo_instance(scratch.path());
  scratch.file(instance.key_file.filename().string(), std::string(43, 'k'), 0644);
  EXPECT_THROW((void)audit_key(instance), std::runtime_error);
}

/// Binds the name that a LocalSocket gives and tells whether the file stands where it should.
bool binds(const std::filesystem::path& path) {
  const LocalSocket local(path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = local.url().substr(std::string("unix:").size());
  if (name.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, name.c_str(), name.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const int result = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(socket);
  return result == 0 && std::filesystem::is_socket(path);
}

TEST(LocalSocket, FitsAShortAndALongPath) {
  const Scratch scratch;
  EXPECT_TRUE(binds(scratch / "a.sock"));
  const auto deep = scratch / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  EXPECT_TRUE(binds(deep / "a.sock"));
}

}  // namespace
}  // namespace rollcall::app
