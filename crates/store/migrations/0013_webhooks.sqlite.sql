-- Webhooks and what they deliver.

-- Who wants to hear of what. events: a list. secret: sealed; what is sent is signed with it. owner_no: whoever saved it last.
CREATE TABLE webhook (
  tenant_no INTEGER NOT NULL,
  webhook_no INTEGER NOT NULL,
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  secret BLOB NOT NULL,
  enabled INTEGER NOT NULL,
  owner_no INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (tenant_no, id),
  PRIMARY KEY (tenant_no, webhook_no)
) STRICT, WITHOUT ROWID;

-- A message to one receiver. facts: of what it speaks. body: what is sent, once that is written. change_set_no: of a change set of many
-- slices one delivery of each event speaks; it waits without due_at until the change set is closed. tried_from: since when it is
-- tried. job_no: the job that sends it, or last did.
CREATE TABLE webhook_delivery (
  tenant_no INTEGER NOT NULL,
  delivery_no INTEGER NOT NULL,
  id BLOB NOT NULL,
  webhook_no INTEGER NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  facts TEXT NOT NULL,
  body TEXT,
  attempts INTEGER NOT NULL,
  change_set_no INTEGER,
  created_at INTEGER NOT NULL,
  tried_from INTEGER NOT NULL,
  due_at INTEGER,
  job_no INTEGER,
  ended_at INTEGER,
  UNIQUE (tenant_no, id),
  PRIMARY KEY (tenant_no, delivery_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (tenant_no, webhook_no, delivery_no);
CREATE INDEX webhook_delivery_by_state ON webhook_delivery (tenant_no, webhook_no, state, delivery_no);
CREATE UNIQUE INDEX webhook_delivery_of_set ON webhook_delivery (tenant_no, change_set_no, webhook_no, event)
  WHERE change_set_no IS NOT NULL;
-- What is to be forgotten, of all tenants.
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

-- A try to deliver, and what came of it. took_us: NULL while it is under way.
CREATE TABLE webhook_attempt (
  tenant_no INTEGER NOT NULL,
  delivery_no INTEGER NOT NULL,
  attempt_no INTEGER NOT NULL,
  url TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  took_us INTEGER,
  status INTEGER,
  fault TEXT,
  detail TEXT NOT NULL,
  answer BLOB,
  is_cut INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, delivery_no, attempt_no)
) STRICT, WITHOUT ROWID;
