//! The data folders: a demo tenant with N clients, filled through the service as an import would, kept between runs.
//!
//! `WORK/musubi-N-BYTES/` holds `data/` (what `musubi serve --data` takes), `names.db` (the same names in a narrow table, for
//! the peers that look through them, and the ids that requests are made of) and, once it is whole, `filled.json`.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use musubi_domain::client;
use musubi_domain::context::Context;
use musubi_domain::id::TenantNo;
use musubi_domain::user::User;
use musubi_service::client::client_list;
use musubi_service::demo::{DemoSize, demo_create};
use musubi_service::inquiry_route::inquiry_route_create;
use musubi_service::organization::organization_list;
use musubi_service::record::{Changes, Judged, record_judge, record_register_in};
use musubi_service::user::user_list;
use musubi_service::{Db, DbSettings, FolderLock, Keys, Reach, Service, Source as _, SystemSource, Target};
use musubi_store::db::Lane;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::report::say;
use crate::sample::{References, Samples, Shape};

/// Clients that the demo begins with.
const DEMO_CLIENTS: usize = 200;
/// Clients that one transaction registers.
const SLICE: u64 = 100;
/// Transactions that are on their way at one time.
const ON_THEIR_WAY: usize = 4;
/// Clients that others may belong to.
const PARENTS: i64 = 100;
/// Without writes for so long, the database is at rest.
const QUIET: Duration = Duration::from_secs(2);
/// How long it may take to come to rest.
const SETTLING: Duration = Duration::from_secs(1_800);
/// How often progress is told.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// A data folder.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    root: PathBuf,
    /// What it holds.
    pub(crate) facts: Facts,
}

/// What is known of a data folder.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Clients.
    pub(crate) clients: u64,
    /// Bytes of a stored document, on the average.
    pub(crate) document_bytes: u64,
    /// Clients that were registered per second.
    pub(crate) rate: u64,
    /// What clients refer to.
    pub(crate) references: References,
}

impl Filled {
    /// The folder for `musubi serve --data`.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The database of names.
    pub(crate) fn names(&self) -> PathBuf {
        self.root.join("names.db")
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("musubi.db")
    }

    /// The ids of all clients.
    ///
    /// # Errors
    /// Where the database of names cannot be read.
    pub(crate) fn ids(&self) -> Result<Vec<Uuid>> {
        let names = rusqlite::Connection::open(self.names())?;
        let mut statement = names.prepare("SELECT record_id FROM client ORDER BY record_no")?;
        let ids = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        ids.map(|id| Ok(Uuid::from_slice(&id?)?)).collect()
    }

    /// Makes a copy that may be written to and is on the disk, in place of an earlier one.
    ///
    /// # Errors
    /// Where there is no room.
    pub(crate) fn copy(&self, to: &Path) -> Result<Self> {
        if to.exists() {
            fs::remove_dir_all(to)?;
        }
        let copy = Self { root: to.to_owned(), facts: self.facts.clone() };
        fs::create_dir_all(copy.data())?;
        let own =
            |folder: &Path| -> Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
        for (folder, target) in [(self.root.clone(), copy.root.clone()), (self.data(), copy.data())] {
            for file in own(&folder)?.into_iter().filter(|path| path.is_file()) {
                let target = target.join(file.file_name().context("a file has a name")?);
                fs::copy(&file, &target).with_context(|| format!("{} cannot be copied", file.display()))?;
                File::options().write(true).open(&target)?.sync_all()?;
            }
        }
        Ok(copy)
    }

    /// Removes a copy.
    pub(crate) fn remove(self) {
        // What is left is removed by the next copy.
        let _ = fs::remove_dir_all(&self.root);
    }

    /// Reads all that is measured once, so that the figures are those of a warm page cache.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(crate) fn warm(&self) -> Result<()> {
        warm(&[self.database(), self.names()])
    }
}

/// Reads files once.
///
/// # Errors
/// Where a file cannot be read.
pub(crate) fn warm(files: &[PathBuf]) -> Result<()> {
    let mut buffer = vec![0; 1 << 20];
    for path in files {
        let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        while file.read(&mut buffer)? > 0 {}
    }
    Ok(())
}

/// The folder with so many clients and documents of so many bytes, filled where there is none.
///
/// # Errors
/// Where it cannot be filled.
pub(crate) fn filled(work: &Path, clients: u64, document_bytes: usize) -> Result<Filled> {
    let root = work.join(format!("musubi-{clients}-{document_bytes}"));
    let marker = root.join("filled.json");
    if let Ok(text) = fs::read_to_string(&marker) {
        let facts = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged: remove its folder", marker.display()))?;
        return Ok(Filled { root, facts });
    }
    if root.exists() {
        fs::remove_dir_all(&root).context("a folder that was not filled to the end cannot be removed")?;
    }
    let mut filled = Filled { root, facts: Facts { clients, ..Facts::default() } };
    fs::create_dir_all(filled.data())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    runtime.block_on(fill(&mut filled, document_bytes))?;
    copy_names(&mut filled)?;
    fs::write(marker, serde_json::to_string(&filled.facts)?)?;
    Ok(filled)
}

/// What the service says went wrong.
#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
pub(crate) fn told(error: musubi_domain::error::Error) -> anyhow::Error {
    anyhow!("{error:?}")
}

/// The service on a data folder.
///
/// # Errors
/// Where it cannot be opened.
pub(crate) fn service(data: &Path, settings: DbSettings) -> Result<Service> {
    let keys = Keys::open(&data.join("keys"), SystemSource.seed()).map_err(told)?;
    let db = Db::open(&Target::Folder(data.to_owned()), &keys, settings).map_err(told)?;
    Ok(Service::new(db, &keys, Arc::new(SystemSource), Reach::default()))
}

async fn fill(filled: &mut Filled, document_bytes: usize) -> Result<()> {
    let _lock = FolderLock::take(&filled.data()).map_err(told)?;
    let service = service(&filled.data(), DbSettings::default())?;
    let begun = Instant::now();
    let demo = usize::try_from(filled.facts.clients).unwrap_or(usize::MAX).min(DEMO_CLIENTS);
    let tenant = demo_create(&service, DemoSize { clients: demo, contacts: 0, cards: 0 }).await.map_err(told)?;
    filled.facts.references = references(&service, &service.system_context(tenant)).await?;
    let samples = Arc::new(Samples::new(filled.facts.references.clone())?);
    let shape = Shape::documents(document_bytes);
    let mut next = u64::try_from(demo)?;
    let mut told_at = Instant::now();
    let mut slices = tokio::task::JoinSet::new();
    while next < filled.facts.clients || !slices.is_empty() {
        if next < filled.facts.clients && slices.len() < ON_THEIR_WAY {
            let numbers = next..filled.facts.clients.min(next + SLICE);
            next = numbers.end;
            slices.spawn(register(service.clone(), tenant, Arc::clone(&samples), numbers, shape));
            continue;
        }
        slices.join_next().await.context("a slice is on its way")???;
        if told_at.elapsed() > TOLD_EVERY {
            told_at = Instant::now();
            say(&format!(
                "{next} of {} clients, {} per second",
                filled.facts.clients,
                per_second(next, begun.elapsed())
            ));
        }
    }
    filled.facts.rate = per_second(next, begun.elapsed());
    say(&format!("{next} clients filled in, {} per second", filled.facts.rate));
    settle(&filled.database()).await?;
    tokio::task::spawn_blocking(move || service.db().close()).await?;
    Ok(())
}

/// Waits until nothing is written any more: after an import the product merges its search index for a while, and what is
/// measured is an index that has come to rest.
async fn settle(database: &Path) -> Result<()> {
    let watched = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let version = || watched.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
    let (begun, mut last) = (Instant::now(), (version()?, Instant::now()));
    while last.1.elapsed() < QUIET {
        if begun.elapsed() > SETTLING {
            say("the search index is measured while it is still being merged");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = version()?;
        if now != last.0 {
            last = (now, Instant::now());
        }
    }
    say(&format!("at rest {} s later", begun.elapsed().saturating_sub(QUIET).as_secs()));
    Ok(())
}

fn per_second(count: u64, took: Duration) -> u64 {
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    count * 1_000 / milliseconds
}

/// Registers the clients of these numbers in one transaction of the background lane.
async fn register(
    service: Service,
    tenant: TenantNo,
    samples: Arc<Samples>,
    numbers: std::ops::Range<u64>,
    shape: Shape,
) -> Result<()> {
    let context = service.system_context(tenant);
    let mut slice: Vec<Judged> = Vec::new();
    for number in numbers {
        let command = samples.sample(number, shape)?.command();
        slice.push(record_judge(&service, &context, client::DATABASE, command).await.map_err(told)?);
    }
    let write = service.db().write(&context, Lane::Background, move |tx| {
        let mut changes = Changes::begin(tx, "bench.fill", None)?;
        slice.iter().try_for_each(|client| record_register_in(tx, &mut changes, client).map(drop))?;
        changes.finish(tx).map(drop)
    });
    write.await.map_err(told)
}

/// What the bench's clients refer to in the demo tenant.
async fn references(service: &Service, context: &Arc<Context>) -> Result<References> {
    let organizations = organization_list(service, context).await.map_err(told)?;
    let users = user_list(service, context).await.map_err(told)?;
    let is_person = |user: &User| user.active && !user.system;
    let parents = client_list(service, context, &[], 0, PARENTS).await.map_err(told)?;
    let route = inquiry_route_create(service, context, "Web".to_owned(), "問い合わせフォーム".to_owned())
        .await
        .map_err(told)?;
    let references = References {
        organizations: organizations
            .into_iter()
            .filter(|organization| organization.active)
            .map(|organization| organization.id)
            .collect(),
        users: users.into_iter().filter(is_person).map(|user| user.id).collect(),
        parents: parents.rows.into_iter().map(|row| row.id).collect(),
        route: (route.category, route.route),
    };
    if references.organizations.is_empty() || references.users.is_empty() || references.parents.is_empty() {
        bail!("the demo has nobody to refer to");
    }
    Ok(references)
}

/// Copies numbers, ids and names into the narrow table, and looks how large documents have come out.
fn copy_names(filled: &mut Filled) -> Result<()> {
    let names = rusqlite::Connection::open(filled.names())?;
    names.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         CREATE TABLE client (record_no INTEGER PRIMARY KEY, tenant_no INTEGER NOT NULL, record_id BLOB NOT NULL, name TEXT NOT NULL) STRICT;",
    )?;
    names.execute("ATTACH ?1 AS data", [filled.database().to_string_lossy()])?;
    names.execute_batch(
        "INSERT INTO client SELECT record_no, tenant_no, record_id, display_name FROM data.record ORDER BY record_no;
         CREATE INDEX client_by_name ON client (tenant_no, name, record_no, record_id);",
    )?;
    let average = "SELECT CAST(avg(octet_length(document)) AS INTEGER), count(*) FROM data.record";
    let (bytes, count): (i64, i64) = names.query_row(average, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    filled.facts.document_bytes = u64::try_from(bytes)?;
    if u64::try_from(count)? != filled.facts.clients {
        bail!("{count} clients were registered, not {}", filled.facts.clients);
    }
    say(&format!("a stored document has {bytes} bytes on the average"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_filled_once_and_its_copy_is_another() {
        let work = tempfile::tempdir().unwrap();
        let first = filled(work.path(), 260, 4_096).unwrap();
        let (ids, mut unique) = (first.ids().unwrap(), first.ids().unwrap());
        unique.sort_unstable();
        unique.dedup();
        assert_eq!((ids.len(), unique.len()), (260, 260));
        assert!(first.facts.document_bytes > 1_000 && first.facts.rate > 0);
        let again = filled(work.path(), 260, 4_096).unwrap();
        assert_eq!(again.ids().unwrap(), ids);
        let copy = again.copy(&work.path().join("copy")).unwrap();
        copy.warm().unwrap();
        let database = rusqlite::Connection::open(copy.database()).unwrap();
        database.execute_batch("DELETE FROM record").unwrap();
        drop(database);
        let count = |folder: &Filled| -> i64 {
            let database = rusqlite::Connection::open(folder.database()).unwrap();
            database.query_row("SELECT count(*) FROM record", [], |row| row.get(0)).unwrap()
        };
        assert_eq!((count(&copy), count(&again)), (0, 260));
        let folder = copy.data();
        copy.remove();
        assert!(!folder.exists());
    }
}
