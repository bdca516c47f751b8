-- The top page.

-- Which blocks of the home page the people of a group see, as a list. group_no 0: everybody whose groups say nothing.
CREATE TABLE top_page_layout (
  tenant_no INTEGER NOT NULL,
  group_no INTEGER NOT NULL,
  blocks TEXT NOT NULL,
  PRIMARY KEY (tenant_no, group_no)
) STRICT, WITHOUT ROWID;

-- A notice on it. group_no 0: for everybody. first_day, last_day: '' where there is none.
CREATE TABLE notice (
  tenant_no INTEGER NOT NULL,
  notice_no INTEGER NOT NULL,
  group_no INTEGER NOT NULL,
  words TEXT NOT NULL,
  important INTEGER NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, notice_no)
) STRICT, WITHOUT ROWID;
