PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES('audit_key_check','2b012418f25da4309853b806a8a2ad591a8bc74caa3ffb4ea4db682aa688fe81');
INSERT INTO settings VALUES('schema','1');
CREATE TABLE organizations (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL,
  slug_key TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL
) STRICT;
INSERT INTO organizations VALUES(1,'acme','acme',1795317364739);
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
INSERT INTO scim_connections VALUES(1,1,'okta',1,0,0,'{}');
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
INSERT INTO tokens VALUES(1,X'01a20140f8037febab4a8c6e2f897ae7',X'68082068656a3cca24950a81d22d536d0e249107c77a3fdceff65190d3c254af',0,1,1,'okta-1','local operator',1795317364739,NULL,NULL,NULL);
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
INSERT INTO users VALUES(1,X'01a20140f80375929f2548e7875de677',1,'ada@acme.test','ada@acme.test','Ada Lovelace',1,0,0,'ada',1,1795317364739,1795317364739);
INSERT INTO users VALUES(2,X'01a20140f80376339d0bba2cb33b2b32',1,'bob@acme.test','bob@acme.test','bob@acme.test',2,0,0,'bob',1,1795317364739,1795317364739);
CREATE TABLE user_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL,
  emails TEXT NOT NULL
) STRICT;
INSERT INTO user_documents VALUES(1,'"userName":"ada@acme.test","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"ada@acme.test","type":"work","primary":true}],"active":true','42:urn:ietf:params:scim:schemas:core:2.0:User','13:ada@acme.test');
INSERT INTO user_documents VALUES(2,'"userName":"bob@acme.test","active":false,"emails":[{"value":"bob@acme.test","type":"work","primary":true}]','42:urn:ietf:params:scim:schemas:core:2.0:User','13:bob@acme.test');
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
  modified INTEGER NOT NULL,
  UNIQUE (organization, name_key)
) STRICT;
INSERT INTO "groups" VALUES(1,X'01a20140f803776f99ed15811d82aa27',1,'Engineers','engineers',0,1,1,1795317364739,1795317364739);
CREATE TABLE group_documents (
  position INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  schemas TEXT NOT NULL
) STRICT;
INSERT INTO group_documents VALUES(1,'"displayName":"Engineers"','43:urn:ietf:params:scim:schemas:core:2.0:Group');
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
INSERT INTO memberships VALUES(1,1,0,1795317364739,NULL,NULL,NULL);
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
  link BLOB NOT NULL,
  UNIQUE (organization, sequence)
) STRICT;
INSERT INTO audit VALUES(1,0,1,1795317364739,2,'','',2,'','organization.added','organization/acme','{"after":{"slug":"acme"}}',X'4ea6a26fb9c44c21db353c4f22639eb1a6f58b840755fd30082890acda384366');
INSERT INTO audit VALUES(2,1,1,1795317364739,2,'','',2,'','organization.added','organization/acme','{"after":{"slug":"acme"}}',X'44568e9d51ffbdaf4afc10ca8a5c2182cc0bb473c294c1beedc6aec1d9d753ef');
INSERT INTO audit VALUES(3,1,2,1795317364739,2,'','',2,'','scim_connection.added','scim_connection/okta','{"after":{"enabled":true,"mode":"lenient","username_is_email":false,"options":{}}}',X'ef5cd4be2cb43885cac0069c3c1fbab67c2632325b10251f29ab21cb44e02a93');
INSERT INTO audit VALUES(4,1,3,1795317364739,2,'','',2,'','token.created','token/01a20140-f803-7feb-ab4a-8c6e2f897ae7','{"after":{"name":"okta-1"}}',X'23c9fdc0c1167664077c68fe79b472dab55126868c4e0ffad08828b31bd9186e');
INSERT INTO audit VALUES(5,1,4,1795317364739,2,'','',2,'','user.added','user/01a20140-f803-7592-9f25-48e7875de677','{"after":{"user_name":"ada@acme.test","display_name":"Ada Lovelace","active":true,"emails":["ada@acme.test"],"external_id":null}}',X'8599caffafebab091da30567847bfdcbce6b39b3eec473c360afddddae098f22');
INSERT INTO audit VALUES(6,1,5,1795317364739,2,'','',2,'','user.added','user/01a20140-f803-7633-9d0b-ba2cb33b2b32','{"after":{"user_name":"bob@acme.test","display_name":"bob@acme.test","active":false,"emails":["bob@acme.test"],"external_id":null}}',X'deb069e7bcf24d97c80ec240ee8ec8038f7368e9c62cb703952767bae6f39a93');
INSERT INTO audit VALUES(7,1,6,1795317364739,2,'','',2,'','group.added','group/01a20140-f803-776f-99ed-15811d82aa27','{"after":{"display_name":"Engineers","external_id":null}}',X'3f8e5f82e5851e5540eca239b53b2f71e9c61bbdb2b84e8ceb03faf122960aa9');
INSERT INTO audit VALUES(8,1,7,1795317364739,2,'','',2,'','group.user.added','group/01a20140-f803-776f-99ed-15811d82aa27','{"users":["01a20140-f803-7592-9f25-48e7875de677"]}',X'c85988a2a795d8fd31d193e4bd2b1664bb1a579c590e287b7100c141a3e17e66');
INSERT INTO audit VALUES(9,1,8,1795317364739,2,'','',2,'','organization.applied','organization/acme','{"added":7,"changed":0,"removed":0}',X'a1c39f946ac3c14bf912007faae663fd0b385d357f2a4271901f4c2d16439c16');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('organizations',1);
INSERT INTO sqlite_sequence VALUES('scim_connections',1);
INSERT INTO sqlite_sequence VALUES('tokens',1);
INSERT INTO sqlite_sequence VALUES('users',2);
INSERT INTO sqlite_sequence VALUES('groups',1);
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
COMMIT;
