-- The house: tenants, people, tokens, databases and their records, feeds, search.

-- What this installation is: the fingerprint of its keys, and the like.
CREATE TABLE installation (
  name TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name)
);

-- Numbers given out one by one. Tenant 0 counts what is unique over all tenants.
CREATE TABLE counter (
  tenant_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  value BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, name)
);

-- Tenants.
CREATE TABLE tenant (
  tenant_no BIGINT NOT NULL,
  tenant_id BYTEA NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  settings JSON NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (code),
  PRIMARY KEY (tenant_no)
);

-- The host names that lead to a tenant: looked up before there is one.
CREATE TABLE tenant_host (
  host TEXT COLLATE "C" NOT NULL,
  tenant_no BIGINT NOT NULL,
  PRIMARY KEY (host)
);

-- Raised by every transaction that changes something that is cached.
CREATE TABLE tenant_epoch (
  tenant_no BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  PRIMARY KEY (tenant_no)
);

-- Organizations, a tree.
CREATE TABLE organization (
  tenant_no BIGINT NOT NULL,
  organization_no BIGINT NOT NULL,
  organization_id BYTEA NOT NULL,
  parent_no BIGINT,
  name TEXT COLLATE "C" NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, organization_id),
  PRIMARY KEY (tenant_no, organization_no)
);

-- People and the system users that stand for programs. login_key is the login ID without case.
CREATE TABLE user_account (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  user_id BYTEA NOT NULL,
  login_id TEXT COLLATE "C" NOT NULL,
  login_key TEXT COLLATE "C" NOT NULL,
  family_name TEXT COLLATE "C" NOT NULL,
  first_name TEXT COLLATE "C" NOT NULL,
  mail TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C",
  active BIGINT NOT NULL,
  is_system BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, user_id),
  UNIQUE (tenant_no, login_key),
  PRIMARY KEY (tenant_no, user_no)
);

-- Who belongs where.
CREATE TABLE user_organization (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  organization_no BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, user_no, organization_no)
);

-- Rights that people have been given.
CREATE TABLE user_right (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  right_name TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, user_no, right_name)
);

-- OpenID clients. A secret is random, so its hash needs no salt.
CREATE TABLE oauth_client (
  tenant_no BIGINT NOT NULL,
  client_no BIGINT NOT NULL,
  client_id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  secret_hash BYTEA,
  user_no BIGINT NOT NULL,
  settings JSON NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (client_id),
  PRIMARY KEY (tenant_no, client_no)
);

-- Tokens. The text is derived from the number and the generation, so that it can be given again; the hash is what is looked up.
CREATE TABLE token (
  tenant_no BIGINT NOT NULL,
  token_no BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  token_hash BYTEA NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  user_no BIGINT NOT NULL,
  client_no BIGINT,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (token_hash),
  PRIMARY KEY (tenant_no, token_no)
);

-- API scopes, and the paths they open.
CREATE TABLE api_scope (
  tenant_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  enabled BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, name)
);

CREATE TABLE api_scope_path (
  tenant_no BIGINT NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, path, name)
);

-- Databases. version is raised by every change of the template; detail names the display item and the joined items.
CREATE TABLE record_database (
  tenant_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  database_id BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  detail JSON NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, database_no)
);

-- Items of templates.
CREATE TABLE item (
  tenant_no BIGINT NOT NULL,
  item_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  item_id BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  item_type TEXT COLLATE "C" NOT NULL,
  item_position BIGINT NOT NULL,
  required BIGINT NOT NULL,
  read_only BIGINT NOT NULL,
  built_in BIGINT NOT NULL,
  detail JSON NOT NULL,
  UNIQUE (tenant_no, database_no, item_id),
  PRIMARY KEY (tenant_no, item_no)
);

-- Indexes over one to three fields of a database.
CREATE TABLE record_index (
  tenant_no BIGINT NOT NULL,
  index_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  fields JSON NOT NULL,
  PRIMARY KEY (tenant_no, index_no)
);

-- Linkage slots that have been set up.
CREATE TABLE linkage_slot (
  tenant_no BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, slot)
);

-- Inquiry routes in their categories.
CREATE TABLE inquiry_route_category (
  tenant_no BIGINT NOT NULL,
  category_id BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, category_id)
);

CREATE TABLE inquiry_route (
  tenant_no BIGINT NOT NULL,
  category_id BYTEA NOT NULL,
  route_id BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  UNIQUE (tenant_no, category_id, name),
  PRIMARY KEY (tenant_no, category_id, route_id)
);

-- Records. record_no is database_no << 40 | sequence, unique over all tenants.
CREATE SEQUENCE record_sequence;
CREATE TABLE record (
  tenant_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  record_id BYTEA NOT NULL,
  display_name TEXT COLLATE "C" NOT NULL,
  linkage JSON NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by BIGINT NOT NULL,
  deleted_at BIGINT,
  document JSON NOT NULL,
  PRIMARY KEY (tenant_no, record_no)
);
CREATE UNIQUE INDEX record_by_id ON record (tenant_no, database_no, record_id);
CREATE INDEX record_in_order ON record (tenant_no, database_no, record_no) WHERE deleted_at IS NULL;

-- Every question by key. The key is bytes that sort as the values do.
CREATE TABLE record_key (
  tenant_no BIGINT NOT NULL,
  index_no BIGINT NOT NULL,
  key BYTEA NOT NULL,
  record_no BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, index_no, key, record_no)
);

-- Keys that one record alone may hold: linkage values (index_no is the slot).
CREATE TABLE record_unique (
  tenant_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  index_no BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  record_no BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, database_no, index_no, key)
);

-- What refers to a record.
CREATE TABLE record_link (
  tenant_no BIGINT NOT NULL,
  target_no BIGINT NOT NULL,
  item_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, target_no, item_no, record_no)
);

-- The search index: bigrams made by the application, each with its database.
CREATE TABLE search (
  tenant_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  title TSVECTOR NOT NULL,
  body TSVECTOR NOT NULL,
  PRIMARY KEY (tenant_no, record_no)
);
-- New entries wait in a list that every search reads through and that is merged when it is full: a short list keeps both brief.
CREATE INDEX search_by_title ON search USING gin (title) WITH (gin_pending_list_limit = 256);
CREATE INDEX search_by_body ON search USING gin (body) WITH (gin_pending_list_limit = 256);

-- Feeds: entries get their number after their order is known, and never change.
CREATE TABLE event (
  tenant_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  event_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  record_no BIGINT NOT NULL,
  record_id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, number)
);

-- What is committed and not yet numbered. A transaction that follows another takes higher numbers, so their order is that of cause
-- and effect, though it has holes.
CREATE SEQUENCE pending_sequence;
CREATE TABLE event_pending (
  tenant_no BIGINT NOT NULL,
  pending_no BIGINT NOT NULL DEFAULT nextval('pending_sequence'),
  event_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  record_no BIGINT NOT NULL,
  record_id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, pending_no)
);

CREATE TABLE operation_log (
  tenant_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  operation_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  user_no BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  request_id BYTEA NOT NULL,
  database_no BIGINT,
  target TEXT COLLATE "C" NOT NULL,
  record_count BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, number)
);

CREATE TABLE operation_log_pending (
  tenant_no BIGINT NOT NULL,
  pending_no BIGINT NOT NULL DEFAULT nextval('pending_sequence'),
  operation_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  user_no BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  request_id BYTEA NOT NULL,
  database_no BIGINT,
  target TEXT COLLATE "C" NOT NULL,
  record_count BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, pending_no)
);

-- How far a feed is numbered, and the end of its chain.
CREATE TABLE seal (
  tenant_no BIGINT NOT NULL,
  feed TEXT COLLATE "C" NOT NULL,
  last_number BIGINT NOT NULL,
  chain BYTEA NOT NULL,
  PRIMARY KEY (tenant_no, feed)
);

-- One link of the chain for each block of the operation log.
CREATE TABLE operation_log_block (
  tenant_no BIGINT NOT NULL,
  last_number BIGINT NOT NULL,
  first_number BIGINT NOT NULL,
  key_version BIGINT NOT NULL,
  chain BYTEA NOT NULL,
  PRIMARY KEY (tenant_no, last_number)
);

-- For look-ups the other way round.
CREATE INDEX tenant_host_by_tenant ON tenant_host (tenant_no, host);
CREATE INDEX item_by_database ON item (tenant_no, database_no);
CREATE INDEX record_index_by_database ON record_index (tenant_no, database_no);
CREATE INDEX organization_by_parent ON organization (tenant_no, parent_no);
CREATE INDEX user_organization_by_organization ON user_organization (tenant_no, organization_no);
CREATE INDEX token_by_client ON token (tenant_no, client_no);
CREATE INDEX event_pending_in_order ON event_pending (pending_no);
CREATE INDEX operation_log_pending_in_order ON operation_log_pending (pending_no);
