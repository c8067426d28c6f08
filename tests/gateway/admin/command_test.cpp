#include "gateway/app/command.h"

#include "gateway/admin/admin_api.h"
#include "gateway/app/instance.h"
#include "gateway/http/problem.h"
#include "gateway/net/server.h"
#include "tests/gateway/app/scratch.h"
#include "tests/support/directory.h"
#include "tests/support/sign_in.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gtest/gtest.h>

#include <sstream>

namespace rollcall::app {
namespace {

class AdminService final : public http::Service {
 public:
  explicit AdminService(admin::AdminApi& api) : api_(api) {}
  std::size_t body_limit(const http::Request&) const override {
    return admin::AdminApi::body_limit;
  }
  http::Reply handle(const http::Request& request) override { return api_.handle(request); }
  http::Response refuse(std::string_view, const Error& error) override {
    return http::problem(error);
  }
  void completed(const http::Request&, const http::Response&, std::uint64_t) noexcept override {}

 private:
  admin::AdminApi& api_;
};

/// A server on the store of `instance`, with its local socket and a TCP listener.
class RunningServer {
 public:
  RunningServer(const Instance& instance, const Clock& clock, Log& log)
      : directory_(Directory::open(options(instance), clock, log)),
        rights_(*directory_),
        sessions_(*directory_, clock),
        api_({*directory_, rights_, sessions_, keys_, dns_, clock}),
        service_(api_),
        socket_(instance.socket),
        server_(one_thread(), log) {
    server_.listen({.address = socket_.url(), .tls = {}, .proxy_protocol = false}, service_);
    address_ =
        server_.listen({.address = "127.0.0.1:0", .tls = {}, .proxy_protocol = false}, service_);
  }

  std::string url() const { return "http://" + address_ + "/api/v1"; }

 private:
  static net::ServerOptions one_thread() {
    net::ServerOptions options;
    options.threads = 1;
    return options;
  }
  static DirectoryOptions options(const Instance& instance) {
    DirectoryOptions options;
    options.store = instance.store;
    options.audit_key = audit_key(instance);
    return options;
  }

  std::unique_ptr<Directory> directory_;
  access::RightsCache rights_;
  session::SessionCache sessions_;
  KeyRing keys_ = test::key_ring();
  test::ScriptedDns dns_;
  admin::AdminApi api_;
  AdminService service_;
  LocalSocket socket_;
  net::Server server_;
  std::string address_;
};

struct Ran {
  int code;
  std::string out;
  std::string err;
};

class Commands : public testing::Test {
 protected:
  Ran run(const std::string& line) {
    std::ostringstream out;
    std::ostringstream err;
    CommandContext context{out, err, clock_};
    CLI::App app("test", "rollcall");
    app.require_subcommand(1);
    add_apply(app, context);
    add_export(app, context);
    add_admin(app, context);
    try {
      app.parse(line);
    } catch (const CLI::ParseError& error) {
      const int code = app.exit(error, out, err);
      return {code == 0 ? exit_code::ok : exit_code::usage, out.str(), err.str()};
    }
    return {context.exit_code, out.str(), err.str()};
  }
  /// On the store of the test.
  Ran here(const std::string& line) { return run(line + " --data-dir " + folder_.path().string()); }

  std::string file(const std::string& name, const std::string& content) {
    return folder_.file(name, content).string();
  }
  /// An organization file whose connection keeps its secret in another file.
  std::string sso_file(const std::string& secret) {
    return file("sso.yaml",
                "organization: {slug: acme}\nconnections: [{id: okta, protocol: oidc, "
                "oidc: {client_secret_file: \"" +
                    secret + "\"}}]\n");
  }
  void apply_acme() {
    const Ran ran = here("apply -f " + file("acme.yaml", acme));
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  json::Object parsed(const Ran& ran) {
    auto value = json::parse(ran.out.substr(0, ran.out.find_last_not_of('\n') + 1));
    EXPECT_TRUE(value && value->object()) << ran.out << ran.err;
    return value && value->object() ? *value->object() : json::Object{};
  }

  static constexpr const char* acme = R"(organization: {slug: acme}
scim: {id: okta, tokens: [okta-1]}
users: [{id: ada, email: ada@acme.test}]
groups: [{name: team, members: [ada]}]
)";

  test::ManualClock clock_;
  Log log_{LogFormat::text, LogLevel::error};
  test::Scratch folder_;
};

TEST_F(Commands, ApplyAFileToAStoreWithoutAServer) {
  const std::string path = file("acme.yaml", acme);
  const Ran dry = here("apply --dry-run -f " + path);
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("+ user ada"), std::string::npos) << dry.out;
  EXPECT_NE(dry.out.find("Would be: 6 added, 0 changed, 0 removed."), std::string::npos) << dry.out;
  EXPECT_EQ(dry.out.find("rcs_"), std::string::npos);

  const Ran ran = here("apply -f " + path);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("Done: 6 added"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("okta/okta-1  rcs_"), std::string::npos) << ran.out;

  const Ran again = here("apply -f " + path);
  EXPECT_NE(again.out.find("Nothing to do"), std::string::npos) << again.out;
}

TEST_F(Commands, PrintErrorsOfAFileAsCompilersDo) {
  const std::string path = file("bad.yaml", "organization: {slug: x, plam: pro}\nuser: []\n");
  const Ran ran = here("apply -f " + path);
  EXPECT_EQ(ran.code, exit_code::failure);
  EXPECT_NE(ran.err.find(path + ":1: organization: unknown key \"plam\", did you mean \"plan\"?"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find(path + ":2: "), std::string::npos) << ran.err;
  EXPECT_EQ(here("apply -f " + (folder_.path() / "absent.yaml").string()).code, exit_code::usage);
}

TEST_F(Commands, PrintWhoGainsAndLosesWhat) {
  apply_acme();
  const Ran ran = here("apply --dry-run -f " + file("changed.yaml",
                                                    "organization: {slug: acme}\n"
                                                    "deployments: [{name: prod}]\n"
                                                    "groups: [{name: ops, members: [ada]}]\n"));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("  ada gains the group ops, viewer on all_branch_deployments, viewer on "
                         "deployment/prod\n"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("  ada loses the group team\n"), std::string::npos) << ran.out;
}

TEST_F(Commands, PrintTheCodeOfARefusal) {
  const std::string path = file("full.yaml",
                                "organization: {slug: x, seats: {user: 0}}\n"
                                "users: [{id: a, email: a@x.test}]\n");
  const Ran ran = here("apply -f " + path);
  EXPECT_EQ(ran.code, exit_code::failure);
  EXPECT_NE(ran.err.find(path + ":2: user \"a\": "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(" (seat_limit)\n"), std::string::npos) << ran.err;
}

TEST_F(Commands, ReadTheFilesThatAnOrganizationFileNamesBesideIt) {
  const std::string path = sso_file("okta.txt");
  const Ran missing = here("apply -f " + path);
  EXPECT_EQ(missing.code, exit_code::failure);
  EXPECT_NE(missing.err.find((folder_ / "okta.txt").string()), std::string::npos) << missing.err;

  file("okta.txt", "hush\n");
  const Ran dry = here("apply --dry-run -f " + path);
  const Ran first = here("apply -f " + path);
  EXPECT_NE(here("apply -f " + path).out.find("Nothing to do"), std::string::npos);
  file("okta.txt", "hush again\n");
  const Ran changed = here("apply -f " + path);
  EXPECT_NE(changed.out.find("~ connection okta  (client_secret)"), std::string::npos);
  for (const Ran& ran : {dry, first, changed, here("export --organization acme")}) {
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ((ran.out + ran.err).find("hush"), std::string::npos) << ran.out << ran.err;
  }
}

TEST_F(Commands, SendTheFilesThatAnOrganizationFileNamesToARunningServer) {
  apply_acme();
  const RunningServer server(demo_instance(folder_.path()), clock_, log_);
  const std::string path = sso_file(file("okta.txt", "hush\n"));
  const std::string token = here("admin token create --operator --name laptop").out;
  const std::string remote =
      " --url " + server.url() + " --token " + token.substr(0, token.find('\n'));
  EXPECT_NE(here("apply -f " + path).out.find("+ connection okta"), std::string::npos);
  EXPECT_NE(run("apply -f " + path + remote).out.find("Nothing to do"), std::string::npos);
}

// X13
TEST_F(Commands, MakeAnAdminByAGrantOrThroughAGroup) {
  apply_acme();
  const Ran direct = here("admin grant --organization acme --user ada@acme.test");
  EXPECT_EQ(direct.code, 0) << direct.err;
  EXPECT_EQ(direct.out, "ada@acme.test holds organization_admin on the organization acme.\n");
  EXPECT_NE(here("export --organization acme").out.find("{role: organization_admin, scope: org}"),
            std::string::npos);

  here("apply -f " + file("dbt.yaml",
                          "organization: {slug: lab, preset: dbt}\n"
                          "users: [{id: kim, email: kim@lab.test}]\n"
                          "groups: [{name: Readers}]\n"));
  for (int i = 0; i < 2; ++i) {
    const Ran through = here("admin grant --organization lab --user kim@lab.test --output json");
    EXPECT_EQ(through.code, 0) << through.err;
    EXPECT_EQ(*parsed(through).find("group")->string(), "Owners");
  }
  EXPECT_NE(here("export --organization lab")
                .out.find("{name: Owners, members: [kim], grants: [{role: account_admin, scope: "
                          "org}]"),
            std::string::npos)
      << here("export --organization lab").out;
  // Others in a group would become admins with the user.
  const Ran other = here("admin grant --organization lab --user kim@lab.test --group Readers");
  EXPECT_EQ(other.code, exit_code::failure);
  EXPECT_NE(other.err.find("does not hold account_admin"), std::string::npos) << other.err;
  EXPECT_EQ(here("admin grant --organization lab --user nobody").code, exit_code::failure);
}

// X13, F47
TEST_F(Commands, MakeTheOwnerOfAnOrganizationWithoutRbac) {
  here("apply -f " + file("starter.yaml",
                          "organization: {slug: lab, preset: dbt, plan: starter}\n"
                          "users: [{id: kim, email: kim@lab.test}]\n"));
  const Ran ran = here("admin grant --organization lab --user kim@lab.test");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "kim@lab.test holds owner on the organization lab, as a member of the group Owner.\n");
}

TEST_F(Commands, EraseOnlyWhenItIsMeant) {
  apply_acme();
  EXPECT_EQ(
      here("admin erase --organization acme --user 01970000-0000-7000-8000-000000000000").code,
      exit_code::usage);
}

TEST_F(Commands, ExportWhatApplyAccepts) {
  apply_acme();
  const Ran exported = here("export --organization acme");
  EXPECT_EQ(exported.code, 0) << exported.err;
  const Ran applied = here("apply --output json -f " + file("exported.yaml", exported.out));
  EXPECT_EQ(applied.code, 0) << applied.err;
  const json::Object plan = parsed(applied);
  for (const char* list : {"added", "changed", "removed"}) {
    EXPECT_TRUE(plan.find(list)->array()->empty()) << applied.out;
  }
  const Ran as_json = here("export --organization acme --output json");
  EXPECT_EQ(here("apply -f " + file("exported.json", as_json.out)).code, 0);
  EXPECT_EQ(here("export --organization nobody").code, exit_code::failure);
}

TEST_F(Commands, ReachARunningServerOverItsSocketAndItsUrl) {
  apply_acme();
  const RunningServer server(demo_instance(folder_.path()), clock_, log_);
  const Ran local = here("admin token create --operator --name laptop");
  ASSERT_EQ(local.code, 0) << local.err;
  const std::string token = local.out.substr(0, local.out.find('\n'));
  EXPECT_TRUE(token.starts_with("rco_"));

  const std::string remote = " --url " + server.url() + " --token " + token;
  const Ran exported = run("export --organization acme" + remote);
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(exported.out, here("export --organization acme").out);
  const Ran applied = run("apply -f " + file("exported.yaml", exported.out) + remote);
  EXPECT_NE(applied.out.find("Nothing to do"), std::string::npos) << applied.err;

  EXPECT_EQ(run("export --organization acme --url " + server.url() + " --token rco_wrong").code,
            exit_code::failure);
  // A backup is written by the server, on its machine.
  EXPECT_EQ(run("admin backup " + (folder_.path() / "b.db").string() + remote).code,
            exit_code::failure);
  EXPECT_EQ(here("admin backup " + (folder_.path() / "b.db").string()).code, 0);
  const Ran restored = here("admin restore " + (folder_.path() / "b.db").string());
  EXPECT_EQ(restored.code, exit_code::failure);
  EXPECT_NE(restored.err.find("in use"), std::string::npos) << restored.err;
}

TEST_F(Commands, CreateListAndRevokeTokens) {
  apply_acme();
  const Ran created = here(
      "admin token create --organization acme --scim-connection okta --name okta-2 --expires 90d "
      "--output json");
  ASSERT_EQ(created.code, 0) << created.err;
  const json::Object token = parsed(created);
  const std::string id = *token.find("id")->string();
  EXPECT_EQ(*token.find("expires")->string(),
            format_timestamp(clock_.now() + std::chrono::hours(24 * 90)));

  const Ran listed = here("admin token list --organization acme");
  EXPECT_NE(listed.out.find(id + "  okta-2  okta        alive"), std::string::npos) << listed.out;
  EXPECT_EQ(listed.out.find("rcs_"), std::string::npos);
  EXPECT_EQ(here("admin token revoke " + id).code, 0);
  const Ran after = here("admin token list --organization acme");
  EXPECT_NE(after.out.find(id + "  okta-2  okta        revoked"), std::string::npos) << after.out;
  EXPECT_EQ(here("admin token revoke 01970000-0000-7000-8000-000000000000").code,
            exit_code::failure);
}

TEST_F(Commands, RefuseTokenOptionsThatDoNotFit) {
  apply_acme();
  for (const char* line :
       {"admin token create --name x", "admin token create --operator --organization acme --name x",
        "admin token create --organization acme --name x",
        "admin token create --operator --scim-connection okta --name x",
        "admin token create --operator --name x --expires soon",
        "admin token create --operator --name x --expires 0d",
        "admin token create --operator --name x --expires 99999999999999999999d",
        "admin token list"}) {
    EXPECT_EQ(here(line).code, exit_code::usage) << line;
  }
}

TEST_F(Commands, BackUpAndRestore) {
  apply_acme();
  const std::string backup = (folder_.path() / "backup.db").string();
  EXPECT_EQ(here("admin backup " + backup).code, 0);
  EXPECT_EQ(here("admin backup " + backup).code, exit_code::failure);
  EXPECT_EQ(here("apply -f " + file("less.yaml", "organization: {slug: acme}\nusers: []\n")).code,
            0);
  const Ran restored = here("admin restore " + backup);
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_NE(restored.out.find("audit chains"), std::string::npos);
  EXPECT_NE(here("export --organization acme").out.find("id: ada"), std::string::npos);
}

TEST_F(Commands, PrintAndVerifyAuditHeads) {
  apply_acme();
  const Ran head = here("admin audit head --organization acme");
  EXPECT_EQ(head.code, 0) << head.err;
  const std::string text = head.out.substr(head.out.find("acme  ") + 6);
  const std::string kept = text.substr(0, text.find('\n'));
  EXPECT_EQ(here("admin audit verify").code, 0);
  EXPECT_EQ(here("admin audit verify --organization acme --head " + kept).code, 0);
  const Ran forged =
      here("admin audit verify --organization acme --head 1:" + std::string(64, 'a'));
  EXPECT_EQ(forged.code, exit_code::failure);
  EXPECT_NE(forged.out.find("BROKEN at event 1"), std::string::npos) << forged.out;
  EXPECT_EQ(here("admin audit verify --head 1:aa").code, exit_code::usage);
}

TEST_F(Commands, MakeTheStoreAndItsFolderForAFirstApply) {
  const std::string path = file("acme.yaml", acme);
  const auto folder = folder_ / "new";
  EXPECT_EQ(run("apply -f " + path + " --data-dir " + folder.string()).code, 0);
  EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(Commands, NeedAStoreUnlessTheyMakeOne) {
  const Ran ran = here("export --organization acme");
  EXPECT_EQ(ran.code, exit_code::failure);
  EXPECT_NE(ran.err.find("there is no store"), std::string::npos) << ran.err;
  EXPECT_EQ(run("export --organization acme").code, exit_code::usage);
  EXPECT_EQ(run("export --organization acme --url ftp://x --token y").code, exit_code::usage);
}

TEST_F(Commands, TellTheirExitCodes) {
  for (const char* line :
       {"apply --help", "export --help", "admin --help", "admin token --help",
        "admin token create --help", "admin audit verify --help", "admin backup --help",
        "admin restore --help", "admin grant --help", "admin erase --help"}) {
    const Ran ran = run(line);
    EXPECT_EQ(ran.code, 0);
    EXPECT_NE(ran.out.find("Exit codes"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace rollcall::app
