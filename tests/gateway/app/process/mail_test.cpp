#include "gateway/net/http_client.h"
#include "tests/gateway/app/process/process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

int status_of(const std::string& base, const std::string& token, std::string method,
              std::string target, std::string body) {
  net::HttpClient client(base);
  net::ClientRequest request{std::move(method), std::move(target), {}, std::move(body)};
  request.fields = {{"Authorization", "Bearer " + token},
                    {"Content-Type", "application/json"},
                    {"If-Match", "*"}};
  const auto response = client.send(request);
  return response ? response->status : 0;
}

/// The one message in a folder, once it is there; empty after half a minute.
std::string wait_for_message(const std::filesystem::path& folder) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline) {
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
      if (entry.path().extension() == ".eml") return content_of(entry.path());
    }
    std::this_thread::sleep_for(10ms);  // between two looks
  }
  return {};
}

// S16
TEST(DemoProcess, TellsANewUserByMailWhereThePolicySaysSo) {
  const Scratch scratch;
  Server server({"demo", "--listen", "127.0.0.1:0", "--data-dir", scratch.path().string(),
                 "--ready-file", scratch / "ready.json"},
                scratch / "ready.json");
  ASSERT_EQ(status_of(server.text("admin_url"), server.text("admin_token"), "PATCH",
                      "/organizations/demo", R"({"policy":{"notify_new_users":true}})"),
            200);
  ASSERT_EQ(
      status_of(server.scim("base_url"), server.scim("token"), "POST", "/Users",
                R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada",)"
                R"("emails":[{"value":"ada@example.com","primary":true}]})"),
      201);
  const std::string message = wait_for_message(scratch / "mail");
  EXPECT_NE(message.find("To: <ada@example.com>\r\n"), std::string::npos) << message;
  EXPECT_NE(message.find("Subject: You have been added to demo\r\n"), std::string::npos);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace rollcall::test
