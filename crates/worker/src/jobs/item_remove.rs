//! Removes an item that somebody removed from a template thirty days ago.

use musubi_domain::error::Result;
use musubi_domain::job::JobLane;
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::template::discard::{ITEM_REMOVE, ItemRemove, item_remove_due_in};
use serde_json::{Value, json};

use crate::kind::JobKind;

/// Each is one short transaction.
const LIMIT: usize = 1;

pub(crate) fn kind() -> JobKind {
    JobKind::new(ITEM_REMOVE, JobLane::Background, LIMIT, remove)
}

async fn remove(service: Service, run: JobRun) -> Result<Value> {
    let what: ItemRemove = run.payload()?;
    // A run that was broken off after its only slice has nothing left to do.
    let removed = match run.cursor::<bool>()? {
        Some(removed) => removed,
        None => {
            let progress = run.progress();
            run.step(&service, move |tx| Ok(JobSlice { cursor: item_remove_due_in(tx, what)?, progress })).await?
        }
    };
    Ok(json!({ "removed": removed }))
}
