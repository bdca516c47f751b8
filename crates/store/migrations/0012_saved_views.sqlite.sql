-- Saved views: lists as people keep them.

-- A view of a person. shared: whether it is offered to everybody who may read the database. query: that of the link which shows it.
CREATE TABLE saved_view (
  tenant_no INTEGER NOT NULL,
  view_no INTEGER NOT NULL,
  id BLOB NOT NULL,
  database_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  shared INTEGER NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  PRIMARY KEY (tenant_no, view_no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX saved_view_by_id ON saved_view (tenant_no, id);
CREATE INDEX saved_view_by_user ON saved_view (tenant_no, database_no, user_no, view_no);
CREATE INDEX saved_view_by_shared ON saved_view (tenant_no, database_no, shared, view_no);

-- The view with which a person's list of a database begins.
CREATE TABLE saved_view_first (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  database_no INTEGER NOT NULL,
  view_no INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, user_no, database_no)
) STRICT, WITHOUT ROWID;
