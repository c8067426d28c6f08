#include "oidc/authorization.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "oidc/url.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

/// "openid" first, every scope once; one entry of the settings may hold several.
std::string scope_of(const ClientSettings& settings) {
  std::vector<std::string_view> scopes{"openid"};
  for (std::string_view entry : settings.scopes) {
    while (!entry.empty()) {
      const std::size_t end = std::min(entry.find(' '), entry.size());
      const auto scope = entry.substr(0, end);
      entry.remove_prefix(std::min(end + 1, entry.size()));
      if (!scope.empty() && std::ranges::find(scopes, scope) == scopes.end()) {
        scopes.push_back(scope);
      }
    }
  }
  std::string text;
  for (const std::string_view scope : scopes) text.append(text.empty() ? "" : " ").append(scope);
  return text;
}

/// RFC 7636 §4.2, S256.
std::string code_challenge(const Secret& verifier) {
  return base64url_encode(as_bytes(sha256(verifier.reveal())));
}

}  // namespace

std::vector<http::Parameter> authorization_parameters(const ClientSettings& settings,
                                                      const AuthorizationRequest& request) {
  std::vector<http::Parameter> parameters{
      {"response_type", "code"},         {"redirect_uri", request.redirect_uri},
      {"scope", scope_of(settings)},     {"state", request.state},
      {"nonce", request.nonce},          {"code_challenge", code_challenge(request.code_verifier)},
      {"code_challenge_method", "S256"},
  };
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) parameters.push_back({std::string(name), std::move(value)});
  };
  if (settings.response_mode == ResponseMode::form_post) add("response_mode", "form_post");
  if (settings.max_age) add("max_age", std::to_string(settings.max_age->count()));
  std::string acr_values;
  for (const std::string& acr : settings.acr_values) {
    acr_values.append(acr_values.empty() ? "" : " ").append(acr);
  }
  add("acr_values", std::move(acr_values));
  add("prompt", request.prompt);
  add("login_hint", request.login_hint);
  add("hd", request.hosted_domain);
  return parameters;
}

std::string authorization_url(const ProviderMetadata& metadata, const ClientSettings& settings,
                              const AuthorizationRequest& request, std::string_view request_uri) {
  std::vector<http::Parameter> parameters{{"client_id", settings.client_id}};
  if (request_uri.empty()) {
    std::ranges::move(authorization_parameters(settings, request), std::back_inserter(parameters));
  } else {
    parameters.push_back({"request_uri", std::string(request_uri)});  // RFC 9126 §4
  }
  return with_query(metadata.authorization_endpoint, parameters);
}

}  // namespace rollcall::oidc
