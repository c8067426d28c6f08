#pragma once

#include "gateway/sign_in/sign_in_service.h"
#include "tests/gateway/sign_in/fake_idp.h"
#include "tests/gateway/sign_in/sign_ins.h"
#include "tests/support/await.h"

#include <algorithm>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::sign_in::test {

inline std::string field(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.fields, name, &http::ResponseField::name);
  return found == response.fields.end() ? "" : found->value;
}
inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A browser that keeps cookies, in front of the service.
class TestBrowser {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit TestBrowser(SignInService& service, std::string origin = "https://login.example")
      : service_(service), origin_(std::move(origin)) {}

  http::Response get(std::string_view url, const Fields& fields = {}) {
    return send(http::Method::get, url, "", fields);
  }
  http::Response post(std::string_view url, std::string_view form, const Fields& fields = {}) {
    Fields all{{"Content-Type", "application/x-www-form-urlencoded"}};
    all.insert(all.end(), fields.begin(), fields.end());
    return send(http::Method::post, url, form, all);
  }
  http::Response send(http::Method method, std::string_view url, std::string_view body,
                      const Fields& fields) {
    const std::string held = cookie_text();
    http::Request request;
    request.method = method;
    request.path = url.substr(0, url.find('?'));
    if (request.path.size() < url.size()) request.query = url.substr(request.path.size() + 1);
    request.body = body;
    request.id = "request";
    request.client_address = "192.0.2.50";
    request.origin = origin_;
    if (!held.empty()) request.fields.push_back({"Cookie", held});
    for (const auto& [name, value] : fields) request.fields.push_back({name, value});
    auto reply = service_.handle(request);
    http::Response response =
        std::holds_alternative<http::Response>(reply)
            ? std::get<http::Response>(std::move(reply))
            : rollcall::test::run(std::get<Awaitable<http::Response>>(std::move(reply)));
    keep(response);
    return response;
  }

  /// By full name.
  std::map<std::string, std::string> cookies;

  std::size_t attempts() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        cookies, [](const auto& cookie) { return contains(cookie.first, "rollcall-login-"); }));
  }
  std::string session() const {
    const auto found = cookies.find("__Host-rollcall");
    return found == cookies.end() ? "" : found->second;
  }

 private:
  std::string cookie_text() const {
    std::string text;
    for (const auto& [name, value] : cookies) {
      text += (text.empty() ? "" : "; ") + name + "=" + value;
    }
    return text;
  }
  void keep(const http::Response& response) {
    for (const http::ResponseField& set : response.fields) {
      if (set.name != "Set-Cookie") continue;
      const std::string pair = set.value.substr(0, set.value.find(';'));
      const std::string name = pair.substr(0, pair.find('='));
      if (contains(set.value, "Max-Age=0;")) {
        cookies.erase(name);
      } else {
        cookies[name] = pair.substr(name.size() + 1);
      }
    }
  }

  SignInService& service_;
  std::string origin_;
};

/// The service of one gateway, with an organization whose people come from a fake IdP.
class FrontDoor : public SignIns {
 protected:
  static constexpr std::string_view callback = "/oidc/acme/idp/callback?";
  static constexpr std::string_view login = "/login?connection=acme/idp";

  explicit FrontDoor(Preset preset = Preset::dagster) : SignIns(preset) {}

  /// Through the IdP and back: the answer of the callback.
  http::Response sign_in_with(TestBrowser& through, std::string_view start = login) {
    const http::Response away = through.get(start);
    EXPECT_EQ(away.status, 303) << away.why << away.body;
    return through.get(std::string(callback) + idp.authorize(field(away, "Location")));
  }
  std::optional<SignInTrace> trace_of(const http::Response& response) {
    const std::string id = field(response, "X-Rollcall-Trace");
    auto found = directory->read_now(
        [&](Transaction& tx) { return tx.sign_in_traces().get(organization, id); });
    if (!found) return std::nullopt;
    return *std::move(found);
  }
  std::string reason_of(const http::Response& response) {
    const auto found = trace_of(response);
    return found ? found->reason : "no trace";
  }
  std::optional<Session> session_of(const TestBrowser& of) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
      return Sessions::find(tx, sha256(of.session()));
    }));
  }

  FakeIdp idp{directory.clock()};
  session::SessionCache sessions{*directory, directory.clock()};
  access::RightsCache rights{*directory};
  SignInService service{Services{*directory,
                                 sessions,
                                 rights,
                                 idp,
                                 keys,
                                 directory.clock(),
                                 directory.log(),
                                 {"app.example"}}};
  TestBrowser browser{service};
};

}  // namespace rollcall::sign_in::test
