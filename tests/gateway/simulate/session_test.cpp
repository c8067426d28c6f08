#include "gateway/simulate/session.h"

#include "tests/gateway/simulate/server.h"

#include <gtest/gtest.h>

namespace rollcall::simulate {
namespace {

/// A session whose requests and records a test can look at.
struct Script {
  std::vector<Outgoing> sent;
  std::vector<Record> records;
  std::vector<Result<Incoming>> answers;

  Session session(Profile profile = {}) {
    Variables known;
    known.set("name", "Zoë & Co");
    return Session(
        [this](const Outgoing& outgoing) -> Result<Incoming> {
          sent.push_back(outgoing);
          if (answers.empty()) return Error(Fault::unavailable, "connection refused");
          auto answer = answers.front();
          answers.erase(answers.begin());
          return answer;
        },
        std::move(profile), "Bearer token", known,
        [this](const Record& record) { records.push_back(record); });
  }
};

Incoming answer(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body), {}};
}

Profile any_json() {
  Profile profile;
  profile.media_types = {"application/json"};
  return profile;
}

TEST(Session, FillsInVariablesAndEncodesTheQuery) {
  Script script;
  script.answers = {answer(200, "{}")};
  script.session(any_json())
      .step("read", R"(GET /Users?filter=userName eq "{{name}}"&count=1)", {});
  ASSERT_EQ(script.sent.size(), 1u);
  EXPECT_EQ(script.sent[0].method, "GET");
  EXPECT_EQ(script.sent[0].target,
            "/Users?filter=userName%20eq%20%22Zo%C3%AB%20%26%20Co%22&count=1");
  EXPECT_EQ(script.sent[0].fields.back().second, "Bearer token");
  EXPECT_EQ(script.records[0].target, R"(/Users?filter=userName eq "Zoë & Co"&count=1)");
}

TEST(Session, EncodesIdsInThePathAsTheServerGaveThem) {
  Variables known;
  known.set("id", "a/b c");
  EXPECT_EQ(*encode_target("/Users/{{id}}?count=1", known, false), "/Users/a%2Fb%20c?count=1");
}

TEST(Session, WritesSpacesAsPlusWhereTheClientDoes) {
  const Variables known;
  EXPECT_EQ(*encode_target("/Users?flag&filter=a eq b", known, true), "/Users?flag&filter=a+eq+b");
  EXPECT_EQ(*encode_target("/Users/1", known, true), "/Users/1");
}

TEST(Session, SendsNothingWhenAnEarlierStepDidNotYieldTheId) {
  Script script;
  auto session = script.session();
  session.step("read", "GET /Users/{{alice_id}}", {});
  EXPECT_TRUE(script.sent.empty());
  ASSERT_EQ(script.records.size(), 1u);
  EXPECT_FALSE(script.records[0].passed());
  session.clean_up("remove", "/Users/{{alice_id}}");
  EXPECT_EQ(script.records.size(), 1u);
}

TEST(Session, WithoutAnyAnswerIsUnreachable) {
  Script script;
  auto session = script.session();
  EXPECT_THROW(session.step("read", "GET /Users", {}), Unreachable);
}

TEST(Session, ALostAnswerLaterOnIsAFailedStep) {
  Script script;
  script.answers = {answer(200, "{}")};
  auto session = script.session(any_json());
  session.step("first", "GET /Users", {status({200}, "s")});
  session.step("second", "GET /Users", {status({200}, "s")});
  ASSERT_EQ(script.records.size(), 2u);
  EXPECT_TRUE(script.records[0].passed());
  ASSERT_EQ(script.records[1].failures.size(), 1u);
  EXPECT_EQ(script.records[1].failures[0].got, "connection refused");
}

TEST(Session, TellsOnlyTheWrongStatusButLearnsAllTheSame) {
  Script script;
  script.answers = {answer(200, R"({"id":"7"})")};
  auto session = script.session(any_json());
  session.step("create", "POST /Users", "{}",
               {status({201}, "s"), has("name", "x", "s"), keep("id", "id")});
  EXPECT_EQ(script.records[0].failures.size(), 1u);
  EXPECT_EQ(session.known().find("id"), "7");
}

TEST(Session, StepAsUsesTheOtherAuthorizationOnce) {
  Script script;
  script.answers = {answer(401, "{}"), answer(200, "{}")};
  auto session = script.session(any_json());
  session.step_as("non-token", "refused", "GET /Users", {});
  session.step("allowed", "GET /Users", {});
  EXPECT_EQ(script.sent[0].fields.back().second, "non-token");
  EXPECT_EQ(script.sent[1].fields.back().second, "Bearer token");
}

TEST(Session, AForeignMediaTypeFailsTheStep) {
  Script script;
  script.answers = {answer(200, "{}")};
  Profile profile;
  profile.media_types = {"application/scim+json"};
  script.session(profile).step("read", "GET /Users", {status({200}, "s")});
  EXPECT_FALSE(script.records[0].passed());
}

TEST(Record, ShowsVerdictRequestAndWhatWasExpected) {
  Record record;
  record.name = "read";
  record.method = "GET";
  record.target = "/Users";
  record.status = 500;
  record.request_body = "{}";
  record.failures = {{"status 200", "500", "RFC 7644 §3.4"}};
  const std::string text = to_text(record, false);
  EXPECT_TRUE(text.starts_with("FAIL 500 ")) << text;
  EXPECT_NE(text.find("expected status 200; got 500  [RFC 7644 §3.4]"), text.npos) << text;
  EXPECT_EQ(text.find("{}"), text.npos) << text;
  EXPECT_NE(to_text(record, true).find("> {}"), text.npos);
  EXPECT_EQ(json::write(to_json(record, false)).find("request"), text.npos);
  EXPECT_EQ(*to_json(record, true).object()->find("request")->string(), "{}");
  record.failures.clear();
  EXPECT_TRUE(to_text(record, false).starts_with("ok "));
}

TEST(Summary, CountsBothKinds) {
  Record good;
  Record bad;
  bad.failures = {{"a", "b", "c"}};
  Summary summary;
  summary.count(good);
  summary.count(good);
  summary.count(bad);
  EXPECT_EQ(summary.line(), "3 steps, 2 passed, 1 failed");
}

}  // namespace
}  // namespace rollcall::simulate
