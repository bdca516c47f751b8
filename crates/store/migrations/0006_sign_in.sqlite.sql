-- Sign-in: sessions, failures, second factors, resets of passwords.

-- Somebody has signed in. session_hash: SHA-256 of the text of the cookie. A session that has ended is no row.
CREATE TABLE session (
  tenant_no INTEGER NOT NULL,
  session_no INTEGER NOT NULL,
  session_hash BLOB NOT NULL,
  user_no INTEGER NOT NULL,
  auth_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  UNIQUE (tenant_no, session_hash),
  PRIMARY KEY (tenant_no, session_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (tenant_no, user_no, session_no);
CREATE INDEX session_by_age ON session (tenant_no, auth_at);

-- Failures in a row of an account (or of a login ID that is nobody's) from a network. account: HMAC of the login ID as it is compared,
-- since people type passwords into the wrong field.
CREATE TABLE sign_in_failure (
  tenant_no INTEGER NOT NULL,
  account BLOB NOT NULL,
  network TEXT NOT NULL,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, account, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (tenant_no, last_at);

-- The second factor of a person. secret: sealed. last_step: the time step of the last code that was used, 0 before the first.
CREATE TABLE totp (
  tenant_no INTEGER NOT NULL,
  user_no INTEGER NOT NULL,
  secret BLOB NOT NULL,
  last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_no, user_no)
) STRICT, WITHOUT ROWID;

-- A link by which a person sets a new password. reset_hash: SHA-256 of its text, which is derived from the number and the moment.
CREATE TABLE password_reset (
  tenant_no INTEGER NOT NULL,
  reset_no INTEGER NOT NULL,
  reset_hash BLOB NOT NULL,
  user_no INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  UNIQUE (tenant_no, reset_hash),
  PRIMARY KEY (tenant_no, reset_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX password_reset_of_user ON password_reset (tenant_no, user_no, created_at);
CREATE INDEX password_reset_by_age ON password_reset (tenant_no, created_at);

-- Who has a mail address.
CREATE INDEX user_account_by_mail ON user_account (tenant_no, lower(mail));
