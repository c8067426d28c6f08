#include "gateway/directory/sign_in_traces.h"

#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <chrono>
#include <limits>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::chrono::days kept_for{7};
constexpr std::size_t longest_document = 65'536;
/// Rows that one page looks at.
constexpr std::int64_t most_looked_at = 10'000;

constexpr std::string_view select =
    "SELECT id, position, organization, connection, at, outcome, reason, user_id, document "
    "FROM sign_in_traces ";
constexpr std::string_view by_id = "WHERE id = $1 AND organization = $2";
constexpr std::string_view of_organization = "WHERE organization = $1 ";
constexpr std::string_view of_user = "WHERE user_id = $4 AND organization = $1 ";
constexpr std::string_view behind = "AND position < $2 ORDER BY position DESC LIMIT $3";
constexpr sql::Sql select_by_id{sql::joined<select, by_id>};
constexpr sql::Sql select_page{sql::joined<select, of_organization, behind>};
constexpr sql::Sql select_page_of_user{sql::joined<select, of_user, behind>};
// The last word counts, but for what is told of those who never came back.
constexpr sql::Sql upsert_trace{
    "INSERT INTO sign_in_traces (id, organization, connection, at, outcome, reason, user_id, "
    "document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET "
    "organization = excluded.organization, connection = excluded.connection, at = excluded.at, "
    "outcome = excluded.outcome, reason = excluded.reason, user_id = excluded.user_id, "
    "document = excluded.document WHERE excluded.outcome <> 2"};
constexpr sql::Sql delete_old{
    "DELETE FROM sign_in_traces WHERE position IN "
    "(SELECT position FROM sign_in_traces WHERE at <= $1 ORDER BY at LIMIT $2)"};
constexpr sql::Sql erase_of_user{
    "UPDATE sign_in_traces SET document = '{\"erased\":true}' "
    "WHERE user_id = $1 AND organization = $2 AND document <> '{\"erased\":true}'"};

static_assert(static_cast<int>(SignInOutcome::abandoned) == 2, "a statement says 2");

json::Object document_of(std::string_view text) {
  auto document = json::parse(text);
  if (!document || !document->object()) throw std::logic_error("a trace is no JSON object");
  return std::move(*document->object());
}

SignInTrace trace_of(const sql::Rows& row) {
  return {
      .id = row.text(0),
      .position = row.integer(1),
      .organization = row.null(2) ? std::nullopt : std::optional(OrganizationKey(row.integer(2))),
      .connection = row.text(3),
      .at = row.timestamp(4),
      .outcome = static_cast<SignInOutcome>(row.integer(5)),
      .reason = row.text(6),
      .user = row.null(7) ? std::nullopt : std::optional(row.id<UserId>(7)),
      .document = document_of(row.bytes(8))};
}

bool fits(const SignInFilter& filter, const sql::Rows& row) {
  return (!filter.connection || row.bytes(3) == *filter.connection) &&
         (!filter.outcome || row.integer(5) == static_cast<std::int64_t>(*filter.outcome));
}

std::string text_of(const json::Object& document) {
  std::string text = json::write(json::Value(document));
  if (text.size() <= longest_document) return text;
  json::Object cut{{"cut", true}};
  if (const json::Value* steps = document.find("steps")) cut.append("steps", *steps);
  text = json::write(std::move(cut));
  return text.size() <= longest_document ? text : R"({"cut":true})";
}

}  // namespace

std::string_view name(SignInOutcome outcome) {
  switch (outcome) {
    case SignInOutcome::signed_in:
      return "signed_in";
    case SignInOutcome::refused:
      return "refused";
    case SignInOutcome::abandoned:
      return "abandoned";
    case SignInOutcome::pending:
      return "pending";
    case SignInOutcome::test_passed:
      return "test_passed";
    case SignInOutcome::renewed:
      return "renewed";
    case SignInOutcome::postponed:
      return "postponed";
    case SignInOutcome::signed_out:
      return "signed_out";
  }
  return "";
}

void SignInTraces::add(const SignInTrace& trace) {
  transaction_.session().execute(upsert_trace, {trace.id, trace.organization, trace.connection,
                                                trace.at, static_cast<std::int64_t>(trace.outcome),
                                                trace.reason, trace.user, text_of(trace.document)});
}

Result<SignInTrace> SignInTraces::get(OrganizationKey organization, std::string_view id) {
  const sql::Rows row = transaction_.session().query(select_by_id, {id, organization});
  if (!row) return Error(Fault::not_found, "There is no such sign-in; they are kept for 7 days.");
  return trace_of(row);
}

SignInTraces::Page SignInTraces::list(OrganizationKey organization, const SignInFilter& filter,
                                      std::optional<std::int64_t> before, std::size_t limit) {
  constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();
  Page page;
  std::int64_t looked_at = 0;
  std::int64_t last = before.value_or(newest);
  sql::Session& session = transaction_.session();
  // One row more, to know whether there is a next page.
  sql::Rows row = filter.user
                      ? session.query(select_page_of_user,
                                      {organization, last, most_looked_at + 1, filter.user})
                      : session.query(select_page, {organization, last, most_looked_at + 1});
  for (; row; row.next()) {
    if (looked_at == most_looked_at || page.traces.size() == limit) {
      page.next = last;
      break;
    }
    ++looked_at;
    last = row.integer(1);
    if (fits(filter, row)) page.traces.push_back(trace_of(row));
  }
  return page;
}

std::int64_t SignInTraces::forget_old(std::size_t limit) {
  return transaction_.session().execute(
      delete_old, {transaction_.now() - kept_for, static_cast<std::int64_t>(limit)});
}

std::int64_t SignInTraces::erase(OrganizationKey organization, const UserId& user) {
  return transaction_.session().execute(erase_of_user, {user, organization});
}

}  // namespace rollcall
