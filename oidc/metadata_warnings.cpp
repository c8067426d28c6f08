#include "oidc/metadata_warnings.h"

#include "gateway/base/text.h"
#include "oidc/algorithms.h"
#include "oidc/url.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

/// A list that is there and lacks `word`.
bool lacks(const std::vector<std::string>& words, std::string_view word) {
  return !words.empty() && !contains(words, word);
}

void warn_of_hosts(const ProviderMetadata& metadata, std::string_view issuer,
                   std::vector<std::string>& warnings) {
  const auto url = parse_url(issuer);
  for (const std::string& host : endpoint_hosts(metadata)) {
    if (url && iequals(url->host, host)) continue;
    warnings.push_back("It has endpoints on another host than its issuer's: " + host + ".");
  }
}

}  // namespace

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string> document_warnings(const ProviderMetadata& metadata,
                                           std::string_view issuer) {
  std::vector<std::string> warnings;
  if (contains(metadata.id_token_signing_alg_values_supported, "none")) {
    warnings.emplace_back("It offers ID tokens without a signature (\"none\"); they are refused.");
  }
  if (!contains(metadata.code_challenge_methods_supported, "S256")) {
    warnings.emplace_back("It does not say that it checks code challenges (PKCE, S256).");
  }
  if (metadata.response_types_supported.empty()) {
    warnings.emplace_back("It does not say which response types it has; \"code\" is used.");
  }
  warn_of_hosts(metadata, issuer, warnings);
  return warnings;
}

std::vector<std::string> metadata_warnings(const ProviderMetadata& metadata,
                                           const ClientSettings& settings) {
  std::vector<std::string> warnings = metadata.warnings;
  const auto& signatures = metadata.id_token_signing_alg_values_supported;
  const auto is_offered = [&](SignatureScheme scheme) {
    return contains(signatures, name(scheme));
  };
  if (!signatures.empty() && std::ranges::none_of(settings.algorithms, is_offered)) {
    warnings.emplace_back("It signs ID tokens with none of the algorithms that are allowed here.");
  }
  if (settings.response_mode == ResponseMode::form_post &&
      lacks(metadata.response_modes_supported, "form_post")) {
    warnings.emplace_back("It does not offer the response mode form_post.");
  }
  if (settings.auth &&
      lacks(metadata.token_endpoint_auth_methods_supported, name(*settings.auth))) {
    warnings.push_back("Its token endpoint does not offer " + std::string(name(*settings.auth)) +
                       ".");
  }
  return warnings;
}

}  // namespace rollcall::oidc
