#pragma once

#include "gateway/sign_in/call.h"
#include "gateway/sign_in/current_session.h"
#include "gateway/sign_in/flood_gate.h"
#include "gateway/sign_in/frame.h"
#include "gateway/sign_in/oidc_relying_party.h"

#include <optional>
#include <string>
#include <vector>

namespace rollcall::sign_in {

/// /login: finds the connection by what the person, a link or an IdP names, and has its protocol
/// start. Always a new sign-in, also when there is a session; only where another site wants one to
/// another organization than the session's, the person is asked.
class Login {
 public:
  Login(const Services& services, const Frame& frame, OidcRelyingParty& oidc,
        const CurrentSession& current);

  /// By organization, connection ("organization/id"), email or test; without any, the page that
  /// asks for an address. An IdP or a portal starts it at /oidc/{organization}/{connection}/login,
  /// which names the connection (OpenID Connect Core §4).
  Awaitable<http::Response> open(Call call) const;

 private:
  /// What /login was asked for, checked.
  struct Wish {
    std::string organization = {};
    std::string connection = {};
    std::string email = {};
    std::string test = {};
    std::string issuer = {};
    std::string return_to = {};
  };
  /// The answer to one who starts too many.
  std::optional<http::Response> too_many(const Call& call) const;
  /// duplicate_parameter, invalid_value.
  Result<Wish> read(const Call& call) const;
  static http::Response as_get(const Wish& wish);

  Awaitable<http::Response> ask(Browser browser, Wish wish) const;
  Awaitable<http::Response> by_connection(Browser browser, Wish wish) const;
  Awaitable<http::Response> by_organization(Browser browser, Wish wish) const;
  Awaitable<http::Response> by_email(Browser browser, Wish wish) const;
  Awaitable<http::Response> by_test(Browser browser, Wish wish) const;
  Awaitable<http::Response> start(Browser browser, SignInRequest request) const;
  Awaitable<http::Response> start_one(Browser browser, Wish wish,
                                      std::vector<SignInConnection> ways) const;
  /// The page to answer with instead, if the person has to be asked.
  Awaitable<Result<std::optional<http::Response>>> ask_before(Browser browser,
                                                              SignInRequest request) const;
  Awaitable<http::Response> refuse(Browser browser, Error error) const;

  const Services& services_;
  const Frame& frame_;
  OidcRelyingParty& oidc_;
  const CurrentSession& current_;
  mutable FloodGate starts_;
};

}  // namespace rollcall::sign_in
