#include "gateway/directory/invitations.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/random.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_document.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace rollcall {
namespace {

constexpr std::chrono::days good_for{7};

constexpr sql::Sql upsert_confirmation{
    "INSERT INTO confirmations (hash, organization, user_position, kind, email, made_by, created, "
    "expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_position, kind) "
    "DO UPDATE SET hash = excluded.hash, email = excluded.email, made_by = excluded.made_by, "
    "created = excluded.created, expires = excluded.expires"};
constexpr std::string_view columns =
    "SELECT c.kind, u.id, c.email, c.made_by, c.created, c.expires, c.position "
    "FROM confirmations c JOIN users u ON u.position = c.user_position ";
constexpr std::string_view by_hash = "WHERE c.hash = $2 AND c.organization = $1 AND c.expires > $3";
constexpr std::string_view page =
    "WHERE c.organization = $1 AND c.position > $2 ORDER BY c.position LIMIT $3";
constexpr sql::Sql select_by_hash{sql::joined<columns, by_hash>};
constexpr sql::Sql select_page{sql::joined<columns, page>};
constexpr sql::Sql select_organization{
    "SELECT organization FROM confirmations WHERE hash = $1 AND expires > $2"};
constexpr sql::Sql select_asked{
    "SELECT 1 FROM confirmations WHERE user_position = $1 AND kind = $2 AND email = $3 "
    "AND expires > $4"};
constexpr sql::Sql take_confirmation{
    "DELETE FROM confirmations WHERE hash = $2 AND organization = $1 AND expires > $3 "
    "RETURNING kind, email, (SELECT id FROM users WHERE position = user_position)"};

/// What differs by kind, in the order of ConfirmationKind.
struct Kind {
  std::string_view name;
  std::string_view mail;
  /// Event types (F61).
  std::string_view asked;
  std::string_view settled;
};
constexpr std::array<Kind, 3> kinds{
    Kind{"invitation", "invitation", "user.invite.added", "user.invite.redeemed"},
    Kind{"new_user", "confirm_email", "user.jit.email.sent", "user.jit.email.confirmed"},
    Kind{"email_change", "confirm_email", "user.email_change.sent", "user.email_change.confirmed"}};

const Kind& of(ConfirmationKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

Error no_such_link() { return {Fault::not_found, "This link is used, expired or unknown."}; }
Error not_invited() { return {Fault::not_found, "This user is not invited."}; }

std::string object_of(const UserId& id) { return "user/" + id.str(); }

/// One @ between texts without spaces, control characters or what separates addresses (RFC 5321
/// §4.1.2 without quoted local parts), at most 254 bytes (§4.5.3.1.3).
bool is_address(std::string_view text) {
  constexpr std::size_t longest = 254;
  const auto at = text.find('@');
  if (text.size() > longest || at == std::string_view::npos || at == 0) return false;
  const std::string_view domain = text.substr(at + 1);
  const bool odd = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
           std::string_view("\"(),:;<>[]\\").find(c) != std::string_view::npos;
  });
  return !odd && !domain.empty() && domain.find('@') == std::string_view::npos &&
         domain.front() != '.' && domain.back() != '.';
}

/// Who invites, for the reader of the mail: a name where it is a person.
std::string inviter(Transaction& transaction, OrganizationKey organization) {
  const Actor& actor = transaction.actor();
  const auto id = actor.kind == ActorKind::user ? UserId::parse(actor.id) : std::nullopt;
  if (!id) return "";
  const auto user = transaction.users(organization).get(*id);
  return user ? user->profile.display_name : "";
}

Confirmation confirmation_of(const sql::Rows& row) {
  return {.kind = static_cast<ConfirmationKind>(row.integer(0)),
          .user = row.id<UserId>(1),
          .email = row.text(2),
          .by = row.text(3),
          .created = row.timestamp(4),
          .expires = row.timestamp(5),
          .position = row.integer(6)};
}

}  // namespace

std::string_view name(ConfirmationKind kind) { return of(kind).name; }

Result<std::vector<User>> Invitations::invite(std::span<const std::string> emails,
                                              std::optional<License> license,
                                              std::span<const GroupId> groups) {
  if (emails.empty()) return Error(Fault::invalid_value, "Nobody to invite is named.");
  for (const std::string& email : emails) {
    if (is_address(email)) continue;
    return Error(Fault::invalid_value, "\"" + email + "\" is not an e-mail address.");
  }
  Users users = transaction_.users(organization_);
  std::vector<User> invited;
  std::vector<UserId> ids;
  for (const std::string& email : emails) {
    NewUser wanted;
    wanted.license = license;
    wanted.invited = true;
    TRY(User user, users.add(profile_of_person(email), wanted));
    ids.push_back(user.id);
    invited.push_back(std::move(user));
  }
  Groups joined = transaction_.groups(organization_);
  for (const GroupId& id : groups) {
    TRY(const Group group, joined.get(id));
    CHECK_OK(joined.change_members(group, ids, {}));
  }
  for (const User& user : invited) {
    ask(user, ConfirmationKind::invitation, user.profile.emails.front());
  }
  return invited;
}

Result<> Invitations::resend(const User& user) {
  const auto address = primary_address(user.profile);
  if (user.state != UserState::invited || !address) return not_invited();
  ask(user, ConfirmationKind::invitation, *address);
  return {};
}

Result<> Invitations::revoke(const User& user) {
  if (user.state != UserState::invited) return not_invited();
  return transaction_.users(organization_).remove(user.id);
}

std::vector<Confirmation> Invitations::list(std::int64_t after, std::size_t limit) {
  std::vector<Confirmation> waiting;
  for (sql::Rows row = transaction_.session().query(
           select_page, {organization_, after, static_cast<std::int64_t>(limit)});
       row; row.next()) {
    waiting.push_back(confirmation_of(row));
  }
  return waiting;
}

void Invitations::ask(const User& user, ConfirmationKind kind, std::string_view email) {
  const Secret secret(random_text(32));
  const Sha256 hash = sha256(secret.reveal());
  const Timestamp now = transaction_.now();
  transaction_.session().execute(
      upsert_confirmation,
      {sql::Blob{as_bytes(hash)}, organization_, user.position, static_cast<std::int64_t>(kind),
       email, in_words(transaction_.actor()), now, now + good_for});
  json::Object data{{"link_path", "/confirm?token=" + std::string(secret.reveal())}};
  if (kind == ConfirmationKind::invitation) {
    data.append("invited_by", inviter(transaction_, organization_));
  }
  transaction_.outbox().add(organization_, email, of(kind).mail, data);
  transaction_.audit(organization_)
      .append(of(kind).asked, object_of(user.id),
              json::write(json::Object{{"after", json::Object{{"email", email}}}}));
}

bool Invitations::asked(const User& user, ConfirmationKind kind, std::string_view email) {
  const sql::Rows row = transaction_.session().query(
      select_asked, {user.position, static_cast<std::int64_t>(kind), email, transaction_.now()});
  return static_cast<bool>(row);
}

std::optional<OrganizationKey> Invitations::find(Transaction& transaction,
                                                 std::string_view secret) {
  const Sha256 hash = sha256(secret);
  const sql::Rows row = transaction.session().query(select_organization,
                                                    {sql::Blob{as_bytes(hash)}, transaction.now()});
  return row ? std::optional(OrganizationKey(row.integer(0))) : std::nullopt;
}

Result<Confirmation> Invitations::peek(std::string_view secret) {
  const Sha256 hash = sha256(secret);
  const sql::Rows row = transaction_.session().query(
      select_by_hash, {organization_, sql::Blob{as_bytes(hash)}, transaction_.now()});
  if (!row) return no_such_link();
  return confirmation_of(row);
}

Result<User> Invitations::redeem(std::string_view secret) {
  const Sha256 hash = sha256(secret);
  std::optional<UserId> id;
  std::string email;
  ConfirmationKind kind{};
  if (const sql::Rows row = transaction_.session().query(
          take_confirmation, {organization_, sql::Blob{as_bytes(hash)}, transaction_.now()})) {
    kind = static_cast<ConfirmationKind>(row.integer(0));
    email = row.text(1);
    if (!row.null(2)) id = row.id<UserId>(2);
  }
  if (!id) return no_such_link();
  Users users = transaction_.users(organization_);
  TRY(User user, users.get(*id));
  if (user.state == UserState::deactivated) return no_such_link();
  if (kind == ConfirmationKind::email_change) {
    TRY(user, users.set_address(user, email));
  } else if (user.state == UserState::invited) {
    // Whoever had an address before proves nothing of the one that counts now.
    if (fold(primary_address(user.profile).value_or("")) != fold(email)) return no_such_link();
    TRY(user, users.activate(user));
  }
  transaction_.audit(organization_)
      .append(of(kind).settled, object_of(*id),
              json::write(json::Object{{"after", json::Object{{"email", email}}}}));
  return user;
}

}  // namespace rollcall
