//! Clears away what was made of the values of a removed item, slice by slice.

use musubi_domain::error::Result;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_service::Service;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::template::removal::{ClearCursor, ITEM_CLEAR, ItemClear, item_clear_slice_in};
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

/// Two at a time: each takes its turn in the one background lane.
const LIMIT: usize = 2;

pub(crate) fn kind() -> JobKind {
    JobKind::new(ITEM_CLEAR, JobLane::Background, LIMIT, clear)
}

async fn clear(service: Service, run: JobRun) -> Result<Value> {
    let clear: ItemClear = run.payload()?;
    let total = run.progress().total;
    let mut cursor: ClearCursor = run.cursor()?.unwrap_or_default();
    let mut slices = Slices::default();
    while !cursor.done {
        let (rows, from) = (slices.rows(), cursor);
        let most = i64::try_from(rows).unwrap_or(1);
        cursor = run
            .step(&service, move |tx| {
                let cursor = item_clear_slice_in(tx, clear, from, most)?;
                Ok(JobSlice { cursor, progress: JobProgress { done: cursor.looked, total } })
            })
            .await?;
        slices.note(usize::try_from(cursor.looked - from.looked).unwrap_or(rows), run.took());
    }
    Ok(json!({"records": cursor.looked}))
}
