#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/token.h"

#include <optional>
#include <vector>

namespace rollcall {

class Transaction;

/// Tokens; several of one name may be alive, so that an IdP can be moved from one to the next.
class Tokens {
 public:
  explicit Tokens(Transaction& transaction) : transaction_(transaction) {}

  CreatedToken add(const NewToken& token);
  /// Alive or not; nothing if unknown.
  std::optional<Token> find(const Sha256& hash);
  /// All of an organization, or the operator's with none; newest first.
  std::vector<Token> list(std::optional<OrganizationKey> organization);
  /// not_found if unknown; revoking twice is success.
  Result<> revoke(const TokenId& id);
  /// Not audited: kept by a periodic write, not by each request.
  void touch(const TokenId& id, Timestamp last_used);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall
