#include "gateway/directory/tokens.h"

#include "gateway/base/json.h"
#include "gateway/crypto/random.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <string>

namespace rollcall {
namespace {

constexpr std::string_view columns =
    "SELECT id, kind, organization, scim_connection, name, created_by, created, expires, "
    "last_used, "
    "revoked FROM tokens ";
constexpr std::string_view by_id = "WHERE id = $1";
constexpr std::string_view by_hash = "WHERE hash = $1";
constexpr std::string_view of_organization = "WHERE organization = $1 ORDER BY position DESC";
constexpr std::string_view of_operator = "WHERE organization IS NULL ORDER BY position DESC";

constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr sql::Sql select_by_hash{sql::joined<columns, by_hash>};
constexpr sql::Sql select_of_organization{sql::joined<columns, of_organization>};
constexpr sql::Sql select_of_operator{sql::joined<columns, of_operator>};
constexpr sql::Sql insert_token{
    "INSERT INTO tokens (id, hash, kind, organization, scim_connection, name, created_by, created, "
    "expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr sql::Sql set_revoked{"UPDATE tokens SET revoked = $2 WHERE id = $1"};
constexpr sql::Sql set_last_used{
    "UPDATE tokens SET last_used = $2 WHERE id = $1 AND (last_used < $2 OR last_used IS NULL)"};

template <class Key>
std::optional<Key> optional_key(const sql::Rows& row, int column) {
  return row.null(column) ? std::nullopt : std::optional<Key>(row.integer(column));
}

Token token_of(const sql::Rows& row) {
  return {.id = row.id<TokenId>(0),
          .kind = static_cast<TokenKind>(row.integer(1)),
          .organization = optional_key<OrganizationKey>(row, 2),
          .scim_connection = optional_key<ScimConnectionKey>(row, 3),
          .name = row.text(4),
          .created_by = row.text(5),
          .created = row.timestamp(6),
          .expires = row.optional_timestamp(7),
          .last_used = row.optional_timestamp(8),
          .revoked = row.optional_timestamp(9)};
}

std::string object_of(const TokenId& id) { return "token/" + id.str(); }

}  // namespace

Secret make_token_secret(TokenKind kind) {
  return Secret((kind == TokenKind::scim ? "rcs_" : "rco_") + random_text(32));
}

Sha256 token_hash(std::string_view secret) { return sha256(secret); }

CreatedToken Tokens::add(const NewToken& wanted) {
  CreatedToken created{.token = {.id = new_id<TokenId>(transaction_.now()),
                                 .kind = wanted.kind,
                                 .organization = wanted.organization,
                                 .scim_connection = wanted.scim_connection,
                                 .name = wanted.name,
                                 .created_by = in_words(transaction_.actor()),
                                 .created = transaction_.now(),
                                 .expires = wanted.expires,
                                 .last_used = std::nullopt,
                                 .revoked = std::nullopt},
                       .secret = make_token_secret(wanted.kind)};
  const Token& token = created.token;
  const Sha256 hash = token_hash(created.secret.reveal());
  transaction_.session().execute(
      insert_token, {token.id, sql::Blob{as_bytes(hash)}, static_cast<std::int64_t>(token.kind),
                     token.organization, token.scim_connection, token.name, token.created_by,
                     token.created, token.expires});
  transaction_.note_token_change();
  json::Object after{{"name", token.name}};
  if (token.expires) after.append("expires", format_timestamp(*token.expires));
  transaction_.audit(token.organization)
      .append("token.created", object_of(token.id), json::write(json::Object{{"after", after}}));
  return created;
}

std::optional<Token> Tokens::find(const Sha256& hash) {
  const sql::Rows row = transaction_.session().query(select_by_hash, {sql::Blob{as_bytes(hash)}});
  return row ? std::optional<Token>(token_of(row)) : std::nullopt;
}

std::vector<Token> Tokens::list(std::optional<OrganizationKey> organization) {
  std::vector<Token> tokens;
  sql::Session& session = transaction_.session();
  sql::Rows row = organization ? session.query(select_of_organization, {*organization})
                               : session.query(select_of_operator, {});
  for (; row; row.next()) tokens.push_back(token_of(row));
  return tokens;
}

Result<> Tokens::revoke(const TokenId& id) {
  std::optional<Token> token;
  if (const sql::Rows row = transaction_.session().query(select_by_id, {id})) token = token_of(row);
  if (!token) return Error(Fault::not_found, "There is no such token.");
  if (token->revoked) return {};
  transaction_.session().execute(set_revoked, {id, transaction_.now()});
  transaction_.note_token_change();
  transaction_.audit(token->organization)
      .append("token.revoked", object_of(id),
              json::write(json::Object{{"before", json::Object{{"name", token->name}}}}));
  return {};
}

void Tokens::touch(const TokenId& id, Timestamp last_used) {
  transaction_.session().execute(set_last_used, {id, last_used});
}

}  // namespace rollcall
