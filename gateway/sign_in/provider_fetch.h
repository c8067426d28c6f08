#pragma once

#include "gateway/http/fetch.h"
#include "gateway/sign_in/deadline.h"
#include "oidc/client.h"
#include "oidc/jwk_set.h"
#include "oidc/provider_metadata.h"

#include <chrono>
#include <string_view>

namespace rollcall::sign_in {

/// A document of an IdP and how long it may be kept.
template <class Document>
struct Fetched {
  Document document;
  std::chrono::seconds keep;
};

/// Discovery 1.0 §4, within the deadline; 5 seconds at most. idp_unreachable, issuer_mismatch;
/// invalid_value for settings that name no issuer.
Awaitable<Result<Fetched<oidc::ProviderMetadata>>> fetch_metadata(http::Fetcher& fetcher,
                                                                  oidc::ClientSettings settings,
                                                                  Deadline deadline);
/// The keys that it names. idp_unreachable.
Awaitable<Result<Fetched<oidc::JwkSet>>> fetch_keys(http::Fetcher& fetcher, std::string jwks_uri,
                                                    bool plain_loopback, Deadline deadline);

/// max-age of Cache-Control (RFC 9111 §5.2.2.1) within 5 minutes and 24 hours (spec/oidc 1.5).
std::chrono::seconds keep_time(const http::FetchResponse& response);

}  // namespace rollcall::sign_in
