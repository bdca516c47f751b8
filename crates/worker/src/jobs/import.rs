//! Imports a file (CSV), row by row: a pass that judges every row, and where nothing stands in the way one that writes them.

use std::io::{self, Read};
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::JobNo;
use musubi_domain::job::{JobFile, JobLane, JobProgress, is_passing};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_service::change_set::change_set_undo_in;
use musubi_service::import::{
    IMPORT, Import, ImportCursor, ImportEncoding, ImportLine, ImportPhase, ImportPosition, ImportResult, ImportRow,
    Importer, REPORT_HEAD, import_close_in, import_open_in, import_slice_in,
};
use musubi_service::job::run::{JobRun, JobSlice};
use musubi_service::job::{job_file_read, job_report_append_in};
use musubi_service::{Service, Tx};
use musubi_text::csv::{CsvError, ReadOptions, Reading, RowReader, RowWriter, WriteOptions};
use musubi_text::encoding::Encoding;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::kind::JobKind;
use crate::slices::Slices;

/// One at a time: an import writes all the time.
const LIMIT: usize = 1;
/// Rows that are read ahead of the writer.
const AHEAD: usize = 512;

pub(crate) fn kind() -> JobKind {
    JobKind::new(IMPORT, JobLane::Background, LIMIT, import)
}

/// A row, and where the next one begins.
type Place = (Reading, ImportPosition);

async fn import(service: Service, run: JobRun) -> Result<Value> {
    let what: Import = run.payload()?;
    let importer = Arc::new(Importer::new(&service, &run.context(&service), what.clone()).await?);
    let mut pass = Pass { service, run: run.clone(), what, importer, cursor: run.cursor()?.unwrap_or_default() };
    if let Err(error) = pass.whole().await {
        if !is_passing(error.kind()) {
            pass.give_up().await?;
        }
        return Err(error);
    }
    let ImportCursor { counts, change_set, undo, .. } = pass.cursor;
    let is_applied = change_set.is_some() && undo.is_none();
    let registered = if is_applied || pass.what.dry_run || change_set.is_none() { counts.registered } else { 0 };
    Ok(json!({
        "rows": counts.rows, "registered": registered, "review": counts.review, "failed": counts.failed,
        "dry_run": pass.what.dry_run, "applied": is_applied, "change_set": change_set, "undo_job": undo,
    }))
}

/// One way through the file.
struct Pass {
    service: Service,
    run: JobRun,
    what: Import,
    importer: Arc<Importer>,
    cursor: ImportCursor,
}

impl Pass {
    async fn whole(&mut self) -> Result<()> {
        while self.cursor.phase != ImportPhase::Done {
            self.go().await?;
        }
        Ok(())
    }

    /// Closes the change set of an import that cannot go on. Where rows that are wrong are left out, what came before stays, as a change
    /// set that can be undone; else it is undone.
    async fn give_up(&mut self) -> Result<()> {
        let Some(change_set) = self.cursor.change_set else { return Ok(()) };
        let (from, is_kept) = (self.cursor.clone(), self.what.skips_bad_rows);
        self.cursor = self
            .run
            .step(&self.service, move |tx| {
                import_close_in(tx, change_set)?;
                let undo = if is_kept { None } else { Some(change_set_undo_in(tx, change_set)?) };
                let cursor = ImportCursor { undo, ..from.clone() };
                let progress = JobProgress { done: cursor.counts.rows, total: None };
                Ok(JobSlice { cursor, progress })
            })
            .await?;
        Ok(())
    }

    async fn go(&mut self) -> Result<()> {
        let mut rows = rows(
            &self.service,
            &self.run.context(&self.service),
            self.run.number(),
            self.cursor.position,
            self.what.encoding,
        );
        if self.cursor.columns.is_empty() {
            let (head, position) = rows.recv().await.ok_or_else(|| Error::invalid_at("", Message::EmptyFile))??;
            let columns = self.importer.columns(&head)?;
            // Where rows that are wrong are left out, nothing can stand in the way of the others.
            if self.what.skips_bad_rows && !self.what.dry_run && self.cursor.change_set.is_none() {
                return self.open(None).await;
            }
            let cursor = ImportCursor { columns, position, ..self.cursor.clone() };
            let head = if self.is_begun() { Vec::new() } else { report(&[], self.what.dry_run, true)? };
            self.save(cursor, &head).await?;
        }
        let mut slices = Slices::default();
        loop {
            let (mut places, wanted) = (Vec::new(), slices.rows().min(AHEAD));
            while places.len() < wanted {
                match rows.recv().await {
                    Some(place) => places.push(place?),
                    None => break,
                }
            }
            let Some((_, position)) = places.last() else { return self.end().await };
            let position = *position;
            let count = places.len();
            let (mut judged, context) = (Vec::with_capacity(count), self.run.context(&self.service));
            for (reading, _) in places {
                judged.push(self.importer.judge(&self.service, &context, &self.cursor.columns, reading).await?);
            }
            self.slice(Arc::new(judged), position).await?;
            slices.note(count, self.run.took());
        }
    }

    async fn slice(&mut self, rows: Arc<Vec<ImportRow>>, position: ImportPosition) -> Result<()> {
        let Some(change_set) = self.cursor.change_set else {
            let context = self.run.context(&self.service);
            let lines = self.importer.check(&self.service, &context, rows).await?;
            let mut cursor = ImportCursor { position, ..self.cursor.clone() };
            cursor.counts.count(&lines);
            // What is about to be registered is told when it is.
            let is_told = |line: &ImportLine| self.what.dry_run || line.result == ImportResult::Failed;
            let lines: Vec<_> = lines.into_iter().filter(is_told).collect();
            return self.save(cursor, &report(&lines, self.what.dry_run, false)?).await;
        };
        let (from, importer, number) = (self.cursor.clone(), Arc::clone(&self.importer), self.run.number());
        let total = self.run.progress().total;
        self.cursor = self
            .run
            .step(&self.service, move |tx| {
                let tried = import_slice_in(tx, change_set, &rows)?;
                let lines = importer.lines(&rows, tried);
                let mut cursor = ImportCursor { position, ..from.clone() };
                cursor.counts.count(&lines);
                append(tx, number, &report(&lines, false, false)?)?;
                let progress = JobProgress { done: cursor.counts.rows, total };
                Ok(JobSlice { cursor, progress })
            })
            .await?;
        Ok(())
    }

    /// What comes after the last row of a pass.
    async fn end(&mut self) -> Result<()> {
        let counts = self.cursor.counts;
        let is_refused = counts.failed > 0 && !self.what.skips_bad_rows;
        let from = self.cursor.clone();
        if let Some(change_set) = from.change_set {
            self.cursor = self
                .run
                .step(&self.service, move |tx| {
                    import_close_in(tx, change_set)?;
                    // What the check could not see: rows that stand in each other's way, or what came in between.
                    let undo = if is_refused { Some(change_set_undo_in(tx, change_set)?) } else { None };
                    let cursor = ImportCursor { phase: ImportPhase::Done, undo, ..from.clone() };
                    Ok(JobSlice { cursor, progress: JobProgress { done: counts.rows, total: Some(counts.rows) } })
                })
                .await?;
            return Ok(());
        }
        if self.what.dry_run || is_refused || counts.rows == 0 {
            let cursor = ImportCursor { phase: ImportPhase::Done, ..from };
            return self.save(cursor, &[]).await;
        }
        self.open(Some(counts.rows)).await
    }

    /// Begins to write.
    async fn open(&mut self, total: Option<i64>) -> Result<()> {
        let (importer, number) = (Arc::clone(&self.importer), self.run.number());
        self.cursor = self
            .run
            .step(&self.service, move |tx| {
                let change_set = Some(import_open_in(tx, &importer, number)?);
                let cursor = ImportCursor { phase: ImportPhase::Apply, change_set, ..ImportCursor::default() };
                Ok(JobSlice { cursor, progress: JobProgress { done: 0, total } })
            })
            .await?;
        Ok(())
    }

    /// Whether a pass before this one has begun the report.
    fn is_begun(&self) -> bool {
        self.cursor.phase == ImportPhase::Apply && !self.what.skips_bad_rows
    }

    async fn save(&mut self, cursor: ImportCursor, report: &[u8]) -> Result<()> {
        let (report, number) = (report.to_vec(), self.run.number());
        let total = self.run.progress().total;
        self.cursor = self
            .run
            .step(&self.service, move |tx| {
                append(tx, number, &report)?;
                let progress = JobProgress { done: cursor.counts.rows, total };
                Ok(JobSlice { cursor: cursor.clone(), progress })
            })
            .await?;
        Ok(())
    }
}

fn append(tx: &mut Tx<'_>, number: JobNo, report: &[u8]) -> Result<()> {
    report.chunks(limits::JOB_FILE_CHUNK_BYTES).try_for_each(|chunk| job_report_append_in(tx, number, chunk))
}

/// Lines of the report as CSV that Excel opens, with its head where it begins.
fn report(lines: &[ImportLine], is_dry: bool, begins: bool) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::internal(format!("a report was not written: {error}"));
    let encoding = if begins { Encoding::Utf8Bom } else { Encoding::Utf8 };
    let mut writer = RowWriter::new(Vec::new(), WriteOptions::plain(encoding)).map_err(|error| failed(&error))?;
    if begins {
        writer.write_row(REPORT_HEAD).map_err(|error| failed(&error))?;
    }
    for line in lines {
        writer.write_row(line.fields(is_dry)).map_err(|error| failed(&error))?;
    }
    writer.finish().map_err(|error| failed(&error))
}

/// Reads the rows of a job's file on a thread of its own, a little ahead. It ends when the other side goes.
fn rows(
    service: &Service,
    context: &Arc<Context>,
    number: JobNo,
    position: ImportPosition,
    encoding: Option<ImportEncoding>,
) -> mpsc::Receiver<Result<Place>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let input = Input::new(service.clone(), Arc::clone(context), number, position.offset);
    let options = ReadOptions { encoding: encoding.map(ImportEncoding::of_text), ..ReadOptions::default() };
    tokio::task::spawn_blocking(move || {
        let mut reader = RowReader::resume(input, options, position.of_text());
        loop {
            let place = match reader.next_row() {
                Ok(Some(reading)) => Ok((reading, reader.position().into())),
                Ok(None) => return,
                Err(error) => Err(told(error)),
            };
            let is_over = place.is_err();
            if sender.blocking_send(place).is_err() || is_over {
                return;
            }
        }
    });
    receiver
}

fn told(error: CsvError) -> Error {
    let message = match error {
        CsvError::Io(error) => return Error::internal(format!("the file of an import: {error}")),
        CsvError::Undecodable { line, .. } => Message::NotText { line },
        CsvError::FieldTooLong { line } | CsvError::RowTooLong { line } => Message::RowTooLong { line },
        CsvError::UnclosedQuote { line } => Message::UnclosedQuote { line },
    };
    Error::invalid_at("FILE", message)
}

/// The file of a job as a stream: a chunk in memory at a time.
struct Input {
    service: Service,
    context: Arc<Context>,
    number: JobNo,
    runtime: Handle,
    next_chunk: i64,
    /// Bytes of the next chunk that are passed over.
    skipped: usize,
    chunk: Vec<u8>,
    read: usize,
}

impl Input {
    fn new(service: Service, context: Arc<Context>, number: JobNo, offset: u64) -> Self {
        let length = u64::try_from(limits::JOB_FILE_CHUNK_BYTES).unwrap_or(u64::MAX);
        let next_chunk = i64::try_from(offset / length).unwrap_or(i64::MAX);
        let skipped = usize::try_from(offset % length).unwrap_or(0);
        Self { service, context, number, runtime: Handle::current(), next_chunk, skipped, chunk: Vec::new(), read: 0 }
    }
}

impl Read for Input {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.read >= self.chunk.len() {
            let read = job_file_read(&self.service, &self.context, self.number, JobFile::Input, self.next_chunk);
            let chunk = self.runtime.block_on(read).map_err(|error| io::Error::other(format!("{error:?}")))?;
            let Some(chunk) = chunk else { return Ok(0) };
            self.next_chunk += 1;
            self.chunk = chunk;
            self.read = std::mem::take(&mut self.skipped).min(self.chunk.len());
        }
        let rest = self.chunk.get(self.read..).unwrap_or_default();
        let count = rest.len().min(target.len());
        for (to, from) in target.iter_mut().zip(rest) {
            *to = *from;
        }
        self.read += count;
        Ok(count)
    }
}
