//! The peers that are ours: servers of this same program, each in a process of its own, on the product's HTTP stack.
//!
//! `read` answers what the limits are made of: a fixed answer, a bare stored read, and two ways to look through names.
//! `commit` is the product itself but for one thing: every request is committed alone.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use musubi_service::{DbSettings, FolderLock};
use rusqlite::{Connection, OpenFlags, params};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use uuid::Uuid;

use crate::seed;

/// A fixed answer: to GET a page, to POST the same bytes as JSON.
pub(crate) const STATIC: &str = "/static";
/// A stored document as it is.
pub(crate) const STORED: &str = "/stored";
/// Names looked through one by one.
pub(crate) const SCAN: &str = "/scan";
/// Names looked through in the order of their index.
pub(crate) const WALK: &str = "/walk";

/// What stands before the id in the body of a detail request.
const BEFORE_ID: &str = "{\"param\":{\"clientID\":\"";
/// Bytes of an id as text.
const ID_LENGTH: usize = 36;
/// Rows of a list, and one more to know whether there are more.
const ROWS: i64 = 101;
/// Kibibytes that a connection keeps: what measured best.
const CACHE: &str = "PRAGMA cache_size = -65536;";

const DOCUMENT_BY_ID: &str =
    "SELECT document FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3 AND deleted_at IS NULL";
const BY_SCAN: &str =
    "SELECT record_id, name FROM client NOT INDEXED WHERE tenant_no = ?1 AND name LIKE ?2 ORDER BY record_no LIMIT ?3";
const BY_WALK: &str = "SELECT record_id, name FROM client INDEXED BY client_by_name WHERE tenant_no = ?1 AND name LIKE ?2 ORDER BY name LIMIT ?3";

/// Which peer a process is.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Peer {
    /// Limits of reading.
    Read {
        /// The database file.
        #[arg(long)]
        database: PathBuf,
        /// The database of names.
        #[arg(long)]
        names: PathBuf,
        /// How many bytes an answer has.
        #[arg(long)]
        answer_bytes: usize,
    },
    /// The product with a commit for each request.
    Commit {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
    },
}

/// Serves as a peer until asked to end.
///
/// # Errors
/// Where the data cannot be opened.
pub(crate) fn serve(peer: &Peer) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    match peer {
        Peer::Read { database, names, answer_bytes } => {
            let readers = Readers::new(database, names, *answer_bytes)?;
            runtime.block_on(listen(reading(readers)))
        }
        Peer::Commit { data } => {
            let _lock = FolderLock::take(data).map_err(seed::told)?;
            let service = seed::service(data, DbSettings { batch: 1, ..DbSettings::default() })?;
            let served =
                runtime.block_on(listen(musubi_http::router(service.clone(), musubi_screens::router(service.clone()))));
            service.db().close();
            served
        }
    }
}

async fn listen(router: Router) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut term = signal(SignalKind::terminate())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        term.recv().await;
        // Who waits for it has gone where it is not heard.
        let _ = stop.send(true);
    });
    let line = format!("listening on http://{}\n", listener.local_addr()?);
    std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes())?;
    musubi_http::serve(listener, router, None, stopped).await.context("the peer cannot serve")
}

/// Connections that nobody reads on at the moment.
struct Free {
    path: PathBuf,
    connections: Mutex<Vec<Connection>>,
}

impl Free {
    const fn new(path: PathBuf) -> Self {
        Self { path, connections: Mutex::new(Vec::new()) }
    }

    /// Reads in place, on the caller's thread.
    fn with<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let free = self.connections.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match free {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        let result = read(&connection);
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.execute_batch(CACHE)?;
    Ok(connection)
}

/// What the limits of reading are read from.
struct Readers {
    records: Free,
    names: Free,
    tenant: i64,
    clients: i64,
    answer_bytes: usize,
    answer: Bytes,
}

impl Readers {
    fn new(database: &Path, names: &Path, answer_bytes: usize) -> Result<Self> {
        let (tenant, clients) =
            open(database)?.query_row("SELECT tenant_no, database_no FROM record LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let answer = padded("{}", answer_bytes).into();
        Ok(Self {
            records: Free::new(database.to_owned()),
            names: Free::new(names.to_owned()),
            tenant,
            clients,
            answer_bytes,
            answer,
        })
    }

    fn names(&self, sql: &str, word: &str) -> rusqlite::Result<Vec<u8>> {
        self.names.with(|names| {
            let mut statement = names.prepare_cached(sql)?;
            let mut rows = statement.query(params![self.tenant, format!("%{word}%"), ROWS])?;
            let (mut clients, mut more) = (Vec::new(), false);
            while let Some(row) = rows.next()? {
                more = clients.len() == 100;
                if !more {
                    let id = Uuid::from_slice(row.get_ref(0)?.as_blob()?).unwrap_or_default();
                    clients.push(json!({"clientID": id, "clientName": row.get::<_, String>(1)?, "systemLinkageInfoList": null}));
                }
            }
            let answer = json!({"clientListInfo": {"clientList": clients, "getMoreFlag": more}, "appStatus": {"code": "S000", "message": ""}});
            Ok(answer.to_string().into_bytes())
        })
    }
}

fn reading(readers: Readers) -> Router {
    let names = |sql: &'static str| {
        move |State(readers): State<Arc<Readers>>, body: Bytes| async move {
            let word = serde_json::from_slice::<Value>(&body).ok();
            let word = word
                .as_ref()
                .and_then(|body| body.pointer("/param/optionalConditions/searchConditions/clientName"))
                .and_then(Value::as_str);
            answer(word.map(|word| readers.names(sql, word).map(Bytes::from)))
        }
    };
    Router::new()
        .route(
            STATIC,
            get(async |State(readers): State<Arc<Readers>>| page(readers.answer.clone()))
                .post(async |State(readers): State<Arc<Readers>>, _: Bytes| answer(Some(Ok(readers.answer.clone())))),
        )
        .route(STORED, post(stored))
        .route(SCAN, post(names(BY_SCAN)))
        .route(WALK, post(names(BY_WALK)))
        .with_state(Arc::new(readers))
}

/// The stored document, made as long as our own answer, which wraps each value: the bytes sent are to be as many.
async fn stored(State(readers): State<Arc<Readers>>, body: Bytes) -> Response {
    let id = body.get(BEFORE_ID.len()..BEFORE_ID.len() + ID_LENGTH).and_then(|id| Uuid::try_parse_ascii(id).ok());
    answer(id.map(|id| {
        readers.records.with(|records| {
            let mut statement = records.prepare_cached(DOCUMENT_BY_ID)?;
            let bytes = readers.answer_bytes;
            statement.query_row(params![readers.tenant, readers.clients, id.as_bytes()], |row| {
                Ok(padded(row.get_ref(0)?.as_str()?, bytes).into())
            })
        })
    }))
}

/// A document with spaces after it up to this length.
fn padded(document: &str, bytes: usize) -> Vec<u8> {
    let mut answer = Vec::with_capacity(bytes.max(document.len()));
    answer.extend_from_slice(document.as_bytes());
    if answer.len() < bytes {
        answer.resize(bytes, b' ');
    }
    answer
}

/// A fixed page.
fn page(body: Bytes) -> Response {
    let mut head = HeaderMap::new();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    (head, body).into_response()
}

fn answer(body: Option<rusqlite::Result<Bytes>>) -> Response {
    match body {
        Some(Ok(body)) => {
            let mut head = HeaderMap::new();
            head.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            (head, body).into_response()
        }
        Some(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::call::{request, send};
    use crate::requests::list;

    /// Two records and three names.
    fn readers(folder: &Path) -> Readers {
        let (database, names) = (folder.join("data.db"), folder.join("names.db"));
        let records = "CREATE TABLE record (tenant_no, database_no, record_id, document, deleted_at);
             INSERT INTO record VALUES (7, 3, zeroblob(16), '{\"1\":\"a\"}', NULL);
             INSERT INTO record VALUES (7, 3, x'000102030405060708090a0b0c0d0e0f', '{\"1\":\"b\"}', 5);";
        Connection::open(&database).unwrap().execute_batch(records).unwrap();
        let clients = "CREATE TABLE client (record_no INTEGER PRIMARY KEY, tenant_no, record_id, name);
             CREATE INDEX client_by_name ON client (tenant_no, name, record_no, record_id);
             INSERT INTO client VALUES (1, 7, zeroblob(16), '株式会社東京商事'), (2, 7, zeroblob(16), '大阪商店'), (3, 7, zeroblob(16), '東京商事');";
        Connection::open(&names).unwrap().execute_batch(clients).unwrap();
        Readers::new(&database, &names, 40).unwrap()
    }

    /// A server for as long as the sender lives.
    fn served(router: Router) -> (SocketAddr, watch::Sender<bool>) {
        let (stop, stopped) = watch::channel(false);
        let (sender, address) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                musubi_http::serve(listener, router, None, stopped).await
            })
        });
        (address.recv().unwrap(), stop)
    }

    #[test]
    fn limits_of_reading_answer_what_they_stand_for() {
        let folder = tempfile::tempdir().unwrap();
        let (address, stop) = served(reading(readers(folder.path())));
        let of_id =
            |path, id: Uuid| send(address, &request("POST", path, "", &format!("{BEFORE_ID}{id}\"}}}}"))).unwrap();
        assert_eq!(of_id(STATIC, Uuid::nil()), (200, padded("{}", 40)));
        assert_eq!(send(address, &request("GET", STATIC, "", "")).unwrap(), (200, padded("{}", 40)));
        assert_eq!(of_id(STORED, Uuid::nil()), (200, padded("{\"1\":\"a\"}", 40)));
        assert_eq!(of_id(STORED, Uuid::from_u128(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f)).0, 500, "it is deleted");
        for (path, first) in [(SCAN, "株式会社東京商事"), (WALK, "東京商事")] {
            let (status, body) = send(address, &list(path, "token", "東京")).unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let rows = body["clientListInfo"]["clientList"].as_array().unwrap();
            assert_eq!((status, rows.len(), rows[0]["clientName"].as_str()), (200, 2, Some(first)));
        }
        stop.send(true).unwrap();
    }
}
