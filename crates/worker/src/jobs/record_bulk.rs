//! Changes many records, or moves them to the trash, slice by slice in one change set, and reports on those that could not be.

use std::sync::Arc;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ChangeSetNo, JobNo};
use musubi_domain::job::{JobLane, JobProgress, is_passing};
use musubi_domain::limits;
use musubi_service::job::job_report_append_in;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::record_bulk::{
    BULK_DELETE, BULK_REPORT_HEAD, BULK_UPDATE, Bulk, BulkCursor, BulkLine, Bulker, bulk_close_in, bulk_open_in,
    bulk_slice_in,
};
use musubi_service::{Service, Tx};
use musubi_text::csv::{RowWriter, WriteOptions};
use musubi_text::encoding::Encoding;
use serde_json::{Value, json};

use crate::kind::JobKind;
use crate::slices::Slices;

/// One at a time: it writes all the time.
const LIMIT: usize = 1;

pub(crate) fn update_kind() -> JobKind {
    JobKind::new(BULK_UPDATE, JobLane::Background, LIMIT, bulk)
}

pub(crate) fn delete_kind() -> JobKind {
    JobKind::new(BULK_DELETE, JobLane::Background, LIMIT, bulk)
}

async fn bulk(service: Service, run: JobRun) -> Result<Value> {
    let what: Bulk = run.payload()?;
    let mut cursor: BulkCursor = run.cursor()?.unwrap_or_default();
    match whole(&service, &run, what, &mut cursor).await {
        Ok(()) => {}
        Err(error) if is_passing(error.kind()) => return Err(error),
        Err(error) => {
            // What came before stays, as a change set that can be undone.
            close(&service, &run, &cursor).await?;
            return Err(error);
        }
    }
    let counts = cursor.counts;
    Ok(json!({
        "records": counts.records, "changed": counts.changed, "same": counts.same, "failed": counts.failed,
        "change_set": cursor.change_set,
    }))
}

async fn whole(service: &Service, run: &JobRun, what: Bulk, cursor: &mut BulkCursor) -> Result<()> {
    let bulker = Arc::new(Bulker::new(service, &run.context(service), what).await?);
    let change_set = match cursor.change_set {
        Some(change_set) => change_set,
        None => open(service, run, &bulker, cursor).await?,
    };
    let mut slices = Slices::default();
    while !cursor.done {
        let (numbers, next) = bulker.next(service, &run.context(service), cursor, slices.rows()).await?;
        let (count, own, job, total) = (numbers.len(), Arc::clone(&bulker), run.number(), run.progress().total);
        *cursor = run
            .step(service, move |tx| {
                let lines = bulk_slice_in(tx, &own, change_set, &numbers)?;
                let mut cursor = next.clone();
                cursor.counts.count(&lines);
                let failed: Vec<_> = lines.iter().filter(|line| line.outcome.is_err()).collect();
                append(tx, job, &report(&own, &failed, false)?)?;
                let progress = JobProgress { done: cursor.counts.records, total };
                Ok(JobSlice { cursor, progress })
            })
            .await?;
        slices.note(count, run.took());
    }
    close(service, run, cursor).await
}

async fn open(service: &Service, run: &JobRun, bulker: &Arc<Bulker>, cursor: &mut BulkCursor) -> Result<ChangeSetNo> {
    let (own, job, progress) = (Arc::clone(bulker), run.number(), run.progress());
    *cursor = run
        .step(service, move |tx| {
            let change_set = Some(bulk_open_in(tx, &own, job)?);
            append(tx, job, &report(&own, &[], true)?)?;
            Ok(JobSlice { cursor: BulkCursor { change_set, ..BulkCursor::default() }, progress })
        })
        .await?;
    cursor.change_set.ok_or_else(|| Error::internal("a bulk edit was begun without a change set"))
}

async fn close(service: &Service, run: &JobRun, cursor: &BulkCursor) -> Result<()> {
    let Some(change_set) = cursor.change_set else { return Ok(()) };
    let what: Bulk = run.payload()?;
    let (from, progress) = (cursor.clone(), run.progress());
    let kind = what.kind();
    run.step(service, move |tx| {
        bulk_close_in(tx, change_set, kind)?;
        Ok(JobSlice { cursor: from.clone(), progress })
    })
    .await
    .map(drop)
}

fn append(tx: &mut Tx<'_>, number: JobNo, report: &[u8]) -> Result<()> {
    report.chunks(limits::JOB_FILE_CHUNK_BYTES).try_for_each(|chunk| job_report_append_in(tx, number, chunk))
}

/// Lines of the report as CSV that Excel opens, with its head where it begins.
fn report(bulker: &Bulker, lines: &[&BulkLine], begins: bool) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::internal(format!("a report was not written: {error}"));
    let encoding = if begins { Encoding::Utf8Bom } else { Encoding::Utf8 };
    let mut writer = RowWriter::new(Vec::new(), WriteOptions::plain(encoding)).map_err(|error| failed(&error))?;
    if begins {
        writer.write_row(BULK_REPORT_HEAD).map_err(|error| failed(&error))?;
    }
    for line in lines {
        writer.write_row(bulker.fields(line)).map_err(|error| failed(&error))?;
    }
    writer.finish().map_err(|error| failed(&error))
}
