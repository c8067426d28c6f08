#include "gateway/http/route_table.h"

#include <gtest/gtest.h>

namespace rollcall::http {
namespace {

class Routing : public testing::Test {
 protected:
  std::string found(Method method, std::vector<std::string> segments) const {
    const auto match = routes.match(method, segments);
    if (match.route == nullptr) return "allow: " + match.allow;
    std::string text = match.route->target;
    for (const std::string& argument : match.arguments) text += ' ' + argument;
    return text;
  }

  RouteTable<std::string> routes{{{Method::get, "/", "root"},
                                  {Method::get, "/Users", "list"},
                                  {Method::post, "/Users", "create"},
                                  {Method::post, "/Users/.search", "search"},
                                  {Method::get, "/Users/{id}", "get"},
                                  {Method::put, "/Users/{id}", "replace"},
                                  {Method::get, "/o/{slug}/users/{id}", "nested"}}};
};

TEST_F(Routing, FindsTheTargetAndItsArguments) {
  EXPECT_EQ(found(Method::get, {}), "root");
  EXPECT_EQ(found(Method::get, {"Users"}), "list");
  EXPECT_EQ(found(Method::get, {"Users", "a b"}), "get a b");
  EXPECT_EQ(found(Method::put, {"Users", "1"}), "replace 1");
  EXPECT_EQ(found(Method::post, {"Users", ".search"}), "search");
  EXPECT_EQ(found(Method::get, {"o", "acme", "users", "7"}), "nested acme 7");
}

TEST_F(Routing, AnswersHeadByTheRouteOfGet) {
  EXPECT_EQ(found(Method::head, {"Users", "1"}), "get 1");
}

TEST_F(Routing, NamesTheMethodsThatAPathTakes) {
  EXPECT_EQ(found(Method::delete_, {"Users", "1"}), "allow: GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(found(Method::options, {"Users"}), "allow: GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(found(Method::put, {"Users", ".search"}), "replace .search");
}

TEST_F(Routing, FindsNothingForAnotherPath) {
  for (const std::vector<std::string>& path : {std::vector<std::string>{"users"},
                                               {"Users", "1", "2"},
                                               {"o", "acme", "users"},
                                               {"o"},
                                               {""}}) {
    EXPECT_EQ(found(Method::get, path), "allow: ");
  }
}

}  // namespace
}  // namespace rollcall::http
