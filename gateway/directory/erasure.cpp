#include "gateway/directory/erasure.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::int64_t chunk = 1000;
constexpr std::string_view erased_type = "user.erased";

constexpr sql::Sql select_tombstone{
    "SELECT email_key, profile FROM tombstones WHERE organization = $1 AND user_id = $2"};
constexpr sql::Sql delete_tombstone{
    "DELETE FROM tombstones WHERE organization = $1 AND user_id = $2"};
constexpr sql::Sql select_owner{
    "SELECT 1 FROM user_emails WHERE organization = $1 AND email_key = $2 LIMIT 1"};
constexpr sql::Sql select_events{
    "SELECT sequence, type, object, detail FROM audit WHERE organization = $1 AND sequence > $2 "
    "AND erased IS NULL ORDER BY sequence LIMIT $3"};

std::string object_of(const UserId& user) { return "user/" + user.str(); }

void add_unique(std::vector<std::string>& texts, std::string text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

/// Every text in the value that looks like an e-mail address.
void add_addresses(std::vector<std::string>& addresses, const json::Value& value) {
  if (const std::string* text = value.string()) {
    const bool address =
        text->find('@') != std::string::npos && text->find(' ') == std::string::npos;
    if (address) add_unique(addresses, ascii_lower(*text));
  } else if (const json::Array* items = value.array()) {
    for (const json::Value& item : *items) add_addresses(addresses, item);
  } else if (const json::Object* object = value.object()) {
    for (const json::Member& member : *object) add_addresses(addresses, member.value);
  }
}

void add_addresses_of(std::vector<std::string>& addresses, std::string_view document) {
  if (const auto value = json::parse(document)) add_addresses(addresses, *value);
}

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// True if the text, in lower case, holds the address and not merely a longer one around it.
bool names(std::string_view text, std::string_view address) {
  constexpr std::string_view before = "._+-'%";
  for (std::size_t at = text.find(address); at != std::string_view::npos;
       at = text.find(address, at + 1)) {
    const std::string_view rest = text.substr(at + address.size());
    const bool begins = at == 0 || (!word_character(text[at - 1]) &&
                                    before.find(text[at - 1]) == std::string_view::npos);
    const bool dotted = rest.starts_with('.') || rest.starts_with('-');
    const std::size_t next = dotted ? 1 : 0;
    const bool ends = rest.size() <= next || !word_character(rest[next]);
    if (begins && ends) return true;
  }
  return false;
}

/// Calls `see` with each event behind `after` whose detail is still there; gives the last one's
/// sequence.
template <class See>
std::int64_t walk(sql::Session& session, OrganizationKey organization, std::int64_t after,
                  const See& see) {
  for (bool more = true; more;) {
    std::int64_t seen = 0;
    sql::Rows row = session.query(select_events, {organization, after, chunk});
    for (; row; row.next(), ++seen) {
      after = row.integer(0);
      if (row.bytes(1) != erased_type) see(after, row.bytes(2), row.bytes(3));
    }
    more = seen == chunk;
  }
  return after;
}

/// Addresses that a user of today has are that user's.
void keep_owned(sql::Session& session, OrganizationKey organization,
                std::vector<std::string>& addresses) {
  std::erase_if(addresses, [&](const std::string& address) {
    return static_cast<bool>(session.query(select_owner, {organization, fold(address)}));
  });
}

/// Adds what the events behind traces.looked_at tell.
void look_further(Transaction& transaction, OrganizationKey organization, const UserId& user,
                  PersonTraces& traces) {
  sql::Session& session = transaction.session();
  const std::string object = object_of(user);
  {
    sql::Rows row = session.query(select_tombstone, {organization, user});
    for (; row; row.next()) {
      add_unique(traces.addresses, ascii_lower(row.bytes(0)));
      add_addresses_of(traces.addresses, row.bytes(1));
    }
  }
  // First the events about the user, which tell addresses, then those that name one of them.
  walk(session, organization, traces.looked_at,
       [&](std::int64_t, std::string_view about, std::string_view detail) {
         if (about == object) add_addresses_of(traces.addresses, detail);
       });
  keep_owned(session, organization, traces.addresses);
  traces.looked_at = walk(
      session, organization, traces.looked_at,
      [&](std::int64_t sequence, std::string_view about, std::string_view detail) {
        const std::string text = ascii_lower(detail);
        const bool named = std::ranges::any_of(
            traces.addresses, [&](const std::string& address) { return names(text, address); });
        if (about == object || named) traces.events.push_back(sequence);
      });
}

}  // namespace

PersonTraces find_traces(Transaction& transaction, OrganizationKey organization,
                         const UserId& user) {
  PersonTraces traces;
  look_further(transaction, organization, user, traces);
  return traces;
}

Result<Erasure> erase_person(Transaction& transaction, OrganizationKey organization,
                             const UserId& user, PersonTraces traces) {
  if (transaction.users(organization).get(user)) {
    return Error(Fault::conflict, "The user still exists; remove the user first.")
        .with_code("user_exists");
  }
  look_further(transaction, organization, user, traces);
  Erasure erasure;
  for (const std::string& address : traces.addresses) {
    erasure.mails += transaction.outbox().erase(organization, address);
  }
  erasure.traces = transaction.sign_in_traces().erase(organization, user);
  Audit audit = transaction.audit(organization);
  for (const std::int64_t sequence : traces.events) audit.erase_detail(sequence);
  erasure.events = static_cast<std::int64_t>(traces.events.size());
  const bool tombstone = transaction.session().execute(delete_tombstone, {organization, user}) > 0;
  if (!tombstone && erasure.events == 0 && erasure.mails == 0 && erasure.traces == 0) {
    return Error(Fault::not_found, "Nothing is kept of such a user.");
  }
  audit.append(
      erased_type, object_of(user),
      json::write(json::Object{
          {"events", erasure.events}, {"mails", erasure.mails}, {"traces", erasure.traces}}));
  return erasure;
}

}  // namespace rollcall
