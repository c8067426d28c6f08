#pragma once

/// The tables of the embedded store, one text for each version of the schema.
namespace rollcall::sqlite {

// Positions and keys are AUTOINCREMENT so that none is used twice: what was deleted never lends its
// number, its memberships or its tokens to what comes after. No foreign keys: each look-up would
// cost a write as much as an index, and rows are deleted in one place each. Times are milliseconds
// since 1970.
inline constexpr const char* schema_1 = R"sql(
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organizations (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL,
  slug_key TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE connections (
  organization INTEGER NOT NULL,
  id TEXT NOT NULL,
  settings TEXT NOT NULL,
  PRIMARY KEY (organization, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE scim_connections (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER NOT NULL,
  id TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  mode INTEGER NOT NULL,
  username_is_email INTEGER NOT NULL,
  options TEXT NOT NULL,
  UNIQUE (organization, id)
) STRICT;

CREATE TABLE tokens (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  hash BLOB NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  organization INTEGER,
  scim_connection INTEGER,
  name TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  last_used INTEGER,
  revoked INTEGER
) STRICT;
CREATE INDEX tokens_by_organization ON tokens (organization);

CREATE TABLE users (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  user_name TEXT NOT NULL,
  user_name_key TEXT NOT NULL,
  display_name TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  scim_managed INTEGER NOT NULL,
  declared_id TEXT,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE (organization, user_name_key)
) STRICT;
CREATE INDEX users_by_organization ON users (organization);
CREATE INDEX users_by_modified ON users (organization, modified);
CREATE INDEX users_deactivated ON users (organization) WHERE state = 2;
CREATE UNIQUE INDEX users_by_declared_id ON users (organization, declared_id)
  WHERE declared_id IS NOT NULL;

CREATE INDEX users_unmanaged ON users (organization) WHERE scim_managed = 0;

CREATE TABLE user_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL,
  emails TEXT NOT NULL
) STRICT;

CREATE TABLE user_emails (
  organization INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  user_position INTEGER NOT NULL,
  PRIMARY KEY (organization, email_key, user_position)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_external_ids (
  user_position INTEGER NOT NULL,
  scim_connection INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (user_position, scim_connection)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_external_ids_by_value ON user_external_ids
  (scim_connection, external_id, user_position);

CREATE TABLE groups (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  scim_managed INTEGER NOT NULL,
  members INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE (organization, name_key)
) STRICT;
CREATE INDEX groups_by_organization ON groups (organization);
CREATE INDEX groups_by_modified ON groups (organization, modified);
CREATE INDEX groups_unmanaged ON groups (organization) WHERE scim_managed = 0;

CREATE TABLE group_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL
) STRICT;

CREATE TABLE group_external_ids (
  group_position INTEGER NOT NULL,
  scim_connection INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (group_position, scim_connection)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_external_ids_by_value ON group_external_ids
  (scim_connection, external_id, group_position);

CREATE TABLE memberships (
  group_position INTEGER NOT NULL,
  user_position INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  since INTEGER NOT NULL,
  scim_connection INTEGER,
  connection TEXT,
  rule TEXT,
  PRIMARY KEY (group_position, user_position)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_position, group_position);

-- How many users (kind 0) and groups (kind 1) of an organization lie in each block of positions.
CREATE TABLE counters (
  organization INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  block INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (organization, kind, block)
) STRICT, WITHOUT ROWID;

-- organization 0 is the instance itself.
CREATE TABLE audit (
  position INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  address TEXT NOT NULL,
  source INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  type TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  link BLOB NOT NULL,
  UNIQUE (organization, sequence)
) STRICT;
)sql";

// Who may do what (spec/access 3.2). Scopes, roles and grants name each other by text, as the
// contract does.
inline constexpr const char* schema_2 = R"sql(
ALTER TABLE organizations ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN preset INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN plan TEXT;
ALTER TABLE organizations ADD COLUMN policy TEXT NOT NULL DEFAULT '{}';
ALTER TABLE organizations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TABLE seat_pools (
  organization INTEGER NOT NULL,
  pool TEXT NOT NULL,
  user_seats INTEGER,
  billing_seats INTEGER,
  used INTEGER NOT NULL,
  PRIMARY KEY (organization, pool)
) STRICT, WITHOUT ROWID;
INSERT INTO seat_pools (organization, pool, used)
  SELECT organization, 'user', count(*) FROM users WHERE state <> 2 GROUP BY organization;

ALTER TABLE users ADD COLUMN license INTEGER;
ALTER TABLE users ADD COLUMN last_sign_in INTEGER;
CREATE INDEX users_invited ON users (organization) WHERE state = 0;

-- What is kept of a user who was removed, for whoever comes back with the same address.
CREATE TABLE tombstones (
  organization INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  user_id BLOB NOT NULL,
  profile TEXT NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (organization, email_key)
) STRICT, WITHOUT ROWID;

ALTER TABLE groups ADD COLUMN assign_by_default INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN manual_members INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX groups_by_default ON groups (organization) WHERE assign_by_default = 1;

-- Groups that an IdP deleted but that stay here: unknown to its connection until linked again.
CREATE TABLE unlinked_groups (
  scim_connection INTEGER NOT NULL,
  group_position INTEGER NOT NULL,
  PRIMARY KEY (scim_connection, group_position)
) STRICT, WITHOUT ROWID;

-- kind 0 full, 1 branch.
CREATE TABLE deployments (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  default_role TEXT,
  code_locations TEXT NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  UNIQUE (organization, name)
) STRICT;

CREATE INDEX deployments_full ON deployments (organization) WHERE kind = 0;

-- environments: a JSON array of {name, category}.
CREATE TABLE projects (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  environments TEXT NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  UNIQUE (organization, id)
) STRICT;

CREATE TABLE roles (
  organization INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  icon TEXT NOT NULL,
  level INTEGER NOT NULL,
  based_on TEXT,
  permissions TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (organization, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  environments INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  since INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  UNIQUE (subject_kind, subject, scope, role)
) STRICT;
CREATE INDEX grants_by_organization ON grants (organization);
CREATE INDEX grants_by_role ON grants (organization, role);
CREATE INDEX grants_by_scope ON grants (organization, scope);

CREATE TABLE service_users (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  description TEXT NOT NULL,
  kind INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE (organization, name_key)
) STRICT;
CREATE INDEX service_users_by_organization ON service_users (organization);

ALTER TABLE tokens ADD COLUMN owner_user INTEGER;
ALTER TABLE tokens ADD COLUMN owner_service_user INTEGER;
ALTER TABLE tokens ADD COLUMN revoked_by TEXT;
CREATE INDEX tokens_by_user ON tokens (owner_user) WHERE owner_user IS NOT NULL;
CREATE INDEX tokens_by_service_user ON tokens (owner_service_user)
  WHERE owner_service_user IS NOT NULL;

CREATE TABLE sso_mappings (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  group_position INTEGER NOT NULL,
  connection TEXT NOT NULL,
  kind INTEGER NOT NULL,
  idp_group TEXT NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE (group_position, connection, kind, idp_group)
) STRICT;
CREATE INDEX sso_mappings_by_organization ON sso_mappings (organization);

CREATE TABLE license_mappings (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  license INTEGER NOT NULL,
  connection TEXT NOT NULL,
  idp_group TEXT NOT NULL,
  UNIQUE (organization, license, connection, idp_group)
) STRICT;

CREATE TABLE confirmations (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  organization INTEGER NOT NULL,
  user_position INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  email TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  UNIQUE (user_position, kind)
) STRICT;
CREATE INDEX confirmations_by_organization ON confirmations (organization);

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER,
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  data TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created INTEGER NOT NULL,
  next_attempt INTEGER NOT NULL,
  last_error TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt) WHERE state = 0;
CREATE INDEX outbox_by_organization ON outbox (organization);

CREATE TABLE idempotency_keys (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created);

-- format 2: the link is over the SHA-256 of the detail, so that the detail can be erased and the
-- chain still verifies; erased holds that digest then, and a seal that proves that the key's owner
-- did. An erased event of format 1 has the seal alone.
ALTER TABLE audit ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE audit ADD COLUMN erased BLOB;

-- The last event of a chain that retention dropped; seal proves that the key's owner did.
CREATE TABLE audit_starts (
  organization INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  link BLOB NOT NULL,
  seal BLOB NOT NULL
) STRICT;
)sql";

}  // namespace rollcall::sqlite
