-- Jobs and their files.

-- Work that is done after the call that caused it. A running job has an owner and a lease, by the clock of the database, and the
-- attempt says which of its runs is the one that may write. A queued job without a moment waits for its input.
CREATE TABLE job (
  tenant_no BIGINT NOT NULL,
  job_no BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  dedupe_key TEXT COLLATE "C",
  run_after BIGINT,
  state TEXT COLLATE "C" NOT NULL,
  attempt BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  owner BYTEA,
  lease_until BIGINT,
  progress_done BIGINT NOT NULL,
  progress_total BIGINT,
  cursor JSON,
  payload JSON NOT NULL,
  result JSON,
  failure JSON,
  user_no BIGINT NOT NULL,
  door TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  PRIMARY KEY (tenant_no, job_no)
);
-- Of the jobs of a key one is unfinished.
CREATE UNIQUE INDEX job_once ON job (tenant_no, kind, dedupe_key) WHERE finished_at IS NULL;
-- What is due, of all tenants, and what runs.
CREATE INDEX job_in_turn ON job (state, kind, run_after, tenant_no, job_no) WHERE finished_at IS NULL;
-- What is to be forgotten, of all tenants.
CREATE INDEX job_by_end ON job (finished_at) WHERE finished_at IS NOT NULL;

-- The files of jobs in chunks of at most 256 KiB, numbered from 0: what one reads (input) and what one says in the end (report).
CREATE TABLE job_file (
  tenant_no BIGINT NOT NULL,
  job_no BIGINT NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  chunk_no BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (tenant_no, job_no, role, chunk_no)
);
