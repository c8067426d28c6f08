#include "gateway/directory/outbox.h"

#include "gateway/base/text.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::chrono::days kept_for{30};

constexpr std::string_view select =
    "SELECT position, organization, recipient, template, data, state, attempts, created, "
    "next_attempt, last_error FROM outbox ";
constexpr std::string_view that_are_due =
    "WHERE state = 0 AND next_attempt <= $1 ORDER BY next_attempt LIMIT $2";
constexpr std::string_view of_organization =
    "WHERE organization = $1 AND position > $2 ORDER BY position LIMIT $3";
constexpr sql::Sql select_due{sql::joined<select, that_are_due>};
constexpr sql::Sql select_list{sql::joined<select, of_organization>};

constexpr sql::Sql insert_mail{
    "INSERT INTO outbox (organization, recipient, template, data, state, attempts, created, "
    "next_attempt, last_error) VALUES ($1, $2, $3, $4, 0, 0, $5, $5, '')"};
constexpr sql::Sql update_sent{
    "UPDATE outbox SET state = 1, attempts = attempts + 1, data = '{}', last_error = '' "
    "WHERE position = $1"};
constexpr sql::Sql update_retry{
    "UPDATE outbox SET attempts = attempts + 1, last_error = $2, next_attempt = $3 "
    "WHERE position = $1"};
constexpr sql::Sql update_failed{
    "UPDATE outbox SET state = 2, attempts = attempts + 1, data = '{}', last_error = $2 "
    "WHERE position = $1"};
constexpr sql::Sql select_oldest{
    "SELECT position, state, created FROM outbox ORDER BY position LIMIT $1"};
constexpr sql::Sql select_recipients{
    "SELECT position, recipient FROM outbox WHERE organization = $1"};
constexpr sql::Sql delete_mail{"DELETE FROM outbox WHERE position = $1"};

static_assert(static_cast<int>(MailState::waiting) == 0, "the schema and statements say 0");
static_assert(static_cast<int>(MailState::sent) == 1, "statements say 1");
static_assert(static_cast<int>(MailState::failed) == 2, "statements say 2");

json::Object data_of(std::string_view text) {
  auto data = json::parse(text);
  if (!data || !data->object()) throw std::logic_error("the outbox holds what is no JSON object");
  return std::move(*data->object());
}

Mail mail_of(const sql::Rows& row) {
  return {
      .position = row.integer(0),
      .organization = row.null(1) ? std::nullopt : std::optional(OrganizationKey(row.integer(1))),
      .to = row.text(2),
      .template_name = row.text(3),
      .data = data_of(row.bytes(4)),
      .state = static_cast<MailState>(row.integer(5)),
      .attempts = row.integer(6),
      .created = row.timestamp(7),
      .next_attempt = row.timestamp(8),
      .last_error = row.text(9)};
}

std::vector<Mail> mails_of(sql::Rows row) {
  std::vector<Mail> mails;
  for (; row; row.next()) mails.push_back(mail_of(row));
  return mails;
}

std::int64_t remove(sql::Session& session, const std::vector<std::int64_t>& positions) {
  for (const std::int64_t position : positions) session.execute(delete_mail, {position});
  return static_cast<std::int64_t>(positions.size());
}

}  // namespace

void Outbox::add(std::optional<OrganizationKey> organization, std::string_view to,
                 std::string_view template_name, const json::Object& data) {
  if (!transaction_.mail()) return;
  transaction_.session().execute(insert_mail, {organization, to, template_name,
                                               json::write(json::Value(data)), transaction_.now()});
}

std::vector<Mail> Outbox::due(std::size_t limit) {
  return mails_of(transaction_.session().query(
      select_due, {transaction_.now(), static_cast<std::int64_t>(limit)}));
}

void Outbox::sent(std::int64_t position) {
  transaction_.session().execute(update_sent, {position});
}

void Outbox::failed(std::int64_t position, std::string_view error,
                    std::optional<Timestamp> next_attempt) {
  if (next_attempt) {
    transaction_.session().execute(update_retry, {position, error, *next_attempt});
  } else {
    transaction_.session().execute(update_failed, {position, error});
  }
}

std::vector<Mail> Outbox::list(OrganizationKey organization, std::int64_t after,
                               std::size_t limit) {
  return mails_of(transaction_.session().query(
      select_list, {organization, after, static_cast<std::int64_t>(limit)}));
}

std::int64_t Outbox::forget_old(std::size_t limit) {
  std::vector<std::int64_t> old;
  sql::Rows row = transaction_.session().query(select_oldest, {static_cast<std::int64_t>(limit)});
  for (; row; row.next()) {
    if (row.timestamp(2) > transaction_.now() - kept_for) break;
    if (static_cast<MailState>(row.integer(1)) != MailState::waiting) old.push_back(row.integer(0));
  }
  return remove(transaction_.session(), old);
}

std::int64_t Outbox::erase(OrganizationKey organization, std::string_view address) {
  const std::string wanted = fold(address);
  std::vector<std::int64_t> theirs;
  sql::Rows row = transaction_.session().query(select_recipients, {organization});
  for (; row; row.next()) {
    if (fold(row.bytes(1)) == wanted) theirs.push_back(row.integer(0));
  }
  return remove(transaction_.session(), theirs);
}

}  // namespace rollcall
