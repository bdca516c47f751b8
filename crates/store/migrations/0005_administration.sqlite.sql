-- Inquiry routes that are removed, and the rights of programs.

-- Categories of inquiry routes. place: the order in which they were made. One that was removed keeps its name where records hold it.
CREATE TABLE inquiry_route_category_next (
  tenant_no INTEGER NOT NULL,
  category_id BLOB NOT NULL,
  name TEXT NOT NULL,
  place INTEGER NOT NULL,
  active INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, category_id)
) STRICT, WITHOUT ROWID;
INSERT INTO inquiry_route_category_next (tenant_no, category_id, name, place, active)
SELECT tenant_no, category_id, name, row_number() OVER (PARTITION BY tenant_no ORDER BY category_id), 1 FROM inquiry_route_category;
DROP TABLE inquiry_route_category;
ALTER TABLE inquiry_route_category_next RENAME TO inquiry_route_category;
CREATE UNIQUE INDEX inquiry_route_category_by_name ON inquiry_route_category (tenant_no, name) WHERE active = 1;

-- Inquiry routes in their categories, the same way.
CREATE TABLE inquiry_route_next (
  tenant_no INTEGER NOT NULL,
  category_id BLOB NOT NULL,
  route_id BLOB NOT NULL,
  name TEXT NOT NULL,
  place INTEGER NOT NULL,
  active INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, category_id, route_id)
) STRICT, WITHOUT ROWID;
INSERT INTO inquiry_route_next (tenant_no, category_id, route_id, name, place, active)
SELECT tenant_no, category_id, route_id, name, row_number() OVER (PARTITION BY tenant_no ORDER BY route_id), 1 FROM inquiry_route;
DROP TABLE inquiry_route;
ALTER TABLE inquiry_route_next RENAME TO inquiry_route;
CREATE UNIQUE INDEX inquiry_route_by_name ON inquiry_route (tenant_no, category_id, name) WHERE active = 1;

-- The rights to which a token without a person is held, separated by spaces; NULL: it has all of them, or those of its client.
ALTER TABLE token ADD COLUMN rights TEXT;
