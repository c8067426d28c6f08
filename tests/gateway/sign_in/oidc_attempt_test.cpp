#include "tests/gateway/sign_in/oidc_fixture.h"

namespace rollcall::test {
namespace {

using namespace sign_in;

/// What an attempt keeps from its start to its answer.
using OidcAttempt = OidcFixture;

// spec/oidc 1.2: an attempt is for one issuer. The code of one IdP is no other's to see.
TEST_F(OidcAttempt, AnAnswerIsNotRedeemedAtAnIssuerThatTheConnectionNamesSince) {
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  const std::string other = ScriptedIdp::issuer + "/other";
  connect({}, {{"issuer", other}});
  idp_.on("/other/.well-known/openid-configuration",
          [&](const auto&) -> Result<http::FetchResponse> {
            json::Object metadata = idp_.metadata;
            metadata.set("issuer", other);
            return json_answer(200, metadata);
          });
  EXPECT_EQ(trace_of(callback(person, parameters)).reason, "state_unknown");
  EXPECT_EQ(idp_.count("/token"), 0U);
}

// spec/oidc 5: the session that the browser had ends, though its cookie does not come along.
TEST_F(OidcAttempt, FormPostEndsTheSessionThatTheBrowserHad) {
  connect({}, {{"response_mode", "form_post"}});
  const Session before = signed_in();
  Browser person = browser();
  person.session = before.hash;
  const http::Response begun = start(person);
  person.session.reset();
  EXPECT_EQ(callback(person, answer_of_idp(begun)).status, 303);
  EXPECT_FALSE(stored(before));
}

// A stranger's words do not fill the audit log.
TEST_F(OidcAttempt, AnAnswerForAConnectionThatIsNotThereIsKeptNowhere) {
  const std::vector<http::Parameter> parameters{{"state", "x"}, {"code", "y"}};
  const auto before = audited();
  EXPECT_EQ(run(party_.callback("acme", "anything", parameters, browser())).status, 400);
  EXPECT_EQ(audited(), before);
  EXPECT_TRUE(traces(SignInOutcome::refused).empty());
}

}  // namespace
}  // namespace rollcall::test
