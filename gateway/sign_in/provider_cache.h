#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/http/async.h"
#include "gateway/http/fetch.h"
#include "oidc/client.h"
#include "oidc/jwk_set.h"
#include "oidc/provider_metadata.h"

#include <chrono>
#include <memory>
#include <string>

namespace rollcall::sign_in {

/// What is known of an IdP. Immutable; any thread.
struct Provider {
  oidc::ProviderMetadata metadata;
  oidc::JwkSet keys;
};
using ProviderPtr = std::shared_ptr<const Provider>;

/// Who brought a token whose key is unknown: the IdP itself, in answer to us, or anybody (logout
/// tokens). Strangers cannot use up what sign-ins need, nor say which keys are missing.
enum class TokenFrom { idp, stranger };

/// IdPs by issuer (never by key id), fetched when they are needed, by one fetch at a time for each
/// (spec/oidc 1.5): kept for max-age within 5 minutes and 24 hours, the old set while a new one is
/// fetched and when that fails. At most 10,000. Thread-safe; the waits of a caller end with its own
/// limit and its own cancellation.
class ProviderCache {
 public:
  ProviderCache(http::Fetcher& fetcher, const Clock& clock);
  ~ProviderCache();

  /// From memory, or fetched within `limit`: idp_unreachable, issuer_mismatch; invalid_value for
  /// settings that name no issuer.
  Awaitable<Result<ProviderPtr>> get(oidc::ClientSettings settings,
                                     std::chrono::milliseconds limit = std::chrono::seconds(10));
  /// The set after a token named a key that `known` does not have: fetched again if the issuer's
  /// bucket (5, then 4 a minute) allows, else key_unknown; idp_unreachable when that fails. A `kid`
  /// that was not there a moment ago is remembered (1,024 an issuer and sort of caller).
  Awaitable<Result<ProviderPtr>> refetch(oidc::ClientSettings settings, ProviderPtr known,
                                         std::string kid, TokenFrom from,
                                         std::chrono::milliseconds limit = std::chrono::seconds(5));
  /// Whether people could sign in there: whether it shows its metadata, asked at most every 30
  /// seconds.
  Awaitable<bool> reachable(oidc::ClientSettings settings);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rollcall::sign_in
