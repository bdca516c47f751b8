-- Jobs and their files.

-- Work that is done after the call that caused it. A running job has an owner, and the attempt says which of its runs is the one that
-- may write. Leases have no end here: one server at a time serves a folder. A queued job without a moment waits for its input.
CREATE TABLE job (
  tenant_no INTEGER NOT NULL,
  job_no INTEGER NOT NULL,
  kind TEXT NOT NULL,
  dedupe_key TEXT,
  run_after INTEGER,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  owner BLOB,
  lease_until INTEGER,
  progress_done INTEGER NOT NULL,
  progress_total INTEGER,
  cursor TEXT,
  payload TEXT NOT NULL,
  result TEXT,
  failure TEXT,
  user_no INTEGER NOT NULL,
  door TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (tenant_no, job_no)
) STRICT, WITHOUT ROWID;
-- Of the jobs of a key one is unfinished.
CREATE UNIQUE INDEX job_once ON job (tenant_no, kind, dedupe_key) WHERE finished_at IS NULL;
-- What is due, of all tenants, and what runs.
CREATE INDEX job_in_turn ON job (state, kind, run_after, tenant_no, job_no) WHERE finished_at IS NULL;
-- What is to be forgotten, of all tenants.
CREATE INDEX job_by_end ON job (finished_at) WHERE finished_at IS NOT NULL;

-- The files of jobs in chunks of at most 256 KiB, numbered from 0: what one reads (input) and what one says in the end (report). Not
-- WITHOUT ROWID: the rows are large.
CREATE TABLE job_file (
  tenant_no INTEGER NOT NULL,
  job_no INTEGER NOT NULL,
  role TEXT NOT NULL,
  chunk_no INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tenant_no, job_no, role, chunk_no)
) STRICT;
