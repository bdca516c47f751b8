-- What people prefer at the pages, and what they looked at last.

-- A person's preferences. language: ja or en; none: as his browser says. dates: western or japanese.
CREATE TABLE user_preference (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  language TEXT COLLATE "C",
  dates TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_no, user_no)
);

-- A record whose page a person has opened, and when he did last.
CREATE TABLE record_visit (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  record_no BIGINT NOT NULL,
  visited_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, user_no, record_no)
);
CREATE INDEX record_visit_by_time ON record_visit (tenant_no, user_no, visited_at, record_no);
