//! Reads on SQLite: by key in place, on a connection from a free list; pages and scans on bounded threads with deadlines.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use musubi_domain::error::{Error, Result};
use rusqlite::Connection;

use super::super::dialect::SQLITE_TOKENS;
use super::super::queue::{Lane, Queue, Taken};
use super::super::tx::{Connection as Lendable, Lent};
use super::super::work::ReadWork;
use super::{Shared, open_reader};

/// Threads that read pages.
const PAGE_THREADS: usize = 4;
/// Threads that scan.
const SCAN_THREADS: usize = 2;
/// Virtual machine steps between two looks at the deadline: well under a millisecond.
const STEPS: i32 = 10_000;

/// Connections for reads by key. There are at most as many as threads that read at one time.
pub(in super::super) struct Readers {
    shared: Arc<Shared>,
    free: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared, free: Mutex::new(Some(Vec::new())) }
    }

    /// Lends a connection for reads by key, on the caller's thread.
    pub(in super::super) fn with<T>(&self, read: impl FnOnce(Lent<'_>) -> Result<T>) -> Result<T> {
        let free = self.lock().as_mut().ok_or_else(|| Error::internal("a read after the database was closed"))?.pop();
        let connection = match free {
            Some(connection) => connection,
            None => open_reader(&self.shared.path)?,
        };
        let result = read(Lent::new(Lendable::Sqlite(&connection), None));
        if let Some(free) = self.lock().as_mut() {
            free.push(connection);
        }
        result
    }

    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Vec<Connection>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the threads for pages and scans, and hands over each.
pub(super) fn start(shared: &Arc<Shared>, started: impl Fn(JoinHandle<()>)) -> Result<()> {
    for _ in 0..PAGE_THREADS {
        started(spawn("musubi-page", shared, |shared| &shared.pages)?);
    }
    for _ in 0..SCAN_THREADS {
        started(spawn("musubi-scan", shared, |shared| &shared.scans)?);
    }
    Ok(())
}

fn spawn(name: &str, shared: &Arc<Shared>, queue: fn(&Shared) -> &Queue<Box<dyn ReadWork>>) -> Result<JoinHandle<()>> {
    let mut connection = open_reader(&shared.path)?;
    connection.execute_batch(SQLITE_TOKENS).map_err(super::opening)?;
    let shared = Arc::clone(shared);
    let run = move || {
        loop {
            match queue(&shared).take_one(&[Lane::Interactive], Duration::from_secs(3_600)) {
                Taken::Work(works) => works.into_iter().for_each(|waiting| {
                    if waiting.since.elapsed() > shared.settings.queue_patience {
                        waiting.work.refuse();
                    } else {
                        serve(&mut connection, shared.settings.snapshot_limit, waiting.work);
                    }
                }),
                Taken::Nothing => {}
                Taken::Closed => return,
            }
        }
    };
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|error| Error::internal(format!("no thread: {error}")))
}

/// Runs one read on a snapshot that ends at its deadline.
fn serve(connection: &mut Connection, limit: Duration, mut work: Box<dyn ReadWork>) {
    let deadline = Instant::now() + limit;
    let begun = connection
        .progress_handler(STEPS, Some(move || Instant::now() > deadline))
        .and_then(|()| connection.execute_batch("BEGIN DEFERRED"));
    match begun {
        Ok(()) => work.run(Lent::new(Lendable::Sqlite(connection), Some(deadline))),
        Err(error) => work.fail(super::failure(&error).error(format!("a read cannot begin: {error}"))),
    }
    let ended =
        connection.progress_handler(0, None::<fn() -> bool>).and_then(|()| connection.execute_batch("ROLLBACK"));
    if let Err(error) = ended {
        tracing::error!(%error, "a read could not be ended");
    }
    work.answer();
}
