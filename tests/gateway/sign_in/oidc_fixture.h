#pragma once

#include "gateway/access/rights.h"
#include "gateway/session/cookie.h"
#include "gateway/session/session_cache.h"
#include "gateway/sign_in/attempt_cookie.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "tests/gateway/sign_in/scripted_idp.h"
#include "tests/support/await.h"
#include "tests/support/sign_in.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// An organization "acme" whose people sign in at a ScriptedIdp through the connection "main".
class OidcFixture : public ::testing::Test {
 protected:
  OidcFixture();

  /// Declares the connection anew; `more` and `oidc` come over what is there.
  void connect(const json::Object& more = {}, const json::Object& oidc = {});
  void set_secret(std::string_view name, std::string_view text);
  void set_policy(const std::function<void(Policy&)>& change);

  sign_in::Browser browser() const;
  /// The answer to /login, and the browser with the cookie that it set.
  http::Response start(sign_in::Browser& browser);
  /// Where the IdP sends the browser after its part, with the nonce known to it.
  std::vector<http::Parameter> answer_of_idp(const http::Response& start);
  http::Response callback(const sign_in::Browser& browser,
                          const std::vector<http::Parameter>& parameters);
  /// All of it, in one browser.
  http::Response sign_in();
  /// The session that sign_in() made; the test fails without.
  Session signed_in();

  /// As the store has it.
  std::optional<Session> stored(const Session& session);
  bool renew(const Session& session);
  SignInTrace trace_of(const http::Response& response);
  std::vector<SignInTrace> traces(SignInOutcome outcome);
  /// The reason in the trace of a sign-in that has to be refused.
  std::string refusal_of_sign_in();
  std::vector<std::string> audited();

  TestDirectory directory_;
  ManualClock& clock_ = directory_.clock();
  ScriptedIdp idp_{clock_};
  KeyRing keys_ = key_ring();
  session::SessionCache sessions_{*directory_, clock_};
  access::RightsCache rights_{*directory_};
  sign_in::Services services_{*directory_, sessions_, rights_,         idp_,
                              keys_,       clock_,    directory_.log()};
  sign_in::Frame frame_{services_};
  sign_in::ProviderCache providers_{idp_, clock_};
  sign_in::OidcRelyingParty party_{services_, frame_, providers_};
  OrganizationKey organization_{0};
};

std::string field(const http::Response& response, std::string_view name);
/// Of the trace's step that failed.
std::string why(const SignInTrace& trace);
/// Of a trace's warnings, together.
std::string warnings(const SignInTrace& trace);

}  // namespace rollcall::test
