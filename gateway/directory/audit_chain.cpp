#include "gateway/directory/audit_chain.h"

namespace rollcall::audit_chain {
namespace {

constexpr sql::Sql select_head{
    "SELECT sequence, link FROM audit WHERE organization = $1 ORDER BY sequence DESC LIMIT 1"};
constexpr sql::Sql select_start{
    "SELECT sequence, link, seal FROM audit_starts WHERE organization = $1"};
constexpr sql::Sql upsert_start{
    "INSERT INTO audit_starts (organization, sequence, link, seal) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (organization) DO UPDATE SET sequence = excluded.sequence, link = excluded.link, "
    "seal = excluded.seal"};

/// Fields as the chain sees them; lengths keep neighbours apart. What is not a link begins with a
/// word of its own, so that one never passes for the other.
struct Canonical {
  std::string text;

  void add(std::int64_t number) { text.append(std::to_string(number)).append(1, ';'); }
  void add(std::string_view field) {
    add(static_cast<std::int64_t>(field.size()));
    text.append(field);
  }
};

Sha256 link_with(HmacSha256& chain, std::string_view previous, std::int64_t organization,
                 const EventView& event, std::string_view detail) {
  Canonical row;
  if (event.format == Format::digest) row.text = "v2;";
  row.add(organization);
  row.add(event.sequence);
  row.add(event.at.time_since_epoch().count());
  row.add(event.actor_kind);
  row.add(event.actor_id);
  row.add(event.address);
  row.add(event.source);
  row.add(event.request_id);
  row.add(event.type);
  row.add(event.object);
  row.add(detail);
  return chain({previous, row.text});
}

/// Proves that the key's owner erased the detail. It covers all that is left of the event, since of
/// format 1 the link cannot be computed any more.
Sha256 erasure_seal(HmacSha256& chain, std::int64_t organization, const EventView& event,
                    std::string_view digest) {
  const Sha256 rest = link_with(chain, event.link, organization, event, erased_detail);
  return chain({"erased;", as_bytes(rest), digest});
}

Sha256 start_seal(HmacSha256& chain, std::int64_t organization, const Place& place) {
  Canonical text{"start;"};
  text.add(organization);
  text.add(place.sequence);
  text.add(place.link);
  return chain({text.text});
}

}  // namespace

EventView view_of(const sql::Rows& row) {
  return {.sequence = row.integer(0),
          .at = row.timestamp(1),
          .actor_kind = row.integer(2),
          .actor_id = row.bytes(3),
          .address = row.bytes(4),
          .source = row.integer(5),
          .request_id = row.bytes(6),
          .type = row.bytes(7),
          .object = row.bytes(8),
          .detail = row.bytes(9),
          .link = row.bytes(10),
          .format = static_cast<Format>(row.integer(11)),
          .erased = row.null(12) ? std::nullopt : std::optional(row.bytes(12))};
}

std::int64_t stored_key(const std::optional<OrganizationKey>& organization) {
  return organization ? organization->value() : 0;
}

Place last_place(sql::Session& session, std::int64_t organization) {
  const sql::Rows row = session.query(select_head, {organization});
  return row ? Place{row.integer(0), row.text(1)} : Place{};
}

Sha256 link_of(HmacSha256& chain, std::string_view previous, std::int64_t organization,
               const EventView& event) {
  if (event.format == Format::detail) {
    return link_with(chain, previous, organization, event, event.detail);
  }
  const Sha256 digest = sha256(event.detail);
  return link_with(chain, previous, organization, event, as_bytes(digest));
}

bool fits(HmacSha256& chain, std::string_view previous, std::int64_t organization,
          const EventView& event) {
  if (!event.erased) {
    const Sha256 link = link_of(chain, previous, organization, event);
    return equal_in_constant_time(as_bytes(link), event.link);
  }
  const std::size_t digest_size = event.format == Format::digest ? sizeof(Sha256) : 0;
  if (event.detail != erased_detail || event.erased->size() < digest_size) return false;
  const auto digest = event.erased->substr(0, digest_size);
  const Sha256 seal = erasure_seal(chain, organization, event, digest);
  if (!equal_in_constant_time(as_bytes(seal), event.erased->substr(digest_size))) return false;
  if (event.format == Format::detail) return true;
  const Sha256 link = link_with(chain, previous, organization, event, digest);
  return equal_in_constant_time(as_bytes(link), event.link);
}

std::string erasure_mark(HmacSha256& chain, std::int64_t organization, const EventView& event) {
  std::string mark;
  if (event.format == Format::digest) {
    const Sha256 digest = sha256(event.detail);
    mark = as_bytes(digest);
  }
  const Sha256 seal = erasure_seal(chain, organization, event, mark);
  return mark.append(as_bytes(seal));
}

Start start_of(sql::Session& session, HmacSha256& chain, std::int64_t organization) {
  const sql::Rows row = session.query(select_start, {organization});
  if (!row) return {};
  Start start{.place = {row.integer(0), row.text(1)}};
  const Sha256 seal = start_seal(chain, organization, start.place);
  start.genuine = equal_in_constant_time(as_bytes(seal), row.bytes(2));
  return start;
}

void store_start(sql::Session& session, HmacSha256& chain, std::int64_t organization,
                 const Place& place) {
  const Sha256 seal = start_seal(chain, organization, place);
  session.execute(upsert_start,
                  {organization, place.sequence, sql::Blob{place.link}, sql::Blob{as_bytes(seal)}});
}

}  // namespace rollcall::audit_chain
