-- The OpenID provider: system scopes, keys that sign, codes, consents, families of tokens.

-- Scopes that speak of the person who signs in. claims: the names of the claims that a scope of the tenant's own releases, separated by
-- spaces; what those of the standard release, and their titles, the product knows.
CREATE TABLE system_scope (
  tenant_no BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  claims TEXT COLLATE "C" NOT NULL,
  title_ja TEXT COLLATE "C" NOT NULL,
  title_en TEXT COLLATE "C" NOT NULL,
  enabled BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, name)
);
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
  tenant_no BIGINT NOT NULL,
  key_no BIGINT NOT NULL,
  kid TEXT COLLATE "C" NOT NULL,
  modulus BYTEA NOT NULL,
  private_key BYTEA,
  used_from BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, key_no)
);

-- Codes, by the hash of their text. refresh_until: when refresh tokens that follow from it end; NULL: none follow. grant_no: what it was
-- exchanged for; NULL: nothing yet.
CREATE TABLE authorization_code (
  tenant_no BIGINT NOT NULL,
  code_hash BYTEA NOT NULL,
  client_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  redirect_uri TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  nonce TEXT COLLATE "C",
  challenge TEXT COLLATE "C",
  auth_at BIGINT NOT NULL,
  refresh_until BIGINT,
  grant_no BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, code_hash)
);
CREATE INDEX authorization_code_by_age ON authorization_code (tenant_no, created_at);
CREATE INDEX authorization_code_by_user ON authorization_code (tenant_no, user_no, client_no);

-- What people have allowed clients to do while they are away.
CREATE TABLE consent (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  client_no BIGINT NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  given_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, user_no, client_no)
);
CREATE INDEX consent_by_client ON consent (tenant_no, client_no, user_no);

-- Families of tokens: all that follow from one code. ends_at: when the last of them ends. refreshes: there is a refresh token.
CREATE TABLE oauth_grant (
  tenant_no BIGINT NOT NULL,
  grant_no BIGINT NOT NULL,
  client_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  auth_at BIGINT NOT NULL,
  refreshes BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  revoked_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, grant_no)
);
CREATE INDEX oauth_grant_by_user ON oauth_grant (tenant_no, user_no, client_no);
CREATE INDEX oauth_grant_by_client ON oauth_grant (tenant_no, client_no);
CREATE INDEX oauth_grant_by_end ON oauth_grant (tenant_no, ends_at);

-- Refresh tokens. The text is derived from grant and generation, so that it can be given again. used_at: when the next generation was given
-- for it.
CREATE TABLE refresh_token (
  tenant_no BIGINT NOT NULL,
  grant_no BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  token_hash BYTEA NOT NULL,
  used_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_no, token_hash),
  PRIMARY KEY (tenant_no, grant_no, generation)
);

-- grant_no: the family that a token belongs to. source: 0 given out by hand; 1 by the token endpoint; 2 by the token service of the contract
-- API, which gives it again as long as it lives.
ALTER TABLE token ADD COLUMN grant_no BIGINT;
ALTER TABLE token ADD COLUMN source BIGINT NOT NULL DEFAULT 0;
CREATE INDEX token_by_grant ON token (tenant_no, grant_no) WHERE grant_no IS NOT NULL;
CREATE INDEX token_by_client_and_end ON token (tenant_no, client_no, expires_at) WHERE client_no IS NOT NULL;
CREATE INDEX token_by_end ON token (tenant_no, expires_at);
