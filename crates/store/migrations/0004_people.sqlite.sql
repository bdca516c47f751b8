-- What is known of people beside their names, and permission templates.

-- Nothing is known where a column is NULL.
ALTER TABLE user_account ADD COLUMN view_name TEXT;
ALTER TABLE user_account ADD COLUMN middle_name TEXT;
ALTER TABLE user_account ADD COLUMN family_name_kana TEXT;
ALTER TABLE user_account ADD COLUMN first_name_kana TEXT;
ALTER TABLE user_account ADD COLUMN department TEXT;
ALTER TABLE user_account ADD COLUMN business_unit TEXT;
ALTER TABLE user_account ADD COLUMN title TEXT;
ALTER TABLE user_account ADD COLUMN staff_id TEXT;
ALTER TABLE user_account ADD COLUMN extension TEXT;
ALTER TABLE user_account ADD COLUMN company_phone TEXT;
ALTER TABLE user_account ADD COLUMN mobile_phone TEXT;
ALTER TABLE user_account ADD COLUMN notification_mail TEXT;
ALTER TABLE user_account ADD COLUMN zoneinfo TEXT;
-- The template that the person has been given; NULL: none.
ALTER TABLE user_account ADD COLUMN permission_template_no INTEGER;
CREATE INDEX user_account_by_permission_template ON user_account (tenant_no, permission_template_no) WHERE permission_template_no IS NOT NULL;

-- Named sets of rights that people are given as one. rights: the names of the rights, in the order of the rights table.
CREATE TABLE permission_template (
  tenant_no INTEGER NOT NULL,
  permission_template_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  rights TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, name),
  PRIMARY KEY (tenant_no, permission_template_no)
) STRICT, WITHOUT ROWID;

-- The people of an organization, in order of creation.
DROP INDEX user_organization_by_organization;
CREATE INDEX user_organization_by_organization ON user_organization (tenant_no, organization_no, user_no);
