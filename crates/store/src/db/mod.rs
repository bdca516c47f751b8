//! One SQL text, two executors.
//!
//! [`Db`] offers the doors: [`Db::get`] for reads by key, [`Db::page`] and [`Db::scan`] for bounded reads, [`Db::write`] for
//! one transaction. Each takes a closure that owns its input, sees nothing but what it is lent, and may run twice: no
//! network, no clock, no randomness inside. `Db` cannot be reached from inside a closure, so doors do not nest.

mod arrivals;
mod dialect;
mod epochs;
mod failure;
mod migrate;
mod postgres;
mod queue;
mod sqlite;
mod statement;
mod stats;
mod tx;
mod value;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use tokio::sync::oneshot;

pub use arrivals::Arrivals;
pub(crate) use dialect::{Dialect, EngineCheck, SearchColumn, SearchContent, SearchSource, token_counts};
pub use epochs::Epochs;
pub use migrate::schema_version;
pub use queue::Lane;
pub use statement::Point;
pub use stats::Stats;
pub(crate) use tx::Lent;
pub use tx::{Keyed, Snapshot, Tx, Unscoped};
pub use value::{FromValue, Row, Value};

use work::{Closure, ReadWork, WriteWork, busy};

use crate::keys::Keys;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder: the embedded engine.
    Folder(PathBuf),
    /// The URL of a PostgreSQL server, several hosts allowed.
    Url(String),
}

/// Called with a reason when nothing more may be written. The product ends itself; a test takes note.
pub type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

/// What can be set about the database.
#[derive(Clone)]
pub struct Settings {
    /// How long work may wait in a queue before it is refused.
    pub queue_patience: Duration,
    /// How long one page or scan may take.
    pub snapshot_limit: Duration,
    /// Pages that may wait.
    pub pages_waiting: usize,
    /// Scans that may wait.
    pub scans_waiting: usize,
    /// Requests that SQLite's writer commits together at most; 1 is a commit for each.
    pub batch: usize,
    /// Bytes of SQLite's write-ahead log from which the writer has it begin anew.
    pub wal_restart_bytes: u64,
    /// A limit on SQLite's file, in pages of 4 KiB; a full disk for tests.
    pub max_page_count: Option<u32>,
    /// Whether this process numbers what others left without a number (PostgreSQL). Short commands do not.
    pub seals: bool,
    /// What happens when nothing more may be written.
    pub fatal: Fatal,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue_patience: Duration::from_secs(5),
            snapshot_limit: Duration::from_secs(5),
            pages_waiting: 256,
            scans_waiting: 16,
            batch: 256,
            wal_restart_bytes: 64 << 20,
            max_page_count: None,
            seals: true,
            fatal: Arc::new(|reason| tracing::error!(reason, "nothing more may be written")),
        }
    }
}

/// The database. Cheap to clone; the last one to go ends its threads.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
    published: Published,
}

/// What the threads of an engine publish and everybody reads.
#[derive(Clone, Default)]
pub(crate) struct Published {
    pub(crate) epochs: Arc<Epochs>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) stats: Arc<Stats>,
}

enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

impl Db {
    /// Opens the database, creates it where it is empty, and brings its schema up to date. Blocks: for start-up.
    ///
    /// # Errors
    /// Unavailable where it cannot be opened; Conflict where it was begun with other keys, or is of a newer release.
    pub fn open(target: &Target, keys: &Keys, settings: Settings) -> Result<Self> {
        let published = Published::default();
        let engine = match target {
            Target::Folder(folder) => Engine::Sqlite(sqlite::Engine::open(folder, settings, keys, published.clone())?),
            Target::Url(url) => Engine::Postgres(postgres::Engine::open(url, settings, keys, published.clone())?),
        };
        Ok(Self { engine: Arc::new(engine), published })
    }

    /// Reads by key, within a tenant. On SQLite at once on the caller's thread.
    ///
    /// # Errors
    /// What the closure says; Busy, Unavailable.
    pub async fn get<T, F>(&self, tenant: TenantNo, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Keyed<'_>) -> Result<T> + Send + 'static,
    {
        self.read_by_key(move |lent| read(&mut Keyed::new(lent, tenant))).await
    }

    /// Reads by key before there is a tenant.
    ///
    /// # Errors
    /// As [`Db::get`].
    pub async fn get_unscoped<T, F>(&self, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Unscoped<'_>) -> Result<T> + Send + 'static,
    {
        self.read_by_key(move |lent| read(&mut Unscoped { lent })).await
    }

    /// Reads a page: any statements, bounded in rows and time.
    ///
    /// # Errors
    /// What the closure says; Busy where too many wait or it took too long.
    pub async fn page<T, F>(&self, tenant: TenantNo, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Snapshot<'_>) -> Result<T> + Send + 'static,
    {
        let (closure, answer) = Closure::read(move |lent: Lent<'_>| read(&mut Snapshot::new(Keyed::new(lent, tenant))));
        let pushed = match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.shared.pages.push(Lane::Interactive, closure as Box<dyn ReadWork>).is_ok(),
            Engine::Postgres(engine) => engine.push_read(Lane::Interactive, closure),
        };
        wait(pushed, answer).await
    }

    /// Scans: like a page, on fewer threads, so that pages do not wait for it.
    ///
    /// # Errors
    /// As [`Db::page`].
    pub async fn scan<T, F>(&self, tenant: TenantNo, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Snapshot<'_>) -> Result<T> + Send + 'static,
    {
        let (closure, answer) = Closure::read(move |lent: Lent<'_>| read(&mut Snapshot::new(Keyed::new(lent, tenant))));
        let pushed = match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.shared.scans.push(Lane::Interactive, closure as Box<dyn ReadWork>).is_ok(),
            Engine::Postgres(engine) => engine.push_read(Lane::Background, closure),
        };
        wait(pushed, answer).await
    }

    /// Runs one transaction. It is answered when it is durable; a caller that goes away cancels nothing.
    ///
    /// # Errors
    /// What the closure says; Busy, StorageFull: then nothing of it is there. Unavailable: nothing either, unless the
    /// connection to PostgreSQL broke in the very commit, of which then nobody knows whether it was.
    pub async fn write<T, F>(&self, context: &Arc<Context>, lane: Lane, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (closure, answer) = Closure::write(write, Arc::clone(context), lane == Lane::Background);
        let closure: Box<dyn WriteWork> = closure;
        let pushed = match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.shared.writes.push(lane, closure).is_ok(),
            Engine::Postgres(engine) => engine.push_write(lane, closure),
        };
        wait(pushed, answer).await
    }

    /// The epochs of tenants.
    #[must_use]
    pub fn epochs(&self) -> &Epochs {
        &self.published.epochs
    }

    /// New jobs.
    #[must_use]
    pub fn arrivals(&self) -> &Arrivals {
        &self.published.arrivals
    }

    /// Counters.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.published.stats
    }

    /// How much interactive and background writing waits.
    #[must_use]
    pub fn waiting(&self) -> (usize, usize) {
        match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.shared.writes.lengths(),
            Engine::Postgres(engine) => engine.waiting(),
        }
    }

    /// Finishes what is queued and ends the threads. Blocks. Nothing can be asked afterwards.
    pub fn close(&self) {
        match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.close(),
            Engine::Postgres(engine) => engine.close(),
        }
    }

    async fn read_by_key<T, F>(&self, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(Lent<'_>) -> Result<T> + Send + 'static,
    {
        match self.engine.as_ref() {
            Engine::Sqlite(engine) => engine.readers.with(|lent| work::guarded(|| read(lent))),
            Engine::Postgres(engine) => {
                let (closure, answer) = Closure::read(read);
                wait(engine.push_read_by_key(closure), answer).await
            }
        }
    }
}

async fn wait<T>(pushed: bool, answer: oneshot::Receiver<Result<T>>) -> Result<T> {
    if !pushed {
        return Err(busy());
    }
    answer.await.unwrap_or_else(|_| Err(Error::internal("a thread of the database ended before it answered")))
}

/// The epochs of all tenants, as the database has them.
fn read_epochs(lent: &mut Lent<'_>) -> Result<Vec<(TenantNo, i64)>> {
    let rows = lent.query("SELECT tenant_no, epoch FROM tenant_epoch", &[])?;
    rows.into_iter().map(|mut row| Ok((TenantNo(row.take()?), row.take()?))).collect()
}
