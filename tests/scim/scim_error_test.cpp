#include "scim/scim_error.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

TEST(ScimError, HasTheStatusAndTypeOfTheRfc) {  // RFC 7644 §3.12
  const struct {
    Fault fault;
    int status;
    const char* scim_type;
  } cases[] = {
      {Fault::invalid_syntax, 400, "invalidSyntax"},
      {Fault::invalid_filter, 400, "invalidFilter"},
      {Fault::invalid_path, 400, "invalidPath"},
      {Fault::no_target, 400, "noTarget"},
      {Fault::invalid_value, 400, "invalidValue"},
      {Fault::invalid_version, 400, "invalidVers"},
      {Fault::mutability, 400, "mutability"},
      {Fault::too_many, 400, "tooMany"},
      {Fault::uniqueness, 409, "uniqueness"},
      {Fault::conflict, 409, ""},
      {Fault::version_mismatch, 412, ""},
      {Fault::unauthenticated, 401, ""},
      {Fault::forbidden, 403, ""},
      {Fault::not_found, 404, ""},
      {Fault::method_not_allowed, 405, ""},
      {Fault::not_acceptable, 406, ""},
      {Fault::request_timeout, 408, ""},
      {Fault::payload_too_large, 413, ""},
      {Fault::unsupported_media_type, 415, ""},
      {Fault::precondition_required, 428, ""},
      {Fault::rate_limited, 429, ""},
      {Fault::header_too_large, 431, ""},
      {Fault::internal, 500, ""},
      {Fault::not_implemented, 501, ""},
      {Fault::unavailable, 503, ""},
  };
  for (const auto& [fault, status, scim_type] : cases) {
    const auto response = render_error(Error(fault, "d", "w"));
    EXPECT_EQ(response.status, status) << name(fault);
    EXPECT_EQ(response.content_type, "application/scim+json");
    EXPECT_EQ(response.why, "w");
    const auto body = object(response.body);
    EXPECT_EQ(*body.find("status"), json::Value(std::to_string(status)));  // text, not a number
    EXPECT_EQ(*body.find("schemas"),
              json::Value(json::Array{"urn:ietf:params:scim:api:messages:2.0:Error"}));
    EXPECT_EQ(*body.find("detail"), json::Value("d"));
    EXPECT_EQ(body.find("scimType") == nullptr, std::string_view(scim_type).empty());
    if (const auto* type = body.find("scimType")) EXPECT_EQ(*type, json::Value(scim_type));
  }
}

TEST(ScimError, CarriesTheFieldsThatItsStatusDemands) {
  const auto field = [](Fault fault) {
    const auto response = render_error(Error(fault, ""));
    return response.fields.empty() ? std::string_view() : response.fields.front().name;
  };
  EXPECT_EQ(field(Fault::unauthenticated), "WWW-Authenticate");  // RFC 7644 §2
  EXPECT_EQ(field(Fault::rate_limited), "Retry-After");
  EXPECT_EQ(field(Fault::unavailable), "Retry-After");
  EXPECT_EQ(field(Fault::not_found), "");
}

TEST(ScimError, DetailIsEscapedAndWhyIsNotShown) {
  const auto response = render_error(Error(Fault::invalid_value, "a \"b\"\n\xff", "hidden"));
  EXPECT_TRUE(json::parse(response.body)) << response.body;
  EXPECT_EQ(response.body.find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace rollcall::scim
