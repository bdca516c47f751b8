-- Groups of people.

-- A group. allowed_addresses: the networks from which its members may come, as a list; none: it says nothing of that.
CREATE TABLE user_group (
  tenant_no BIGINT NOT NULL,
  group_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  allowed_addresses JSON NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, group_no)
);

-- Who belongs to it.
CREATE TABLE user_group_member (
  tenant_no BIGINT NOT NULL,
  group_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, group_no, user_no)
);
CREATE INDEX user_group_member_by_user ON user_group_member (tenant_no, user_no, group_no);
