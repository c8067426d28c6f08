#include "gateway/admin/organization_file.h"

#include <gtest/gtest.h>

namespace rollcall::admin {
namespace {

using Lines = std::vector<std::string>;

TEST(OrganizationFileSecrets, AreKeptApartFromSettings) {
  Problems problems;
  const OrganizationFile file = read_organization_file(R"(organization: {slug: x}
connections:
  - id: a
    protocol: oidc
    oidc: {client_secret: 0123, issuer: "https://x"}
    directory: {url: "https://y", token_file: t.txt, service_account: null}
)",
                                                       problems);
  ASSERT_TRUE(file.connections);
  const DeclaredConnection& connection = file.connections->at(0);
  EXPECT_EQ(json::write(json::Value(connection.settings)),
            R"({"protocol":"oidc","oidc":{"issuer":"https://x"},"directory":{"url":"https://y"}})");
  ASSERT_EQ(connection.secrets.size(), 3U);
  EXPECT_EQ(connection.secrets[0].name, "client_secret");
  EXPECT_EQ(connection.secrets[0].text.reveal(), "0123");
  EXPECT_EQ(connection.secrets[1].name, "directory_token");
  EXPECT_EQ(connection.secrets[1].file, "t.txt");
  EXPECT_EQ(connection.secrets[2].name, "service_account");
  EXPECT_TRUE(connection.secrets[2].text.empty());
  // The file did not come along.
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].line, 6);
}

TEST(OrganizationFileSecrets, AreNotSaidWhenSomethingIsWrongWithThem) {
  Problems problems;
  read_organization_file(R"(organization: {slug: x}
connections:
  - id: a
    protocol: oidc
    oidc:
      client_secret: hush
      client_secret_file: f
    directory:
      token: [hush]
      service_account_file: ""
      tokens: hush
)",
                         problems);
  Lines found;
  for (const Problem& problem : problems.list()) {
    found.push_back(std::to_string(problem.line) + ": " + problem.message);
  }
  const std::string oidc = "connections[0].oidc: ";
  const std::string directory = "connections[0].directory: ";
  EXPECT_EQ(found,
            (Lines{"6: " + oidc + R"("client_secret" and "client_secret_file": keep one of them)",
                   "9: " + directory + R"("token" must be text of at most 16 KB, or null for none)",
                   "10: " + directory + R"("service_account_file" must be text that is not empty)",
                   "11: " + directory + R"(unknown key "tokens", did you mean "token"?)"}));
}

TEST(OrganizationFileSecrets, InFilesTravelWithTheOrganizationFile) {
  const std::string plain = "organization: {slug: x}\n";
  const auto none = [](const std::string& path) -> Result<std::string> {
    return Error(Fault::invalid_value, path + " cannot be read");
  };
  EXPECT_EQ(*with_named_files(plain, none), plain);
  // Names of claims are no files, whatever they end with.
  const std::string claims =
      plain + "connections: [{id: a, protocol: oidc, attribute_map: {email_file: x}}]\n";
  EXPECT_EQ(*with_named_files(claims, none), claims);
  const std::string named =
      plain + "connections: [{id: a, protocol: oidc, oidc: {client_secret_file: s}}]\n";
  EXPECT_EQ(with_named_files(named, none).error().detail(), "s cannot be read");
  const auto whole =
      with_named_files(named, [](const std::string&) -> Result<std::string> { return "hush\n"; });
  Problems problems;
  const OrganizationFile file = read_organization_file(*whole, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(file.connections->at(0).secrets.at(0).text.reveal(), "hush");
}

}  // namespace
}  // namespace rollcall::admin
