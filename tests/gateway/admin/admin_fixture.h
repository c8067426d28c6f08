#pragma once

#include "gateway/admin/admin_api.h"
#include "gateway/base/json.h"
#include "tests/support/directory.h"
#include "tests/support/sign_in.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

struct CallOptions {
  std::string body;
  /// Sent as a bearer token; empty: none.
  std::string token;
  bool local = false;
  /// Header fields beside Authorization.
  std::vector<http::Field> fields = {};
};

/// Scheme and authority under which callers know the server.
inline constexpr std::string_view gateway_origin = "https://gw.test";

/// The admin API over a temporary store, called without a socket.
class AdminTest : public testing::Test {
 protected:
  AdminTest()
      : rights_(*directory_),
        sessions_(*directory_, directory_.clock()),
        api_({*directory_, rights_, sessions_, keys_, dns_, directory_.clock()}) {}

  http::Response call(http::Method method, std::string_view target, const CallOptions& options);

  // As the local operator.
  http::Response get(std::string_view target) { return call(http::Method::get, target, local()); }
  http::Response post(std::string_view target, std::string body) {
    return call(http::Method::post, target, {std::move(body), "", true});
  }
  http::Response remove(std::string_view target) {
    return call(http::Method::delete_, target, local());
  }
  http::Response patch(std::string_view target, std::string body) {
    return call(http::Method::patch, target, {std::move(body), "", true});
  }
  http::Response put(std::string_view target, std::string body) {
    return call(http::Method::put, target, {std::move(body), "", true});
  }
  static CallOptions local() { return {"", "", true}; }
  static CallOptions as(const std::string& token, std::string body = "") {
    return {std::move(body), token, false};
  }
  /// As the browser that has the session cookie; `fields` beside it.
  static CallOptions with_cookie(const std::string& cookie, std::string body = "",
                                 std::vector<http::Field> fields = {});

  http::Response apply(std::string yaml) { return post("/apply", std::move(yaml)); }
  http::Response plan(std::string yaml) { return post("/apply?dry_run=true", std::move(yaml)); }

  /// Makes an organization; "" leaves the plan out: every feature.
  void make_organization(std::string_view slug, std::string_view preset = "dagster",
                         std::string_view plan = "");
  /// Adds a user by e-mail address and gives the id.
  std::string add_person(std::string_view slug, std::string_view email);
  /// A token that the person made; they hold `role` on `scope` unless it is empty.
  std::string person(std::string_view slug, std::string_view email, std::string_view role = "",
                     std::string_view scope = "org");
  /// The same of a service user.
  std::string service(std::string_view slug, std::string_view name, std::string_view role = "",
                      std::string_view scope = "org");
  std::string personal_token(std::string_view slug, const std::string& user);
  /// The cookie field of a session of the user, through the connection "okta": an hour idle, eight
  /// in all, re-authentication after four.
  std::string session(std::string_view slug, const std::string& user);
  /// Runs `work` with the transaction and the organization, beside the API.
  template <class Work>
  void in(std::string_view slug, Work work) {
    test::must(directory_->write_now(Actor{}, [&](Transaction& transaction) -> Result<> {
      TRY(const Organization organization, transaction.organizations().get(slug));
      work(transaction, organization);
      return {};
    }));
  }
  std::string operator_token(std::optional<Timestamp> expires = std::nullopt);

  test::TestDirectory directory_;
  access::RightsCache rights_;
  session::SessionCache sessions_;
  KeyRing keys_ = test::key_ring();
  test::ScriptedDns dns_;
  AdminApi api_;
};

json::Object object_of(const http::Response& response);
/// The text, number or boolean at "a.b" or "items.0.name" as JSON text without quotes; "(none)" if
/// absent.
std::string at(const http::Response& response, std::string_view path);
std::size_t size_at(const http::Response& response, std::string_view path);
/// "kind id (note)" of each item of a list of the plan.
std::vector<std::string> planned(const http::Response& response, std::string_view list);
/// "line: message" of each error.
std::vector<std::string> errors_of(const http::Response& response);
/// The value of a header field of the answer, or "".
std::string field_of(const http::Response& response, std::string_view name);
void expect_problem(const http::Response& response, int status, std::string_view code);

}  // namespace rollcall::admin
