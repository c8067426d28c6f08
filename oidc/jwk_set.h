#pragma once

#include "oidc/jwk.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// A key that an IdP verifies its tokens by, with what the set says of it (RFC 7517 §4).
struct VerificationKey {
  PublicKey key;
  /// Empty: it has none.
  std::string kid;
  /// The one algorithm that it may be used with, if the set names one.
  std::optional<SignatureScheme> algorithm;
  /// Entra: the only issuer whose tokens it may verify, or a template of it. Empty: not said.
  std::string issuer;
};

/// The keys of a JWK Set that can verify signatures. One set belongs to one issuer: whoever caches
/// it looks it up by issuer, never by kid.
class JwkSet {
 public:
  static constexpr std::size_t max_size = 1024 * 1024;
  static constexpr std::size_t max_keys = 100;
  /// As many keys of one kid are tried for a token.
  static constexpr std::size_t max_candidates = 4;

  /// invalid_value if the text is no JWK Set or has too many keys. A key that we cannot use
  /// (another type, use, operation or algorithm; too small; private or symmetric; not on its curve)
  /// is skipped and told in `skipped`.
  static Result<JwkSet> parse(std::string_view text);

  const std::vector<VerificationKey>& keys() const { return keys_; }
  /// One sentence a key, for the administrator.
  const std::vector<std::string>& skipped() const { return skipped_; }

  /// The keys to try for a token, never more than max_candidates. By `kid` only those of that kid,
  /// all of one kind and algorithm; without it the only key that fits. Else key_unknown: the caller
  /// may fetch the set again, once.
  Result<std::vector<const VerificationKey*>> candidates(SignatureScheme algorithm,
                                                         const std::string* kid) const;

 private:
  std::vector<VerificationKey> keys_;
  std::vector<std::string> skipped_;
};

}  // namespace rollcall::oidc
