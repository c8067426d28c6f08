#include "gateway/directory/erasure.h"
#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

class SignInTracesTest : public SignedIn {
 protected:
  SignInTrace trace(std::string id, SignInOutcome outcome = SignInOutcome::signed_in) {
    return {.id = std::move(id),
            .organization = organization,
            .connection = "okta",
            .at = directory.clock().now(),
            .outcome = outcome,
            .reason = outcome == SignInOutcome::refused ? "user_deactivated" : "",
            .user = ada.id,
            .document = {{"steps", json::Array{"start"}},
                         {"claims", json::Object{{"email", "ada@acme.test"}}}}};
  }
  void add(const SignInTrace& written) {
    must(in([&](Transaction& tx) -> Result<> {
      tx.sign_in_traces().add(written);
      return {};
    }));
  }
  Result<SignInTrace> get(std::string_view id) {
    return directory->read_now(
        [&](Transaction& tx) { return tx.sign_in_traces().get(organization, id); });
  }
  SignInTraces::Page list(const SignInFilter& filter = {},
                          std::optional<std::int64_t> before = std::nullopt,
                          std::size_t limit = 100) {
    return must(directory->read_now([&](Transaction& tx) -> Result<SignInTraces::Page> {
      return tx.sign_in_traces().list(organization, filter, before, limit);
    }));
  }
  static std::vector<std::string> ids(const SignInTraces::Page& page) {
    std::vector<std::string> ids;
    for (const SignInTrace& trace : page.traces) ids.push_back(trace.id);
    return ids;
  }

  User ada = person("ada@acme.test");
};

TEST_F(SignInTracesTest, AreReadAsTheyWereWritten) {
  const SignInTrace written = trace("A", SignInOutcome::refused);
  add(written);
  const auto read = get("A");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->organization, organization);
  EXPECT_EQ(read->connection, "okta");
  EXPECT_EQ(read->at, written.at);
  EXPECT_EQ(read->outcome, SignInOutcome::refused);
  EXPECT_EQ(read->reason, "user_deactivated");
  EXPECT_EQ(read->user, ada.id);
  EXPECT_EQ(read->document, written.document);
  EXPECT_EQ(code_of(get("B")), "not_found");
}

TEST_F(SignInTracesTest, TheLastWordCountsButNotThatOfWhoeverNeverCameBack) {
  add(trace("A", SignInOutcome::pending));
  add(trace("A", SignInOutcome::signed_in));
  add(trace("A", SignInOutcome::abandoned));
  EXPECT_EQ(get("A")->outcome, SignInOutcome::signed_in);
  add(trace("B", SignInOutcome::abandoned));
  EXPECT_EQ(get("B")->outcome, SignInOutcome::abandoned);
}

TEST_F(SignInTracesTest, ALongDocumentIsCutDownToItsSteps) {
  SignInTrace written = trace("A");
  written.document.set("claims", json::Object{{"groups", std::string(65'536, 'x')}});
  add(written);
  EXPECT_EQ(get("A")->document, (json::Object{{"cut", true}, {"steps", json::Array{"start"}}}));
  written.id = "B";
  written.document = {{"steps", json::Array{std::string(65'536, 'x')}}};
  add(written);
  EXPECT_EQ(get("B")->document, (json::Object{{"cut", true}}));
}

TEST_F(SignInTracesTest, AreListedNewestFirstPageByPage) {
  for (const char* id : {"A", "B", "C", "D", "E"}) add(trace(id));
  std::vector<std::string> seen;
  std::optional<std::int64_t> before;
  do {
    const auto page = list({}, before, 2);
    EXPECT_LE(page.traces.size(), 2U);
    for (const std::string& id : ids(page)) seen.push_back(id);
    before = page.next;
  } while (before);
  EXPECT_EQ(seen, (std::vector<std::string>{"E", "D", "C", "B", "A"}));
  EXPECT_FALSE(list({}, std::nullopt, 5).next);
}

TEST_F(SignInTracesTest, FiltersHoldTogether) {
  add(trace("A"));
  add(trace("B", SignInOutcome::refused));
  SignInTrace other = trace("C", SignInOutcome::refused);
  other.connection = "entra";
  other.user = std::nullopt;
  add(other);
  EXPECT_EQ(ids(list({.connection = "okta"})), (std::vector<std::string>{"B", "A"}));
  EXPECT_EQ(ids(list({.outcome = SignInOutcome::refused})), (std::vector<std::string>{"C", "B"}));
  EXPECT_EQ(ids(list({.user = ada.id})), (std::vector<std::string>{"B", "A"}));
  EXPECT_EQ(ids(list({.outcome = SignInOutcome::refused, .user = ada.id})),
            std::vector<std::string>{"B"});
  EXPECT_EQ(ids(list({.connection = "entra", .user = ada.id})), std::vector<std::string>{});
}

TEST_F(SignInTracesTest, APageLooksAtTenThousandRowsAndSaysWhereToGoOn) {
  must(in([&](Transaction& tx) -> Result<> {
    tx.sign_in_traces().add(trace("rare", SignInOutcome::refused));
    for (int i = 0; i < 10'000; ++i) tx.sign_in_traces().add(trace("T" + std::to_string(i)));
    return {};
  }));
  const SignInFilter filter{.outcome = SignInOutcome::refused};
  const auto first = list(filter);
  EXPECT_TRUE(first.traces.empty());
  ASSERT_TRUE(first.next);
  const auto second = list(filter, first.next);
  EXPECT_EQ(ids(second), std::vector<std::string>{"rare"});
  EXPECT_FALSE(second.next);
}

TEST_F(SignInTracesTest, AreKeptForSevenDays) {
  for (const char* id : {"A", "B", "C"}) add(trace(id));
  directory.clock().advance(24h);
  add(trace("young"));
  const auto forget = [&] {
    return must(in(
        [](Transaction& tx) -> Result<std::int64_t> { return tx.sign_in_traces().forget_old(2); }));
  };
  directory.clock().advance(6 * 24h - 1ms);
  EXPECT_EQ(forget(), 0);
  directory.clock().advance(1ms);
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(ids(list()), std::vector<std::string>{"young"});
}

// F61: what is left tells that somebody signed in, not who.
TEST_F(SignInTracesTest, ErasureOfAPersonTakesWhatTheySay) {
  const User bob = person("bob@acme.test");
  add(trace("A"));
  SignInTrace of_bob = trace("B");
  of_bob.user = bob.id;
  add(of_bob);
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  const auto erased = must(in(
      [&](Transaction& tx) -> Result<Erasure> { return erase_person(tx, organization, ada.id); }));
  EXPECT_EQ(erased.traces, 1);
  EXPECT_EQ(get("A")->document, (json::Object{{"erased", true}}));
  EXPECT_EQ(get("A")->outcome, SignInOutcome::signed_in);
  EXPECT_EQ(get("B")->document, of_bob.document);
  EXPECT_EQ(code_of(in([&](Transaction& tx) { return erase_person(tx, organization, ada.id); })),
            "not_found");
}

TEST_F(SignInTracesTest, OfOneOrganizationAreUnknownToAnother) {
  add(trace("A"));
  SignInTrace nobodys = trace("N", SignInOutcome::refused);
  nobodys.organization = std::nullopt;
  add(nobodys);
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    SignInTraces traces = tx.sign_in_traces();
    EXPECT_EQ(code_of(traces.get(other, "A")), "not_found");
    EXPECT_TRUE(traces.list(other, {}, std::nullopt, 10).traces.empty());
    EXPECT_TRUE(traces.list(other, {.user = ada.id}, std::nullopt, 10).traces.empty());
    EXPECT_EQ(traces.erase(other, ada.id), 0);
    return {};
  }));
  EXPECT_EQ(code_of(get("N")), "not_found");
  EXPECT_EQ(ids(list()), std::vector<std::string>{"A"});
  EXPECT_EQ(get("A")->document, trace("A").document);
}

}  // namespace
}  // namespace rollcall::test
