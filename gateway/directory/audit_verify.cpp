#include "gateway/crypto/base64.h"
#include "gateway/directory/audit_chain.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

using audit_chain::columns;
using audit_chain::EventView;
using audit_chain::Place;

constexpr std::size_t chunk = 1000;

constexpr std::string_view behind =
    "WHERE organization = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
constexpr sql::Sql select_behind{sql::joined<columns, behind>};

/// Goes over one chain from its start and stops at the first flaw.
class Walk {
 public:
  Walk(HmacSha256& chain, std::int64_t organization, const std::optional<AuditHead>& expected)
      : chain_(chain), organization_(organization), expected_(expected) {}

  /// False at a flaw, as the others.
  bool begin(audit_chain::Start start) {
    last_ = std::move(start.place);
    verdict_.dropped = last_.sequence;
    if (!start.genuine) return flaw(last_.sequence + 1, "the log's start was changed");
    return last_.sequence == 0 || as_expected();
  }
  bool visit(const EventView& event) {
    const std::int64_t due = last_.sequence + 1;
    if (event.sequence != due) return flaw(due, "the event is missing");
    if (!audit_chain::fits(chain_, last_.link, organization_, event)) {
      return flaw(due, "the event or its place in the log was changed");
    }
    last_ = {due, std::string(event.link)};
    ++verdict_.events;
    return as_expected();
  }
  AuditVerdict finish() {
    if (last_.sequence > 0) verdict_.head = {last_.sequence, hex_encode(last_.link)};
    if (!verdict_.broken_at && expected_ && expected_->sequence > last_.sequence) {
      flaw(last_.sequence + 1, "the log ends before the exported head");
    }
    return std::move(verdict_);
  }
  std::int64_t reached() const { return last_.sequence; }

 private:
  bool as_expected() {
    if (!expected_ || expected_->sequence != last_.sequence) return true;
    if (expected_->link == hex_encode(last_.link)) return true;
    return flaw(last_.sequence, "the event is not the one whose link was exported");
  }
  bool flaw(std::int64_t sequence, std::string_view reason) {
    verdict_.broken_at = sequence;
    verdict_.reason = reason;
    return false;
  }

  HmacSha256& chain_;
  std::int64_t organization_;
  const std::optional<AuditHead>& expected_;
  Place last_;
  AuditVerdict verdict_;
};

}  // namespace

AuditVerdict Audit::verify(const std::optional<AuditHead>& expected) {
  sql::Session& session = transaction_.session();
  HmacSha256& chain = transaction_.audit_chain();
  const std::int64_t organization = audit_chain::stored_key(organization_);
  Walk walk(chain, organization, expected);
  if (!walk.begin(audit_chain::start_of(session, chain, organization))) return walk.finish();
  for (;;) {
    const std::int64_t start = walk.reached();
    sql::Rows row =
        session.query(select_behind, {organization, start, static_cast<std::int64_t>(chunk)});
    for (; row; row.next()) {
      if (!walk.visit(audit_chain::view_of(row))) return walk.finish();
    }
    if (walk.reached() - start < static_cast<std::int64_t>(chunk)) return walk.finish();
  }
}

}  // namespace rollcall
