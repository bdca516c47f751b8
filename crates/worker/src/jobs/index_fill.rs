//! Fills an index, slice by slice.

use musubi_domain::error::Result;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_service::Service;
use musubi_service::index::{FillCursor, INDEX_FILL, IndexFill, index_fill_slice_in};
use musubi_service::job::run::{JobRun, JobSlice};
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

/// Two at a time: each takes its turn in the one background lane.
const LIMIT: usize = 2;

pub(crate) fn kind() -> JobKind {
    JobKind::new(INDEX_FILL, JobLane::Background, LIMIT, fill)
}

async fn fill(service: Service, run: JobRun) -> Result<Value> {
    let fill: IndexFill = run.payload()?;
    let total = run.progress().total;
    let mut cursor: FillCursor = run.cursor()?.unwrap_or_default();
    let mut slices = Slices::default();
    while !cursor.ready {
        let (rows, from) = (slices.rows(), cursor);
        let most = i64::try_from(rows).unwrap_or(1);
        cursor = run
            .step(&service, move |tx| {
                let cursor = index_fill_slice_in(tx, fill, from, most)?;
                Ok(JobSlice { cursor, progress: JobProgress { done: cursor.looked, total } })
            })
            .await?;
        slices.note(usize::try_from(cursor.looked - from.looked).unwrap_or(rows), run.took());
    }
    Ok(json!({"records": cursor.looked}))
}
