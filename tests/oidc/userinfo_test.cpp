#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::code_of;
using test::Issuer;
using test::list;

constexpr const char* json_type = "application/json";
constexpr const char* jwt_type = "application/jwt";

std::string verdict(std::string_view type, std::string_view body, const Issuer& issuer = {}) {
  return code_of(
      read_userinfo(type, body, "person-1", issuer.keys, issuer.metadata, issuer.settings));
}

struct Case {
  const char* name;
  const char* type;
  std::string body;
  const char* code;
};

TEST(OidcUserinfo, OfTheSubjectIsReadAsItSays) {
  const Issuer issuer;
  const auto claims = read_userinfo(json_type, R"({"sub":"person-1","groups":["a"]})", "person-1",
                                    issuer.keys, issuer.metadata, issuer.settings);
  ASSERT_TRUE(claims);
  EXPECT_EQ(*claims, (json::Object{{"sub", "person-1"}, {"groups", list({"a"})}}));
}

// Core §5.3.2, spec/oidc 1.3, 6: ui-bad-sub, ui-no-sub, ui-array;
// oidcc-client-test-userinfo-invalid-sub.
TEST(OidcUserinfo, ThatIsNotAboutTheSubjectOfTheIdTokenIsRefused) {
  const std::string good = R"({"sub":"person-1"})";
  const std::vector<Case> cases{
      {"ui-bad-sub", json_type, R"({"sub":"person-2"})", "userinfo_sub_mismatch"},
      {"ui-no-sub", json_type, R"({"name":"person-1"})", "userinfo_sub_mismatch"},
      {"sub in another case", json_type, R"({"sub":"Person-1"})", "userinfo_sub_mismatch"},
      {"sub with a blank", json_type, R"({"sub":"person-1 "})", "userinfo_sub_mismatch"},
      {"sub is a list", json_type, R"({"sub":["person-1"]})", "userinfo_sub_mismatch"},
      {"sub twice", json_type, R"({"sub":"person-2","sub":"person-1"})", "duplicate_member"},
      {"ui-array", json_type, "[" + good + "]", "token_endpoint"},
      {"a text", json_type, R"("person-1")", "token_endpoint"},
      {"nothing", json_type, "", "token_endpoint"},
      {"no JSON", json_type, "<html>", "token_endpoint"},
      {"something behind it", json_type, good + good, "token_endpoint"},
      {"a parameter and capitals", "Application/JSON ; charset=UTF-8", good, ""},
      {"HTML", "text/html", good, "token_endpoint"},
      {"no type", "", good, "token_endpoint"},
      {"a longer type", "application/json2", good, "token_endpoint"},
      {"JSON, said to be signed", jwt_type, good, "signature_invalid"}};
  for (const auto& [name, type, body, code] : cases) EXPECT_EQ(verdict(type, body), code) << name;
}

// Core §5.3.2; oidcc-client-test-userinfo-signed.
TEST(OidcUserinfo, ThatIsSignedIsOfTheIssuerAndForUsWhereItSaysSo) {
  const std::vector<test::Variant> variants{
      {"with iss and aud", [](auto&) {}, ""},
      {"without them", [](auto& i) { i.claims = {{"sub", "person-1"}}; }, ""},
      {"bad iss", [](auto& i) { i.set("iss", "https://evil.example"); }, "issuer_mismatch"},
      {"iss is null", [](auto& i) { i.set("iss", json::Null()); }, "issuer_mismatch"},
      {"bad aud", [](auto& i) { i.set("aud", "other"); }, "audience_mismatch"},
      {"another sub", [](auto& i) { i.set("sub", "person-2"); }, "userinfo_sub_mismatch"},
      {"forged", [](auto& i) { i.text = test::forged(i.token()); }, "signature_invalid"},
      {"an algorithm that is not configured", [](auto& i) { i.use(SignatureScheme::ed25519); },
       "alg_forbidden"},
      {"a logout token", [](auto& i) { i.header.set("typ", "logout+jwt"); }, "typ_invalid"},
      {"a line end behind it", [](auto& i) { i.text = i.token() + "\n"; }, "signature_invalid"},
  };
  for (const auto& [name, change, code] : variants) {
    Issuer issuer;
    change(issuer);
    EXPECT_EQ(verdict(jwt_type, issuer.token(), issuer), code) << name;
  }
  EXPECT_EQ(verdict(json_type, Issuer().token()), "token_endpoint") << "signed, said to be JSON";
}

}  // namespace
}  // namespace rollcall::oidc
