#include "gateway/directory/tokens.h"

#include "gateway/base/json.h"
#include "gateway/crypto/random.h"
#include "gateway/directory/names.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <array>
#include <string>

namespace rollcall {
namespace {

constexpr std::string_view columns =
    "SELECT t.id, t.position, t.kind, t.organization, t.scim_connection, t.owner_user, u.id, "
    "t.owner_service_user, s.id, t.name, t.created_by, t.created, t.expires, t.last_used, "
    "t.revoked, t.revoked_by FROM tokens t LEFT JOIN users u ON u.position = t.owner_user "
    "LEFT JOIN service_users s ON s.position = t.owner_service_user ";
constexpr std::string_view by_id = "WHERE t.id = $1";
constexpr std::string_view by_hash = "WHERE t.hash = $1";
constexpr std::string_view of_organization =
    "WHERE t.organization = $1 AND t.kind = 0 ORDER BY t.position DESC";
constexpr std::string_view of_operator = "WHERE t.organization IS NULL ORDER BY t.position DESC";
constexpr std::string_view of_users = "WHERE t.organization = $1 AND t.kind = 2 ";
constexpr std::string_view of_user = "WHERE t.owner_user = $1 ";
constexpr std::string_view of_service_user = "WHERE t.owner_service_user = $1 ";
constexpr std::string_view page = "AND t.position > $2 ORDER BY t.position LIMIT $3";
static_assert(static_cast<int>(TokenKind::scim) == 0 && static_cast<int>(TokenKind::user) == 2,
              "the statements say so");

constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr sql::Sql select_by_hash{sql::joined<columns, by_hash>};
constexpr sql::Sql select_of_organization{sql::joined<columns, of_organization>};
constexpr sql::Sql select_of_operator{sql::joined<columns, of_operator>};
constexpr sql::Sql select_of_users{sql::joined<columns, of_users, page>};
constexpr sql::Sql select_of_user{sql::joined<columns, of_user, page>};
constexpr sql::Sql select_of_service_user{sql::joined<columns, of_service_user, page>};
constexpr sql::Sql insert_token{
    "INSERT INTO tokens (id, hash, kind, organization, scim_connection, owner_user, "
    "owner_service_user, name, created_by, created, expires) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING position"};

constexpr std::string_view set_revoked = "UPDATE tokens SET revoked = $2, revoked_by = $3 WHERE ";
constexpr std::string_view with_id = "id = $1";
constexpr std::string_view owned_by_user = "owner_user = $1";
constexpr std::string_view owned_by_service_user = "owner_service_user = $1";
constexpr std::string_view not_yet = " AND revoked IS NULL RETURNING id, kind, organization, name";
constexpr sql::Sql revoke_one{sql::joined<set_revoked, with_id, not_yet>};
constexpr sql::Sql revoke_of_user{sql::joined<set_revoked, owned_by_user, not_yet>};
constexpr sql::Sql revoke_of_service_user{sql::joined<set_revoked, owned_by_service_user, not_yet>};
constexpr sql::Sql set_last_used{
    "UPDATE tokens SET last_used = $2 WHERE id = $1 AND (last_used < $2 OR last_used IS NULL)"};

/// What differs by kind, in the order of TokenKind.
struct Kind {
  std::string_view name;
  std::string_view prefix;
  /// Event types (F61).
  std::string_view created;
  std::string_view revoked;
};
constexpr std::array<Kind, 4> kinds{
    Kind{"scim", "rcs_", "token.created", "token.revoked"},
    Kind{"operator", "rco_", "token.created", "token.revoked"},
    Kind{"user", "rcp_", "account_scoped_pat.created", "account_scoped_pat.deleted"},
    Kind{"service_user", "rct_", "service_token.created", "service_token.revoked"}};

const Kind& of(TokenKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

template <class Key>
std::optional<Key> optional_key(const sql::Rows& row, int column) {
  return row.null(column) ? std::nullopt : std::optional<Key>(row.integer(column));
}

/// From its position and, behind it, its id.
template <class OwnerId>
std::optional<TokenOwner<OwnerId>> owner_in(const sql::Rows& row, int column) {
  if (row.null(column + 1)) return std::nullopt;
  return TokenOwner<OwnerId>{row.integer(column), row.id<OwnerId>(column + 1)};
}

Token token_of(const sql::Rows& row) {
  return {.id = row.id<TokenId>(0),
          .position = row.integer(1),
          .kind = static_cast<TokenKind>(row.integer(2)),
          .organization = optional_key<OrganizationKey>(row, 3),
          .scim_connection = optional_key<ScimConnectionKey>(row, 4),
          .user = owner_in<UserId>(row, 5),
          .service_user = owner_in<ServiceUserId>(row, 7),
          .name = row.text(9),
          .created_by = row.text(10),
          .created = row.timestamp(11),
          .expires = row.optional_timestamp(12),
          .last_used = row.optional_timestamp(13),
          .revoked = row.optional_timestamp(14),
          .revoked_by = row.optional_text(15).value_or("")};
}

std::vector<Token> tokens_of(sql::Rows row) {
  std::vector<Token> tokens;
  for (; row; row.next()) tokens.push_back(token_of(row));
  return tokens;
}

std::string object_of(const TokenId& id) { return "token/" + id.str(); }

/// Only the person themself (F28), and only in the organization they belong to.
Result<TokenOwner<UserId>> find_user(Transaction& transaction, const NewToken& wanted) {
  TRY(const User user, transaction.users(wanted.organization.value()).get(wanted.user.value()));
  const Actor& actor = transaction.actor();
  if (actor.kind != ActorKind::user || actor.id != user.id.str()) {
    return Error(Fault::forbidden, "A personal token is made by the person it belongs to.")
        .with_code("not_owner");
  }
  return TokenOwner<UserId>{user.position, user.id};
}

Result<TokenOwner<ServiceUserId>> find_service_user(Transaction& transaction,
                                                    const NewToken& wanted) {
  CHECK_OK(require(transaction.organization(wanted.organization.value()), Feature::service_users));
  TRY(const ServiceUser owner,
      transaction.service_users(wanted.organization.value()).get(wanted.service_user.value()));
  return TokenOwner<ServiceUserId>{owner.position, owner.id};
}

void audit_created(Transaction& transaction, const Token& token) {
  json::Object after{{"name", token.name}};
  if (token.user) after.append("owner", "user/" + token.user->id.str());
  if (token.service_user) after.append("owner", "service_user/" + token.service_user->id.str());
  if (token.expires) after.append("expires", format_timestamp(*token.expires));
  transaction.audit(token.organization)
      .append(of(token.kind).created, object_of(token.id),
              json::write(json::Object{{"after", std::move(after)}}));
}

template <class OwnerId>
std::optional<std::int64_t> position_of(const std::optional<TokenOwner<OwnerId>>& owner) {
  return owner ? std::optional(owner->position) : std::nullopt;
}

/// Runs one of the revoking statements and audits each token that it ended; how many.
std::size_t revoke_by(Transaction& transaction, const sql::Sql& statement, const sql::Value& key) {
  struct Revoked {
    TokenId id;
    TokenKind kind;
    std::optional<OrganizationKey> organization;
    std::string name;
  };
  std::vector<Revoked> revoked;
  const std::string by = in_words(transaction.actor());
  for (sql::Rows row = transaction.session().query(statement, {key, transaction.now(), by}); row;
       row.next()) {
    revoked.push_back({row.id<TokenId>(0), static_cast<TokenKind>(row.integer(1)),
                       optional_key<OrganizationKey>(row, 2), row.text(3)});
  }
  for (const Revoked& token : revoked) {
    transaction.audit(token.organization)
        .append(of(token.kind).revoked, object_of(token.id),
                json::write(json::Object{{"before", json::Object{{"name", token.name}}}}));
  }
  if (!revoked.empty()) transaction.note_token_change();
  return revoked.size();
}

}  // namespace

std::string_view name(TokenKind kind) { return of(kind).name; }

Secret make_token_secret(TokenKind kind) {
  return Secret(std::string(of(kind).prefix) + random_text(32));
}

Sha256 token_hash(std::string_view secret) { return sha256(secret); }

Result<CreatedToken> Tokens::add(const NewToken& wanted) {
  CHECK_OK(check_name(wanted.name, "a token"));
  if (wanted.expires && *wanted.expires <= transaction_.now()) {
    return Error(Fault::invalid_value, "\"expires\" must lie in the future.");
  }
  CreatedToken created{.token = {.id = new_id<TokenId>(transaction_.now()),
                                 .kind = wanted.kind,
                                 .organization = wanted.organization,
                                 .scim_connection = wanted.scim_connection,
                                 .user = std::nullopt,
                                 .service_user = std::nullopt,
                                 .name = wanted.name,
                                 .created_by = in_words(transaction_.actor()),
                                 .created = transaction_.now(),
                                 .expires = wanted.expires,
                                 .last_used = std::nullopt,
                                 .revoked = std::nullopt,
                                 .revoked_by = {}},
                       .secret = make_token_secret(wanted.kind)};
  Token& token = created.token;
  if (wanted.kind == TokenKind::user) {
    TRY(token.user, find_user(transaction_, wanted));
  } else if (wanted.kind == TokenKind::service_user) {
    TRY(token.service_user, find_service_user(transaction_, wanted));
  }
  const Sha256 hash = token_hash(created.secret.reveal());
  token.position =
      transaction_.session()
          .query(insert_token,
                 {token.id, sql::Blob{as_bytes(hash)}, static_cast<std::int64_t>(token.kind),
                  token.organization, token.scim_connection, position_of(token.user),
                  position_of(token.service_user), token.name, token.created_by, token.created,
                  token.expires})
          .integer(0);
  transaction_.note_token_change();
  audit_created(transaction_, token);
  return created;
}

std::optional<Token> Tokens::find(const Sha256& hash) {
  const sql::Rows row = transaction_.session().query(select_by_hash, {sql::Blob{as_bytes(hash)}});
  return row ? std::optional<Token>(token_of(row)) : std::nullopt;
}

Result<Token> Tokens::get(const TokenId& id) {
  const sql::Rows row = transaction_.session().query(select_by_id, {id});
  if (!row) return Error(Fault::not_found, "There is no such token.");
  return token_of(row);
}

std::vector<Token> Tokens::list(std::optional<OrganizationKey> organization) {
  sql::Session& session = transaction_.session();
  return organization ? tokens_of(session.query(select_of_organization, {*organization}))
                      : tokens_of(session.query(select_of_operator, {}));
}

std::vector<Token> Tokens::list_of_users(OrganizationKey organization, std::int64_t after,
                                         std::size_t limit) {
  return tokens_of(transaction_.session().query(
      select_of_users, {organization, after, static_cast<std::int64_t>(limit)}));
}

std::vector<Token> Tokens::list_of_user(std::int64_t position, std::int64_t after,
                                        std::size_t limit) {
  return tokens_of(transaction_.session().query(
      select_of_user, {position, after, static_cast<std::int64_t>(limit)}));
}

std::vector<Token> Tokens::list_of_service_user(std::int64_t position, std::int64_t after,
                                                std::size_t limit) {
  return tokens_of(transaction_.session().query(
      select_of_service_user, {position, after, static_cast<std::int64_t>(limit)}));
}

Result<> Tokens::revoke(const TokenId& id) {
  if (revoke_by(transaction_, revoke_one, id) == 1) return {};
  TRY([[maybe_unused]] const Token revoked_before, get(id));
  return {};
}

void Tokens::revoke_all_of_user(std::int64_t position) {
  revoke_by(transaction_, revoke_of_user, position);
}

void Tokens::revoke_all_of_service_user(std::int64_t position) {
  revoke_by(transaction_, revoke_of_service_user, position);
}

void Tokens::touch(const TokenId& id, Timestamp last_used) {
  transaction_.session().execute(set_last_used, {id, last_used});
}

}  // namespace rollcall
