//! How the installation and the tenant stand, for whoever sets the system up.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::job::{JobState, JobView};
use musubi_domain::rights::named;
use musubi_domain::{client, contact};
use musubi_store as store;
use musubi_store::db::Snapshot;

use crate::context::Service;

/// The newest jobs that are looked at.
pub const JOBS_LOOKED_AT: i64 = 1_000;
/// Failed jobs that are shown.
const FAILED: i64 = 20;
/// To which people and records are counted.
pub const COUNTED: i64 = 100_000;

/// How things stand.
#[derive(Clone, Debug)]
pub struct SystemState {
    /// The version of the program.
    pub version: &'static str,
    /// The schema of the database.
    pub schema: i64,
    /// Name and version of the engine.
    pub engine: String,
    /// The bytes that the database takes, of all tenants.
    pub bytes: i64,
    /// Writes that wait at this server: interactive ones, and those in the background.
    pub waiting: (usize, usize),
    /// How many of the newest jobs of the tenant are in each state.
    pub jobs: Vec<(JobState, i64)>,
    /// Those among them that failed, the newest first.
    pub failed: Vec<JobView>,
    /// People and system users of the tenant, counted to [`COUNTED`].
    pub people: i64,
    /// Clients and contacts, those in the trash included, counted likewise.
    pub records: [i64; 2],
}

/// How things stand now.
///
/// # Errors
/// Forbidden without the right; Busy; where the database does not answer.
pub async fn system_state(service: &Service, context: &Arc<Context>) -> Result<SystemState> {
    service.check_named_right(context, named::SYSTEM).await?;
    let clients = service.template(context.tenant, client::DATABASE).await?.database;
    let contacts = service.template(context.tenant, contact::DATABASE).await?.database;
    let waiting = service.db().waiting();
    let read = move |snapshot: &mut Snapshot<'_>| {
        let (engine, bytes) = store::verify::engine_about(snapshot)?;
        let clients = store::record::record_count_to(snapshot, clients, COUNTED)?;
        let contacts = store::record::record_count_to(snapshot, contacts, COUNTED)?;
        Ok(SystemState {
            version: env!("CARGO_PKG_VERSION"),
            schema: store::db::schema_version(),
            engine,
            bytes,
            waiting,
            jobs: store::job::job_states(snapshot, JOBS_LOOKED_AT)?,
            failed: store::job::job_failed_list(snapshot, JOBS_LOOKED_AT, FAILED)?,
            people: store::user::user_count_to(snapshot, COUNTED)?,
            records: [clients, contacts],
        })
    };
    service.db().page(context.tenant, read).await
}
