#include "scim/address.h"

#include "gateway/base/text.h"
#include "gateway/http/url.h"

#include <algorithm>
#include <array>

namespace rollcall::scim {
namespace {

constexpr std::array<std::string_view, 8> endpoints{
    "Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Bulk",
    "Me",    ".search"};

constexpr std::string_view scim_json = "application/scim+json";
constexpr std::string_view plain_json = "application/json";

const std::string_view* endpoint(std::string_view segment) {
  const auto* found = std::find_if(endpoints.begin(), endpoints.end(),
                                   [&](std::string_view name) { return iequals(name, segment); });
  return found == endpoints.end() ? nullptr : found;
}

bool is_version(std::string_view segment) {
  return segment.size() >= 2 && (segment[0] == 'v' || segment[0] == 'V') &&
         std::all_of(segment.begin() + 1, segment.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

/// "application/json; charset=utf-8" → "application/json".
std::string_view media_type(std::string_view value) {
  return trim(value.substr(0, value.find(';')));
}

/// Calls `visit` with each media type of an Accept field.
template <class Visit>
void for_each_type(std::string_view accept, Visit visit) {
  while (true) {
    const auto comma = accept.find(',');
    visit(media_type(accept.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    accept.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Address> read_address(const http::Request& request) {
  auto segments = http::parse_path(request.path);
  if (!segments || segments->empty()) return Error(Fault::not_found, "There is no such endpoint.");
  Address address;
  address.base.append(request.origin).append("/scim");
  auto at = segments->begin() + 1;  // behind "scim"
  if (at != segments->end() && is_version(*at)) {
    if (!iequals(*at, "v2")) {
      return Error(Fault::invalid_version, "This server speaks SCIM 2.0 only: use /scim/v2.");
    }
    address.base += "/v2";
    ++at;
  }
  if (at != segments->end() && endpoint(*at) == nullptr) {
    address.base.append("/").append(http::percent_encode(*at));
    address.organization = *at++;
  }
  segments->erase(segments->begin(), at);
  address.segments = *std::move(segments);
  if (!address.segments.empty()) {
    if (const auto* name = endpoint(address.segments.front())) address.segments.front() = *name;
  }
  return address;
}

Result<std::string_view> answer_type(const http::Request& request) {
  const auto accept = request.field("Accept");
  if (!accept || trim(*accept).empty()) return scim_json;
  bool any = false;
  bool json = false;
  for_each_type(*accept, [&](std::string_view type) {
    any = any || type == "*/*" || iequals(type, "application/*") || iequals(type, scim_json);
    json = json || iequals(type, plain_json);
  });
  if (any) return scim_json;
  if (json) return plain_json;
  return Error(Fault::not_acceptable, "This endpoint answers in application/scim+json.");
}

Result<> check_body_type(const http::Request& request) {
  const auto declared = request.field("Content-Type");
  if (!declared) return {};
  const auto type = media_type(*declared);
  if (iequals(type, scim_json) || iequals(type, plain_json)) return {};
  return Error(Fault::unsupported_media_type, "Send the body as application/scim+json.");
}

}  // namespace rollcall::scim
