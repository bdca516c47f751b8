-- Inquiry routes that are removed, and the rights of programs. Servers of the release before go on working beside these columns.

-- place: the order in which categories and routes were made. removed_name: what one that was removed is called where records hold it; its
-- name is another then, which nobody can give, and is free for a new one.
ALTER TABLE inquiry_route_category ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inquiry_route_category ADD COLUMN removed_name TEXT COLLATE "C";
ALTER TABLE inquiry_route ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inquiry_route ADD COLUMN removed_name TEXT COLLATE "C";
UPDATE inquiry_route_category SET place = (
  SELECT count(*) FROM inquiry_route_category o
  WHERE o.tenant_no = inquiry_route_category.tenant_no AND o.category_id <= inquiry_route_category.category_id);
UPDATE inquiry_route SET place = (
  SELECT count(*) FROM inquiry_route o WHERE o.tenant_no = inquiry_route.tenant_no AND o.route_id <= inquiry_route.route_id);

-- The rights to which a token without a person is held, separated by spaces; NULL: to none but those of its client.
ALTER TABLE token ADD COLUMN rights TEXT COLLATE "C";
-- The rights to which whoever asked for a job was held, the same way.
ALTER TABLE job ADD COLUMN rights TEXT COLLATE "C";
