-- The thread of a record: what people say, do and keep beside its values.

-- A comment. One that was deleted stays without its text.
CREATE TABLE comment (
  tenant_no INTEGER NOT NULL,
  comment_no INTEGER NOT NULL,
  record_no INTEGER NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  edited_at INTEGER,
  deleted_at INTEGER,
  deleted_by INTEGER,
  PRIMARY KEY (tenant_no, comment_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_by_record ON comment (tenant_no, record_no, at, comment_no);

-- Whom a comment names, and when he took note of it.
CREATE TABLE mention (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  comment_no INTEGER NOT NULL,
  read_at INTEGER,
  PRIMARY KEY (tenant_no, user_no, comment_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_by_comment ON mention (tenant_no, comment_no, user_no);
-- What somebody has yet to read.
CREATE INDEX mention_unread ON mention (tenant_no, user_no, comment_no) WHERE read_at IS NULL;

-- An activity: what was done, or is to be done by the day due. person_no: who did it or is to do it; user_no: who wrote it down.
CREATE TABLE activity (
  tenant_no INTEGER NOT NULL,
  activity_no INTEGER NOT NULL,
  record_no INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  due TEXT,
  person_no INTEGER NOT NULL,
  text TEXT NOT NULL,
  user_no INTEGER NOT NULL,
  edited_at INTEGER,
  done_at INTEGER,
  done_by INTEGER,
  deleted_at INTEGER,
  deleted_by INTEGER,
  PRIMARY KEY (tenant_no, activity_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_by_record ON activity (tenant_no, record_no, at, activity_no);
-- What somebody has yet to do, by its day.
CREATE INDEX activity_open ON activity (tenant_no, person_no, due, activity_no)
  WHERE due IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;

-- A file. Until it has come whole it is nobody's.
CREATE TABLE attachment (
  tenant_no INTEGER NOT NULL,
  attachment_no INTEGER NOT NULL,
  record_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  at INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  is_whole INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, attachment_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_by_record ON attachment (tenant_no, record_no, attachment_no);
-- What did not come whole.
CREATE INDEX attachment_in_parts ON attachment (tenant_no, at, attachment_no) WHERE is_whole = 0;

-- Its content in chunks of at most 256 KiB, numbered from 0. Not WITHOUT ROWID: the rows are large.
CREATE TABLE attachment_chunk (
  tenant_no INTEGER NOT NULL,
  attachment_no INTEGER NOT NULL,
  chunk_no INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tenant_no, attachment_no, chunk_no)
) STRICT;

-- How many bytes the files of a tenant have, those that come in included.
CREATE TABLE attachment_total (
  tenant_no INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (tenant_no)
) STRICT, WITHOUT ROWID;

-- What a merge moved to another record, so that its undo brings it back: comments, activities, files.
CREATE TABLE thread_moved (
  tenant_no INTEGER NOT NULL,
  from_record_no INTEGER NOT NULL,
  change_set_no INTEGER NOT NULL,
  kind TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, from_record_no, change_set_no, kind, number)
) STRICT, WITHOUT ROWID;
