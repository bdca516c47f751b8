-- The OpenID provider: system scopes, keys that sign, codes, consents, families of tokens.

-- Scopes that speak of the person who signs in. claims: the names of the claims that a scope of the tenant's own releases, separated by
-- spaces; what those of the standard release, and their titles, the product knows.
CREATE TABLE system_scope (
  tenant_no INTEGER NOT NULL,
  name TEXT NOT NULL,
  claims TEXT NOT NULL,
  title_ja TEXT NOT NULL,
  title_en TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, name)
) STRICT, WITHOUT ROWID;
INSERT INTO system_scope (tenant_no, name, claims, title_ja, title_en, enabled)
  SELECT t.tenant_no, s.name, s.claims, s.title_ja, s.title_en, 1 FROM tenant t CROSS JOIN (
    SELECT 'openid' AS name, '' AS claims, '' AS title_ja, '' AS title_en
    UNION ALL SELECT 'profile', '', '', ''
    UNION ALL SELECT 'email', '', '', ''
    UNION ALL SELECT 'address', '', '', ''
    UNION ALL SELECT 'phone', '', '', ''
    UNION ALL SELECT 'offline_access', '', '', ''
    UNION ALL SELECT 'ks3_user_tenant', 'ks3_tenant_id ks3_tenant_name ks3_tenant_phone ks3_tenant_email', '所属企業の情報', 'Your company'
    UNION ALL SELECT 'ks3_custom_attribute', 'ks3_custom_attribute', '所属企業のカスタム属性', 'Further details of your company') s;

-- Keys that sign ID tokens, in the order in which they were made. private_key: sealed; NULL once nothing is signed with it any more.
CREATE TABLE signing_key (
  tenant_no INTEGER NOT NULL,
  key_no INTEGER NOT NULL,
  kid TEXT NOT NULL,
  modulus BLOB NOT NULL,
  private_key BLOB,
  used_from INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, key_no)
) STRICT, WITHOUT ROWID;

-- Codes, by the hash of their text. refresh_until: when refresh tokens that follow from it end; NULL: none follow. grant_no: what it was
-- exchanged for; NULL: nothing yet.
CREATE TABLE authorization_code (
  tenant_no INTEGER NOT NULL,
  code_hash BLOB NOT NULL,
  client_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  redirect_uri TEXT NOT NULL,
  scope TEXT NOT NULL,
  nonce TEXT,
  challenge TEXT,
  auth_at INTEGER NOT NULL,
  refresh_until INTEGER,
  grant_no INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, code_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_code_by_age ON authorization_code (tenant_no, created_at);
CREATE INDEX authorization_code_by_user ON authorization_code (tenant_no, user_no, client_no);

-- What people have allowed clients to do while they are away.
CREATE TABLE consent (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  client_no INTEGER NOT NULL,
  scope TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, user_no, client_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_by_client ON consent (tenant_no, client_no, user_no);

-- Families of tokens: all that follow from one code. ends_at: when the last of them ends. refreshes: there is a refresh token.
CREATE TABLE oauth_grant (
  tenant_no INTEGER NOT NULL,
  grant_no INTEGER NOT NULL,
  client_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  scope TEXT NOT NULL,
  auth_at INTEGER NOT NULL,
  refreshes INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, grant_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_grant_by_user ON oauth_grant (tenant_no, user_no, client_no);
CREATE INDEX oauth_grant_by_client ON oauth_grant (tenant_no, client_no);
CREATE INDEX oauth_grant_by_end ON oauth_grant (tenant_no, ends_at);

-- Refresh tokens. The text is derived from grant and generation, so that it can be given again. used_at: when the next generation was given
-- for it.
CREATE TABLE refresh_token (
  tenant_no INTEGER NOT NULL,
  grant_no INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  used_at INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_no, token_hash),
  PRIMARY KEY (tenant_no, grant_no, generation)
) STRICT, WITHOUT ROWID;

-- grant_no: the family that a token belongs to. source: 0 given out by hand; 1 by the token endpoint; 2 by the token service of the contract
-- API, which gives it again as long as it lives.
ALTER TABLE token ADD COLUMN grant_no INTEGER;
ALTER TABLE token ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
CREATE INDEX token_by_grant ON token (tenant_no, grant_no) WHERE grant_no IS NOT NULL;
CREATE INDEX token_by_client_and_end ON token (tenant_no, client_no, expires_at) WHERE client_no IS NOT NULL;
CREATE INDEX token_by_end ON token (tenant_no, expires_at);
