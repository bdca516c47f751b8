//! Checkpoints: what the write-ahead log holds is copied into the database file off the path of commits.
//!
//! A checkpoint inside a commit costs its request ten times the median; a PASSIVE one on another connection costs nobody
//! anything. Where readers keep the log from being started anew, the writer itself does a RESTART between two batches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use musubi_domain::error::{Error, Result};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};

use super::super::failure::Failure;
use super::{Shared, failure, open};

/// Bytes that a page takes in the log.
const PAGE: u64 = 4_096 + 24;
/// Pages of new log after which a checkpoint is wanted: 4 MB.
const CHECKPOINT_PAGES: u64 = 1_000;

/// How long the writer waits for readers when the log is to begin anew, and how often.
const RESTART_PATIENCE: Duration = Duration::from_millis(25);
const RESTART_TRIES: u32 = 4;

/// Wakes the checkpoint thread.
#[derive(Default)]
pub(in super::super) struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Wanted,
    Running,
    Closed,
}

impl Signal {
    /// Asks for a checkpoint.
    pub(super) fn want(&self) {
        let mut state = self.lock();
        if *state == State::Idle {
            *state = State::Wanted;
            self.changed.notify_one();
        }
    }

    pub(super) fn close(&self) {
        *self.lock() = State::Closed;
        self.changed.notify_all();
    }

    /// Whether one is wanted or running.
    fn is_at_work(&self) -> bool {
        matches!(*self.lock(), State::Wanted | State::Running)
    }

    /// Takes note that one has ended.
    fn done(&self) {
        let mut state = self.lock();
        if *state == State::Running {
            *state = State::Idle;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one is wanted; false when closed.
    fn wait(&self) -> bool {
        let state = self.lock();
        let mut state =
            self.changed.wait_while(state, |state| *state == State::Idle).unwrap_or_else(PoisonError::into_inner);
        if *state == State::Wanted {
            *state = State::Running;
            return true;
        }
        false
    }
}

/// Starts the thread.
pub(super) fn start(shared: Arc<Shared>) -> Result<JoinHandle<()>> {
    let connection = open(&shared.path, OpenFlags::SQLITE_OPEN_READ_WRITE, 8 * 1024)?;
    let run = move || {
        while shared.checkpoint.wait() {
            run(&connection, "PASSIVE", &shared);
            shared.checkpoint.done();
        }
    };
    std::thread::Builder::new()
        .name("musubi-checkpoint".to_owned())
        .spawn(run)
        .map_err(|error| Error::internal(format!("no thread: {error}")))
}

/// How long the write-ahead log is, as the writer's commits tell, and what is to be done about it. The size of the file
/// says nothing: a log that begins anew keeps its file.
pub(super) struct Gauge {
    pages: Arc<AtomicU64>,
    /// Where a checkpoint was last asked for.
    asked_at: u64,
    /// Where the writer next has the log begin anew.
    restart_at: u64,
    limit: u64,
}

impl Gauge {
    /// Looks at the commits of `writer` from now on.
    pub(super) fn attach(writer: &mut Connection, wal_restart_bytes: u64) -> Result<Self> {
        let pages = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&pages);
        let hook = move |_: &mut Wal, count: i32| {
            told.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(|error| Error::internal(format!("no hook: {error}")))?;
        let limit = wal_restart_bytes / PAGE;
        Ok(Self { pages, asked_at: 0, restart_at: limit, limit })
    }

    /// To be called between two batches.
    pub(super) fn look(&mut self, writer: &Connection, shared: &Shared) {
        let pages = self.pages.load(Ordering::Relaxed);
        shared.published.stats.wal_bytes.store(pages * PAGE, Ordering::Relaxed);
        if pages < self.asked_at {
            // It began anew by itself.
            (self.asked_at, self.restart_at) = (0, self.limit);
        }
        // Two checkpoints do not wait for one another: the second would fail at once.
        if pages >= self.restart_at && !shared.checkpoint.is_at_work() {
            if restart(writer, shared) {
                self.pages.store(0, Ordering::Relaxed);
                (self.asked_at, self.restart_at) = (0, self.limit);
            } else {
                // A reader is still in it, a backup perhaps. Not again soon: the try waits for him, and all writers with it.
                self.restart_at = pages + self.limit.max(CHECKPOINT_PAGES);
            }
        } else if pages < self.restart_at && pages >= self.asked_at + CHECKPOINT_PAGES {
            self.asked_at = pages;
            shared.checkpoint.want();
        }
    }
}

/// Lets the log begin anew, waiting briefly for readers, never longer; whether it will.
///
/// In several short tries: while a try waits for a reader, others may take his place in the list of readers, and it goes on
/// waiting for them, though they read what it is about to copy. The next try does not. One that gets no further than the
/// one before has met a reader who stays.
fn restart(writer: &Connection, shared: &Shared) -> bool {
    let mut done = false;
    if writer.busy_timeout(RESTART_PATIENCE).is_ok() {
        let mut copied = -1;
        for _ in 0..RESTART_TRIES {
            match run(writer, "RESTART", shared) {
                Some((true, now)) if now > copied => copied = now,
                Some((busy, _)) => {
                    done = !busy;
                    break;
                }
                None => break,
            }
        }
    }
    if let Err(error) = writer.busy_timeout(super::BUSY) {
        tracing::error!(%error, "the writer's patience could not be set again");
    }
    done
}

/// Runs a checkpoint; whether somebody stood in its way, and how many pages of the log are now in the database file.
fn run(connection: &Connection, mode: &str, shared: &Shared) -> Option<(bool, i64)> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let done = connection.query_row(&sql, [], |row| Ok((row.get::<_, i64>(0)? != 0, row.get(2)?)));
    shared.published.stats.checkpoints.fetch_add(1, Ordering::Relaxed);
    done.map_err(|error| match failure(&error) {
        Failure::NotSynced => shared.give_up(&format!("the disk did not confirm a checkpoint: {error}")),
        Failure::Locked => {}
        _ => tracing::warn!(%error, "a checkpoint did not succeed; it is tried again"),
    })
    .ok()
}
