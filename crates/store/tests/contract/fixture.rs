//! A fresh database per trial, a tenant with the default client template in it, and contexts whose clock is stepped.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use musubi_domain::actor::Actor;
use musubi_domain::client;
use musubi_domain::condition::Condition;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, ItemNo, RecordNo, TenantNo, UserNo};
use musubi_domain::item::{ItemType, ItemValue};
use musubi_domain::messages::Locale;
use musubi_domain::record::{Facts, NewRecord};
use musubi_domain::sight::Sight;
use musubi_domain::template::{SHIPPED, Template};
use musubi_domain::time::Timestamp;
use musubi_store::db::{Db, Lane, Settings, Snapshot, Target, Tx};
use musubi_store::keys::Keys;
use musubi_store::query::{RecordPage, RecordQuery, record_list};
use musubi_store::{record, template, tenant};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::postgres::server;
use uuid::Uuid;

use libtest_mimic::Trial;

/// 2025-06-01T03:00:00Z.
const EPOCH: i64 = 1_748_746_800_000_000;
/// The tenant that most trials work in.
pub(crate) const TENANT: TenantNo = TenantNo(1);

/// A trial that speaks of one engine only; `why` stands here to be read.
pub(crate) fn on_one<F, Fut>(engine: Engine, _why: &str, name: &str, test: F) -> Vec<Trial>
where
    F: Fn(Engine) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()>,
{
    async_on_both(name, test).into_iter().filter(|trial| trial.kind() == engine.to_string()).collect()
}

/// Where the data of a trial is: a folder or a schema of its own.
pub(crate) struct Place {
    folder: Option<tempfile::TempDir>,
    url: String,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self { folder: Some(tempfile::tempdir().unwrap()), url: String::new() },
            Engine::Postgres => {
                Self { folder: None, url: server().expect("the trial is left out without it").fresh_schema_url() }
            }
        }
    }

    pub(crate) fn target(&self) -> Target {
        self.folder
            .as_ref()
            .map_or_else(|| Target::Url(self.url.clone()), |folder| Target::Folder(folder.path().to_owned()))
    }

    pub(crate) fn open(&self, settings: Settings) -> Db {
        Db::open(&self.target(), &keys(), settings).unwrap()
    }

    /// A file of SQLite's.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.as_ref().expect("a place of SQLite").path().join(name)
    }

    /// Runs SQL past the store, on a connection of its own.
    pub(crate) fn meddle(&self, sql: &str) {
        if self.folder.is_some() {
            self.sqlite().execute_batch(sql).unwrap();
        } else {
            self.postgres(|client| client.batch_execute(sql).unwrap());
        }
    }

    /// A number that SQL gives past the store.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        if self.folder.is_some() {
            return self.sqlite().query_row(sql, [], |row| row.get(0)).unwrap();
        }
        self.postgres(|client| client.query_one(sql, &[]).unwrap().get(0))
    }

    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.file("musubi.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        connection
    }

    /// The client may not be used on an async thread.
    pub(crate) fn postgres<T: Send>(&self, work: impl FnOnce(&mut postgres::Client) -> T + Send) -> T {
        on_a_thread(|| work(&mut postgres::Client::connect(&self.url, postgres::NoTls).unwrap()))
    }
}

pub(crate) fn keys() -> Keys {
    Keys::new([7; 32])
}

pub(crate) fn on_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// The database of a trial, with a tenant in it.
pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) template: Arc<Template>,
    pub(crate) place: Place,
    pub(crate) clock: Clock,
}

/// Gives contexts: each a step later and with a seed of its own, the same on every run.
#[derive(Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    pub(crate) fn context(&self, tenant: TenantNo) -> Arc<Context> {
        let step = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&step.to_be_bytes());
        seed[8..16].copy_from_slice(&tenant.0.to_be_bytes());
        Arc::new(Context {
            tenant,
            actor: Actor::system(UserNo(1)),
            now: Timestamp::from_micros(EPOCH + 1_000 * step),
            seed,
            request_id: Uuid::from_u128(u128::try_from(step).unwrap()),
            locale: Locale::Ja,
        })
    }
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        Self::with(engine, Settings::default()).await
    }

    pub(crate) async fn with(engine: Engine, settings: Settings) -> Self {
        let place = Place::new(engine);
        let (db, clock) = (place.open(settings), Clock::default());
        let template = found(&db, &clock, TENANT).await;
        Self { db, template, place, clock }
    }

    pub(crate) fn context(&self) -> Arc<Context> {
        self.clock.context(TENANT)
    }

    pub(crate) fn context_of(&self, tenant: TenantNo) -> Arc<Context> {
        self.clock.context(tenant)
    }

    /// Makes another tenant with the same template.
    pub(crate) async fn found(&self, tenant: TenantNo) -> Arc<Template> {
        found(&self.db, &self.clock, tenant).await
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(&self.context(), Lane::Interactive, write).await
    }

    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl FnMut(&mut Snapshot<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.scan(TENANT, read).await
    }

    /// Adds a record of these values, created at the moment of its context unless said otherwise.
    pub(crate) async fn add(&self, values: Vec<(ItemNo, ItemValue)>, created_at: Option<Timestamp>) -> RecordNo {
        let template = Arc::clone(&self.template);
        self.write(move |tx| add_in(tx, &template, values.clone(), created_at)).await.unwrap()
    }

    /// A page of the clients that meet a condition.
    pub(crate) async fn list(&self, condition: Condition, offset: i64, limit: i64) -> Result<RecordPage> {
        let query = RecordQuery { template: Arc::clone(&self.template), condition, sorts: Vec::new(), offset, limit };
        self.scan(move |snapshot| record_list(snapshot, &Sight::all(), &query)).await
    }

    pub(crate) fn item(&self, id: Uuid) -> ItemNo {
        self.template.item(id).unwrap().number
    }

    /// The first item of a type.
    pub(crate) fn item_of(&self, item_type: ItemType) -> ItemNo {
        self.template.items().iter().find(|item| item.item_type == item_type).unwrap().number
    }
}

pub(crate) fn add_in(
    tx: &mut Tx<'_>,
    template: &Template,
    values: Vec<(ItemNo, ItemValue)>,
    created_at: Option<Timestamp>,
) -> Result<RecordNo> {
    let moment = created_at.unwrap_or(tx.context().now);
    let facts = Facts::new(values, moment, tx.context().actor.user);
    let new = NewRecord { id: tx.next_id(), facts, linkage: Vec::new() };
    record::record_insert(tx, template, &new, &[], ChangeSetNo(0))
}

/// Makes a tenant with the default client template.
pub(crate) async fn found(db: &Db, clock: &Clock, tenant: TenantNo) -> Arc<Template> {
    let context = clock.context(tenant);
    let made = db.write(&context, Lane::Interactive, move |tx| {
        let id = tx.next_id();
        tenant::tenant_insert(tx, id, &format!("t{tenant}"), "株式会社むすび")?;
        tenant::tenant_host_insert(tx, &format!("t{tenant}.example"))?;
        let database = template::shipped_insert(tx, &SHIPPED[0])?;
        template::template_version_raise(tx, database)?;
        template::template_by_name(tx, client::DATABASE)
    });
    Arc::new(made.await.unwrap().unwrap())
}

/// Waits for something that another thread or process brings about; fails after `limit`.
pub(crate) async fn until(what: &str, limit: Duration, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < limit, "{what} within {limit:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Notes a value under a name: one row, which a second note of the same name changes.
pub(crate) fn note(tx: &mut Tx<'_>, name: &str, value: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO counter (tenant_no, name, value) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, name) DO UPDATE SET value = excluded.value",
        &[name.into(), value.into()],
    )
    .map(drop)
}

/// The value that was noted under a name.
pub(crate) fn noted(snapshot: &mut Snapshot<'_>, name: &str) -> Result<Option<i64>> {
    let rows = snapshot.rows("SELECT value FROM counter WHERE tenant_no = ?1 AND name = ?2", &[name.into()])?;
    rows.into_iter().next().map(|mut row| row.take()).transpose()
}
