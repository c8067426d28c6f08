#include "gateway/directory/audit.h"

#include "gateway/crypto/base64.h"
#include "gateway/directory/audit_chain.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <limits>

namespace rollcall {
namespace {

using audit_chain::columns;
using audit_chain::EventView;
using audit_chain::Place;
using audit_chain::stored_key;
using audit_chain::view_of;

/// Events that one page of a filtered list looks at.
constexpr std::int64_t most_looked_at = 10'000;

constexpr sql::Sql insert_event{
    "INSERT INTO audit (organization, sequence, at, actor_kind, actor_id, address, source, "
    "request_id, type, object, detail, link, format) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 2)"};

constexpr std::string_view behind =
    "WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
constexpr sql::Sql select_behind{sql::joined<columns, behind>};

constexpr std::string_view that_match =
    "WHERE organization = $1 AND sequence BETWEEN $2 AND $3 AND ($4 IS NULL OR type = $4) "
    "AND ($5 IS NULL OR substr(type, 1, length($5)) = $5) AND ($6 IS NULL OR object = $6) "
    "AND ($7 IS NULL OR actor_id = $7) AND ($8 IS NULL OR at >= $8) AND ($9 IS NULL OR at < $9) ";
constexpr std::string_view upwards = "ORDER BY sequence LIMIT $10";
constexpr std::string_view downwards = "ORDER BY sequence DESC LIMIT $10";
constexpr sql::Sql select_upwards{sql::joined<columns, that_match, upwards>};
constexpr sql::Sql select_downwards{sql::joined<columns, that_match, downwards>};

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
          .detail = std::string(view.detail),
          .link = hex_encode(view.link)};
}

std::vector<AuditEvent> events_of(sql::Rows row) {
  std::vector<AuditEvent> events;
  for (; row; row.next()) events.push_back(event_of(row));
  return events;
}

/// A filter's type as what it equals and what it begins with, one of the two at most.
struct TypeCondition {
  std::optional<std::string_view> exact;
  std::optional<std::string_view> prefix;

  explicit TypeCondition(const std::optional<std::string>& type) {
    if (!type) return;
    std::string_view text = *type;
    if (text.ends_with('*')) {
      prefix = text.substr(0, text.size() - 1);
    } else {
      exact = text;
    }
  }
};

}  // namespace

Audit::Audit(Transaction& transaction, std::optional<OrganizationKey> organization)
    : transaction_(transaction), organization_(organization) {}

void Audit::append(std::string_view type, std::string_view object, std::string_view detail) {
  const std::int64_t organization = stored_key(organization_);
  if (organization_) transaction_.session().lock(sql::Resource::organization, organization);
  const Place last = audit_chain::last_place(transaction_.session(), organization);
  const Actor& actor = transaction_.actor();
  const EventView event{.sequence = last.sequence + 1,
                        .at = transaction_.now(),
                        .actor_kind = static_cast<std::int64_t>(actor.kind),
                        .actor_id = actor.id,
                        .address = actor.address,
                        .source = static_cast<std::int64_t>(actor.source),
                        .request_id = actor.request_id,
                        .type = type,
                        .object = object,
                        .detail = detail};
  const Sha256 link =
      audit_chain::link_of(transaction_.audit_chain(), last.link, organization, event);
  transaction_.session().execute(
      insert_event, {organization, event.sequence, event.at, event.actor_kind, event.actor_id,
                     event.address, event.source, event.request_id, event.type, event.object,
                     event.detail, sql::Blob{as_bytes(link)}});
}

std::vector<AuditEvent> Audit::list(std::int64_t after, std::size_t limit) {
  return events_of(transaction_.session().query(
      select_behind, {stored_key(organization_), after, static_cast<std::int64_t>(limit)}));
}

AuditPage Audit::list(const AuditFilter& filter, AuditOrder order,
                      std::optional<std::int64_t> position, std::size_t limit) {
  sql::Session& session = transaction_.session();
  const std::int64_t organization = stored_key(organization_);
  const std::int64_t newest = audit_chain::last_place(session, organization).sequence;
  const std::int64_t oldest =
      audit_chain::start_of(session, transaction_.audit_chain(), organization).place.sequence + 1;
  const bool up = order == AuditOrder::oldest_first;
  const std::int64_t first = up ? std::max(position.value_or(oldest), oldest)
                                : std::min(position.value_or(newest), newest);
  const std::int64_t last = up ? std::min(first + most_looked_at - 1, newest)
                               : std::max(first - most_looked_at + 1, oldest);
  const TypeCondition type(filter.type);

  AuditPage page;
  page.events = events_of(session.query(
      up ? select_upwards : select_downwards,
      {organization, std::min(first, last), std::max(first, last), type.exact, type.prefix,
       filter.object, filter.actor, filter.from, filter.until, static_cast<std::int64_t>(limit)}));
  const bool full = !page.events.empty() && page.events.size() == limit;
  const std::int64_t reached = full ? page.events.back().sequence : last;
  if (up ? reached < newest : reached > oldest) page.next = up ? reached + 1 : reached - 1;
  return page;
}

AuditHead Audit::head() {
  const Place last = audit_chain::last_place(transaction_.session(), stored_key(organization_));
  if (last.sequence == 0) return {};
  return {last.sequence, hex_encode(last.link)};
}

}  // namespace rollcall
