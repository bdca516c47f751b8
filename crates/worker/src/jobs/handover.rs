//! Hands over what somebody had (引き継ぎ), slice by slice.

use musubi_domain::error::Result;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_service::Service;
use musubi_service::handover::{HANDOVER, HandoverCursor, HandoverOrder, handover_slice_in};
use musubi_service::job::run::{JobRun, JobSlice};
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

/// One at a time: it writes all the time.
const LIMIT: usize = 1;

pub(crate) fn kind() -> JobKind {
    JobKind::new(HANDOVER, JobLane::Background, LIMIT, handover)
}

async fn handover(service: Service, run: JobRun) -> Result<Value> {
    let order: HandoverOrder = run.payload()?;
    let total = run.progress().total;
    let mut cursor: HandoverCursor = run.cursor()?.unwrap_or_default();
    let mut slices = Slices::default();
    while !cursor.done {
        let (rows, from, order) = (slices.rows(), cursor, order.clone());
        let most = i64::try_from(rows).unwrap_or(1);
        cursor = run
            .step(&service, move |tx| {
                let cursor = handover_slice_in(tx, &order, from, most)?;
                let done = total.map_or(cursor.looked, |total| total.min(cursor.looked));
                Ok(JobSlice { cursor, progress: JobProgress { done, total } })
            })
            .await?;
        slices.note(usize::try_from(cursor.looked - from.looked).unwrap_or(rows), run.took());
    }
    Ok(json!({"change_set": order.set, "changed": cursor.changed}))
}
