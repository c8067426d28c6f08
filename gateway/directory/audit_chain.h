#pragma once

#include "gateway/base/timestamp.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/sql.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How the audit log's events are chained; for audit*.cpp alone.
namespace rollcall::audit_chain {

/// What stands in place of an erased detail.
inline constexpr std::string_view erased_detail = R"({"erased":true})";

/// Of the table's `format`: 1 has the detail itself in its link, 2 its SHA-256.
enum class Format : std::int64_t { detail = 1, digest = 2 };

/// One row of the log.
struct EventView {
  std::int64_t sequence;
  Timestamp at;
  std::int64_t actor_kind;
  std::string_view actor_id;
  std::string_view address;
  std::int64_t source;
  std::string_view request_id;
  std::string_view type;
  std::string_view object;
  std::string_view detail;
  std::string_view link = {};
  Format format = Format::digest;
  /// Set where the detail was erased.
  std::optional<std::string_view> erased = std::nullopt;
};

/// The columns that view_of() reads, in its order.
inline constexpr std::string_view columns =
    "SELECT sequence, at, actor_kind, actor_id, address, source, request_id, type, object, detail, "
    "link, format, erased FROM audit ";
EventView view_of(const sql::Rows& row);

/// A place in a chain: the event of that sequence and its link; at first none and 32 zero bytes.
struct Place {
  std::int64_t sequence = 0;
  std::string link = std::string(32, '\0');
};

std::int64_t stored_key(const std::optional<OrganizationKey>& organization);
Place last_place(sql::Session& session, std::int64_t organization);

/// The link that the event must have behind `previous`, whose detail was not erased.
Sha256 link_of(HmacSha256& chain, std::string_view previous, std::int64_t organization,
               const EventView& event);
/// True if the event's own link is right behind `previous`, erased or not.
bool fits(HmacSha256& chain, std::string_view previous, std::int64_t organization,
          const EventView& event);
/// What `erased` holds once the event's detail is: its digest, but for format 1, and a seal.
std::string erasure_mark(HmacSha256& chain, std::int64_t organization, const EventView& event);

/// Where a chain starts: behind the last event that retention dropped, if any.
struct Start {
  Place place;
  /// False if the stored start was not sealed with this key.
  bool genuine = true;
};
Start start_of(sql::Session& session, HmacSha256& chain, std::int64_t organization);
void store_start(sql::Session& session, HmacSha256& chain, std::int64_t organization,
                 const Place& place);

}  // namespace rollcall::audit_chain
