-- Webhooks and what they deliver.

-- Who wants to hear of what. events: a list. secret: sealed; what is sent is signed with it. owner_no: whoever saved it last.
CREATE TABLE webhook (
  tenant_no BIGINT NOT NULL,
  webhook_no BIGINT NOT NULL,
  id BYTEA NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  url TEXT COLLATE "C" NOT NULL,
  events JSON NOT NULL,
  secret BYTEA NOT NULL,
  enabled BIGINT NOT NULL,
  owner_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (tenant_no, id),
  PRIMARY KEY (tenant_no, webhook_no)
);

-- A message to one receiver. facts: of what it speaks. body: what is sent, once that is written. change_set_no: of a change set of many
-- slices one delivery of each event speaks; it waits without due_at until the change set is closed. tried_from: since when it is
-- tried. job_no: the job that sends it, or last did.
CREATE TABLE webhook_delivery (
  tenant_no BIGINT NOT NULL,
  delivery_no BIGINT NOT NULL,
  id BYTEA NOT NULL,
  webhook_no BIGINT NOT NULL,
  event TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  facts JSON NOT NULL,
  body TEXT COLLATE "C",
  attempts BIGINT NOT NULL,
  change_set_no BIGINT,
  created_at BIGINT NOT NULL,
  tried_from BIGINT NOT NULL,
  due_at BIGINT,
  job_no BIGINT,
  ended_at BIGINT,
  UNIQUE (tenant_no, id),
  PRIMARY KEY (tenant_no, delivery_no)
);
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (tenant_no, webhook_no, delivery_no);
CREATE INDEX webhook_delivery_by_state ON webhook_delivery (tenant_no, webhook_no, state, delivery_no);
CREATE UNIQUE INDEX webhook_delivery_of_set ON webhook_delivery (tenant_no, change_set_no, webhook_no, event)
  WHERE change_set_no IS NOT NULL;
-- What is to be forgotten, of all tenants.
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

-- A try to deliver, and what came of it. took_us: NULL while it is under way.
CREATE TABLE webhook_attempt (
  tenant_no BIGINT NOT NULL,
  delivery_no BIGINT NOT NULL,
  attempt_no BIGINT NOT NULL,
  url TEXT COLLATE "C" NOT NULL,
  started_at BIGINT NOT NULL,
  took_us BIGINT,
  status BIGINT,
  fault TEXT COLLATE "C",
  detail TEXT COLLATE "C" NOT NULL,
  answer BYTEA,
  is_cut BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, delivery_no, attempt_no)
);
