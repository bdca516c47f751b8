-- The top page.

-- Which blocks of the home page the people of a group see, as a list. group_no 0: everybody whose groups say nothing.
CREATE TABLE top_page_layout (
  tenant_no BIGINT NOT NULL,
  group_no BIGINT NOT NULL,
  blocks JSON NOT NULL,
  PRIMARY KEY (tenant_no, group_no)
);

-- A notice on it. group_no 0: for everybody. first_day, last_day: '' where there is none.
CREATE TABLE notice (
  tenant_no BIGINT NOT NULL,
  notice_no BIGINT NOT NULL,
  group_no BIGINT NOT NULL,
  words TEXT COLLATE "C" NOT NULL,
  important BIGINT NOT NULL,
  first_day TEXT COLLATE "C" NOT NULL,
  last_day TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, notice_no)
);
