-- What people prefer at the pages, and what they looked at last.

-- A person's preferences. language: ja or en; none: as his browser says. dates: western or japanese.
CREATE TABLE user_preference (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  language TEXT,
  dates TEXT NOT NULL,
  PRIMARY KEY (tenant_no, user_no)
) STRICT, WITHOUT ROWID;

-- A record whose page a person has opened, and when he did last.
CREATE TABLE record_visit (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  record_no INTEGER NOT NULL,
  visited_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, user_no, record_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_visit_by_time ON record_visit (tenant_no, user_no, visited_at, record_no);
