#pragma once

#include "gateway/http/fetch.h"
#include "gateway/http/url.h"
#include "oidc/client.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc::test {

/// The decoded parameters of a form, or behind the '?' of a URL; throws if they cannot be decoded.
std::vector<http::Parameter> parameters_of(std::string_view text);
/// The value of the one parameter of this name: "<none>" without, "<several>" if it came twice.
std::string value_of(const std::vector<http::Parameter>& parameters, std::string_view name);
/// Their names, sorted, with a space between.
std::string names_of(const std::vector<http::Parameter>& parameters);
/// "<none>" without.
std::string field_of(const http::FetchRequest& request, std::string_view name);

http::FetchResponse json_response(int status, std::string body);

/// A client "client-1" of https://idp.example.
ClientSettings settings();

}  // namespace rollcall::oidc::test
