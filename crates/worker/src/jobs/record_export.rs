//! Writes the records of a list into a file, chunk by chunk. Where the encoding lacks characters, they are all found before anything is
//! written.

use musubi_domain::error::Result;
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobLane, JobProgress};
use musubi_domain::limits;
use musubi_service::job::job_report_append_in;
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::record_export::{EXPORT, Export, ExportCursor, ExportPhase, ExportRow, Exporter};
use musubi_service::{Service, Tx};
use serde_json::{Value, json};

use crate::kind::JobKind;

/// Two at a time: they read, and write little.
const LIMIT: usize = 2;
/// Rows of a chunk: few enough that a slice is short, many enough that a file of millions has few chunks.
const ROWS: i64 = 250;

pub(crate) fn kind() -> JobKind {
    JobKind::new(EXPORT, JobLane::Background, LIMIT, export)
}

async fn export(service: Service, run: JobRun) -> Result<Value> {
    let what: Export = run.payload()?;
    let exporter = Exporter::new(&service, &run.context(&service), what).await?;
    let mut cursor: ExportCursor = run.cursor()?.unwrap_or_default();
    if cursor.phase == ExportPhase::Check && !exporter.may_lack() {
        cursor.phase = ExportPhase::Write;
    }
    while cursor.phase != ExportPhase::Done {
        cursor = slice(&service, &run, &exporter, cursor).await?;
    }
    Ok(json!({ "rows": cursor.rows, "lacking": cursor.lacking, "written": cursor.lacking.is_empty() }))
}

async fn slice(service: &Service, run: &JobRun, exporter: &Exporter, from: ExportCursor) -> Result<ExportCursor> {
    let (rows, next) = exporter.rows(service, &run.context(service), &from.place, ROWS).await?;
    let mut cursor = ExportCursor { rows: from.rows + count(&rows), ..from.clone() };
    // What has been begun is the file's alone: a check writes none of it.
    let begins = from.place == ExportCursor::default().place;
    let bytes = exporter.written(&rows, begins, &mut cursor.lacking)?;
    let bytes = if from.phase == ExportPhase::Write { bytes } else { Vec::new() };
    match next {
        Some(place) => cursor.place = place,
        None if from.phase == ExportPhase::Check && cursor.lacking.is_empty() => {
            cursor = ExportCursor { phase: ExportPhase::Write, ..ExportCursor::default() };
        }
        None => cursor.phase = ExportPhase::Done,
    }
    let (number, total) = (run.number(), run.progress().total);
    let done = run.progress().done + count(&rows);
    run.step(service, move |tx| {
        append(tx, number, &bytes)?;
        Ok(JobSlice { cursor: cursor.clone(), progress: JobProgress { done, total } })
    })
    .await
}

fn count(rows: &[ExportRow]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

fn append(tx: &mut Tx<'_>, number: JobNo, bytes: &[u8]) -> Result<()> {
    bytes.chunks(limits::JOB_FILE_CHUNK_BYTES).try_for_each(|chunk| job_report_append_in(tx, number, chunk))
}
