#include "tests/gateway/app/process/process.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

TEST(Commands, TellTheirExitCodesInHelp) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"serve"},
                                                {"demo"},
                                                {"check-config"},
                                                {"apply"},
                                                {"export"},
                                                {"admin"},
                                                {"simulate"}}) {
    auto arguments = words;
    arguments.emplace_back("--help");
    const Outcome outcome = run_rollcall(arguments);
    EXPECT_EQ(outcome.code, 0) << words[0];
    EXPECT_NE(outcome.output.find("Exit codes: 0 "), std::string::npos) << outcome.output;
  }
}

TEST(Commands, SayTheirVersion) {
  const Outcome outcome = run_rollcall({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.output.starts_with("rollcall ")) << outcome.output;
}

TEST(Commands, RefuseWrongArgumentsWithCode2) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"no-such"},
                                                {"serve"},
                                                {"serve", "--confg", "x"},
                                                {"check-config", "x", "--output", "xml"},
                                                {"demo", "--listen", "nowhere"}}) {
    const Outcome outcome = run_rollcall(words);
    EXPECT_EQ(outcome.code, 2) << outcome.output << outcome.errors;
    EXPECT_NE(outcome.output + outcome.errors, "");
  }
}

TEST(CheckConfig, PrintsOkAndTheValuesWithoutSecrets) {
  const Scratch scratch;
  const auto file = scratch.file("r.yaml",
                                 "store: sqlite:///r.db\nthreads: 2\n"
                                 "keys: {audit: 0123456789abcdef0123456789abcdef}\n");
  const Outcome outcome = run_rollcall({"check-config", file}, {{"ROLLCALL_LOG_LEVEL", "debug"}});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.output.starts_with("ok\n")) << outcome.output;
  for (const char* line : {"\nthreads: 2\n", "\nlog.level: \"debug\"\n",
                           "\nkeys.audit: \"(set)\"\n", "\nlimits.idle_seconds: 75\n"}) {
    EXPECT_NE(outcome.output.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(outcome.output.find("0123456789abcdef"), std::string::npos);
}

TEST(CheckConfig, PrintsEveryErrorWithItsPlace) {
  const Scratch scratch;
  const std::string file = scratch.file("r.yaml", "lissen: x\nthreads: many\nstore: mysql://x\n");
  for (const char* command : {"check-config", "serve"}) {
    const Outcome outcome = run_rollcall({command, "--config", file});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.errors.find(file + ":1:1: unknown key 'lissen'"), std::string::npos)
        << outcome.errors;
    EXPECT_NE(outcome.errors.find(file + ":3:1: 'store' must be sqlite:///"), std::string::npos)
        << outcome.errors;
  }
}

TEST(CheckConfig, PrintsJson) {
  const Scratch scratch;
  const auto good = scratch.file("good.yaml", "store: sqlite:///r.db\n");
  const auto bad = scratch.file("bad.yaml", "stroe: sqlite:///r.db\n");
  const Outcome fine = run_rollcall({"check-config", good, "--output", "json"});
  EXPECT_EQ(fine.code, 0);
  const auto values = json::parse(fine.output);
  ASSERT_TRUE(values);
  EXPECT_EQ(*values->object()->find("ok"), json::Value(true));
  EXPECT_EQ(*values->object()->find("values")->object()->find("listen"),
            json::Value("127.0.0.1:8080"));
  const Outcome broken = run_rollcall({"check-config", bad, "--output", "json"});
  EXPECT_EQ(broken.code, 2);
  const auto problems = json::parse(broken.output);
  ASSERT_TRUE(problems);
  EXPECT_EQ(problems->object()->find("problems")->array()->size(), 2u);
}

}  // namespace
}  // namespace rollcall::test
