//! The embedded engine: SQLite, one writer thread with group commit, readers in place, checkpoints on a thread of their own.

mod checkpoint;
mod readers;
mod writer;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use musubi_domain::error::{Error, Kind, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi, params_from_iter};

use super::failure::Failure;
use super::queue::Queue;
use super::tx::Lent;
use super::value::{Row, Value};
use super::work::{ReadWork, WriteWork};
use super::{Published, Settings};
use crate::keys::Keys;
use crate::seal::SealKey;
pub(super) use readers::Readers;

/// The database file within its folder.
const FILE: &str = "musubi.db";
/// How long a write waits for another process that holds the write lock.
const BUSY: Duration = Duration::from_secs(10);
/// How many requests may wait to be written.
const WRITES_WAITING: usize = 4_096;

/// What the threads of the engine share.
pub(super) struct Shared {
    pub(super) path: PathBuf,
    pub(super) settings: Settings,
    pub(super) published: Published,
    pub(super) seal_key: SealKey,
    pub(super) writes: Queue<Box<dyn WriteWork>>,
    pub(super) pages: Queue<Box<dyn ReadWork>>,
    pub(super) scans: Queue<Box<dyn ReadWork>>,
    pub(super) checkpoint: checkpoint::Signal,
    /// The disk did not confirm a commit: nothing is written any more.
    dead: AtomicBool,
}

/// The engine. Dropping it ends its threads, after what is queued.
pub(super) struct Engine {
    pub(super) shared: Arc<Shared>,
    pub(super) readers: Readers,
    /// All threads but the writer's.
    aside: Mutex<Vec<JoinHandle<()>>>,
    writer: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Opens (and creates) the database of a folder and brings its schema up to date.
    pub(super) fn open(folder: &Path, settings: Settings, keys: &Keys, published: Published) -> Result<Self> {
        let path = folder.join(FILE);
        let writer = open_writer(&path, &settings)?;
        super::migrate::migrate_sqlite(&writer)?;
        super::migrate::check_keys(&mut Lent::new(super::tx::Connection::Sqlite(&writer), None), &keys.fingerprint())?;
        let bounds = (settings.pages_waiting, settings.scans_waiting);
        let shared = Arc::new(Shared {
            path,
            settings,
            published,
            seal_key: keys.seal_key(),
            writes: Queue::new(WRITES_WAITING),
            pages: Queue::new(bounds.0),
            scans: Queue::new(bounds.1),
            checkpoint: checkpoint::Signal::default(),
            dead: AtomicBool::new(false),
        });
        let readers = Readers::new(Arc::clone(&shared));
        let engine = Self { shared, readers, aside: Mutex::default(), writer: Mutex::default() };
        // What has started ends with the engine, also where the rest does not come up.
        let start = |threads: &Mutex<Vec<JoinHandle<()>>>, thread| lock(threads).push(thread);
        start(&engine.writer, writer::start(writer, Arc::clone(&engine.shared))?);
        start(&engine.aside, checkpoint::start(Arc::clone(&engine.shared))?);
        readers::start(&engine.shared, |thread| start(&engine.aside, thread))?;
        Ok(engine)
    }

    /// Lets the threads finish what is queued and waits for them. The last connection to close tidies the write-ahead log:
    /// one that only reads cannot do it, and two that close at once leave it to each other. So the writer goes last, alone.
    pub(super) fn close(&self) {
        self.shared.pages.close();
        self.shared.scans.close();
        self.readers.close();
        self.shared.checkpoint.close();
        super::work::join(std::mem::take(&mut *lock(&self.aside)));
        self.shared.writes.close();
        super::work::join(std::mem::take(&mut *lock(&self.writer)));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// The disk did not confirm that it holds what was written: nothing may be written any more.
    pub(super) fn give_up(&self, reason: &str) {
        if !self.dead.swap(true, Ordering::Relaxed) {
            (self.settings.fatal)(reason);
        }
    }
}

fn open(path: &Path, flags: OpenFlags, cache_kibibytes: u32) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(opening)?;
    connection.busy_timeout(BUSY).map_err(opening)?;
    let pragmas = format!(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -{cache_kibibytes}; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF;"
    );
    connection.execute_batch(&pragmas).map_err(opening)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn open_writer(path: &Path, settings: &Settings) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = open(path, flags, 64 * 1024)?;
    connection.execute_batch("PRAGMA page_size = 4096;").map_err(opening)?;
    begin_log(&connection)?;
    // A log that begins anew gives back what it held beyond the limit.
    let limit = format!("PRAGMA journal_size_limit = {};", settings.wal_restart_bytes);
    connection.execute_batch(&limit).map_err(opening)?;
    if let Some(pages) = settings.max_page_count {
        connection.execute_batch(&format!("PRAGMA max_page_count = {pages};")).map_err(opening)?;
    }
    Ok(connection)
}

/// Has the database keep a write-ahead log. Of several that open a new database at once SQLite lets one, and does not wait
/// for it on behalf of the others.
fn begin_log(connection: &Connection) -> Result<()> {
    let until = Instant::now() + BUSY;
    while let Err(error) = connection.execute_batch("PRAGMA journal_mode = WAL;") {
        if failure(&error) != Failure::Locked || Instant::now() > until {
            return Err(opening(error));
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    Ok(())
}

fn open_reader(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, 8 * 1024)
}

#[expect(clippy::needless_pass_by_value, reason = "shape of map_err")]
fn opening(error: rusqlite::Error) -> Error {
    Error::new(Kind::Unavailable).with_cause(format!("the database cannot be opened: {error}"))
}

/// Runs a statement and collects its rows.
pub(super) fn query(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> std::result::Result<Vec<Row>, (Failure, String)> {
    collect(connection, sql, parameters).map_err(|error| told(&error, sql))
}

/// Runs a statement and gives the number of rows it touched.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> std::result::Result<u64, (Failure, String)> {
    let count =
        connection.prepare_cached(sql).and_then(|mut statement| statement.execute(params_from_iter(parameters)));
    count.map(|count| u64::try_from(count).unwrap_or(u64::MAX)).map_err(|error| told(&error, sql))
}

/// Runs a statement and hands over its rows one by one.
pub(super) fn each(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> std::result::Result<(), (Failure, String)> {
    walk(connection, sql, parameters, take).map_err(|error| told(&error, sql))
}

fn collect(connection: &Connection, sql: &str, parameters: &[Value]) -> rusqlite::Result<Vec<Row>> {
    let mut rows = Vec::new();
    walk(connection, sql, parameters, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn walk(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
    take: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut found = statement.query(params_from_iter(parameters))?;
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(_) => {
                    return Err(rusqlite::Error::InvalidColumnType(
                        column,
                        "real".to_owned(),
                        rusqlite::types::Type::Real,
                    ));
                }
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
            });
        }
        if take(Row::new(values)).is_break() {
            break;
        }
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn told(error: &rusqlite::Error, sql: &str) -> (Failure, String) {
    let statement = sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
    (failure(error), format!("{error} [{statement}]"))
}

/// What a failure of SQLite means.
pub(super) fn failure(error: &rusqlite::Error) -> Failure {
    let Some(inner) = error.sqlite_error() else { return Failure::Other };
    match (inner.code, inner.extended_code) {
        (_, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => Failure::NotSynced,
        // A quota or a file size limit shows as a failed write, not as a full disk.
        (ErrorCode::DiskFull | ErrorCode::ReadOnly, _) | (_, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE) => {
            Failure::Full
        }
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Failure::Locked,
        (ErrorCode::OperationInterrupted, _) => Failure::TooLong,
        _ => Failure::Other,
    }
}
