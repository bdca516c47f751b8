-- The thread of a record: what people say, do and keep beside its values.

-- A comment. One that was deleted stays without its text.
CREATE TABLE comment (
  tenant_no BIGINT NOT NULL,
  comment_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  edited_at BIGINT,
  deleted_at BIGINT,
  deleted_by BIGINT,
  PRIMARY KEY (tenant_no, comment_no)
);
CREATE INDEX comment_by_record ON comment (tenant_no, record_no, at, comment_no);

-- Whom a comment names, and when he took note of it.
CREATE TABLE mention (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  comment_no BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (tenant_no, user_no, comment_no)
);
CREATE INDEX mention_by_comment ON mention (tenant_no, comment_no, user_no);
-- What somebody has yet to read.
CREATE INDEX mention_unread ON mention (tenant_no, user_no, comment_no) WHERE read_at IS NULL;

-- An activity: what was done, or is to be done by the day due. person_no: who did it or is to do it; user_no: who wrote it down.
CREATE TABLE activity (
  tenant_no BIGINT NOT NULL,
  activity_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  due TEXT COLLATE "C",
  person_no BIGINT NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  user_no BIGINT NOT NULL,
  edited_at BIGINT,
  done_at BIGINT,
  done_by BIGINT,
  deleted_at BIGINT,
  deleted_by BIGINT,
  PRIMARY KEY (tenant_no, activity_no)
);
CREATE INDEX activity_by_record ON activity (tenant_no, record_no, at, activity_no);
-- What somebody has yet to do, by its day.
CREATE INDEX activity_open ON activity (tenant_no, person_no, due, activity_no)
  WHERE due IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;

-- A file. Until it has come whole it is nobody's.
CREATE TABLE attachment (
  tenant_no BIGINT NOT NULL,
  attachment_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  at BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  is_whole BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, attachment_no)
);
CREATE INDEX attachment_by_record ON attachment (tenant_no, record_no, attachment_no);
-- What did not come whole.
CREATE INDEX attachment_in_parts ON attachment (tenant_no, at, attachment_no) WHERE is_whole = 0;

-- Its content in chunks of at most 256 KiB, numbered from 0.
CREATE TABLE attachment_chunk (
  tenant_no BIGINT NOT NULL,
  attachment_no BIGINT NOT NULL,
  chunk_no BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (tenant_no, attachment_no, chunk_no)
);

-- How many bytes the files of a tenant have, those that come in included.
CREATE TABLE attachment_total (
  tenant_no BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (tenant_no)
);

-- What a merge moved to another record, so that its undo brings it back: comments, activities, files.
CREATE TABLE thread_moved (
  tenant_no BIGINT NOT NULL,
  from_record_no BIGINT NOT NULL,
  change_set_no BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, from_record_no, change_set_no, kind, number)
);
