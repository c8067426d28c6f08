#pragma once

#include "gateway/base/result.h"
#include "gateway/crypto/digest.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

class Transaction;

/// The answer to a call that carried an Idempotency-Key.
struct KeptAnswer {
  int status;
  std::string headers;
  std::string body;
};

/// Answers kept for 24 hours by caller and key (draft-ietf-httpapi-idempotency-key-header), written
/// in the transaction of what they answer, so that a repeated call changes nothing twice. Bodies
/// that show a secret are kept without it.
class IdempotencyKeys {
 public:
  explicit IdempotencyKeys(Transaction& transaction) : transaction_(transaction) {}

  /// Nothing if the key is new. conflict with code "idempotency_key_reused" if it came with another
  /// request.
  Result<std::optional<KeptAnswer>> find(std::string_view caller, std::string_view key,
                                         const Sha256& request);
  void keep(std::string_view caller, std::string_view key, const Sha256& request,
            const KeptAnswer& answer);
  /// Those older than 24 hours.
  void forget_old();

 private:
  Transaction& transaction_;
};

}  // namespace rollcall
