//! Removes for good what has been in the trash of a database for longer than it is kept.

use musubi_domain::error::Result;
use musubi_domain::id::DatabaseNo;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::record::{TRASH_PURGE, trash_purge_in};
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

const LIMIT: usize = 1;

pub(crate) fn kind() -> JobKind {
    JobKind::new(TRASH_PURGE, JobLane::Background, LIMIT, purge)
}

async fn purge(service: Service, run: JobRun) -> Result<Value> {
    let database: DatabaseNo = run.payload()?;
    let mut purged = run.progress().done;
    let mut slices = Slices::default();
    loop {
        let rows = slices.rows();
        let most = i64::try_from(rows).unwrap_or(1);
        let before = purged;
        purged = run
            .step(&service, move |tx| {
                let done = before + trash_purge_in(tx, database, most)?;
                Ok(JobSlice { cursor: done, progress: JobProgress { done, total: None } })
            })
            .await?;
        if purged == before {
            return Ok(json!({"purged": purged}));
        }
        slices.note(usize::try_from(purged - before).unwrap_or(rows), run.took());
    }
}
