#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/directory/actor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

struct AuditEvent {
  std::int64_t sequence;  // 1, 2, 3 … within the organization
  Timestamp at;
  Actor actor;
  std::string type;    // "user.added"
  std::string object;  // "user/0190…"
  std::string detail;  // a JSON object: before, after
};

struct AuditHead {
  std::int64_t sequence = 0;
  /// Hex of the last link; empty while there is no event.
  std::string link;
};

/// What a walk over a chain found.
struct AuditVerdict {
  std::int64_t events = 0;
  AuditHead head;
  /// The first event whose link is wrong or missing.
  std::optional<std::int64_t> broken_at;
  std::string reason;
};

/// The append-only log of one organization, or of the instance itself with none. Each event's link
/// is HMAC-SHA256 (audit key) over the link before it and the event's canonical row.
class Audit {
 public:
  Audit(Transaction& transaction, std::optional<OrganizationKey> organization);

  /// Appends with the transaction's actor and instant. `detail` is a JSON object as text.
  void append(std::string_view type, std::string_view object, std::string_view detail);
  std::vector<AuditEvent> list(std::int64_t after, std::size_t limit);
  AuditHead head();
  /// `expected` is a head exported before: finds a cut-off tail as well.
  AuditVerdict verify(const std::optional<AuditHead>& expected = std::nullopt);

 private:
  Transaction& transaction_;
  std::optional<OrganizationKey> organization_;
};

}  // namespace rollcall
