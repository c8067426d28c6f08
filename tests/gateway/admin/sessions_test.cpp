#include "tests/gateway/admin/admin_fixture.h"

#include <set>

namespace rollcall::admin {
namespace {

using http::Method;

/// Who is signed in, listed and ended.
class AdminSignedIn : public AdminTest {
 protected:
  AdminSignedIn() {
    make_organization("acme");
    admin_ = person("acme", "root@acme.example", "organization_admin");
    ada_ = add_person("acme", "ada@acme.example");
    bea_ = add_person("acme", "bea@acme.example");
  }
  /// Ids of the sessions that a list shows.
  std::set<std::string> ids(const http::Response& list) {
    std::set<std::string> ids;
    for (std::size_t i = 0; i < size_at(list, "items"); ++i) {
      ids.insert(at(list, "items." + std::to_string(i) + ".id"));
    }
    return ids;
  }
  std::string only_id(const std::string& user) {
    return at(get(base_ + "/sessions?user=" + user), "items.0.id");
  }

  const std::string base_ = "/organizations/acme";
  std::string admin_;
  std::string ada_;
  std::string bea_;
};

TEST_F(AdminSignedIn, AreListedWithoutWhatOpensTheirSessions) {
  const std::string cookie = session("acme", ada_);
  const auto list = call(Method::get, base_ + "/sessions", with_cookie(cookie));
  ASSERT_EQ(size_at(list, "items"), 1U) << list.body;
  const Timestamp now = directory_.clock().now();
  EXPECT_EQ(at(list, "items.0.user"), ada_);
  EXPECT_EQ(at(list, "items.0.connection"), "okta");
  EXPECT_EQ(at(list, "items.0.address"), "192.0.2.9");
  EXPECT_EQ(at(list, "items.0.user_agent"), "A browser");
  EXPECT_EQ(at(list, "items.0.created"), format_timestamp(now));
  EXPECT_EQ(at(list, "items.0.expires"), format_timestamp(now + std::chrono::hours(8)));
  EXPECT_EQ(at(list, "items.0.reauth_at"), format_timestamp(now + std::chrono::hours(4)));
  EXPECT_EQ(at(list, "items.0.reauth_postponed"), "null");
  EXPECT_EQ(at(list, "items.0.current"), "true");
  EXPECT_EQ(list.body.find(cookie.substr(cookie.find('=') + 1)), std::string::npos);
  EXPECT_EQ(at(get(base_ + "/sessions"), "items.0.current"), "false");
}

TEST_F(AdminSignedIn, AreShownToThemselvesAndToWhoeverManagesPeople) {
  const std::string ada = session("acme", ada_);
  const std::string bea = session("acme", bea_);
  const std::string robot = service("acme", "robot");
  const auto as_ada = [&](const std::string& query) {
    return call(Method::get, base_ + "/sessions" + query, with_cookie(ada));
  };
  EXPECT_EQ(ids(as_ada("")), std::set{only_id(ada_)});
  EXPECT_EQ(ids(as_ada("?user=ada@acme.example")), std::set{only_id(ada_)});
  expect_problem(as_ada("?user=" + bea_), 403, "forbidden");
  expect_problem(call(Method::get, base_ + "/sessions", as(robot)), 403, "forbidden");

  const std::set both{only_id(ada_), only_id(bea_)};
  EXPECT_EQ(ids(call(Method::get, base_ + "/sessions", as(admin_))), both);
  EXPECT_EQ(ids(call(Method::get, base_ + "/sessions?user=" + bea_, as(admin_))),
            std::set{only_id(bea_)});
  expect_problem(get(base_ + "/sessions?user=nobody"), 404, "not_found");
}

TEST_F(AdminSignedIn, AreListedPageByPageAndNoLongerOnceOver) {
  for (int i = 0; i < 5; ++i) session("acme", i % 2 == 0 ? ada_ : bea_);
  std::set<std::string> seen;
  std::string cursor;
  std::size_t pages = 0;
  do {
    const auto page = get(base_ + "/sessions?limit=2" + cursor);
    for (const std::string& id : ids(page)) EXPECT_TRUE(seen.insert(id).second);
    cursor = "&cursor=" + at(page, "next");
    ++pages;
  } while (cursor != "&cursor=null");
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(pages, 3U);
  EXPECT_EQ(ids(get(base_ + "/sessions?user=" + ada_ + "&limit=2")).size(), 2U);

  directory_.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(size_at(get(base_ + "/sessions"), "items"), 0U);
}

TEST_F(AdminSignedIn, EndTheirOwnSessionsAndNoOthers) {
  const std::string laptop = session("acme", ada_);
  const std::string phone_id = [&] {
    session("acme", ada_);
    return at(get(base_ + "/sessions?user=" + ada_), "items.1.id");
  }();
  session("acme", bea_);
  const std::string of_bea = only_id(bea_);
  const auto end = [&](const std::string& path) {
    return call(Method::delete_, base_ + "/sessions" + path, with_cookie(laptop));
  };
  EXPECT_EQ(end("/" + phone_id).status, 204);
  expect_problem(end("/" + phone_id), 404, "not_found");
  expect_problem(end("/" + of_bea), 403, "forbidden");
  expect_problem(end("?user=" + bea_), 403, "forbidden");
  expect_problem(end("?all=true"), 403, "forbidden");
  EXPECT_EQ(ids(get(base_ + "/sessions?user=" + bea_)), std::set{of_bea});
  const auto log = get(base_ + "/audit?type=session.ended");
  EXPECT_EQ(size_at(log, "items"), 1U);
  EXPECT_EQ(at(log, "items.0.actor.id"), ada_);
}

TEST_F(AdminSignedIn, EndTheirOtherSessionsAndKeepTheCurrentOne) {
  const std::string laptop = session("acme", ada_);
  const std::string current = only_id(ada_);
  for (int i = 0; i < 3; ++i) session("acme", ada_);
  const auto others = [&](const std::string& cookie) {
    return call(Method::delete_, base_ + "/sessions?user=" + ada_ + "&others=true",
                with_cookie(cookie));
  };
  EXPECT_EQ(at(others(laptop), "ended"), "3");
  EXPECT_EQ(ids(get(base_ + "/sessions")), std::set{current});
  EXPECT_EQ(at(others(laptop), "ended"), "0");
  // By a token there is no current one.
  const std::string token = personal_token("acme", ada_);
  EXPECT_EQ(
      at(call(Method::delete_, base_ + "/sessions?others=true&user=" + ada_, as(token)), "ended"),
      "1");
}

TEST_F(AdminSignedIn, AreEndedByAnAdminOneByOneOrAllOfAPersonOrOfAll) {
  for (int i = 0; i < 2; ++i) {
    session("acme", ada_);
    session("acme", bea_);
  }
  const auto end = [&](const std::string& path) {
    return call(Method::delete_, base_ + "/sessions" + path, as(admin_));
  };
  EXPECT_EQ(end("/" + only_id(ada_)).status, 204);
  EXPECT_EQ(at(end("?user=" + bea_), "ended"), "2");
  EXPECT_EQ(at(end("?all=true"), "ended"), "1");
  EXPECT_EQ(size_at(get(base_ + "/sessions"), "items"), 0U);
  for (const char* query : {"", "?others=true", "?all=false", "?all=true&user=x",
                            "?all=true&others=true", "?everybody=true"}) {
    expect_problem(end(query), 422, "invalid_value");
  }
  expect_problem(end("/nothing"), 404, "not_found");
}

// S3
TEST_F(AdminSignedIn, OfAnotherOrganizationAreNotFound) {
  make_organization("other");
  session("other", add_person("other", "eve@other.example"));
  const std::string id = at(get("/organizations/other/sessions"), "items.0.id");
  expect_problem(call(Method::delete_, base_ + "/sessions/" + id, as(admin_)), 404, "not_found");
  expect_problem(call(Method::delete_, "/organizations/other/sessions/" + id, as(admin_)), 404,
                 "not_found");
  EXPECT_EQ(size_at(get("/organizations/other/sessions"), "items"), 1U);
}

// The contract's POST /access/check with a session.
TEST_F(AdminSignedIn, AreAskedAboutByTheirSession) {
  const std::string cookie = session("acme", ada_);
  const std::string id = only_id(ada_);
  post(base_ + "/deployments", R"({"name": "prod"})");
  post(base_ + "/grants", json::write(json::Object{
                              {"user", ada_}, {"role", "launcher"}, {"scope", "deployment/prod"}}));
  const auto ask = [&](const std::string& session, const std::string& organization) {
    const json::Object check{{"permission", "runs.launch"}, {"scope", "deployment/prod"}};
    return post("/access/check",
                json::write(json::Object{{"organization", organization},
                                         {"principal", json::Object{{"session", session}}},
                                         {"checks", json::Array{check}}}));
  };
  const std::string value = cookie.substr(cookie.find('=') + 1);
  for (const std::string& session : {id, value}) {
    EXPECT_EQ(at(ask(session, "acme"), "results.0.allowed"), "true") << session;
  }
  const std::string two = R"({"session": ")" + id + R"(", "user": ")" + ada_ + R"("})";
  expect_problem(
      post("/access/check", R"({"organization": "acme", "checks": [], "principal": )" + two + "}"),
      422, "invalid_value");
  make_organization("other");
  expect_problem(ask(id, "other"), 404, "not_found");
  expect_problem(ask(value, "other"), 404, "not_found");
  expect_problem(ask("nothing", "acme"), 404, "not_found");
  directory_.clock().advance(std::chrono::hours(1));
  expect_problem(ask(id, "acme"), 404, "not_found");
  expect_problem(ask(value, "acme"), 404, "not_found");
}

}  // namespace
}  // namespace rollcall::admin
