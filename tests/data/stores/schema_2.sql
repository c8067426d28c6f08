PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES('audit_key_check','2b012418f25da4309853b806a8a2ad591a8bc74caa3ffb4ea4db682aa688fe81');
INSERT INTO settings VALUES('schema','2');
CREATE TABLE organizations (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL,
  slug_key TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL
, name TEXT NOT NULL DEFAULT '', preset INTEGER NOT NULL DEFAULT 0, plan TEXT, policy TEXT NOT NULL DEFAULT '{}', version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO organizations VALUES(1,'acme','acme',1795326573421,'',1,NULL,'{"reauth_hours":12}',2);
CREATE TABLE connections (
  organization INTEGER NOT NULL,
  id TEXT NOT NULL,
  settings TEXT NOT NULL,
  PRIMARY KEY (organization, id)
) STRICT, WITHOUT ROWID;
INSERT INTO connections VALUES(1,'okta','{"protocol":"saml","vendor":"okta","domains":["acme.test"]}');
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
INSERT INTO scim_connections VALUES(1,1,'okta',1,0,0,'{"manual_users":true,"connection":"okta"}');
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
, owner_user INTEGER, owner_service_user INTEGER, revoked_by TEXT) STRICT;
INSERT INTO tokens VALUES(1,X'01a201cd7b6d753f989b22eba21659da',X'abe845b6dd16de8fc6f83018daa9376758e2979fb78ce110a4617080cb4b59bf',0,1,1,'okta-1','local operator',1795326573421,NULL,NULL,NULL,NULL,NULL,NULL);
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
  modified INTEGER NOT NULL, license INTEGER, last_sign_in INTEGER,
  UNIQUE (organization, user_name_key)
) STRICT;
INSERT INTO users VALUES(1,X'01a201cd7b6d7cf69ade48597dbf5de2',1,'ada@acme.test','ada@acme.test','ada@acme.test',1,0,0,'ada',1,1795326573421,1795326573421,NULL,NULL);
INSERT INTO users VALUES(2,X'01a201cd7b6d791d92189662d5105a68',1,'bob@acme.test','bob@acme.test','bob@acme.test',1,0,0,'bob',1,1795326573421,1795326573421,NULL,NULL);
CREATE TABLE user_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL,
  emails TEXT NOT NULL
) STRICT;
INSERT INTO user_documents VALUES(1,'"userName":"ada@acme.test","emails":[{"value":"ada@acme.test","type":"work","primary":true}],"active":true','42:urn:ietf:params:scim:schemas:core:2.0:User','13:ada@acme.test');
INSERT INTO user_documents VALUES(2,'"userName":"bob@acme.test","emails":[{"value":"bob@acme.test","type":"work","primary":true}],"active":true','42:urn:ietf:params:scim:schemas:core:2.0:User','13:bob@acme.test');
CREATE TABLE user_emails (
  organization INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  user_position INTEGER NOT NULL,
  PRIMARY KEY (organization, email_key, user_position)
) STRICT, WITHOUT ROWID;
INSERT INTO user_emails VALUES(1,'ada@acme.test',1);
INSERT INTO user_emails VALUES(1,'bob@acme.test',2);
CREATE TABLE user_external_ids (
  user_position INTEGER NOT NULL,
  scim_connection INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (user_position, scim_connection)
) STRICT, WITHOUT ROWID;
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
  modified INTEGER NOT NULL, assign_by_default INTEGER NOT NULL DEFAULT 0, manual_members INTEGER NOT NULL DEFAULT 0, adopted INTEGER NOT NULL DEFAULT 0,
  UNIQUE (organization, name_key)
) STRICT;
INSERT INTO "groups" VALUES(1,X'01a201cd7b6d738caeab0e96fffb5843',1,'data-eng','data-eng',0,1,1,1795326573421,1795326573421,0,0,0);
CREATE TABLE group_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL
) STRICT;
INSERT INTO group_documents VALUES(1,'"displayName":"data-eng"','43:urn:ietf:params:scim:schemas:core:2.0:Group');
CREATE TABLE group_external_ids (
  group_position INTEGER NOT NULL,
  scim_connection INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (group_position, scim_connection)
) STRICT, WITHOUT ROWID;
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
INSERT INTO memberships VALUES(1,1,0,1795326573421,NULL,NULL,NULL);
CREATE TABLE counters (
  organization INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  block INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (organization, kind, block)
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES(1,0,0,2);
INSERT INTO counters VALUES(1,1,0,1);
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
  link BLOB NOT NULL, format INTEGER NOT NULL DEFAULT 1, erased BLOB,
  UNIQUE (organization, sequence)
) STRICT;
INSERT INTO audit VALUES(1,0,1,1795326573421,2,'','',2,'','organization.added','organization/acme','{"after":{"slug":"acme","preset":"dagster"}}',X'b5c462fe4699c65ba95bc1d03337b8256b631309d51a01b1ce453df37c112389',2,NULL);
INSERT INTO audit VALUES(2,1,1,1795326573421,2,'','',2,'','organization.added','organization/acme','{"after":{"slug":"acme","preset":"dagster"}}',X'f524898460457621e04b46ce1bfa0de1af41aa874e203ffe49dee365a3f058d1',2,NULL);
INSERT INTO audit VALUES(3,1,2,1795326573421,2,'','',2,'','organization.changed','organization/acme','{"before":{"reauth_hours":24},"after":{"reauth_hours":12}}',X'c915e770dd6127a86ebfd51f18921ab67a57e0bfe6f2d11c9a7acf78fa17754e',2,NULL);
INSERT INTO audit VALUES(4,1,3,1795326573421,2,'','',2,'','connection.added','connection/okta','{"attributes":["protocol","vendor","domains"]}',X'c537d4d2b5acc532d5c5720ed99fb82c88faf058ee16aa66ba26835e70f10494',2,NULL);
INSERT INTO audit VALUES(5,1,4,1795326573421,2,'','',2,'','scim_connection.added','scim_connection/okta','{"after":{"enabled":true,"mode":"lenient","username_is_email":false,"options":{"manual_users":true,"connection":"okta"}}}',X'db5f6345637ee7fa867f592863639033a8af4df61c17170b4557238d031956cb',2,NULL);
INSERT INTO audit VALUES(6,1,5,1795326573421,2,'','',2,'','token.created','token/01a201cd-7b6d-753f-989b-22eba21659da','{"after":{"name":"okta-1"}}',X'82238d3fd3f376da28eff558991f5945014dd1edce6ef0c3fe77a55a2e47daab',2,NULL);
INSERT INTO audit VALUES(7,1,6,1795326573421,2,'','',2,'','deployment.added','deployment/prod','{"after":{"default_role":"viewer","code_locations":[]}}',X'8f98f3830d09ce8220a72ec421c7ac7105931aa56f43ba702f6c484199933733',2,NULL);
INSERT INTO audit VALUES(8,1,7,1795326573421,2,'','',2,'','user.added','user/01a201cd-7b6d-7cf6-9ade-48597dbf5de2','{"after":{"user_name":"ada@acme.test","display_name":"ada@acme.test","active":true,"emails":["ada@acme.test"],"external_id":null}}',X'b393dbcf12df8b72ba89a9ef844ce0900f05ee7b6a5072158c6acd3284f1494f',2,NULL);
INSERT INTO audit VALUES(9,1,8,1795326573421,2,'','',2,'','permission.added','user/01a201cd-7b6d-7cf6-9ade-48597dbf5de2','{"after":{"role":"viewer","scope":"deployment/prod"}}',X'9d6912a65475eb796a345a8f2e52ea578c528b6d8988caa9997c367c4792d9c9',2,NULL);
INSERT INTO audit VALUES(10,1,9,1795326573421,2,'','',2,'','permission.added','user/01a201cd-7b6d-7cf6-9ade-48597dbf5de2','{"after":{"role":"viewer","scope":"all_branch_deployments"}}',X'caee2fe8aadd2ca676916ac1650c5f23363845b300f26bebcc5cfb9828e48671',2,NULL);
INSERT INTO audit VALUES(11,1,10,1795326573421,2,'','',2,'','user.added','user/01a201cd-7b6d-791d-9218-9662d5105a68','{"after":{"user_name":"bob@acme.test","display_name":"bob@acme.test","active":true,"emails":["bob@acme.test"],"external_id":null}}',X'1e58483a24c3b83191166b7c088beceff201bd8836528f8fbe705f2cd829a1d5',2,NULL);
INSERT INTO audit VALUES(12,1,11,1795326573421,2,'','',2,'','permission.added','user/01a201cd-7b6d-791d-9218-9662d5105a68','{"after":{"role":"viewer","scope":"deployment/prod"}}',X'6c874127c7a2f9f58215208788ea897e6c9cd81535441c856015e862485226ef',2,NULL);
INSERT INTO audit VALUES(13,1,12,1795326573421,2,'','',2,'','permission.added','user/01a201cd-7b6d-791d-9218-9662d5105a68','{"after":{"role":"viewer","scope":"all_branch_deployments"}}',X'ea2b6a0875ec3c74b314bb8a8ca10866b8601c643ce586e46b6845417bda4abc',2,NULL);
INSERT INTO audit VALUES(14,1,13,1795326573421,2,'','',2,'','group.added','group/01a201cd-7b6d-738c-aeab-0e96fffb5843','{"after":{"display_name":"data-eng","external_id":null}}',X'afd61217961d4bdd9fd6f07e18fbd4c8cecb4dbecddab0624ee837ada442ff5e',2,NULL);
INSERT INTO audit VALUES(15,1,14,1795326573421,2,'','',2,'','group.user.added','group/01a201cd-7b6d-738c-aeab-0e96fffb5843','{"users":["01a201cd-7b6d-7cf6-9ade-48597dbf5de2"]}',X'0dd46ba80a19da1ccc7001285b204ae345cc99f96c7975a8c85fa1f49afd8579',2,NULL);
INSERT INTO audit VALUES(16,1,15,1795326573421,2,'','',2,'','group.mapping.added','group/01a201cd-7b6d-738c-aeab-0e96fffb5843','{"after":{"mapping":"01a201cd-7b6d-7f54-ac79-88aaab635cc9","connection":"okta","idp_group":"DATA_ENG"}}',X'b9a3a31ac18851d068c33cfc15b12f8dee7fc34141080fa57e45e70fe619d045',2,NULL);
INSERT INTO audit VALUES(17,1,16,1795326573421,2,'','',2,'','permission.added','user/01a201cd-7b6d-7cf6-9ade-48597dbf5de2','{"after":{"role":"organization_admin","scope":"org"}}',X'd3650887b915415696b0f0392da057400f024f77d1398930ccd4201ba99f5a35',2,NULL);
INSERT INTO audit VALUES(18,1,17,1795326573421,2,'','',2,'','organization.applied','organization/acme','{"added":11,"changed":0,"removed":0}',X'b15fef728a190926765f4b2aaf48eaff47256a707430733f2e3fcfe77b343319',2,NULL);
CREATE TABLE seat_pools (
  organization INTEGER NOT NULL,
  pool TEXT NOT NULL,
  user_seats INTEGER,
  billing_seats INTEGER,
  used INTEGER NOT NULL,
  PRIMARY KEY (organization, pool)
) STRICT, WITHOUT ROWID;
INSERT INTO seat_pools VALUES(1,'user',NULL,NULL,2);
CREATE TABLE tombstones (
  organization INTEGER NOT NULL,
  email_key TEXT NOT NULL,
  user_id BLOB NOT NULL,
  profile TEXT NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (organization, email_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE unlinked_groups (
  scim_connection INTEGER NOT NULL,
  group_position INTEGER NOT NULL,
  PRIMARY KEY (scim_connection, group_position)
) STRICT, WITHOUT ROWID;
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
INSERT INTO deployments VALUES(1,1,'prod',0,'viewer','',1,1795326573421);
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
INSERT INTO grants VALUES(1,X'01a201cd7b6d74dfbd5e3714f149ea81',1,0,1,'viewer','deployment/prod',0,1,1795326573421,'local operator');
INSERT INTO grants VALUES(2,X'01a201cd7b6d780892554f47c4eccc65',1,0,1,'viewer','all_branch_deployments',0,1,1795326573421,'local operator');
INSERT INTO grants VALUES(3,X'01a201cd7b6d7730810768e2b09ed28f',1,0,2,'viewer','deployment/prod',0,1,1795326573421,'local operator');
INSERT INTO grants VALUES(4,X'01a201cd7b6d7fa3a06ec969582e4a1b',1,0,2,'viewer','all_branch_deployments',0,1,1795326573421,'local operator');
INSERT INTO grants VALUES(5,X'01a201cd7b6d705d89f0877e08e056da',1,0,1,'organization_admin','org',0,0,1795326573421,'local operator');
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
INSERT INTO sso_mappings VALUES(1,X'01a201cd7b6d7f54ac7988aaab635cc9',1,1,'okta',0,'DATA_ENG',1795326573421);
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
CREATE TABLE audit_starts (
  organization INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  link BLOB NOT NULL,
  seal BLOB NOT NULL
) STRICT;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('organizations',1);
INSERT INTO sqlite_sequence VALUES('scim_connections',1);
INSERT INTO sqlite_sequence VALUES('tokens',1);
INSERT INTO sqlite_sequence VALUES('deployments',1);
INSERT INTO sqlite_sequence VALUES('users',2);
INSERT INTO sqlite_sequence VALUES('grants',5);
INSERT INTO sqlite_sequence VALUES('groups',1);
INSERT INTO sqlite_sequence VALUES('sso_mappings',1);
CREATE INDEX tokens_by_organization ON tokens (organization);
CREATE INDEX users_by_organization ON users (organization);
CREATE INDEX users_by_modified ON users (organization, modified);
CREATE INDEX users_deactivated ON users (organization) WHERE state = 2;
CREATE UNIQUE INDEX users_by_declared_id ON users (organization, declared_id)
  WHERE declared_id IS NOT NULL;
CREATE INDEX users_unmanaged ON users (organization) WHERE scim_managed = 0;
CREATE INDEX user_external_ids_by_value ON user_external_ids
  (scim_connection, external_id, user_position);
CREATE INDEX groups_by_organization ON groups (organization);
CREATE INDEX groups_by_modified ON groups (organization, modified);
CREATE INDEX groups_unmanaged ON groups (organization) WHERE scim_managed = 0;
CREATE INDEX group_external_ids_by_value ON group_external_ids
  (scim_connection, external_id, group_position);
CREATE INDEX memberships_by_user ON memberships (user_position, group_position);
CREATE INDEX users_invited ON users (organization) WHERE state = 0;
CREATE INDEX groups_by_default ON groups (organization) WHERE assign_by_default = 1;
CREATE INDEX deployments_full ON deployments (organization) WHERE kind = 0;
CREATE INDEX grants_by_organization ON grants (organization);
CREATE INDEX grants_by_role ON grants (organization, role);
CREATE INDEX grants_by_scope ON grants (organization, scope);
CREATE INDEX service_users_by_organization ON service_users (organization);
CREATE INDEX tokens_by_user ON tokens (owner_user) WHERE owner_user IS NOT NULL;
CREATE INDEX tokens_by_service_user ON tokens (owner_service_user)
  WHERE owner_service_user IS NOT NULL;
CREATE INDEX sso_mappings_by_organization ON sso_mappings (organization);
CREATE INDEX confirmations_by_organization ON confirmations (organization);
CREATE INDEX outbox_due ON outbox (next_attempt) WHERE state = 0;
CREATE INDEX outbox_by_organization ON outbox (organization);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created);
COMMIT;
