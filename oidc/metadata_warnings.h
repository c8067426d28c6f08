#pragma once

#include "oidc/provider_metadata.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

bool contains(const std::vector<std::string>& words, std::string_view word);

/// Sentences for an administrator about what works nevertheless, whatever the settings:
/// ProviderMetadata::warnings. `issuer` is the one that was asked for.
std::vector<std::string> document_warnings(const ProviderMetadata& metadata,
                                           std::string_view issuer);

/// Those of the metadata, and what will not work with these settings: for the administrator of this
/// connection alone.
std::vector<std::string> metadata_warnings(const ProviderMetadata& metadata,
                                           const ClientSettings& settings);

}  // namespace rollcall::oidc
