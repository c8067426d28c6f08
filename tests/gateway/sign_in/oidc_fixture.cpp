#include "tests/gateway/sign_in/oidc_fixture.h"

#include <stdexcept>

namespace rollcall::test {

using namespace sign_in;

OidcFixture::OidcFixture() {
  organization_ = directory_.add_tenant("acme").organization;
  connect();
  set_secret("client_secret", "a-secret-of-more-than-thirty-two-bytes");
}

void OidcFixture::connect(const json::Object& more, const json::Object& oidc) {
  json::Object client{{"issuer", ScriptedIdp::issuer},
                      {"client_id", "rollcall"},
                      {"algorithms", json::Array{"ES256"}}};
  for (const json::Member& member : oidc) client.set(member.name, member.value);
  json::Object settings{{"protocol", "oidc"},
                        {"jit", true},
                        {"domains", json::Array{"acme.test"}},
                        {"oidc", std::move(client)}};
  for (const json::Member& member : more) settings.set(member.name, member.value);
  must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<bool> {
    return tx.organizations().put_connection(
        {.organization = organization_, .id = "main", .settings = json::write(settings)});
  }));
}

void OidcFixture::set_secret(std::string_view name, std::string_view text) {
  must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<bool> {
    return tx.connection_secrets(organization_).set(keys_, "main", name, Secret(std::string(text)));
  }));
}

void OidcFixture::set_policy(const std::function<void(Policy&)>& change) {
  must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<Organization> {
    TRY(Organization organization, tx.organizations().get(organization_));
    change(organization.policy);
    return tx.organizations().update(organization);
  }));
}

Browser OidcFixture::browser() const {
  Browser browser;
  browser.origin = "https://rollcall.example";
  browser.address = "192.0.2.7";
  browser.user_agent = "test";
  browser.request_id = "request-1";
  return browser;
}

http::Response OidcFixture::start(Browser& browser) {
  SignInRequest request{.connection = must(directory_->read_now([&](Transaction& tx) {
                          return find_connection(tx, keys_, "acme", "main");
                        })),
                        .return_to = "/app"};
  http::Response response = run(party_.start(std::move(request), browser));
  const std::string cookie = field(response, "Set-Cookie");
  const std::string prefix = "__Host-";
  const auto equals = cookie.find('=');
  if (!cookie.starts_with(prefix) || equals == cookie.npos) return response;
  browser.attempt_cookies.emplace_back(
      cookie.substr(prefix.size(), equals - prefix.size()),
      Secret(cookie.substr(equals + 1, cookie.find(';') - equals - 1)));
  return response;
}

std::vector<http::Parameter> OidcFixture::answer_of_idp(const http::Response& start) {
  const std::string url = field(start, "Location");
  idp_.nonce(parameter(url, "nonce"));
  return {{"code", "a-code"}, {"state", parameter(url, "state")}};
}

http::Response OidcFixture::callback(const Browser& browser,
                                     const std::vector<http::Parameter>& parameters) {
  return run(party_.callback("acme", "main", parameters, browser));
}

http::Response OidcFixture::sign_in() {
  Browser person = browser();
  const http::Response begun = start(person);
  if (begun.status != 303) return begun;
  return callback(person, answer_of_idp(begun));
}

Session OidcFixture::signed_in() {
  const http::Response response = sign_in();
  for (const http::ResponseField& set : response.fields) {
    const std::string name = "__Host-rollcall=";
    if (set.name != "Set-Cookie" || !set.value.starts_with(name)) continue;
    const Secret value(set.value.substr(name.size(), set.value.find(';') - name.size()));
    const auto session =
        must(directory_->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
          return Sessions::find(tx, session::hash_of(value));
        }));
    if (session) return *session;
  }
  throw std::runtime_error("nobody is signed in: " + trace_of(response).reason + " " +
                           why(trace_of(response)));
}

std::optional<Session> OidcFixture::stored(const Session& session) {
  return must(directory_->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
    return Sessions::find(tx, session.hash);
  }));
}

bool OidcFixture::renew(const Session& session) { return run(party_.renew(session)); }

SignInTrace OidcFixture::trace_of(const http::Response& response) {
  return must(directory_->read_now([&](Transaction& tx) {
    return tx.sign_in_traces().get(organization_, field(response, "X-Rollcall-Trace"));
  }));
}

std::vector<SignInTrace> OidcFixture::traces(SignInOutcome outcome) {
  return must(directory_->read_now([&](Transaction& tx) -> Result<std::vector<SignInTrace>> {
    return tx.sign_in_traces().list(organization_, {.outcome = outcome}, std::nullopt, 100).traces;
  }));
}

std::string OidcFixture::refusal_of_sign_in() {
  const http::Response response = sign_in();
  const SignInTrace trace = trace_of(response);
  EXPECT_EQ(trace.outcome, SignInOutcome::refused);
  EXPECT_NE(response.status, 303);
  return trace.reason;
}

std::vector<std::string> OidcFixture::audited() {
  return must(directory_->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
    std::vector<std::string> types;
    for (const AuditEvent& event : tx.audit(organization_).list(0, 1000)) {
      types.push_back(event.type);
    }
    return types;
  }));
}

std::string field(const http::Response& response, std::string_view name) {
  for (const http::ResponseField& candidate : response.fields) {
    if (candidate.name == name) return candidate.value;
  }
  return {};
}

namespace {

std::string of_steps(const SignInTrace& trace, std::string_view member) {
  std::string text;
  const json::Value* steps = trace.document.find("steps");
  if (!steps || !steps->array()) return text;
  for (const json::Value& step : *steps->array()) {
    const json::Value* value = step.object() ? step.object()->find(member) : nullptr;
    if (value && value->string()) text += *value->string() + "\n";
  }
  return text;
}

}  // namespace

std::string why(const SignInTrace& trace) { return of_steps(trace, "why"); }
std::string warnings(const SignInTrace& trace) { return of_steps(trace, "text"); }

}  // namespace rollcall::test
