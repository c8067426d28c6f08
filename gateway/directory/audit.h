#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/directory/actor.h"

#include <cstddef>
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
  std::string link;    // hex, of the chain
};

struct AuditHead {
  std::int64_t sequence = 0;
  /// Hex of the last link; empty while there is no event.
  std::string link;
};

/// Which events to list: all conditions must hold.
struct AuditFilter {
  /// A type, or the beginning of several with a star: "user.added", "user.*".
  std::optional<std::string> type = std::nullopt;
  /// "user/0190…".
  std::optional<std::string> object = std::nullopt;
  /// Actor::id.
  std::optional<std::string> actor = std::nullopt;
  /// At this instant or later; before that one.
  std::optional<Timestamp> from = std::nullopt;
  std::optional<Timestamp> until = std::nullopt;
};
enum class AuditOrder { oldest_first, newest_first };

struct AuditPage {
  std::vector<AuditEvent> events;
  /// Where the next page goes on; nothing at the end of the log.
  std::optional<std::int64_t> next;
};

/// What a walk over a chain found.
struct AuditVerdict {
  std::int64_t events = 0;
  /// How many older ones retention had dropped.
  std::int64_t dropped = 0;
  AuditHead head;
  /// The first event whose link is wrong or missing.
  std::optional<std::int64_t> broken_at;
  std::string reason;
};

/// The append-only log of one organization, or of the instance itself with none. Each event's link
/// is HMAC-SHA256 (audit key) over the link before it and the event's canonical row, in which the
/// detail stands as its SHA-256: so a detail can be erased and the chain still holds. Where
/// retention dropped the oldest events, a start sealed with the key stands in their place.
class Audit {
 public:
  Audit(Transaction& transaction, std::optional<OrganizationKey> organization);

  /// Appends with the transaction's actor and instant. `detail` is a JSON object as text.
  void append(std::string_view type, std::string_view object, std::string_view detail);

  /// All events behind `after`, oldest first.
  std::vector<AuditEvent> list(std::int64_t after, std::size_t limit);
  /// Those of a filter, `position` being AuditPage::next of the page before. Looks at 10,000 events
  /// at most, so a page can hold fewer than `limit`, even none, and yet name a next one.
  AuditPage list(const AuditFilter& filter, AuditOrder order, std::optional<std::int64_t> position,
                 std::size_t limit);

  AuditHead head();
  /// `expected` is a head exported before: finds a cut-off tail as well. One that retention has
  /// dropped since proves nothing any more.
  AuditVerdict verify(const std::optional<AuditHead>& expected = std::nullopt);

  /// Drops events older than `instant`, oldest first, `limit` at most, never the newest of all;
  /// gives how many. Recorded in the instance's log.
  std::int64_t drop_older(Timestamp instant, std::size_t limit);
  /// Replaces an event's detail by {"erased":true}; once is enough.
  void erase_detail(std::int64_t sequence);

 private:
  Transaction& transaction_;
  std::optional<OrganizationKey> organization_;
};

}  // namespace rollcall
