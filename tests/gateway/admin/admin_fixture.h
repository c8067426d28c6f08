#pragma once

#include "gateway/admin/admin_api.h"
#include "gateway/base/json.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace rollcall::admin {

struct CallOptions {
  std::string body;
  /// Sent as a bearer token; empty: none.
  std::string token;
  bool local = false;
};

/// The admin API over a temporary store, called without a socket.
class AdminTest : public testing::Test {
 protected:
  AdminTest() : api_(*directory_, directory_.clock()) {}

  http::Response call(http::Method method, std::string_view target, const CallOptions& options);

  // As the local operator.
  http::Response get(std::string_view target) { return call(http::Method::get, target, local()); }
  http::Response post(std::string_view target, std::string body) {
    return call(http::Method::post, target, {std::move(body), "", true});
  }
  http::Response remove(std::string_view target) {
    return call(http::Method::delete_, target, local());
  }
  static CallOptions local() { return {"", "", true}; }

  http::Response apply(std::string yaml) { return post("/apply", std::move(yaml)); }
  http::Response plan(std::string yaml) { return post("/apply?dry_run=true", std::move(yaml)); }

  std::string operator_token(std::optional<Timestamp> expires = std::nullopt);

  test::TestDirectory directory_;
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
void expect_problem(const http::Response& response, int status, std::string_view code);

}  // namespace rollcall::admin
