-- Sign-in: sessions, failures, second factors, resets of passwords.

-- Somebody has signed in. session_hash: SHA-256 of the text of the cookie. A session that has ended is no row.
CREATE TABLE session (
  tenant_no BIGINT NOT NULL,
  session_no BIGINT NOT NULL,
  session_hash BYTEA NOT NULL,
  user_no BIGINT NOT NULL,
  auth_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  agent TEXT COLLATE "C" NOT NULL,
  UNIQUE (tenant_no, session_hash),
  PRIMARY KEY (tenant_no, session_no)
);
CREATE INDEX session_of_user ON session (tenant_no, user_no, session_no);
CREATE INDEX session_by_age ON session (tenant_no, auth_at);

-- Failures in a row of an account (or of a login ID that is nobody's) from a network. account: HMAC of the login ID as it is compared,
-- since people type passwords into the wrong field.
CREATE TABLE sign_in_failure (
  tenant_no BIGINT NOT NULL,
  account BYTEA NOT NULL,
  network TEXT COLLATE "C" NOT NULL,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, account, network)
);
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (tenant_no, last_at);

-- The second factor of a person. secret: sealed. last_step: the time step of the last code that was used, 0 before the first.
CREATE TABLE totp (
  tenant_no BIGINT NOT NULL,
  user_no BIGINT NOT NULL,
  secret BYTEA NOT NULL,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_no, user_no)
);

-- A link by which a person sets a new password. reset_hash: SHA-256 of its text, which is derived from the number and the moment.
CREATE TABLE password_reset (
  tenant_no BIGINT NOT NULL,
  reset_no BIGINT NOT NULL,
  reset_hash BYTEA NOT NULL,
  user_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  UNIQUE (tenant_no, reset_hash),
  PRIMARY KEY (tenant_no, reset_no)
);
CREATE INDEX password_reset_of_user ON password_reset (tenant_no, user_no, created_at);
CREATE INDEX password_reset_by_age ON password_reset (tenant_no, created_at);

-- Who has a mail address.
CREATE INDEX user_account_by_mail ON user_account (tenant_no, lower(mail));
