#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

/// E-mail domains that an organization says are its own.
class AdminDomains : public AdminTest {
 protected:
  AdminDomains() {
    make_organization("acme");
    make_organization("other");
    admin_ = person("acme", "root@acme.example", "organization_admin");
    rival_ = person("other", "eve@other.example", "organization_admin");
  }
  /// By the organization's admin.
  http::Response claim(const std::string& domain) {
    return call(Method::put, base_ + "/" + domain, as(admin_));
  }
  http::Response verify(const std::string& domain) {
    return call(Method::post, base_ + "/" + domain + "/verify", as(admin_));
  }
  /// Puts the record there that the domain's answer names.
  void publish(const http::Response& domain) {
    dns_.records[at(domain, "record.name")].push_back(at(domain, "record.value"));
  }
  std::size_t audited(const std::string& type) {
    return size_at(get("/organizations/acme/audit?type=" + type), "items");
  }

  const std::string base_ = "/organizations/acme/domains";
  std::string admin_;
  std::string rival_;
};

TEST_F(AdminDomains, OfAnAdminAreVerifiedByTheDns) {
  const auto claimed = claim("Acme.Example");
  ASSERT_EQ(claimed.status, 201) << claimed.body;
  EXPECT_EQ(at(claimed, "domain"), "acme.example");
  EXPECT_EQ(at(claimed, "verified"), "null");
  EXPECT_EQ(at(claimed, "method"), "null");
  EXPECT_EQ(at(claimed, "record.type"), "TXT");
  EXPECT_EQ(at(claimed, "record.name"), "_rollcall.acme.example");
  EXPECT_TRUE(at(claimed, "record.value").starts_with("rollcall-domain="));
  EXPECT_EQ(claim("acme.example").body, claimed.body);
  EXPECT_EQ(claim("acme.example").status, 200);

  dns_.records["_rollcall.acme.example"] = {"v=spf1 -all"};
  publish(claimed);
  const auto verified = verify("acme.example");
  ASSERT_EQ(verified.status, 200) << verified.body;
  const std::string now = format_timestamp(directory_.clock().now());
  EXPECT_EQ(at(verified, "verified"), now);
  EXPECT_EQ(at(verified, "checked"), now);
  EXPECT_EQ(at(verified, "method"), "dns");
  EXPECT_EQ(at(get(base_ + "/acme.example"), "method"), "dns");
  EXPECT_EQ(audited("domain.verified"), 1U);
}

TEST_F(AdminDomains, AreRefusedWithTheRecordThatIsMissingUntilItIsThere) {
  const auto claimed = claim("acme.example");
  dns_.records["_rollcall.acme.example"] = {at(claimed, "record.value") + "x"};
  const auto missing = verify("acme.example");
  expect_problem(missing, 409, "domain_not_verified");
  for (const char* member : {"record.type", "record.name", "record.value"}) {
    EXPECT_EQ(at(missing, member), at(claimed, member));
  }
  const auto shown = get(base_ + "/acme.example");
  EXPECT_EQ(at(shown, "verified"), "null");
  EXPECT_EQ(at(shown, "checked"), format_timestamp(directory_.clock().now()));
  dns_.fails = true;
  expect_problem(verify("acme.example"), 503, "unavailable");
  dns_.fails = false;
  publish(claimed);
  EXPECT_EQ(verify("acme.example").status, 200);
  // Once verified it stays so, whatever a later look finds.
  dns_.records.clear();
  expect_problem(verify("acme.example"), 409, "domain_not_verified");
  EXPECT_EQ(at(get(base_ + "/acme.example"), "method"), "dns");
}

TEST_F(AdminDomains, AreVerifiedAtOnceByTheOperatorsWord) {
  const auto declared = put(base_ + "/acme.example", "");
  EXPECT_EQ(declared.status, 201);
  EXPECT_EQ(at(declared, "method"), "operator");
  EXPECT_EQ(at(declared, "verified"), format_timestamp(directory_.clock().now()));
  // One that an admin claimed before, too.
  EXPECT_EQ(at(claim("acme.test"), "verified"), "null");
  EXPECT_EQ(at(put(base_ + "/acme.test", ""), "method"), "operator");
  // It needs no record then.
  EXPECT_EQ(verify("acme.test").status, 200);
}

TEST_F(AdminDomains, BelongToWhoProvesItFirst) {
  const auto ours = claim("acme.example");
  const std::string theirs = "/organizations/other/domains/acme.example";
  const auto rivals = call(Method::put, theirs, as(rival_));
  EXPECT_EQ(rivals.status, 201);
  EXPECT_NE(at(rivals, "record.value"), at(ours, "record.value"));
  publish(ours);
  // Our record proves nothing for others.
  expect_problem(call(Method::post, theirs + "/verify", as(rival_)), 409, "domain_not_verified");
  EXPECT_EQ(verify("acme.example").status, 200);
  publish(rivals);
  expect_problem(call(Method::post, theirs + "/verify", as(rival_)), 409, "domain_taken");
  expect_problem(put(theirs, ""), 409, "domain_taken");
  EXPECT_EQ(remove(base_ + "/acme.example").status, 204);
  EXPECT_EQ(call(Method::post, theirs + "/verify", as(rival_)).status, 200);
}

TEST_F(AdminDomains, AreListedAndRemoved) {
  for (const char* name : {"c.example", "a.example", "b.example"}) claim(name);
  const auto first = get(base_ + "?limit=2");
  EXPECT_EQ(at(first, "items.0.domain"), "a.example");
  const auto second = get(base_ + "?cursor=" + at(first, "next"));
  EXPECT_EQ(at(second, "items.0.domain"), "c.example");
  EXPECT_EQ(at(second, "next"), "null");
  const auto remove = [&](const std::string& name, std::vector<http::Field> fields = {}) {
    CallOptions options = as(admin_);
    options.fields = std::move(fields);
    return call(Method::delete_, base_ + "/" + name, options);
  };
  expect_problem(remove("a.example", {{"If-Match", "W/\"other\""}}), 412, "version_mismatch");
  EXPECT_EQ(remove("a.example").status, 204);
  expect_problem(remove("a.example"), 404, "not_found");
  expect_problem(get(base_ + "/a.example"), 404, "not_found");
  expect_problem(verify("a.example"), 404, "not_found");
  expect_problem(claim("no domain"), 422, "invalid_value");
}

TEST_F(AdminDomains, AreForWhoeverManagesConnectionsOfTheOrganization) {
  claim("acme.example");
  const std::string viewer = person("acme", "bea@acme.example");
  for (const auto& [method, path] :
       std::vector<std::pair<Method, std::string>>{{Method::get, ""},
                                                   {Method::get, "/acme.example"},
                                                   {Method::put, "/new.example"},
                                                   {Method::delete_, "/acme.example"},
                                                   {Method::post, "/acme.example/verify"}}) {
    expect_problem(call(method, base_ + path, as(viewer)), 403, "forbidden");
    expect_problem(call(method, base_ + path, as(rival_)), 404, "not_found");
  }
}

TEST_F(AdminDomains, OfAConnectionAreClaimedWithItAndVerifiedIfTheOperatorDeclaresIt) {
  const std::string path = "/organizations/acme/connections/";
  const std::string body = R"({"protocol": "oidc", "domains": ["acme.example"]})";
  EXPECT_EQ(call(Method::put, path + "a", as(admin_, body)).status, 201);
  EXPECT_EQ(at(get(base_ + "/acme.example"), "verified"), "null");
  EXPECT_EQ(put(path + "b", body).status, 201);
  EXPECT_EQ(at(get(base_ + "/acme.example"), "method"), "operator");

  ASSERT_EQ(apply("organization: {slug: acme}\n"
                  "connections: [{id: c, protocol: oidc, domains: [acme.test]}]\n")
                .status,
            200);
  EXPECT_EQ(at(get(base_ + "/acme.test"), "method"), "operator");
  // One that is another's stays a claim.
  EXPECT_EQ(put("/organizations/other/domains/taken.example", "").status, 201);
  EXPECT_EQ(put(path + "d", R"({"protocol": "oidc", "domains": ["taken.example"]})").status, 201);
  EXPECT_EQ(at(get(base_ + "/taken.example"), "verified"), "null");
  expect_problem(put(path + "e", R"({"protocol": "oidc", "domains": ["a@acme.example"]})"), 422,
                 "invalid_value");
}

}  // namespace
}  // namespace rollcall::admin
