#pragma once

#include "gateway/base/id.h"
#include "gateway/base/secret.h"
#include "gateway/crypto/digest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// scim: provisions through one SCIM connection. operator_: the whole instance through the admin
/// API. user, service_user: acts as its owner, whose rights it has live. Stored as a number: new
/// enumerators go to the end.
enum class TokenKind { scim, operator_, user, service_user };
/// "scim", "operator", "user", "service_user".
std::string_view name(TokenKind kind);

/// Whom a token acts as: the row and the public id.
template <class OwnerId>
struct TokenOwner {
  std::int64_t position;
  OwnerId id;
};

struct Token {
  TokenId id;
  /// Row number: the position for the next page.
  std::int64_t position = 0;
  TokenKind kind;
  std::optional<OrganizationKey> organization;       // all but operator_
  std::optional<ScimConnectionKey> scim_connection;  // scim only
  /// Of kind user; nothing once that user is removed.
  std::optional<TokenOwner<UserId>> user;
  /// Of kind service_user; nothing once that one is removed.
  std::optional<TokenOwner<ServiceUserId>> service_user;
  std::string name;
  std::string created_by;
  Timestamp created;
  std::optional<Timestamp> expires;
  std::optional<Timestamp> last_used;
  std::optional<Timestamp> revoked;
  /// In words, as created_by; empty while it is not revoked.
  std::string revoked_by;

  bool alive(Timestamp now) const { return !revoked && (!expires || now < *expires); }
};

struct NewToken {
  TokenKind kind = TokenKind::scim;
  std::optional<OrganizationKey> organization;
  std::optional<ScimConnectionKey> scim_connection;
  std::string name;
  std::optional<Timestamp> expires;
  /// The owner, for the kinds that have one.
  std::optional<UserId> user = std::nullopt;
  std::optional<ServiceUserId> service_user = std::nullopt;
};

/// The secret is shown once (X6); the store keeps its SHA-256 only.
struct CreatedToken {
  Token token;
  Secret secret;
};

/// "rcs_" (SCIM), "rco_" (operator), "rcp_" (a person's) or "rct_" (a service user's) and 43
/// base64url characters: 256 random bits behind a prefix that secret scanners can find.
Secret make_token_secret(TokenKind kind);
Sha256 token_hash(std::string_view secret);

}  // namespace rollcall
