#pragma once

#include "gateway/base/result.h"
#include "oidc/client.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// What an IdP says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414): every URL has passed the
/// checks of spec/oidc 1.5.
struct ProviderMetadata {
  /// As the document has it; Entra's may hold "{tenantid}".
  std::string issuer = {};
  std::string authorization_endpoint = {};
  std::string token_endpoint = {};
  std::string jwks_uri = {};
  /// Empty: it has none.
  std::string userinfo_endpoint = {};
  std::string end_session_endpoint = {};
  std::string pushed_authorization_request_endpoint = {};
  bool require_pushed_authorization_requests = false;
  bool authorization_response_iss_parameter_supported = false;
  /// What it offers; empty: not said.
  std::vector<std::string> response_types_supported = {};
  std::vector<std::string> response_modes_supported = {};
  std::vector<std::string> token_endpoint_auth_methods_supported = {};
  std::vector<std::string> id_token_signing_alg_values_supported = {};
  std::vector<std::string> scopes_supported = {};
  std::vector<std::string> code_challenge_methods_supported = {};
  /// Things any administrator should see: "none" offered, no S256, another host than the issuer's …
  /// (metadata_warnings() has those of one connection).
  std::vector<std::string> warnings = {};
};

/// Where the document lies: issuer, without a '/' at its end (Discovery §4.1), and
/// "/.well-known/openid-configuration". invalid_value, with a sentence for the administrator, for
/// an issuer that is no https URL (http only on a loopback host with allow_insecure_loopback), has
/// a query, a fragment or userinfo, or is one of Entra's shared ones without `tenants`; and for
/// tenants that are no GUIDs.
Result<std::string> discovery_url(const ClientSettings& settings);

/// Refused (codes issuer_mismatch, or idp_unreachable for what is no usable document): an issuer
/// that is not the configured one byte for byte (Entra's shared ones: that with "{tenantid}" or one
/// of `tenants` in its place), a missing endpoint, one that is not https, no code flow.
Result<ProviderMetadata> parse_provider_metadata(std::string_view document,
                                                 const ClientSettings& settings);

/// The hosts of all endpoints, sorted, each once: a caller who pins them at the first load sees a
/// change.
std::vector<std::string> endpoint_hosts(const ProviderMetadata& metadata);

/// https, or http on a loopback host where the connection allows it; no userinfo, no fragment.
bool is_endpoint(std::string_view url, bool allow_insecure_loopback);

}  // namespace rollcall::oidc
