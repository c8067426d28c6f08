#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/crypto/digest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// A sign-in that is on its way: the browser is at the IdP. Nothing in it is secret.
struct SignInAttempt {
  /// SHA-256 of the state (RelayState) that the IdP gives back.
  Sha256 state{};
  /// SHA-256 of the secret that only this browser holds; nothing for a link that waits to be
  /// opened (test sign-in).
  std::optional<Sha256> browser;
  OrganizationKey organization;
  std::string connection;
  /// Trace id.
  std::string trace;
  Timestamp created;
  Timestamp expires;
  /// What the frame and the protocol keep: return_to, purpose, request id, steps so far …
  json::Object data;
};

/// Attempts of all organizations within one transaction.
class SignInAttempts {
 public:
  explicit SignInAttempts(Transaction& transaction) : transaction_(transaction) {}

  void add(const SignInAttempt& attempt);
  /// Expired ones are nothing.
  std::optional<SignInAttempt> find(const Sha256& state);
  /// Takes it away: one caller gets it, once. Nothing if unknown, expired or of another browser; in
  /// the last case it stays.
  std::optional<SignInAttempt> consume(const Sha256& state, const Sha256& browser);
  /// Takes those that expired, at most `limit`.
  std::vector<SignInAttempt> take_expired(std::size_t limit);

  /// Remembers an id that may come once (jti, assertion id) until `expires`; false if it came
  /// before. `issuer` keeps those of one IdP and use apart.
  bool first_use(std::string_view issuer, std::string_view id, Timestamp expires);
  std::int64_t forget_used(std::size_t limit);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall
