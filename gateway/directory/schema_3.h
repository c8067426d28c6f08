#pragma once

/// As schema.h, of which it is the continuation.
namespace rollcall::sqlite {

// People sign in (spec/oidc, design.md 3).
inline constexpr const char* schema_3 = R"sql(
CREATE TABLE sessions (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  user_position INTEGER NOT NULL,
  user_id BLOB NOT NULL,
  connection TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  idp_session TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  idle INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  -- The earlier of expires and last_used + idle.
  ends INTEGER NOT NULL,
  reauth_at INTEGER NOT NULL,
  reauth_postponed INTEGER,
  renewal_until INTEGER,
  sealed_tokens TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (organization, user_position);
CREATE INDEX sessions_by_organization ON sessions (organization);
CREATE INDEX sessions_by_subject ON sessions (organization, connection, subject);
CREATE INDEX sessions_by_idp_session ON sessions (organization, connection, idp_session)
  WHERE idp_session <> '';
CREATE INDEX sessions_by_end ON sessions (ends);

CREATE TABLE identities (
  organization INTEGER NOT NULL,
  connection TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  alternate_subject TEXT NOT NULL,
  user_position INTEGER NOT NULL,
  created INTEGER NOT NULL,
  last_sign_in INTEGER NOT NULL,
  groups_state INTEGER NOT NULL,
  groups TEXT NOT NULL,
  groups_at INTEGER,
  PRIMARY KEY (organization, connection, issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_user ON identities (user_position);

CREATE TABLE sign_in_attempts (
  state BLOB PRIMARY KEY,
  browser BLOB,
  organization INTEGER NOT NULL,
  connection TEXT NOT NULL,
  trace TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (expires);

-- Ids that may be used once: of logout tokens, assertions.
CREATE TABLE used_ids (
  issuer TEXT NOT NULL,
  id TEXT NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (issuer, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_ids_by_end ON used_ids (expires);

CREATE TABLE sign_in_traces (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  organization INTEGER,
  connection TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  reason TEXT NOT NULL,
  user_id BLOB,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_traces_by_organization ON sign_in_traces (organization);
CREATE INDEX sign_in_traces_by_user ON sign_in_traces (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sign_in_traces_by_age ON sign_in_traces (at);

CREATE TABLE domains (
  organization INTEGER NOT NULL,
  name TEXT NOT NULL,
  challenge TEXT NOT NULL,
  verified INTEGER,
  method TEXT NOT NULL,
  checked INTEGER,
  PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX domains_verified ON domains (name) WHERE verified IS NOT NULL;

CREATE TABLE connection_secrets (
  organization INTEGER NOT NULL,
  connection TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (organization, connection, name)
) STRICT, WITHOUT ROWID;

-- The digest of the settings with which a test sign-in last passed.
ALTER TABLE connections ADD COLUMN tested BLOB;
)sql";

}  // namespace rollcall::sqlite
