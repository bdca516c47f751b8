-- Records that change: history, change sets, the trash, rights in a database.

-- The change set that created the record, and where it stands with the trash.
ALTER TABLE record ADD COLUMN change_set_no BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN deleted_by BIGINT;
CREATE INDEX record_by_change_set ON record (tenant_no, change_set_no, record_no);
CREATE INDEX record_in_trash ON record (tenant_no, database_no, deleted_at, record_no) WHERE deleted_at IS NOT NULL;

-- The links of a record, the other way round.
CREATE INDEX record_link_by_record ON record_link (tenant_no, record_no, item_no, target_no);

-- The keys of a record, the other way round: what is asked of one record is a look at one place, however many values are asked for.
CREATE INDEX record_key_by_record ON record_key (tenant_no, record_no, index_no, key);

-- An index that is being filled is written but not asked.
ALTER TABLE record_index ADD COLUMN ready BIGINT NOT NULL DEFAULT 1;

-- What each change of a record took away. Nothing is written when a record is created.
CREATE TABLE history (
  tenant_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  version BIGINT NOT NULL,
  change_set_no BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  old_items JSON NOT NULL,
  old_linkage JSON NOT NULL,
  PRIMARY KEY (tenant_no, record_no, version)
);
CREATE INDEX history_by_change_set ON history (tenant_no, change_set_no, record_no, version);

-- What one action did to records; where a job does it, that job.
CREATE SEQUENCE change_set_sequence;
CREATE TABLE change_set (
  tenant_no BIGINT NOT NULL,
  change_set_no BIGINT NOT NULL,
  change_set_id BYTEA NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  user_no BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  database_no BIGINT,
  target TEXT COLLATE "C" NOT NULL,
  created_count BIGINT NOT NULL,
  updated_count BIGINT NOT NULL,
  deleted_count BIGINT NOT NULL,
  restored_count BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  undoes_no BIGINT,
  job_no BIGINT,
  PRIMARY KEY (tenant_no, change_set_no)
);
CREATE INDEX change_set_by_id ON change_set (tenant_no, change_set_id);
CREATE INDEX change_set_by_undone ON change_set (tenant_no, undoes_no, change_set_no) WHERE undoes_no IS NOT NULL;

-- Records that an undo left as they were, or could not restore whole, and why.
CREATE TABLE change_set_left (
  tenant_no BIGINT NOT NULL,
  change_set_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, change_set_no, record_no, reason)
);

-- What a person may do in a database, where it is less than everything.
CREATE TABLE database_right (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  database_no BIGINT NOT NULL,
  detail JSON NOT NULL,
  PRIMARY KEY (tenant_no, user_no, database_no)
);
