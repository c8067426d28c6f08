#include "gateway/directory/sign_in_traces.h"
#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

/// Sign-ins of the last days, as the administrator reads them.
class AdminSignIns : public AdminTest {
 protected:
  AdminSignIns() {
    make_organization("acme");
    ada_ = add_person("acme", "ada@acme.example");
  }
  void trace(std::string id, std::string connection, SignInOutcome outcome, std::string reason = "",
             bool of_ada = false, json::Object document = {}, std::string_view slug = "acme") {
    directory_.clock().advance(std::chrono::seconds(1));
    in(slug, [&](Transaction& transaction, const Organization& organization) {
      SignInTrace trace;
      trace.id = std::move(id);
      trace.organization = organization.key;
      trace.connection = std::move(connection);
      trace.at = transaction.now();
      trace.outcome = outcome;
      trace.reason = std::move(reason);
      if (of_ada) trace.user = UserId::parse(ada_);
      trace.document = std::move(document);
      transaction.sign_in_traces().add(trace);
    });
  }
  void some_traces() {
    trace("AAAA-AAAA-AAA1", "okta", SignInOutcome::signed_in, "", true);
    trace("AAAA-AAAA-AAA2", "okta", SignInOutcome::refused, "nonce_mismatch");
    trace("AAAA-AAAA-AAA3", "entra", SignInOutcome::signed_in, "", true);
    trace("AAAA-AAAA-AAA4", "entra", SignInOutcome::abandoned);
  }
  std::vector<std::string> listed(const std::string& query) {
    const auto list = get(base_ + "/sign-ins" + query);
    EXPECT_EQ(list.status, 200) << list.body;
    std::vector<std::string> traces;
    for (std::size_t i = 0; i < size_at(list, "items"); ++i) {
      traces.push_back(at(list, "items." + std::to_string(i) + ".trace").substr(10));
    }
    return traces;
  }

  using Traces = std::vector<std::string>;
  const std::string base_ = "/organizations/acme";
  std::string ada_;
};

TEST_F(AdminSignIns, AreListedNewestFirstAndFiltered) {
  some_traces();
  EXPECT_EQ(listed(""), (Traces{"AAA4", "AAA3", "AAA2", "AAA1"}));
  EXPECT_EQ(listed("?connection=okta"), (Traces{"AAA2", "AAA1"}));
  EXPECT_EQ(listed("?outcome=signed_in"), (Traces{"AAA3", "AAA1"}));
  EXPECT_EQ(listed("?outcome=abandoned&connection=okta"), Traces{});
  EXPECT_EQ(listed("?user=ada@acme.example"), (Traces{"AAA3", "AAA1"}));
  EXPECT_EQ(listed("?user=" + ada_ + "&connection=entra&outcome=signed_in"), Traces{"AAA3"});
  expect_problem(get(base_ + "/sign-ins?outcome=won"), 422, "invalid_value");
  expect_problem(get(base_ + "/sign-ins?user=nobody"), 404, "not_found");
  expect_problem(get(base_ + "/sign-ins?since=now"), 422, "invalid_value");
  const auto list = get(base_ + "/sign-ins?outcome=refused");
  EXPECT_EQ(at(list, "items.0.reason"), "nonce_mismatch");
  EXPECT_EQ(at(list, "items.0.user"), "null");
  EXPECT_EQ(at(list, "items.0.at"),
            format_timestamp(directory_.clock().now() - std::chrono::seconds(2)));
}

TEST_F(AdminSignIns, ArePagedAndAFilterHoldsOnEveryPage) {
  some_traces();
  const auto first = get(base_ + "/sign-ins?limit=3");
  EXPECT_EQ(size_at(first, "items"), 3U);
  const std::string next = at(first, "next");
  EXPECT_EQ(listed("?cursor=" + next), Traces{"AAA1"});
  const std::string mine = "?user=" + ada_ + "&limit=1";
  EXPECT_EQ(listed(mine), Traces{"AAA3"});
  EXPECT_EQ(listed(mine + "&cursor=" + at(get(base_ + "/sign-ins" + mine), "next")),
            Traces{"AAA1"});
  expect_problem(get(base_ + "/sign-ins?cursor=abc"), 422, "invalid_value");
}

// The contract's GET …/sign-ins/{trace}.
TEST_F(AdminSignIns, TellEveryStepAndWhatTheIdpReleased) {
  const json::Object step{
      {"step", "id_token"}, {"at", format_timestamp(directory_.clock().now())}, {"ok", true}};
  trace("7K3M-QX9R-4TZ1", "okta", SignInOutcome::signed_in, "", true,
        {{"steps", json::Array{step}},
         {"claims", json::Object{{"sub", "00u1"}, {"email", "ada@acme.example"}}},
         {"groups", json::Object{{"state", "present"}, {"values", json::Array{"eng"}}}},
         {"changes", json::Array{json::Object{{"kind", "user"}}}}});
  const auto shown = get(base_ + "/sign-ins/7K3M-QX9R-4TZ1");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(at(shown, "outcome"), "signed_in");
  EXPECT_EQ(at(shown, "reason"), "null");
  EXPECT_EQ(at(shown, "connection"), "okta");
  EXPECT_EQ(at(shown, "user"), ada_);
  EXPECT_EQ(at(shown, "steps.0.step"), "id_token");
  EXPECT_EQ(at(shown, "claims.sub"), "00u1");
  EXPECT_EQ(at(shown, "groups.state"), "present");
  EXPECT_EQ(at(shown, "groups.values.0"), "eng");
  EXPECT_EQ(at(shown, "changes.0.kind"), "user");
  // As somebody reads it out and another writes it down.
  for (const char* heard :
       {"7k3m-qx9r-4tz1", "7K3MQX9R4TZ1", "7K3M%20QX9R%204TZI", "7k3m-qx9r-4tzl"}) {
    EXPECT_EQ(at(get(base_ + "/sign-ins/" + heard), "trace"), "7K3M-QX9R-4TZ1") << heard;
  }
}

TEST_F(AdminSignIns, HaveEveryMemberOfTheContractEvenWhenTheyEndedEarly) {
  trace("AAAA-AAAA-AAAA", "okta", SignInOutcome::refused, "state_unknown", false,
        {{"steps", json::Array{}}, {"claims", json::Object{}}, {"groups", json::Object{}}});
  const auto shown = get(base_ + "/sign-ins/AAAA-AAAA-AAAA");
  EXPECT_EQ(at(shown, "reason"), "state_unknown");
  EXPECT_EQ(at(shown, "steps"), "[]");
  EXPECT_EQ(at(shown, "claims"), "{}");
  EXPECT_EQ(at(shown, "groups"), R"({"state":"unknown","values":[]})");
  EXPECT_EQ(at(shown, "changes"), "[]");
}

TEST_F(AdminSignIns, OfAnotherOrganizationAreNotFound) {
  make_organization("other");
  trace("AAAA-AAAA-AAAA", "okta", SignInOutcome::abandoned, "", false, {}, "other");
  expect_problem(get(base_ + "/sign-ins/AAAA-AAAA-AAAA"), 404, "not_found");
  expect_problem(get(base_ + "/sign-ins/nothing"), 404, "not_found");
  EXPECT_EQ(listed(""), Traces{});
}

TEST_F(AdminSignIns, AreForWhoeverManagesConnections) {
  some_traces();
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  const std::string ada = personal_token("acme", ada_);
  EXPECT_EQ(size_at(call(Method::get, base_ + "/sign-ins", as(admin)), "items"), 4U);
  for (const char* path : {"/sign-ins", "/sign-ins/AAAA-AAAA-AAA1"}) {
    expect_problem(call(Method::get, base_ + path, as(ada)), 403, "forbidden");
  }
}

// F61
TEST_F(AdminSignIns, ForgetAPersonWhoseDataAreErased) {
  trace("AAAA-AAAA-AAAA", "okta", SignInOutcome::signed_in, "", true,
        {{"claims", json::Object{{"email", "ada@acme.example"}}}});
  ASSERT_LT(remove(base_ + "/users/" + ada_ + "?confirm=true").status, 300);
  const auto erased = post(base_ + "/users/" + ada_ + "/erase?confirm=true", "");
  ASSERT_EQ(erased.status, 200) << erased.body;
  EXPECT_EQ(at(erased, "sign_ins"), "1");
  const auto shown = get(base_ + "/sign-ins/AAAA-AAAA-AAAA");
  EXPECT_EQ(at(shown, "claims"), "{}");
  EXPECT_EQ(at(shown, "erased"), "true");
}

}  // namespace
}  // namespace rollcall::admin
