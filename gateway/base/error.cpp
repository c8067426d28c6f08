#include "gateway/base/error.h"

namespace rollcall {

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::invalid_syntax:
      return "invalid_syntax";
    case Fault::invalid_filter:
      return "invalid_filter";
    case Fault::invalid_path:
      return "invalid_path";
    case Fault::no_target:
      return "no_target";
    case Fault::invalid_value:
      return "invalid_value";
    case Fault::invalid_version:
      return "invalid_version";
    case Fault::mutability:
      return "mutability";
    case Fault::too_many:
      return "too_many";
    case Fault::uniqueness:
      return "uniqueness";
    case Fault::conflict:
      return "conflict";
    case Fault::version_mismatch:
      return "version_mismatch";
    case Fault::unauthenticated:
      return "unauthenticated";
    case Fault::forbidden:
      return "forbidden";
    case Fault::not_found:
      return "not_found";
    case Fault::method_not_allowed:
      return "method_not_allowed";
    case Fault::not_acceptable:
      return "not_acceptable";
    case Fault::unsupported_media_type:
      return "unsupported_media_type";
    case Fault::request_timeout:
      return "request_timeout";
    case Fault::payload_too_large:
      return "payload_too_large";
    case Fault::header_too_large:
      return "header_too_large";
    case Fault::precondition_required:
      return "precondition_required";
    case Fault::rate_limited:
      return "rate_limited";
    case Fault::not_implemented:
      return "not_implemented";
    case Fault::unavailable:
      return "unavailable";
    case Fault::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace rollcall
