#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/http/async.h"
#include "gateway/http/message.h"
#include "gateway/session/cookie.h"
#include "gateway/sign_in/browser.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/flood_gate.h"
#include "gateway/sign_in/services.h"
#include "gateway/sign_in/trace.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// What an attempt is for. A test shows what came and makes no session.
enum class Purpose { sign_in, test };

/// What is asked for at the start of a sign-in.
struct SignInRequest {
  SignInConnection connection;
  Purpose purpose = Purpose::sign_in;
  /// Checked (return_to.h); where the browser goes in the end.
  std::string return_to;
  /// An address that the person typed; empty if none.
  std::string login_hint = {};
  /// Of a test: what draft_connection() (test_sign_in.h) reads; the attempt keeps it.
  json::Object draft = {};
};

/// A sign-in that has begun: what a protocol derives its request from.
class Attempt {
 public:
  Attempt(SignInRequest request, Browser browser, Trace trace, std::string state, Secret secret);

  const SignInRequest& request() const { return request_; }
  const SignInConnection& connection() const { return request_.connection; }
  const Browser& browser() const { return browser_; }
  Trace& trace() { return trace_; }
  const Trace& trace() const { return trace_; }
  /// 256 random bits that the IdP gives back.
  const std::string& state() const { return state_; }
  /// base64url(HMAC-SHA256(browser's secret, label + state)): a nonce, a PKCE verifier. Known only
  /// while the browser is here; nothing of it lies in the store.
  std::string derived(std::string_view label) const;
  /// What the protocol wants back with the callback (SAML's request id); nothing secret.
  json::Object& data() { return data_; }
  const json::Object& data() const { return data_; }

 private:
  friend class Frame;
  SignInRequest request_;
  Browser browser_;
  Trace trace_;
  std::string state_;
  Secret secret_;
  json::Object data_;
  /// It was kept, and this is its callback.
  bool taken_ = false;
};

/// What a protocol brings back with a good identity.
struct ProtocolTokens {
  Secret id_token = {};
  Secret refresh_token = {};
};

/// The part of a sign-in that does not know its protocol: attempts, browsers' cookies, the user and
/// the session, pages, traces. Members are coroutines on the I/O thread of the request.
class Frame {
 public:
  explicit Frame(const Services& services);

  /// Makes an attempt in memory, for a connection that is ready (a test: any):
  /// connection_incomplete, connection_disabled.
  Result<Attempt> begin(SignInRequest request, Browser browser) const;
  /// Keeps it in the store and sends the browser off: 303 to `url` with the attempt's cookie.
  /// `cross_site_answer`: the IdP's answer comes as a POST from its site.
  Awaitable<http::Response> send(Attempt attempt, std::string url, bool cross_site_answer) const;

  /// Takes the attempt of a callback, once: state_unknown if there is none for this state, browser
  /// and connection. The connection is read anew: it may have been disabled meanwhile.
  Awaitable<Result<Attempt>> take(std::string organization, std::string connection,
                                  std::string state, Browser browser) const;

  /// The end: user, session and trace in one transaction, and 303 to where the person wanted to go;
  /// a page for a test, for one who has to confirm an address, and for a refusal.
  Awaitable<http::Response> succeed(Attempt attempt, Identity identity,
                                    ProtocolTokens tokens) const;
  /// A refusal: trace and audit ("login.sso.failed") in one transaction, and the page.
  Awaitable<http::Response> refuse(Attempt attempt, Error error) const;
  /// A refusal before there was an attempt. `organization` and `connection` as far as they are
  /// known; without an organization only a log line is kept.
  Awaitable<http::Response> refuse(Browser browser, Trace trace,
                                   std::optional<OrganizationKey> organization,
                                   std::string connection, Error error) const;
  /// Whether one more refusal that anybody can cause may be kept for this organization: strangers
  /// must not fill the store, nor push out of sight what an administrator looks for. Takes its part
  /// of what may be.
  bool may_keep_of_stranger(OrganizationKey organization) const;

 private:
  enum class From { person, stranger };

  Awaitable<http::Response> finish_test(Attempt attempt, Identity identity) const;
  /// Keeps a refusal; the organization's slug, or nothing where that is unknown or the store fails.
  Awaitable<std::string> record(Actor actor, Trace trace,
                                std::optional<OrganizationKey> organization, std::string connection,
                                Purpose purpose, Error error, From from) const;

  Services services_;
  mutable FloodGate strangers_;
};

}  // namespace rollcall::sign_in
