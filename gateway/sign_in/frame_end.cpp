#include "gateway/http/url.h"
#include "gateway/sign_in/attempt_cookie.h"
#include "gateway/sign_in/frame.h"
#include "gateway/sign_in/identity_sign_in.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/return_to.h"
#include "gateway/sign_in/session_tokens.h"
#include "gateway/sign_in/test_page.h"

namespace rollcall::sign_in {
namespace {

/// Ids of connections are no longer; what a stranger put into a path may be.
constexpr std::size_t longest_id = 63;

/// How an attempt ended, for its row.
struct Ending {
  std::optional<OrganizationKey> organization;
  std::string connection;
  SignInOutcome outcome = SignInOutcome::refused;
  std::string reason = {};
  std::optional<UserId> user = std::nullopt;
};

void keep_trace(Transaction& transaction, const Trace& trace, const Ending& ending) {
  json::Object document = trace.document();
  // What was rolled back did not change.
  if (ending.outcome == SignInOutcome::refused) document.set("changes", json::Array());
  transaction.sign_in_traces().add({.id = trace.id(),
                                    .organization = ending.organization,
                                    .connection = ending.connection,
                                    .at = transaction.now(),
                                    .outcome = ending.outcome,
                                    .reason = ending.reason,
                                    .user = ending.user,
                                    .document = std::move(document)});
}

void audit_refusal(Transaction& transaction, const Trace& trace, const Ending& ending) {
  transaction.audit(ending.organization)
      .append("login.sso.failed", "connection/" + ending.connection,
              json::write(json::Object{{"reason", ending.reason}, {"trace", trace.id()}}));
}

/// Writes the row of a refusal; gives the organization's slug.
Result<std::string> keep_refusal(Transaction& transaction, const Trace& trace, const Ending& ending,
                                 Purpose purpose) {
  keep_trace(transaction, trace, ending);
  if (purpose == Purpose::sign_in) audit_refusal(transaction, trace, ending);
  return transaction.organization(*ending.organization).slug;
}

NewSession new_session(const Browser& browser, const Secret& value, const ProtocolTokens& tokens) {
  NewSession wanted;
  wanted.hash = session::hash_of(value);
  wanted.address = browser.address;
  wanted.user_agent = browser.user_agent;
  wanted.replaces = browser.session;
  wanted.tokens = write_tokens(tokens);
  return wanted;
}

std::string start_again(std::string_view organization, std::string_view connection,
                        std::string_view return_to) {
  if (organization.empty() || connection.empty()) return "/login";
  std::string url = "/login?connection=" + std::string(organization) + "/";
  url += http::percent_encode(connection);
  if (return_to.empty() || return_to == default_return_to) return url;
  return url + "&return_to=" + http::percent_encode(return_to);
}

void clear_attempt_cookie(http::Response& response, const Attempt& attempt) {
  response.with("Set-Cookie", session::clear_cookie(attempt.browser().origin,
                                                    attempt_cookie_name(sha256(attempt.state()))));
}

http::Response mail_sent(const Attempt& attempt, const User& user) {
  const SignInRequest& request = attempt.request();
  http::Response response =
      page(200, "mail_sent",
           {{"email", primary_address(user.profile).value_or(user.profile.user_name)},
            {"again", start_again(request.connection.organization.slug, request.connection.id,
                                  request.return_to)},
            {"trace", attempt.trace().id()}});
  return response;
}

http::Response welcome(const Attempt& attempt, const Session& made, const Secret& value) {
  http::Response response = redirect(attempt.request().return_to);
  const auto lifetime = std::chrono::floor<std::chrono::seconds>(made.expires - made.created);
  response.with("Set-Cookie", session::set_cookie(attempt.browser().origin, session::cookie_name,
                                                  value.reveal(), {.max_age = lifetime}));
  return response;
}

}  // namespace

Awaitable<http::Response> Frame::succeed(Attempt attempt, Identity identity,
                                         ProtocolTokens tokens) const {
  attempt.trace_.set_claims(identity.claims);
  attempt.trace_.set_groups(identity.groups);
  if (attempt.request_.purpose == Purpose::test) {
    http::Response result = co_await finish_test(std::move(attempt), std::move(identity));
    co_return result;
  }
  const Secret value = session::make_session_value();
  const NewSession wanted = new_session(attempt.browser_, value, tokens);
  const SignInConnection& connection = attempt.connection();
  Trace seen = attempt.trace_;
  const auto work = [&](Transaction& transaction) -> Result<SignedIn> {
    seen = attempt.trace_;
    TRY(SignedIn in, sign_in(transaction, services_.keys, connection, identity, wanted, seen));
    const auto outcome = in.session ? SignInOutcome::signed_in : SignInOutcome::pending;
    keep_trace(transaction, seen,
               {connection.organization.key, connection.id, outcome, {}, in.user.id});
    return in;
  };
  Actor actor = attempt.browser_.actor();
  auto in = co_await services_.directory.write(std::move(actor), work);
  attempt.trace_ = std::move(seen);
  if (!in) {
    http::Response refused = co_await refuse(std::move(attempt), std::move(in).error());
    co_return refused;
  }
  services_.log.info("sign-in succeeded",
                     {{"trace", attempt.trace_.id()}, {"connection", connection.name()}});
  http::Response response =
      in->session ? welcome(attempt, *in->session, value) : mail_sent(attempt, in->user);
  clear_attempt_cookie(response, attempt);
  response.with(trace_field, attempt.trace_.id());
  co_return response;
}

Awaitable<http::Response> Frame::finish_test(Attempt attempt, Identity identity) const {
  const SignInConnection& connection = attempt.connection();
  const auto work = [&](Transaction& transaction) -> Result<std::optional<User>> {
    TRY(auto user, rehearse(transaction, connection, identity));
    const OrganizationKey organization = connection.organization.key;
    transaction.organizations().note_tested(organization, connection.id, connection.digest);
    std::optional<UserId> id;
    if (user) id = user->id;
    keep_trace(transaction, attempt.trace_,
               {organization, connection.id, SignInOutcome::test_passed, {}, id});
    return user;
  };
  Actor actor = attempt.browser_.actor();
  auto user = co_await services_.directory.write(std::move(actor), work);
  if (!user) {
    http::Response refused = co_await refuse(std::move(attempt), std::move(user).error());
    co_return refused;
  }
  http::Response response = test_page(attempt, identity, *user);
  clear_attempt_cookie(response, attempt);
  response.with(trace_field, attempt.trace_.id());
  co_return response;
}

Awaitable<http::Response> Frame::refuse(Attempt attempt, Error error) const {
  const SignInConnection& connection = attempt.connection();
  const Purpose purpose = attempt.request_.purpose;
  // Before the callback anybody can bring it about; the link to a test is a secret.
  const From from = attempt.taken_ || purpose == Purpose::test ? From::person : From::stranger;
  co_await record(attempt.browser_.actor(), attempt.trace_, connection.organization.key,
                  connection.id, purpose, error, from);
  http::Response response =
      purpose == Purpose::test
          ? refused_test_page(error, attempt.trace_.id())
          : refusal_page(error, attempt.trace_.id(),
                         start_again(connection.organization.slug, connection.id,
                                     attempt.request_.return_to));
  clear_attempt_cookie(response, attempt);
  co_return response;
}

Awaitable<http::Response> Frame::refuse(Browser browser, Trace trace,
                                        std::optional<OrganizationKey> organization,
                                        std::string connection, Error error) const {
  if (connection.size() > longest_id) connection.clear();
  const std::string slug = co_await record(browser.actor(), trace, organization, connection,
                                           Purpose::sign_in, error, From::stranger);
  const bool unknown = error.fault() == Fault::not_found;
  co_return refusal_page(error, trace.id(), unknown ? "/login" : start_again(slug, connection, ""));
}

bool Frame::may_keep_of_stranger(OrganizationKey organization) const {
  return !strangers_.pass(std::to_string(organization.value()));
}

Awaitable<std::string> Frame::record(Actor actor, Trace trace,
                                     std::optional<OrganizationKey> organization,
                                     std::string connection, Purpose purpose, Error error,
                                     From from) const {
  if (!trace.has_failed()) trace.failed("refused", error);
  services_.log.info("sign-in refused", {{"trace", trace.id()}, {"reason", error.code()}});
  // Without an organization there is no administrator to read it: nothing for strangers to fill.
  if (!organization) co_return std::string();
  if (from == From::stranger && !may_keep_of_stranger(*organization)) co_return std::string();
  const Ending ending{organization, std::move(connection), SignInOutcome::refused,
                      std::string(error.code())};
  const auto work = [&](Transaction& transaction) {
    return keep_refusal(transaction, trace, ending, purpose);
  };
  auto slug = co_await services_.directory.write(std::move(actor), work);
  if (!slug) services_.log.warning("sign-in trace not kept", {{"trace", trace.id()}});
  co_return slug ? *std::move(slug) : std::string();
}

}  // namespace rollcall::sign_in
