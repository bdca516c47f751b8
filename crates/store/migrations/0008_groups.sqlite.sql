-- Groups of people.

-- A group. allowed_addresses: the networks from which its members may come, as a list; none: it says nothing of that.
CREATE TABLE user_group (
  tenant_no INTEGER NOT NULL,
  group_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, group_no)
) STRICT, WITHOUT ROWID;

-- Who belongs to it.
CREATE TABLE user_group_member (
  tenant_no INTEGER NOT NULL,
  group_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, group_no, user_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_group_member_by_user ON user_group_member (tenant_no, user_no, group_no);
