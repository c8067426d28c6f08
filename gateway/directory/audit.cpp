#include "gateway/directory/audit.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <array>

namespace rollcall {
namespace {

constexpr std::size_t verify_chunk = 1000;
/// What the first event of a chain is linked to.
constexpr std::array<char, 32> no_link{};

constexpr sql::Sql select_head{
    "SELECT sequence, link FROM audit WHERE organization = $1 ORDER BY sequence DESC LIMIT 1"};
constexpr sql::Sql insert_event{
    "INSERT INTO audit (organization, sequence, at, actor_kind, actor_id, address, source, "
    "request_id, type, object, detail, link) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr sql::Sql select_events{
    "SELECT sequence, at, actor_kind, actor_id, address, source, request_id, type, object, detail, "
    "link FROM audit WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"};

std::int64_t stored_key(const std::optional<OrganizationKey>& organization) {
  return organization ? organization->value() : 0;
}

struct Link {
  std::int64_t sequence = 0;
  std::string bytes{no_link.begin(), no_link.end()};
};

Link last_link(sql::Session& session, std::int64_t organization) {
  Link link;
  if (const sql::Rows row = session.query(select_head, {organization})) {
    link.sequence = row.integer(0);
    link.bytes = row.text(1);
  }
  return link;
}

/// The fields of a row as the chain sees them; lengths keep neighbours apart.
struct Canonical {
  std::string text;

  void add(std::int64_t number) { text.append(std::to_string(number)).append(1, ';'); }
  void add(std::string_view field) {
    add(static_cast<std::int64_t>(field.size()));
    text.append(field);
  }
};

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
};

Sha256 link_of(HmacSha256& chain, std::string_view previous, std::int64_t organization,
               const EventView& event) {
  Canonical row;
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
  row.add(event.detail);
  return chain({previous, row.text});
}

EventView view_of(const sql::Rows& row) {
  return {row.integer(0), row.timestamp(1), row.integer(2), row.bytes(3), row.bytes(4),
          row.integer(5), row.bytes(6),     row.bytes(7),   row.bytes(8), row.bytes(9)};
}

AuditEvent event_of(const sql::Rows& row) {
  const EventView view = view_of(row);
  return {.sequence = view.sequence,
          .at = view.at,
          .actor = {.kind = static_cast<ActorKind>(view.actor_kind),
                    .id = std::string(view.actor_id),
                    .address = std::string(view.address),
                    .source = static_cast<Source>(view.source),
                    .request_id = std::string(view.request_id)},
          .type = std::string(view.type),
          .object = std::string(view.object),
          .detail = std::string(view.detail)};
}

/// Goes over one chain from its start and stops at the first flaw.
class Walk {
 public:
  Walk(HmacSha256& chain, std::int64_t organization, const std::optional<AuditHead>& expected)
      : chain_(chain), organization_(organization), expected_(expected) {}

  /// False at a flaw.
  bool visit(const sql::Rows& row) {
    const EventView event = view_of(row);
    const std::int64_t due = verdict_.events + 1;
    if (event.sequence != due) return flaw(due, "the event is missing");
    const Sha256 link = link_of(chain_, link_, organization_, event);
    if (!equal_in_constant_time(as_bytes(link), row.bytes(10))) {
      return flaw(due, "the event or its place in the log was changed");
    }
    link_ = as_bytes(link);
    verdict_.events = due;
    if (expected_ && expected_->sequence == due && expected_->link != hex_encode(link_)) {
      return flaw(due, "the event is not the one whose link was exported");
    }
    return true;
  }
  AuditVerdict finish() {
    if (verdict_.events > 0) verdict_.head = {verdict_.events, hex_encode(link_)};
    if (!verdict_.broken_at && expected_ && expected_->sequence > verdict_.events) {
      flaw(verdict_.events + 1, "the log ends before the exported head");
    }
    return std::move(verdict_);
  }
  std::int64_t reached() const { return verdict_.events; }

 private:
  bool flaw(std::int64_t sequence, std::string_view reason) {
    verdict_.broken_at = sequence;
    verdict_.reason = reason;
    return false;
  }

  HmacSha256& chain_;
  std::int64_t organization_;
  const std::optional<AuditHead>& expected_;
  std::string link_{no_link.begin(), no_link.end()};
  AuditVerdict verdict_;
};

}  // namespace

Audit::Audit(Transaction& transaction, std::optional<OrganizationKey> organization)
    : transaction_(transaction), organization_(organization) {}

void Audit::append(std::string_view type, std::string_view object, std::string_view detail) {
  const std::int64_t organization = stored_key(organization_);
  if (organization_) transaction_.session().lock(sql::Resource::organization, organization);
  const Link last = last_link(transaction_.session(), organization);
  const Actor& actor = transaction_.actor();
  const EventView event{last.sequence + 1,
                        transaction_.now(),
                        static_cast<std::int64_t>(actor.kind),
                        actor.id,
                        actor.address,
                        static_cast<std::int64_t>(actor.source),
                        actor.request_id,
                        type,
                        object,
                        detail};
  const Sha256 link = link_of(transaction_.audit_chain(), last.bytes, organization, event);
  transaction_.session().execute(
      insert_event, {organization, event.sequence, event.at, event.actor_kind, event.actor_id,
                     event.address, event.source, event.request_id, event.type, event.object,
                     event.detail, sql::Blob{as_bytes(link)}});
}

std::vector<AuditEvent> Audit::list(std::int64_t after, std::size_t limit) {
  std::vector<AuditEvent> events;
  sql::Rows row = transaction_.session().query(
      select_events, {stored_key(organization_), after, static_cast<std::int64_t>(limit)});
  for (; row; row.next()) events.push_back(event_of(row));
  return events;
}

AuditHead Audit::head() {
  const Link last = last_link(transaction_.session(), stored_key(organization_));
  if (last.sequence == 0) return {};
  return {last.sequence, hex_encode(last.bytes)};
}

AuditVerdict Audit::verify(const std::optional<AuditHead>& expected) {
  Walk walk(transaction_.audit_chain(), stored_key(organization_), expected);
  for (;;) {
    const std::int64_t start = walk.reached();
    sql::Rows row = transaction_.session().query(
        select_events, {stored_key(organization_), start, static_cast<std::int64_t>(verify_chunk)});
    for (; row; row.next()) {
      if (!walk.visit(row)) return walk.finish();
    }
    if (walk.reached() - start < static_cast<std::int64_t>(verify_chunk)) return walk.finish();
  }
}

}  // namespace rollcall
