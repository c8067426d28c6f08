#include "gateway/base/json.h"
#include "gateway/directory/audit_chain.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

using audit_chain::Place;

constexpr sql::Sql select_oldest{
    "SELECT sequence, at, link FROM audit WHERE organization = $1 ORDER BY sequence LIMIT $2"};
constexpr sql::Sql delete_through{"DELETE FROM audit WHERE organization = $1 AND sequence <= $2"};

constexpr std::string_view with_columns = audit_chain::columns;
constexpr std::string_view that_one = "WHERE organization = $1 AND sequence = $2";
constexpr sql::Sql select_event{sql::joined<with_columns, that_one>};
constexpr sql::Sql update_erased{
    "UPDATE audit SET detail = $3, erased = $4 WHERE organization = $1 AND sequence = $2"};

}  // namespace

std::int64_t Audit::drop_older(Timestamp instant, std::size_t limit) {
  sql::Session& session = transaction_.session();
  const std::int64_t organization = audit_chain::stored_key(organization_);
  const std::int64_t newest = audit_chain::last_place(session, organization).sequence;
  Place last;
  std::int64_t dropped = 0;
  {
    sql::Rows row = session.query(select_oldest, {organization, static_cast<std::int64_t>(limit)});
    for (; row && row.timestamp(1) < instant && row.integer(0) < newest; row.next()) {
      last = {row.integer(0), row.text(2)};
      ++dropped;
    }
  }
  if (dropped == 0) return 0;
  audit_chain::store_start(session, transaction_.audit_chain(), organization, last);
  session.execute(delete_through, {organization, last.sequence});
  if (organization_) {
    transaction_.audit(std::nullopt)
        .append("audit.dropped", "organization/" + transaction_.organization(*organization_).slug,
                json::write(json::Object{{"through", last.sequence}, {"events", dropped}}));
  }
  return dropped;
}

void Audit::erase_detail(std::int64_t sequence) {
  sql::Session& session = transaction_.session();
  const std::int64_t organization = audit_chain::stored_key(organization_);
  std::string mark;
  {
    const sql::Rows row = session.query(select_event, {organization, sequence});
    if (!row || audit_chain::view_of(row).erased) return;
    mark = audit_chain::erasure_mark(transaction_.audit_chain(), organization,
                                     audit_chain::view_of(row));
  }
  session.execute(update_erased,
                  {organization, sequence, audit_chain::erased_detail, sql::Blob{mark}});
}

}  // namespace rollcall
