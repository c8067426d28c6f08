#include "scim/scim_error.h"

#include "gateway/base/json.h"

#include <string>

namespace rollcall::scim {
namespace {

bool no_seat(const Error& error) {
  return error.code() == "seat_limit" || error.code() == "billing_seats";
}

}  // namespace

ErrorKind error_kind(Fault fault) {
  switch (fault) {
    case Fault::invalid_syntax:
      return {400, "invalidSyntax"};
    case Fault::invalid_filter:
      return {400, "invalidFilter"};
    case Fault::invalid_path:
      return {400, "invalidPath"};
    case Fault::no_target:
      return {400, "noTarget"};
    case Fault::invalid_value:
      return {400, "invalidValue"};
    case Fault::invalid_version:
      return {400, "invalidVers"};
    case Fault::mutability:
      return {400, "mutability"};
    case Fault::too_many:
      return {400, "tooMany"};
    case Fault::uniqueness:
      return {409, "uniqueness"};
    case Fault::conflict:
      return {409, ""};
    case Fault::version_mismatch:
      return {412, ""};
    case Fault::unauthenticated:
      return {401, ""};
    case Fault::forbidden:
      return {403, ""};
    case Fault::not_found:
      return {404, ""};
    case Fault::method_not_allowed:
      return {405, ""};
    case Fault::not_acceptable:
      return {406, ""};
    case Fault::request_timeout:
      return {408, ""};
    case Fault::payload_too_large:
      return {413, ""};
    case Fault::unsupported_media_type:
      return {415, ""};
    case Fault::precondition_required:
      return {428, ""};
    case Fault::rate_limited:
      return {429, ""};
    case Fault::header_too_large:
      return {431, ""};
    case Fault::not_implemented:
      return {501, ""};
    case Fault::unavailable:
      return {503, ""};
    case Fault::internal:
      return {500, ""};
  }
  return {500, ""};
}

http::Response render_error(const Error& error) {
  // RFC 7644 §3.12 has no word for it; a 409 would send the IdP looking for a user of that name.
  const auto [status, scim_type] = no_seat(error) ? ErrorKind{403, ""} : error_kind(error.fault());
  std::string body = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":")" +
                     std::to_string(status) + '"';
  if (!scim_type.empty()) {
    body += R"(,"scimType":")";
    body += scim_type;
    body += '"';
  }
  body += R"(,"detail":)";
  json::append_string(body, no_seat(error) ? "seat_limit: " + error.detail() : error.detail());
  body += '}';
  http::Response response(status, media_type, std::move(body));
  response.why = error.why();
  if (status == 401) response.with("WWW-Authenticate", R"(Bearer realm="rollcall")");
  if (status == 429 || status == 503) response.with("Retry-After", "1");
  return response;
}

}  // namespace rollcall::scim
