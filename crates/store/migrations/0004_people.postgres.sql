-- What is known of people beside their names, and permission templates.

-- Nothing is known where a column is NULL.
ALTER TABLE user_account ADD COLUMN view_name TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN middle_name TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN family_name_kana TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN first_name_kana TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN department TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN business_unit TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN title TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN staff_id TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN extension TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN company_phone TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN mobile_phone TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN notification_mail TEXT COLLATE "C";
ALTER TABLE user_account ADD COLUMN zoneinfo TEXT COLLATE "C";
-- The template that the person has been given; NULL: none.
ALTER TABLE user_account ADD COLUMN permission_template_no BIGINT;
CREATE INDEX user_account_by_permission_template ON user_account (tenant_no, permission_template_no) WHERE permission_template_no IS NOT NULL;

-- Named sets of rights that people are given as one. rights: the names of the rights, in the order of the rights table.
CREATE TABLE permission_template (
  tenant_no BIGINT NOT NULL,
  permission_template_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  rights JSON NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, permission_template_no)
);

-- The people of an organization, in order of creation.
DROP INDEX user_organization_by_organization;
CREATE INDEX user_organization_by_organization ON user_organization (tenant_no, organization_no, user_no);
