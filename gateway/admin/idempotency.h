#pragma once

#include "gateway/admin/call.h"

#include <optional>
#include <string>

namespace rollcall::admin {

/// A POST with an Idempotency-Key: its answer is kept by caller and key, and given again to the
/// same request, with `Idempotent-Replayed: true` and without any secret that it showed.
class IdempotentCall {
 public:
  explicit IdempotentCall(const Call& call);
  explicit operator bool() const { return !key_.empty(); }

  /// Nothing the first time. invalid_value for a key of more than 255 bytes or other characters
  /// than visible ASCII; conflict with code "idempotency_key_reused" if it came with another
  /// request.
  Result<std::optional<http::Response>> find(Transaction& transaction) const;
  void keep(Transaction& transaction, const http::Response& response) const;

 private:
  std::string key_;
  std::string caller_;
  Sha256 request_{};
};

}  // namespace rollcall::admin
