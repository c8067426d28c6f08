#include "gateway/app/config.h"

#include "gateway/app/settings.h"
#include "tests/gateway/app/scratch.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rollcall::app {
namespace {

using test::Scratch;

constexpr std::string_view store = "store: sqlite:///var/lib/rollcall/rollcall.db\n";
constexpr std::string_view key = "0123456789abcdef0123456789abcdef";

/// Reads `text` as DIR/r.yaml; places in problems lose the directory.
ConfigReading read(const Scratch& scratch, std::string_view text,
                   const Environment& environment = {}, int mode = 0600) {
  ConfigReading reading = read_config(scratch.file("r.yaml", text, mode), environment);
  const std::string prefix = scratch.path().string() + "/";
  for (auto* lines : {&reading.problems, &reading.warnings}) {
    for (std::string& line : *lines) {
      for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
        line.erase(at, prefix.size());
      }
    }
  }
  return reading;
}

struct BadValue {
  const char* name;
  const char* line;
  const char* problem;
};

class ConfigRefuses : public testing::TestWithParam<BadValue> {};

TEST_P(ConfigRefuses, WithOneSentenceAndItsPlace) {
  const Scratch scratch;
  const auto reading = read(scratch, std::string(store) + GetParam().line + "\n");
  ASSERT_EQ(reading.problems.size(), 1u);
  EXPECT_EQ(reading.problems.front(), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigRefuses,
    testing::Values(
        BadValue{"UnknownKey", "listne: 127.0.0.1:1",
                 "r.yaml:2:1: unknown key 'listne'; did you mean 'listen'?"},
        BadValue{"UnknownKeyOfASection", "log:\n  levle: info",
                 "r.yaml:3:3: unknown key 'log.levle'; did you mean 'log.level'?"},
        BadValue{"UnknownSection", "operation:\n  listen: 127.0.0.1:1",
                 "r.yaml:2:1: unknown key 'operation'; did you mean 'operations'?"},
        BadValue{"KeyOfAnotherSection", "private_key: /x",
                 "r.yaml:2:1: unknown key 'private_key'; did you mean 'tls.private_key'?"},
        BadValue{"KeyLikeNoOther", "zzzzzz: 1", "r.yaml:2:1: unknown key 'zzzzzz'"},
        BadValue{"ScalarForASection", "log: info",
                 "r.yaml:2:6: 'log' must be a mapping of keys to values"},
        BadValue{"ListForText", "listen: [127.0.0.1:1]", "r.yaml:2:1: 'listen' must be text"},
        BadValue{"TextForAList", "trusted_proxies: 10.0.0.1",
                 "r.yaml:2:1: 'trusted_proxies' must be a list"},
        BadValue{
            "NoRange", "trusted_proxies: [10.0.0.0/33]",
            "r.yaml:2:1: 'trusted_proxies' '10.0.0.0/33' must be an address or a range, such as "
            "10.0.0.0/8 or fd00::/8"},
        BadValue{"HostNameToListenOn", "listen: example.com:80",
                 "r.yaml:2:1: 'listen' must be an IP address and a port, such as 127.0.0.1:8080 or "
                 "[::1]:8080"},
        BadValue{"UnixSocketToListenOn", "listen: unix:/run/x",
                 "r.yaml:2:1: 'listen' must be an IP address and a port, such as 127.0.0.1:8080 or "
                 "[::1]:8080"},
        BadValue{"PortBeyond65535", "operations: {listen: '127.0.0.1:65536'}",
                 "r.yaml:2:14: 'operations.listen' must be an IP address and a port, such as "
                 "127.0.0.1:8080 or [::1]:8080"},
        BadValue{"UrlWithAPath", "public_url: https://a.example/x",
                 "r.yaml:2:1: 'public_url' must be scheme and host without a path, such as "
                 "https://scim.example.com"},
        BadValue{"UrlWithAUser", "public_url: https://me@a.example",
                 "r.yaml:2:1: 'public_url' must be scheme and host without a path, such as "
                 "https://scim.example.com"},
        BadValue{"NumberOutOfRange", "threads: 1000",
                 "r.yaml:2:1: 'threads' must be a whole number from 0 to 256"},
        BadValue{"QuotedNumber", "threads: '2'",
                 "r.yaml:2:1: 'threads' must be a whole number from 0 to 256"},
        BadValue{"NegativeNumber", "threads: -1",
                 "r.yaml:2:1: 'threads' must be a whole number from 0 to 256"},
        BadValue{"WordForTruth", "allow_plain_http: yes",
                 "r.yaml:2:1: 'allow_plain_http' must be true or false"},
        BadValue{"LogLevel", "log: {level: loud}",
                 "r.yaml:2:7: 'log.level' must be debug, info, warning or error"},
        BadValue{"LogFormat", "log: {format: xml}",
                 "r.yaml:2:7: 'log.format' must be text or json"},
        BadValue{"ProtectedHost", "protected_hosts: ['https://app']",
                 "r.yaml:2:1: 'protected_hosts' 'https://app' must be a host name, such as "
                 "app.example.com"},
        BadValue{"RedisUrl", "redis: localhost:6379",
                 "r.yaml:2:1: 'redis' must be redis://host:port or rediss://host:port"},
        BadValue{"BothKindsOfMail", "mail: {smtp: 'smtp://m:25', sink_dir: /m}",
                 "r.yaml:2:29: only one of 'mail.smtp' and 'mail.sink_dir' may be given"},
        BadValue{"MailOverHttp", "mail: {smtp: 'https://m'}",
                 "r.yaml:2:8: 'mail.smtp' must be smtp://host:port or smtps://host:port"},
        BadValue{"MailPasswordInPlainText", "mail: {smtp: 'smtp://u:p@m?starttls=off'}",
                 "r.yaml:2:8: 'mail.smtp' would send the password in plain text: leave "
                 "starttls=off away"},
        BadValue{"MailFromNobody", "mail: {sink_dir: /m, from: Rollcall}",
                 "r.yaml:2:22: 'mail.from' must be an address such as Rollcall "
                 "<no-reply@example.com>"},
        BadValue{"ShortKey", "keys: {audit: short}",
                 "r.yaml:2:8: 'keys.audit' must have 32 bytes or more; `openssl rand -base64 48` "
                 "makes a good one"},
        BadValue{"ShortKeyInTheRing",
                 "keys:\n  secrets: |\n    0123456789abcdef0123456789abcdef\n    short",
                 "r.yaml:3:3: 'keys.secrets' has a line that must have 32 bytes or more; `openssl "
                 "rand -base64 48` makes a good one"},
        BadValue{"KeyRingWithoutAKey", "keys: {secrets: '# none'}",
                 "r.yaml:2:8: 'keys.secrets' must have a key, on a line of its own"},
        BadValue{"NameForADnsServer", "outbound: {dns_server: dns.example}",
                 "r.yaml:2:12: 'outbound.dns_server' must be an IP address, with a port or "
                 "without, such as 10.0.0.53 or 127.0.0.1:5353"},
        BadValue{"DnsServerOnPort0", "outbound: {dns_server: 127.0.0.1:0}",
                 "r.yaml:2:12: 'outbound.dns_server' must be an IP address, with a port or "
                 "without, such as 10.0.0.53 or 127.0.0.1:5353"},
        BadValue{"CertificateWithoutKey", "tls: {certificate: /c.pem}",
                 "r.yaml:2:7: 'tls.certificate' and 'tls.private_key' are given together or not at "
                 "all"},
        BadValue{"ProxyProtocolFromNobody", "proxy_protocol: true",
                 "r.yaml:2:1: 'proxy_protocol' needs the proxies in 'trusted_proxies'"},
        BadValue{
            "PlainHttpForOthers", "listen: 0.0.0.0:80",
            "r.yaml:2:1: 'listen' would take tokens in plain HTTP from other machines: configure "
            "'tls', name the proxies that do it in 'trusted_proxies', or set "
            "'allow_plain_http: true'"},
        BadValue{"AKeyTwice", "threads: 1\nthreads: 2",
                 R"(r.yaml:3:1: the key "threads" stands here twice)"},
        BadValue{"Anchor", "log: &x {level: info}",
                 "r.yaml:2:6: anchors and aliases are not accepted"},
        BadValue{"SecondDocument", "---\nthreads: 1",
                 "r.yaml:3:1: a second document: one file holds one"}),
    [](const auto& info) { return info.param.name; });

TEST(Config, ReportsAllErrorsAtOnce) {
  const Scratch scratch;
  const auto reading = read(scratch, "lisen: x\nthreads: many\nlog: {level: 3}\n");
  EXPECT_EQ(reading.problems,
            (std::vector<std::string>{
                "r.yaml:1:1: unknown key 'lisen'; did you mean 'listen'?",
                "r.yaml:2:1: 'threads' must be a whole number from 0 to 256",
                "r.yaml:3:7: 'log.level' must be debug, info, warning or error",
                "r.yaml: 'store' is missing, such as sqlite:///var/lib/rollcall/rollcall.db"}));
}

TEST(Config, NamesAFileItCannotRead) {
  const auto reading = read_config("/nowhere/r.yaml", {});
  EXPECT_EQ(reading.problems,
            (std::vector<std::string>{"cannot read /nowhere/r.yaml: No such file or directory"}));
}

TEST(Config, ReadsEveryType) {
  const Scratch scratch;
  const auto reading = read(scratch, std::string(store) + R"(
listen: "[::]:8443"
public_url: HTTPS://SCIM.Example.com/
tls: {certificate: cert.pem, private_key: /etc/key.pem}
trusted_proxies: [10.0.0.0/8, "::1"]
proxy_protocol: true
operations: {listen: "localhost:0"}
threads: 3
log: {format: json, level: warning}
limits: {idle_seconds: 5, head_bytes: 2048, sign_ins_per_minute: 0}
)");
  EXPECT_EQ(reading.problems,
            (std::vector<std::string>{
                "r.yaml:4:1: 'public_url' must be scheme and host without a path, such as "
                "https://scim.example.com"}));
  const Config& config = reading.config;
  EXPECT_EQ(config.listen, "[::]:8443");
  EXPECT_EQ(config.operations.listen, "127.0.0.1:0");
  ASSERT_TRUE(config.tls_files());
  EXPECT_EQ(config.tls_files()->certificate_chain, scratch / "cert.pem");
  EXPECT_EQ(config.tls_files()->private_key, "/etc/key.pem");
  EXPECT_EQ(config.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1/128"}));
  EXPECT_TRUE(config.proxy_protocol);
  EXPECT_EQ(config.threads, 3u);
  EXPECT_EQ(config.log.format, LogFormat::json);
  EXPECT_EQ(config.log.level, LogLevel::warning);
  EXPECT_EQ(config.limits.idle, std::chrono::seconds(5));
  EXPECT_EQ(config.limits.head_bytes, 2048u);
  EXPECT_EQ(config.limits.sign_ins_per_minute, 0u);
}

TEST(Config, PublicUrlLosesItsSlashAndCapitals) {
  const Scratch scratch;
  const auto reading =
      read(scratch, std::string(store) + "public_url: https://SCIM.Example.com:8443/\n");
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.config.public_url, "https://scim.example.com:8443");
}

TEST(Config, TakesPlainHttpFromOthersWhenTold) {
  const Scratch scratch;
  for (const char* line :
       {"allow_plain_http: true", "trusted_proxies: [10.0.0.1]",
        "tls: {certificate: /c, private_key: /k}", "listen: 127.1.2.3:80", "listen: '[::1]:80'"}) {
    const std::string listen =
        std::string(line).starts_with("listen") ? "" : "listen: 0.0.0.0:80\n";
    EXPECT_TRUE(read(scratch, std::string(store) + listen + line).problems.empty()) << line;
  }
}

TEST(Config, VariablesWinOverTheFile) {
  const Scratch scratch;
  const Environment environment{{{"ROLLCALL_THREADS", "7"},
                                 {"ROLLCALL_OPERATIONS_LISTEN", "127.0.0.1:7"},
                                 {"ROLLCALL_TRUSTED_PROXIES", "10.0.0.1, 10.1.0.0/16"},
                                 {"ROLLCALL_LOG_LEVEL", ""},
                                 {"ROLLCALL_TOKEN", "rco_x"}},
                                {}};
  const auto reading =
      read(scratch, std::string(store) + "threads: 2\nlog: {level: error}\n", environment);
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.config.threads, 7u);
  EXPECT_EQ(reading.config.operations.listen, "127.0.0.1:7");
  EXPECT_EQ(reading.config.trusted_proxies,
            (std::vector<std::string>{"10.0.0.1/32", "10.1.0.0/16"}));
  EXPECT_EQ(reading.config.log.level, LogLevel::error);
}

TEST(Config, NamesAVariableThatIsWrong) {
  const Scratch scratch;
  const Environment environment{{{"ROLLCALL_LISTNE", "x"}, {"ROLLCALL_THREADS", "x"}}, {}};
  EXPECT_EQ(read(scratch, store, environment).problems,
            (std::vector<std::string>{
                "ROLLCALL_LISTNE: unknown variable; did you mean 'ROLLCALL_LISTEN'?",
                "ROLLCALL_THREADS: 'threads' must be a whole number from 0 to 256"}));
}

TEST(Config, EnvironmentNamesAreUnique) {
  std::set<std::string> names;
  for (const Setting& setting : settings()) names.insert(environment_name(setting.name));
  EXPECT_EQ(names.size(), settings().size());
}

TEST(ConfigSecret, ComesFromItsFileWithoutTheLineEnd) {
  const Scratch scratch;
  scratch.file("k", std::string(key) + "\n");
  const auto reading = read(scratch, std::string(store) + "keys: {audit_file: k}\n");
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.config.keys.audit.reveal(), key);
}

TEST(ConfigSecret, KeyRingIsAFileOfLines) {
  const Scratch scratch;
  const std::string ring = "# newest first\n" + std::string(key) + "\n\n" + std::string(key);
  scratch.file("k", ring + "\n");
  const auto reading = read(scratch, std::string(store) + "keys: {secrets_file: k}\n");
  EXPECT_EQ(reading.problems, std::vector<std::string>());
  EXPECT_EQ(reading.config.keys.secrets.reveal(), ring);
}

TEST(Config, OutgoingRequestsAreReadAndDnsHasItsPort) {
  const Scratch scratch;
  const auto reading = read(
      scratch, std::string(store) +
                   "outbound: {allow: [10.0.0.1], ca_file: ca.pem, dns_server: '2001:db8::35'}\n");
  EXPECT_EQ(reading.problems, std::vector<std::string>());
  EXPECT_EQ(reading.warnings, std::vector<std::string>());
  EXPECT_EQ(reading.config.outbound.allow, (std::vector<std::string>{"10.0.0.1/32"}));
  EXPECT_EQ(reading.config.outbound.ca_file, scratch / "ca.pem");
  EXPECT_EQ(reading.config.outbound.dns_server, "[2001:db8::35]:53");
}

TEST(ConfigSecret, InAFileThatOthersMayReadIsRefused) {
  const Scratch scratch;
  for (const int mode : {0640, 0604, 0620}) {
    scratch.file("k", key, mode);
    EXPECT_EQ(read(scratch, std::string(store) + "keys: {audit_file: k}\n").problems,
              (std::vector<std::string>{"r.yaml:2:8: k is open to group or others: chmod 600 it"}));
    std::filesystem::remove(scratch / "k");
  }
}

TEST(ConfigSecret, InItsFileIsCheckedToo) {
  const Scratch scratch;
  scratch.file("k", "short\n");
  EXPECT_EQ(read(scratch, std::string(store) + "keys: {audit_file: k}\n").problems,
            (std::vector<std::string>{"r.yaml:2:8: the secret in k must have 32 bytes or more; "
                                      "`openssl rand -base64 48` makes a good one"}));
}

TEST(ConfigSecret, MayStandInAPrivateConfiguration) {
  const Scratch scratch;
  const std::string text = std::string(store) + "keys: {audit: " + std::string(key) + "}\n";
  EXPECT_TRUE(read(scratch, text).problems.empty());
  EXPECT_EQ(
      read(scratch, text, {}, 0644).problems,
      (std::vector<std::string>{
          "r.yaml:2:8: 'keys.audit' is a secret in a file that group or others may read: chmod "
          "600 the file or use 'keys.audit_file'"}));
}

TEST(ConfigSecret, IsGivenOnce) {
  const Scratch scratch;
  scratch.file("k", key);
  EXPECT_EQ(
      read(scratch, std::string(store) + "keys: {audit_file: k, audit: " + std::string(key) + "}\n")
          .problems,
      (std::vector<std::string>{
          "r.yaml:2:23: only one of 'keys.audit' and 'keys.audit_file' may be given"}));
}

TEST(ConfigSecret, ComesFromASystemdCredential) {
  const Scratch scratch;
  const Scratch credentials;
  credentials.file("keys.audit", key, 0400);
  const auto reading = read(scratch, store, {{}, credentials.path()});
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.config.keys.audit.reveal(), key);
}

TEST(ConfigSecret, InTheEnvironmentIsTakenWithAWarning) {
  const Scratch scratch;
  const auto reading = read(scratch, store, {{{"ROLLCALL_KEYS_AUDIT", std::string(key)}}, {}});
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.config.keys.audit.reveal(), key);
  ASSERT_EQ(reading.warnings.size(), 1u);
  EXPECT_EQ(reading.warnings.front().find(key), std::string::npos);
}

TEST(ConfigSecret, IsNeverShown) {
  const Scratch scratch;
  auto reading = read(scratch, std::string(store) + "redis: redis://u:hunter2@r:6379\n");
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(show(*find_setting("redis"), reading.config), json::Value("(set)"));
  EXPECT_EQ(show(*find_setting("keys.audit"), reading.config), json::Value());
}

TEST(Config, SaysWhatHasNoEffectYet) {
  const Scratch scratch;
  EXPECT_EQ(read(scratch, std::string(store) + "redis: redis://127.0.0.1:6379\n").warnings,
            (std::vector<std::string>{
                "r.yaml:2:1: 'redis' is checked, but takes effect in a later version"}));
}

TEST(Config, RefusesABillionLaughsAtOnce) {
  const Scratch scratch;
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string above = std::string("*") + static_cast<char>(c - 1);
    text += std::string(1, c) + ": &" + c + " [" + above;
    for (int i = 0; i < 8; ++i) text += ", " + above;
    text += "]\n";
  }
  EXPECT_EQ(read(scratch, text).problems,
            (std::vector<std::string>{"r.yaml:1:4: anchors and aliases are not accepted"}));
}

TEST(Config, RefusesAFileBeyondItsLimit) {
  const Scratch scratch;
  const std::string text(1024 * 1024 + 1, '#');
  EXPECT_EQ(read(scratch, text).problems,
            (std::vector<std::string>{"r.yaml is larger than 1048576 bytes"}));
}

}  // namespace
}  // namespace rollcall::app
