-- The house: tenants, people, tokens, databases and their records, feeds, search.

-- What this installation is: the fingerprint of its keys, and the like.
CREATE TABLE installation (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- Numbers given out one by one. Tenant 0 counts what is unique over all tenants.
CREATE TABLE counter (
  tenant_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, name)
) STRICT, WITHOUT ROWID;

-- Tenants.
CREATE TABLE tenant (
  tenant_no INTEGER NOT NULL,
  tenant_id BLOB NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (code),
  PRIMARY KEY (tenant_no)
) STRICT;

-- The host names that lead to a tenant: looked up before there is one.
CREATE TABLE tenant_host (
  host TEXT NOT NULL,
  tenant_no INTEGER NOT NULL,
  PRIMARY KEY (host)
) STRICT, WITHOUT ROWID;

-- Raised by every transaction that changes something that is cached.
CREATE TABLE tenant_epoch (
  tenant_no INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  PRIMARY KEY (tenant_no)
) STRICT;

-- Organizations, a tree.
CREATE TABLE organization (
  tenant_no INTEGER NOT NULL,
  organization_no INTEGER NOT NULL,
  organization_id BLOB NOT NULL,
  parent_no INTEGER,
  name TEXT NOT NULL,
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, organization_id),
  PRIMARY KEY (tenant_no, organization_no)
) STRICT, WITHOUT ROWID;

-- People and the system users that stand for programs. login_key is the login ID without case.
CREATE TABLE user_account (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  user_id BLOB NOT NULL,
  login_id TEXT NOT NULL,
  login_key TEXT NOT NULL,
  family_name TEXT NOT NULL,
  first_name TEXT NOT NULL,
  mail TEXT NOT NULL,
  password_hash TEXT,
  active INTEGER NOT NULL,
  is_system INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, user_id),
  UNIQUE (tenant_no, login_key),
  PRIMARY KEY (tenant_no, user_no)
) STRICT, WITHOUT ROWID;

-- Who belongs where.
CREATE TABLE user_organization (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  organization_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, user_no, organization_no)
) STRICT, WITHOUT ROWID;

-- Rights that people have been given.
CREATE TABLE user_right (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  right_name TEXT NOT NULL,
  PRIMARY KEY (tenant_no, user_no, right_name)
) STRICT, WITHOUT ROWID;

-- OpenID clients. A secret is random, so its hash needs no salt.
CREATE TABLE oauth_client (
  tenant_no INTEGER NOT NULL,
  client_no INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  name TEXT NOT NULL,
  secret_hash BLOB,
  user_no INTEGER NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (client_id),
  PRIMARY KEY (tenant_no, client_no)
) STRICT, WITHOUT ROWID;

-- Tokens. The text is derived from the number and the generation, so that it can be given again; the hash is what is looked up.
CREATE TABLE token (
  tenant_no INTEGER NOT NULL,
  token_no INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  scope TEXT NOT NULL,
  user_no INTEGER NOT NULL,
  client_no INTEGER,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (token_hash),
  PRIMARY KEY (tenant_no, token_no)
) STRICT, WITHOUT ROWID;

-- API scopes, and the paths they open.
CREATE TABLE api_scope (
  tenant_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_scope_path (
  tenant_no INTEGER NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (tenant_no, path, name)
) STRICT, WITHOUT ROWID;

-- Databases. version is raised by every change of the template; detail names the display item and the joined items.
CREATE TABLE record_database (
  tenant_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  database_id BLOB NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  detail TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, database_no)
) STRICT, WITHOUT ROWID;

-- Items of templates.
CREATE TABLE item (
  tenant_no INTEGER NOT NULL,
  item_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  item_id BLOB NOT NULL,
  name TEXT NOT NULL,
  item_type TEXT NOT NULL,
  item_position INTEGER NOT NULL,
  required INTEGER NOT NULL,
  read_only INTEGER NOT NULL,
  built_in INTEGER NOT NULL,
  detail TEXT NOT NULL,
  UNIQUE (tenant_no, database_no, item_id),
  PRIMARY KEY (tenant_no, item_no)
) STRICT, WITHOUT ROWID;

-- Indexes over one to three fields of a database.
CREATE TABLE record_index (
  tenant_no INTEGER NOT NULL,
  index_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (tenant_no, index_no)
) STRICT, WITHOUT ROWID;

-- Linkage slots that have been set up.
CREATE TABLE linkage_slot (
  tenant_no INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (tenant_no, slot)
) STRICT, WITHOUT ROWID;

-- Inquiry routes in their categories.
CREATE TABLE inquiry_route_category (
  tenant_no INTEGER NOT NULL,
  category_id BLOB NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, category_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inquiry_route (
  tenant_no INTEGER NOT NULL,
  category_id BLOB NOT NULL,
  route_id BLOB NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (tenant_no, category_id, name),
  PRIMARY KEY (tenant_no, category_id, route_id)
) STRICT, WITHOUT ROWID;

-- Records. record_no is database_no << 40 | sequence, unique over all tenants, so it is SQLite's own row key.
CREATE TABLE record (
  record_no INTEGER PRIMARY KEY,
  tenant_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  record_id BLOB NOT NULL,
  display_name TEXT NOT NULL,
  linkage TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by INTEGER NOT NULL,
  deleted_at INTEGER,
  document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_by_id ON record (tenant_no, database_no, record_id);
CREATE INDEX record_in_order ON record (tenant_no, database_no, record_no) WHERE deleted_at IS NULL;

-- Every question by key. The key is bytes that sort as the values do.
CREATE TABLE record_key (
  tenant_no INTEGER NOT NULL,
  index_no INTEGER NOT NULL,
  key BLOB NOT NULL,
  record_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, index_no, key, record_no)
) STRICT, WITHOUT ROWID;

-- Keys that one record alone may hold: linkage values (index_no is the slot).
CREATE TABLE record_unique (
  tenant_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  index_no INTEGER NOT NULL,
  key TEXT NOT NULL,
  record_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, database_no, index_no, key)
) STRICT, WITHOUT ROWID;

-- What refers to a record.
CREATE TABLE record_link (
  tenant_no INTEGER NOT NULL,
  target_no INTEGER NOT NULL,
  item_no INTEGER NOT NULL,
  record_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, target_no, item_no, record_no)
) STRICT, WITHOUT ROWID;

-- The search index: bigrams made by the application. The row is the record number, so a database is a range of rows.
CREATE VIRTUAL TABLE search USING fts5 (title, body, content = '', contentless_delete = 1, tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 64);

-- Feeds: entries get their number after their order is known, and never change.
CREATE TABLE event (
  tenant_no INTEGER NOT NULL,
  number INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  record_no INTEGER NOT NULL,
  record_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  door TEXT NOT NULL,
  PRIMARY KEY (tenant_no, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE operation_log (
  tenant_no INTEGER NOT NULL,
  number INTEGER NOT NULL,
  operation_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  user_no INTEGER NOT NULL,
  door TEXT NOT NULL,
  request_id BLOB NOT NULL,
  database_no INTEGER,
  target TEXT NOT NULL,
  record_count INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, number)
) STRICT, WITHOUT ROWID;

-- How far a feed is numbered, and the end of its chain.
CREATE TABLE seal (
  tenant_no INTEGER NOT NULL,
  feed TEXT NOT NULL,
  last_number INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (tenant_no, feed)
) STRICT, WITHOUT ROWID;

-- One link of the chain for each block of the operation log.
CREATE TABLE operation_log_block (
  tenant_no INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  first_number INTEGER NOT NULL,
  key_version INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (tenant_no, last_number)
) STRICT, WITHOUT ROWID;

-- For look-ups the other way round.
CREATE INDEX tenant_host_by_tenant ON tenant_host (tenant_no, host);
CREATE INDEX item_by_database ON item (tenant_no, database_no);
CREATE INDEX record_index_by_database ON record_index (tenant_no, database_no);
CREATE INDEX organization_by_parent ON organization (tenant_no, parent_no);
CREATE INDEX user_organization_by_organization ON user_organization (tenant_no, organization_no);
CREATE INDEX token_by_client ON token (tenant_no, client_no);
