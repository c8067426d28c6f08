#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/token.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rollcall {

class Transaction;

/// Tokens; several of one name may be alive, so that an IdP can be moved from one to the next.
/// Audited as "token.…" (SCIM, operator), "account_scoped_pat.…" (a person's) or "service_token.…".
class Tokens {
 public:
  explicit Tokens(Transaction& transaction) : transaction_(transaction) {}

  /// Refused: invalid_value (a name not of 1–100 characters, `expires` not in the future),
  /// not_found (no such owner in the organization). A person's own are made by that person alone
  /// (F28): forbidden with code "not_owner" for any other actor. A service user's need the feature
  /// service_users; who may make them is the caller's question.
  Result<CreatedToken> add(const NewToken& token);
  /// Alive or not; nothing if unknown. One statement.
  std::optional<Token> find(const Sha256& hash);
  /// not_found if unknown.
  Result<Token> get(const TokenId& id);
  /// The SCIM tokens of an organization, or the operator's with none; newest first.
  std::vector<Token> list(std::optional<OrganizationKey> organization);

  // Behind `after` (a position), at most `limit`, alive or not.

  /// Those of all people in the organization (F6).
  std::vector<Token> list_of_users(OrganizationKey organization, std::int64_t after,
                                   std::size_t limit);
  std::vector<Token> list_of_user(std::int64_t position, std::int64_t after, std::size_t limit);
  std::vector<Token> list_of_service_user(std::int64_t position, std::int64_t after,
                                          std::size_t limit);

  /// not_found if unknown; revoking twice is success. The caller knows that the actor may.
  Result<> revoke(const TokenId& id);
  void revoke_all_of_user(std::int64_t position);
  void revoke_all_of_service_user(std::int64_t position);
  /// Not audited: kept by a periodic write, not by each request.
  void touch(const TokenId& id, Timestamp last_used);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall
