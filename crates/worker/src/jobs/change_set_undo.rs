//! Undoes a change set (変更の取り消し), slice by slice.

use musubi_domain::error::Result;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_service::Service;
use musubi_service::change_set::{UNDO, Undo, UndoCursor, UndoPhase, undo_slice_in};
use musubi_service::job::run::{JobRun, JobSlice};
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

/// One at a time: an undo writes all the time.
const LIMIT: usize = 1;

pub(crate) fn kind() -> JobKind {
    JobKind::new(UNDO, JobLane::Background, LIMIT, undo)
}

async fn undo(service: Service, run: JobRun) -> Result<Value> {
    let undo: Undo = run.payload()?;
    let total = run.progress().total;
    let mut cursor: UndoCursor = run.cursor()?.unwrap_or_default();
    let mut slices = Slices::default();
    while cursor.phase != UndoPhase::Done {
        let (rows, from) = (slices.rows(), cursor);
        let most = i64::try_from(rows).unwrap_or(1);
        cursor = run
            .step(&service, move |tx| {
                let cursor = undo_slice_in(tx, undo, from, most)?;
                Ok(JobSlice {
                    cursor,
                    progress: JobProgress {
                        done: total.map_or(cursor.looked, |total| total.min(cursor.looked)),
                        total,
                    },
                })
            })
            .await?;
        slices.note(usize::try_from(cursor.looked - from.looked).unwrap_or(rows), run.took());
    }
    Ok(json!({"undoes": undo.undone, "change_set": undo.by}))
}
