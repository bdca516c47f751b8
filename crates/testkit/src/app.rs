//! The whole app in process: its own database, a stepped clock, seeded ids, requests without a network.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use musubi_outbound::client::{Client, ClientSettings};
use musubi_outbound::mail::{self as outbound, Mailer};
use musubi_service::job::job_counts;
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_service::token::{TokenCreate, token_create};
use musubi_service::{Db, DbSettings, Keys, Reach, Service, Target};
use musubi_store::db::{Lane, Tx};
use musubi_worker::{JobKind, Means, Worker, WorkerSettings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Handle, RuntimeFlavor};
use tower::ServiceExt;

use crate::engine::Engine;
use crate::postgres;
use crate::smtp::SmtpServer;
use crate::source::SteppedSource;

/// The host that leads to the first tenant.
pub const HOST: &str = "ro7jrw.example.jp";
/// Every scope of the CRM calls.
pub const ALL_SCOPES: &str = "crm:read crm:write organization:read";

/// Where a test's data is. Gone when dropped.
pub struct TestData {
    /// What to open.
    pub target: Target,
    instances: AtomicU64,
    mailer: Option<Mailer>,
    _folder: Option<TempDir>,
}

impl TestData {
    /// A fresh, empty database of this engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
                Self::at(Target::Folder(folder.path().to_owned()), Some(folder))
            }
            Engine::Postgres => {
                let server = postgres::server().expect("the trial runs only where there is a server");
                Self::at(Target::Url(server.fresh_schema_url()), None)
            }
        }
    }

    const fn at(target: Target, folder: Option<TempDir>) -> Self {
        Self { target, instances: AtomicU64::new(0), mailer: None, _folder: folder }
    }
}

/// The keys of all tests.
#[must_use]
pub fn keys() -> Keys {
    Keys::new([42; 32])
}

/// Runs a statement of a tenant, `?1`, on data that nobody has open, past everything that keeps it right.
///
/// # Errors
/// Where it cannot be opened, and what the database says.
pub async fn meddle(target: Target, keys: Keys, tenant: TenantNo, sql: &str) -> Result<()> {
    let opened = tokio::task::spawn_blocking(move || {
        let db = Db::open(&target, &keys, DbSettings { seals: false, ..DbSettings::default() })?;
        Ok::<_, Error>(Service::new(db, &keys, Arc::new(SteppedSource::default()), Reach::default()))
    });
    let service = opened.await.expect("opening does not panic")?;
    let sql = sql.to_owned();
    let context = service.command_context(tenant);
    service.db().write(&context, Lane::Interactive, move |tx| tx.execute(&sql, &[]).map(drop)).await?;
    tokio::task::spawn_blocking(move || service.db().close()).await.expect("closing does not panic");
    Ok(())
}

/// An app under test. When it goes, there is no job left that nobody has run: call [`TestApp::run_jobs`], or
/// [`TestApp::leave_jobs`] where that is what the test is about.
pub struct TestApp {
    /// The use cases.
    pub service: Service,
    /// The clock.
    pub source: Arc<SteppedSource>,
    /// The first tenant.
    pub tenant: TenantNo,
    /// What sends its mails; none: no mail server is set.
    pub mailer: Option<Mailer>,
    router: Router,
    data: Arc<TestData>,
    leaves_jobs: AtomicBool,
}

/// What calls others in tests: of all addresses that are not public it calls 127.0.0.1 alone.
fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let made = || {
        let allowed = vec!["127.0.0.1".parse().expect("an address is a network")];
        Client::new(&ClientSettings { allowed, authorities: String::new() }).expect("the machine has TLS")
    };
    CLIENT.get_or_init(made).clone()
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: axum::http::HeaderMap,
    /// Its body; null where it is no JSON.
    pub body: Value,
    /// Its body as text.
    pub text: String,
}

/// A member of an object of the CRM API by its name, or by its name with a capital letter, as the organization calls have it.
#[must_use]
pub fn crm_member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let (first, rest) = name.split_at_checked(1)?;
    object.get(name).or_else(|| object.get(format!("{}{rest}", first.to_ascii_uppercase())))
}

impl Answer {
    /// A member of `appStatus`.
    #[must_use]
    pub fn app_status(&self, name: &str) -> Option<&Value> {
        crm_member(crm_member(&self.body, "appStatus")?, name)
    }

    /// The code of `appStatus`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.app_status("code").and_then(Value::as_str).unwrap_or_default()
    }

    /// The path and the code of every element of `appStatus.details`.
    #[must_use]
    pub fn details(&self) -> Vec<(String, String)> {
        let text = |detail: &Value, name: &str| {
            crm_member(detail, name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let details = self.app_status("details").and_then(Value::as_array).into_iter().flatten();
        details.map(|detail| (text(detail, "path"), text(detail, "code"))).collect()
    }
}

impl TestApp {
    /// An app with one tenant, `ro7jrw`, on a fresh database.
    pub async fn new(engine: Engine) -> Self {
        Self::begin(TestData::new(engine)).await
    }

    /// As [`TestApp::new`], with a mail server.
    pub async fn with_mail(engine: Engine, server: &SmtpServer) -> Self {
        let server = outbound::SmtpServer::parse(&server.url()).expect("the URL of a test's server is sound");
        let mailer = Mailer::new(&server, "むすび <musubi@example.jp>").expect("the sender is sound");
        Self::begin(TestData { mailer: Some(mailer), ..TestData::new(engine) }).await
    }

    async fn begin(data: TestData) -> Self {
        let data = Arc::new(data);
        let mut app = Self::on(&data, TenantNo(0)).await;
        let command = TenantCreate {
            code: "ro7jrw".to_owned(),
            name: "株式会社テスト".to_owned(),
            hosts: vec![HOST.to_owned()],
            administrator: None,
        };
        app.tenant = tenant_create(&app.service, command).await.expect("a fresh database takes a tenant");
        app
    }

    /// A further instance on the same database.
    pub async fn instance(&self) -> Self {
        Self::on(&self.data, self.tenant).await
    }

    async fn on(data: &Arc<TestData>, tenant: TenantNo) -> Self {
        let target = data.target.clone();
        let open = move || Db::open(&target, &keys(), DbSettings::default());
        let db =
            tokio::task::spawn_blocking(open).await.expect("opening does not panic").expect("a fresh database opens");
        let source = Arc::new(SteppedSource::of_instance(data.instances.fetch_add(1, Ordering::SeqCst)));
        let mailer = data.mailer.clone();
        let reach = Reach { has_mail: mailer.is_some(), ..Reach::default() };
        let service = Service::new(db, &keys(), Arc::clone(&source) as _, reach);
        let (router, data) =
            (musubi_http::router(service.clone(), musubi_screens::router(service.clone())), Arc::clone(data));
        Self { service, source, tenant, mailer, router, data, leaves_jobs: AtomicBool::new(false) }
    }

    /// Runs all jobs that are due, of the kinds of the product, by hand: one after the other, without waiting. How many runs it
    /// took.
    pub async fn run_jobs(&self) -> usize {
        self.run_jobs_of(musubi_worker::kinds(Means { mailer: self.mailer.clone(), client: Some(client()) })).await
    }

    /// As [`TestApp::run_jobs`], of these kinds.
    pub async fn run_jobs_of(&self, kinds: Vec<JobKind>) -> usize {
        let worker = Worker::new(self.service.clone(), kinds, WorkerSettings::default());
        worker.run_due().await.expect("the database answers")
    }

    /// Says that jobs which are left in the end are no oversight.
    pub fn leave_jobs(&self) {
        self.leaves_jobs.store(true, Ordering::Relaxed);
    }

    /// Where its data is.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.data.target
    }

    /// The context of an administrator's command.
    #[must_use]
    pub fn context(&self) -> Arc<Context> {
        self.service.command_context(self.tenant)
    }

    /// Writes past the use cases: for what the product itself would not do.
    ///
    /// # Errors
    /// What the closure says.
    pub async fn write<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.service.db().write(&self.context(), Lane::Interactive, write).await
    }

    /// A token with these scopes and no person.
    pub async fn token(&self, scope: &str) -> String {
        let command = TokenCreate { scope: scope.to_owned(), ..TokenCreate::default() };
        token_create(&self.service, &self.context(), command).await.expect("a sound scope gives a token")
    }

    /// Posts JSON to the first tenant.
    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send(Self::request("POST", path, HOST, Some(token), body.to_string())).await
    }

    /// The metrics page.
    pub async fn metrics(&self) -> String {
        let page = Self::request("GET", "/metrics", HOST, None, Body::empty());
        Self::answer(musubi_http::metrics_router(self.service.clone()), page).await.text
    }

    /// A request as a client of the API makes it.
    #[must_use]
    pub fn request(method: &str, path: &str, host: &str, token: Option<&str>, body: impl Into<Body>) -> Request<Body> {
        let mut request =
            Request::builder().method(method).uri(path).header("host", host).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.body(body.into()).expect("the parts of a test's request are sound")
    }

    /// Listens on a port of its own, for what comes through the network, and gives the port. It ends with the runtime.
    ///
    /// # Panics
    /// The machine has no port left.
    pub async fn listen(&self) -> u16 {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("the machine has a free port");
        let port = listener.local_addr().expect("a bound port is known").port();
        tokio::spawn(axum::serve(listener, self.router.clone()).into_future());
        port
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        Self::answer(self.router.clone(), request).await
    }

    async fn answer(router: Router, request: Request<Body>) -> Answer {
        let response = router.oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("an answer comes whole").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("an answer is UTF-8");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }
}

/// A test that leaves a job behind has not seen what it does.
impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() || self.leaves_jobs.load(Ordering::Relaxed) {
            return;
        }
        // Where there is no runtime that lends its thread, nobody can be asked.
        let Ok(runtime) = Handle::try_current() else { return };
        if runtime.runtime_flavor() != RuntimeFlavor::MultiThread {
            return;
        }
        let counts = tokio::task::block_in_place(|| runtime.block_on(job_counts(&self.service)));
        if let Ok(counts) = counts {
            let due = counts.queued - counts.later;
            assert_eq!((due, counts.running), (0, 0), "due and running jobs that the test leaves behind");
        }
    }
}
