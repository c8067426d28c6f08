#include "gateway/http/problem.h"

#include <utility>

namespace rollcall::http {

int status_of(Fault fault) {
  switch (fault) {
    case Fault::invalid_syntax:
    case Fault::invalid_filter:
    case Fault::invalid_path:
    case Fault::no_target:
    case Fault::invalid_version:
    case Fault::mutability:
    case Fault::too_many:
      return 400;
    case Fault::invalid_value:
      return 422;
    case Fault::uniqueness:
    case Fault::conflict:
      return 409;
    case Fault::version_mismatch:
      return 412;
    case Fault::unauthenticated:
      return 401;
    case Fault::forbidden:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::method_not_allowed:
      return 405;
    case Fault::not_acceptable:
      return 406;
    case Fault::request_timeout:
      return 408;
    case Fault::payload_too_large:
      return 413;
    case Fault::unsupported_media_type:
      return 415;
    case Fault::precondition_required:
      return 428;
    case Fault::rate_limited:
      return 429;
    case Fault::header_too_large:
      return 431;
    case Fault::not_implemented:
      return 501;
    case Fault::unavailable:
      return 503;
    case Fault::internal:
      return 500;
  }
  return 500;
}

Response problem(const Error& error, const json::Object& more) {
  const int status = status_of(error.fault());
  json::Object body{{"type", "about:blank"},
                    {"status", status},
                    {"code", error.code()},
                    {"detail", error.detail()}};
  for (const json::Member& member : more) body.append(member.name, member.value);
  Response response(status, "application/problem+json", json::write(json::Value(std::move(body))));
  response.why = error.why();
  if (status == 401) response.with("WWW-Authenticate", R"(Bearer realm="rollcall")");
  if (status == 503 || status == 429) response.with("Retry-After", "1");
  return response;
}

}  // namespace rollcall::http
