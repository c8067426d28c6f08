#pragma once

#include "gateway/base/id.h"
#include "gateway/base/secret.h"
#include "gateway/crypto/digest.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// scim: provisions through one SCIM connection. operator: the whole instance through the admin
/// API.
enum class TokenKind { scim, operator_ };

struct Token {
  TokenId id;
  TokenKind kind;
  std::optional<OrganizationKey> organization;       // scim only
  std::optional<ScimConnectionKey> scim_connection;  // scim only
  std::string name;
  std::string created_by;
  Timestamp created;
  std::optional<Timestamp> expires;
  std::optional<Timestamp> last_used;
  std::optional<Timestamp> revoked;

  bool alive(Timestamp now) const { return !revoked && (!expires || now < *expires); }
};

struct NewToken {
  TokenKind kind = TokenKind::scim;
  std::optional<OrganizationKey> organization;
  std::optional<ScimConnectionKey> scim_connection;
  std::string name;
  std::optional<Timestamp> expires;
};

/// The secret is shown once; the store keeps its SHA-256 only.
struct CreatedToken {
  Token token;
  Secret secret;
};

/// "rcs_" (SCIM) or "rco_" (operator) and 43 base64url characters: 256 random bits behind a prefix
/// that secret scanners can find.
Secret make_token_secret(TokenKind kind);
Sha256 token_hash(std::string_view secret);

}  // namespace rollcall
