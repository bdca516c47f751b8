//! The one writer: group commit.
//!
//! It takes what is queued, gives each request a savepoint, commits once for all, and answers after the commit has
//! returned. SQLite sometimes rolls back a whole transaction by itself (no room, an input or output error); a savepoint
//! after that would commit alone. So the writer asks after every request whether the transaction still stands. Where it
//! does not, or the commit fails, the batch is void: each of its requests runs again alone and answers for itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use rusqlite::Connection;

use super::super::failure::Failure;
use super::super::queue::{Taken, Waiting};
use super::super::tx::{Connection as Lendable, Lent, Tx};
use super::super::work::{Outcome, WriteWork};
use super::{Shared, checkpoint, failure};
use crate::seal::{self, Entry};

/// How long the writer sleeps at most before it looks whether another process has written.
const WATCH: Duration = Duration::from_millis(200);
/// Commits, and requests, after which the search index is merged a little. A commit makes a segment of it, and every search
/// looks into all segments; a page of new entries is written about five times before it is in a large one.
const MERGE_COMMITS: u32 = 8;
const MERGE_REQUESTS: usize = 64;
/// Pages that one merge may write: a few milliseconds.
const MERGE_PAGES: i64 = 64;

type Work = Waiting<Box<dyn WriteWork>>;

/// What the requests of a batch leave to be done before the commit and after it.
#[derive(Default)]
struct Leavings {
    entries: Vec<Entry>,
    raised: Vec<(TenantNo, i64)>,
    /// Whether jobs were queued.
    jobs: bool,
    /// Requests that were content.
    kept: u64,
}

/// The transaction is gone, or cannot be kept: why.
struct Void(Failure, String);

impl Void {
    fn error(&self) -> Error {
        self.0.error(self.1.as_str())
    }
}

struct Writer {
    connection: Connection,
    shared: Arc<Shared>,
    data_version: i64,
    looked: Instant,
    unmerged_commits: u32,
    unmerged_requests: usize,
    may_merge: bool,
    gauge: checkpoint::Gauge,
}

/// Starts the thread.
pub(super) fn start(mut connection: Connection, shared: Arc<Shared>) -> Result<JoinHandle<()>> {
    let gauge = checkpoint::Gauge::attach(&mut connection, shared.settings.wal_restart_bytes)?;
    let mut writer = Writer {
        connection,
        shared,
        data_version: 0,
        looked: Instant::now(),
        unmerged_commits: 0,
        unmerged_requests: 0,
        may_merge: true,
        gauge,
    };
    writer.look_for_others();
    let run = move || writer.run();
    std::thread::Builder::new()
        .name("musubi-writer".to_owned())
        .spawn(run)
        .map_err(|error| Error::internal(format!("no thread: {error}")))
}

impl Writer {
    fn run(&mut self) {
        loop {
            match self.shared.writes.take(self.shared.settings.batch, WATCH) {
                Taken::Work(works) => {
                    self.commit(works);
                    if self.looked.elapsed() > WATCH {
                        self.look_for_others();
                    }
                }
                Taken::Nothing => {
                    self.merge_when_idle();
                    self.look_for_others();
                }
                Taken::Closed => return,
            }
        }
    }

    /// Commits what was queued and answers it.
    fn commit(&mut self, works: Vec<Work>) {
        if let Err(void) = self.begin() {
            // Another process may hold the lock: what holds for one holds for all, and none has begun.
            for mut waiting in works {
                waiting.work.fail(void.error());
                waiting.work.answer();
            }
            return;
        }
        let mut batch = self.without_the_stale(works);
        if batch.is_empty() {
            return self.roll_back();
        }
        let begun = Instant::now();
        if let Err(Void(_, cause)) = self.commit_together(&mut batch) {
            tracing::warn!(cause, "the batch is void; its requests run again alone");
            self.shared.published.stats.void_batches.fetch_add(1, Ordering::Relaxed);
            self.roll_back();
            self.commit_one_by_one(&mut batch);
        }
        self.shared.published.stats.note_batch(begun.elapsed());
        let requests = batch.len();
        batch.into_iter().for_each(|waiting| waiting.work.answer());
        self.after_commit(requests);
    }

    /// Refuses what has waited too long: it has not begun, so the refusal is the truth.
    fn without_the_stale(&self, works: Vec<Work>) -> Vec<Work> {
        let (fresh, stale): (Vec<_>, Vec<_>) = works.into_iter().partition(|waiting| {
            waiting.work.waits_for_ever() || waiting.since.elapsed() <= self.shared.settings.queue_patience
        });
        stale.into_iter().for_each(|waiting| waiting.work.refuse());
        fresh
    }

    fn commit_together(&self, batch: &mut [Work]) -> std::result::Result<(), Void> {
        let mut leavings = Leavings::default();
        for waiting in batch {
            self.run_in_savepoint(waiting.work.as_mut(), &mut leavings)?;
        }
        self.finish(&leavings)
    }

    /// Runs each request in a transaction of its own: what goes wrong is its own answer.
    fn commit_one_by_one(&self, batch: &mut [Work]) {
        let mut lock_lost = None;
        for waiting in batch {
            let work = waiting.work.as_mut();
            // Who waited in vain for the lock waited for all that come after him.
            let begun = lock_lost.take().map_or_else(|| self.begin(), Err);
            if let Err(void) = begun {
                work.fail(void.error());
                lock_lost = Some(void);
                continue;
            }
            let mut leavings = Leavings::default();
            if self.run_closure(work, &mut leavings) == Outcome::Keep
                && let Err(void) = self.finish(&leavings)
            {
                // The closure was content and did not know of the commit that failed after it.
                work.fail(void.error());
            }
            self.roll_back();
        }
    }

    /// One request of a batch: kept or undone by itself.
    fn run_in_savepoint(&self, work: &mut dyn WriteWork, leavings: &mut Leavings) -> std::result::Result<(), Void> {
        self.command("SAVEPOINT request")?;
        let mut own = Leavings::default();
        let outcome = self.run_closure(work, &mut own);
        if self.connection.is_autocommit() {
            return Err(Void(Failure::Full, "SQLite rolled the transaction back by itself".to_owned()));
        }
        match outcome {
            Outcome::Keep => {
                leavings.entries.append(&mut own.entries);
                leavings.raised.append(&mut own.raised);
                leavings.jobs |= own.jobs;
                leavings.kept += 1;
            }
            Outcome::Discard => self.command("ROLLBACK TO request")?,
        }
        self.command("RELEASE request")
    }

    fn run_closure(&self, work: &mut dyn WriteWork, leavings: &mut Leavings) -> Outcome {
        let mut tx = Tx::new(Lent::new(Lendable::Sqlite(&self.connection), None), work.context());
        let outcome = work.run(&mut tx);
        leavings.entries = std::mem::take(&mut tx.entries);
        leavings.raised = std::mem::take(&mut tx.raised);
        leavings.jobs = tx.jobs;
        leavings.kept = u64::from(outcome == Outcome::Keep);
        outcome
    }

    /// Numbers and chains what was noted, commits, and publishes raised epochs and new jobs.
    fn finish(&self, leavings: &Leavings) -> std::result::Result<(), Void> {
        if !leavings.entries.is_empty() {
            let mut lent = Lent::new(Lendable::Sqlite(&self.connection), None);
            seal::append(&mut lent, &self.shared.seal_key, &leavings.entries).map_err(|error| {
                Void(lent.failure().unwrap_or(Failure::Other), format!("the log was not written: {error:?}"))
            })?;
        }
        self.command("COMMIT")?;
        self.shared.published.stats.commits.fetch_add(1, Ordering::Relaxed);
        self.shared.published.stats.writes.fetch_add(leavings.kept, Ordering::Relaxed);
        self.shared.published.epochs.publish(leavings.raised.iter().copied());
        if leavings.jobs {
            self.shared.published.arrivals.publish();
        }
        Ok(())
    }

    fn begin(&self) -> std::result::Result<(), Void> {
        if self.shared.dead.load(Ordering::Relaxed) {
            return Err(Void(Failure::NotSynced, "nothing is written after the disk did not confirm".to_owned()));
        }
        self.command("BEGIN IMMEDIATE")
    }

    fn command(&self, sql: &str) -> std::result::Result<(), Void> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|error| self.void(sql, &error))
    }

    fn void(&self, sql: &str, error: &rusqlite::Error) -> Void {
        if failure(error) == Failure::NotSynced {
            self.shared.give_up(&format!("the disk did not confirm a commit: {error}"));
        }
        Void(failure(error), format!("{sql}: {error}"))
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn after_commit(&mut self, requests: usize) {
        self.gauge.look(&self.connection, &self.shared);
        self.unmerged_commits += 1;
        self.unmerged_requests += requests;
        self.may_merge = true;
        if self.unmerged_commits >= MERGE_COMMITS || self.unmerged_requests >= MERGE_REQUESTS {
            (self.unmerged_commits, self.unmerged_requests) = (0, 0);
            self.merge_search();
        }
    }

    /// Merges on as long as nobody waits and there is something left to merge: a search asks every segment.
    fn merge_when_idle(&mut self) {
        while self.may_merge && self.shared.writes.lengths() == (0, 0) {
            self.may_merge = self.merge_search();
        }
    }

    /// Merges the segments of the search index a little: background work that the writer gives itself. Whether there may be
    /// more to merge: one that finds nothing changes fewer than two rows (FTS5, The 'merge' Command).
    fn merge_search(&self) -> bool {
        let before = self.connection.total_changes();
        let sql = "INSERT INTO search (search, rank) VALUES ('merge', ?1)";
        let merged = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([MERGE_PAGES]));
        if let Err(error) = merged {
            let Void(_, cause) = self.void(sql, &error);
            tracing::warn!(cause, "the search index was not merged; it is tried again");
            return false;
        }
        self.connection.total_changes().saturating_sub(before) >= 2
    }

    /// Looks whether another process has committed, and if so what epochs it raised; it may have queued jobs too.
    fn look_for_others(&mut self) {
        self.looked = Instant::now();
        let version = self
            .connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)));
        match version {
            Ok(version) if version == self.data_version => {}
            Ok(version) => {
                self.data_version = version;
                self.shared.published.arrivals.publish();
                let mut lent = Lent::new(Lendable::Sqlite(&self.connection), None);
                match super::super::read_epochs(&mut lent) {
                    Ok(epochs) => self.shared.published.epochs.publish(epochs),
                    Err(error) => {
                        tracing::warn!(cause = error.cause().map(|cause| cause.for_log()), "epochs could not be read");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the data version could not be read"),
        }
    }
}
