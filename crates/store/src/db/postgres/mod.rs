//! PostgreSQL: eight threads of our own, each with a client made and dropped there, fed by a queue with two lanes.
//!
//! Writes are SERIALIZABLE and tried again after a collision; reads by key and pages are READ COMMITTED, scans REPEATABLE READ.
//! One more thread listens for raised epochs, polls them, and seals what was committed.

mod connect;
mod keeper;
mod session;
mod worker;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use musubi_domain::error::{Error, Result};

pub(in crate::db) use session::Session;

use super::queue::{Lane, Queue};
use super::work::{ReadWork, WriteWork};
use super::{Published, Settings};
use crate::keys::Keys;
use crate::seal::SealKey;

/// What each thread serves, and in what order. One serves the background first, which would else never have its turn while
/// people keep all busy.
const LANES: [&[Lane]; 8] = [
    &[Lane::Interactive],
    &[Lane::Interactive],
    &[Lane::Interactive],
    &[Lane::Interactive],
    &[Lane::Interactive],
    &[Lane::Interactive],
    &[Lane::Interactive, Lane::Background],
    &[Lane::Background, Lane::Interactive],
];
/// How much may wait in each lane.
const WAITING: usize = 4_096;

/// A piece of work.
pub(super) enum Work {
    Read(Lane, Box<dyn ReadWork>),
    Write(Box<dyn WriteWork>),
}

/// What the threads share.
pub(super) struct Shared {
    pub(super) connector: connect::Connector,
    pub(super) settings: Settings,
    pub(super) published: Published,
    pub(super) seal_key: SealKey,
    pub(super) queue: Queue<Work>,
    closed: Mutex<bool>,
    closing: Condvar,
}

/// The engine. Dropping it ends its threads, after what is queued.
pub(super) struct Engine {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Connects, brings the schema up to date and starts the threads.
    pub(super) fn open(url: &str, settings: Settings, keys: &Keys, published: Published) -> Result<Self> {
        let connector = connect::Connector::new(url)?;
        let shared = Arc::new(Shared {
            connector,
            settings,
            published,
            seal_key: keys.seal_key(),
            queue: Queue::new(WAITING),
            closed: Mutex::new(false),
            closing: Condvar::new(),
        });
        // The client panics on an async thread, and whoever opens may be on one.
        let (preparing, fingerprint) = (Arc::clone(&shared), keys.fingerprint());
        let prepared = std::thread::spawn(move || prepare(&preparing, &fingerprint)).join();
        prepared.unwrap_or_else(|_| Err(Error::internal("the preparation of the database panicked")))?;
        let engine = Self { shared, threads: Mutex::default() };
        engine.start("musubi-keeper", keeper::run)?;
        for served in LANES {
            engine.start("musubi-postgres", move |shared| worker::run(shared, served))?;
        }
        Ok(engine)
    }

    /// Starts a thread, which ends with the engine, also with one that does not come up.
    fn start(&self, name: &str, run: impl FnOnce(&Shared) + Send + 'static) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(&shared));
        let thread = thread.map_err(|error| Error::internal(format!("no thread: {error}")))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// Queues a read by key; false where there is no room.
    pub(super) fn push_read_by_key(&self, work: Box<dyn ReadWork>) -> bool {
        self.shared.queue.push(Lane::Interactive, Work::Read(Lane::Interactive, work)).is_ok()
    }

    /// Queues a page or, in the background lane, a scan; false where as many wait as may.
    pub(super) fn push_read(&self, lane: Lane, work: Box<dyn ReadWork>) -> bool {
        let bound = match lane {
            Lane::Interactive => self.shared.settings.pages_waiting,
            Lane::Background => self.shared.settings.scans_waiting,
        };
        self.shared.queue.push_within(bound, lane, Work::Read(lane, work)).is_ok()
    }

    /// Queues a write; false where there is no room.
    pub(super) fn push_write(&self, lane: Lane, work: Box<dyn WriteWork>) -> bool {
        self.shared.queue.push(lane, Work::Write(work)).is_ok()
    }

    /// How much waits in the lanes.
    pub(super) fn waiting(&self) -> (usize, usize) {
        self.shared.queue.lengths()
    }

    /// Lets the threads finish what is queued and waits for them.
    pub(super) fn close(&self) {
        self.shared.queue.close();
        *self.shared.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.closing.notify_all();
        super::work::join(std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// Waits this long unless the engine is closed meanwhile; true when it is closed.
    fn rest(&self, time: Duration) -> bool {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        *self.closing.wait_timeout_while(closed, time, |closed| !*closed).unwrap_or_else(PoisonError::into_inner).0
    }

    fn is_closed(&self) -> bool {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prepare(shared: &Shared, fingerprint: &str) -> Result<()> {
    let mut session = shared.connector.connect().map_err(|(failure, cause)| failure.error(cause))?;
    super::migrate::migrate_postgres(&mut session)?;
    let mut lent = super::Lent::new(super::tx::Connection::Postgres(&mut session), None);
    super::migrate::check_keys(&mut lent, fingerprint)?;
    let epochs = super::read_epochs(&mut lent)?;
    shared.published.epochs.publish(epochs);
    Ok(())
}
