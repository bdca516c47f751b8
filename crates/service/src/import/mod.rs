//! Importing records from a CSV file: every row is judged before anything is written, then written in slices that are one change set.
//!
//! The file lies with its job. The check registers each slice of rows in a transaction that is undone, so that it finds whatever
//! registering would find; a dry run ends there. Rows are judged by the product's own words for wrong values, all of a row at once.

mod columns;
mod names;

use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::business_card;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Problem, Result};
use musubi_domain::id::{ChangeSetNo, JobNo};
use musubi_domain::job::{JobDue, JobFile, JobState, NewJob};
use musubi_domain::messages::{Locale, Message};
use musubi_domain::template::{Template, label};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_text::csv::{Fault, Position, Reading};
use musubi_text::encoding::Encoding;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use columns::Column;
use columns::{columns_of, given_of};
pub(crate) use names::Directory;

use crate::business_card::{CardJudged, CardOutcome, card_judge_given, card_register_in};
use crate::context::Service;
use crate::job::{job_enqueue_in, job_file_read, job_get, job_input_append, job_input_complete};
use crate::record::{Changes, GivenRecord, Judged, record_judge, record_register_in, take_numbers};

/// The kind of the job that imports, and of the change set that an import is.
pub const IMPORT: &str = "import";

/// What is to be imported, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The database.
    pub database: String,
    /// The name of the file, for people.
    pub file_name: String,
    /// The encoding; none: it is found out.
    pub encoding: Option<ImportEncoding>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// Whether rows that are wrong are left out; else nothing is imported where any is.
    pub skips_bad_rows: bool,
}

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportEncoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Shift_JIS as Windows has it (CP932).
    Sjis,
}

impl ImportEncoding {
    /// The encoding as the reader knows it.
    #[must_use]
    pub const fn of_text(self) -> Encoding {
        match self {
            Self::Utf8 => Encoding::Utf8,
            Self::Sjis => Encoding::Cp932,
        }
    }
}

/// What became of the rows so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Rows looked at.
    pub rows: i64,
    /// Rows that are registered, or would be.
    pub registered: i64,
    /// Cards among them that wait for somebody to say whose they are.
    pub review: i64,
    /// Rows that are wrong.
    pub failed: i64,
}

/// What an import does, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// Every row is judged.
    #[default]
    Check,
    /// Rows are written.
    Apply,
    /// Nothing is left to be done.
    Done,
}

/// Where the next row of the file begins. (The reader's own position, in a form that can be stored.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPosition {
    /// The byte.
    pub offset: u64,
    /// The line; 0 before the file was begun.
    pub line: u64,
    /// The encoding that was found: whether it is CP932, and whether there was a mark.
    encoding: Option<(bool, bool)>,
    /// How many fields a row has.
    fields: Option<usize>,
}

impl ImportPosition {
    /// As the reader has it.
    #[must_use]
    pub fn of_text(self) -> Position {
        let encoding = self.encoding.map(|found| match found {
            (true, _) => Encoding::Cp932,
            (false, true) => Encoding::Utf8Bom,
            (false, false) => Encoding::Utf8,
        });
        Position { offset: self.offset, line: self.line.max(1), encoding, fields: self.fields }
    }
}

impl From<Position> for ImportPosition {
    fn from(position: Position) -> Self {
        let encoding = position.encoding.map(|encoding| (encoding == Encoding::Cp932, encoding == Encoding::Utf8Bom));
        Self { offset: position.offset, line: position.line, encoding, fields: position.fields }
    }
}

/// How far an import has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCursor {
    /// What is being done.
    pub phase: ImportPhase,
    /// Where the next row begins.
    pub position: ImportPosition,
    /// What the columns mean, once the first row has been read.
    pub columns: Vec<Column>,
    /// What became of the rows of this phase.
    pub counts: ImportCounts,
    /// The change set, once rows are written.
    pub change_set: Option<ChangeSetNo>,
    /// The job that undoes the change set, where rows stood in each other's way.
    pub undo: Option<JobNo>,
}

/// A row of the file, on its way.
#[derive(Debug)]
pub struct ImportRow {
    line: u64,
    outcome: std::result::Result<Prepared, Vec<Problem>>,
}

#[derive(Debug)]
enum Prepared {
    Record(Box<Judged>),
    Card(Box<CardJudged>),
}

/// What is said of a row in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// The line of the file on which the row begins.
    pub line: u64,
    /// The id of the record, where there is one.
    pub id: Option<Uuid>,
    /// What became of it.
    pub result: ImportResult,
    /// What is wrong, with the column each.
    pub problems: Vec<(String, Message)>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportResult {
    /// It is registered, or would be.
    Registered,
    /// It is registered and waits for somebody to say whose card it is.
    Review,
    /// It is wrong.
    Failed,
}

impl ImportResult {
    const fn text(self, is_dry: bool) -> &'static str {
        match (self, is_dry) {
            (Self::Registered, false) => "登録",
            (Self::Registered, true) => "登録可",
            (Self::Review, false) => "登録(名寄せ確認待ち)",
            (Self::Review, true) => "登録可(名寄せ確認待ち)",
            (Self::Failed, _) => "エラー",
        }
    }
}

/// The head line of a report.
pub const REPORT_HEAD: [&str; 4] = ["行", "結果", "ID", "理由"];

impl ImportLine {
    /// The fields of the line in the report.
    #[must_use]
    pub fn fields(&self, is_dry: bool) -> [String; 4] {
        let reason = |(column, message): &(String, Message)| {
            let text = message.text(Locale::Ja);
            if column.is_empty() { text } else { format!("{column}: {text}") }
        };
        let reasons: Vec<String> = self.problems.iter().map(reason).collect();
        let id = self.id.filter(|_| !is_dry).map_or_else(String::new, |id| id.to_string());
        [self.line.to_string(), self.result.text(is_dry).to_owned(), id, reasons.join(" / ")]
    }
}

/// Queues an import, whose file is then given chunk by chunk ([`crate::job::job_input_append`], [`crate::job::job_input_complete`]).
///
/// # Errors
/// NotFound where there is no such database; Forbidden where the caller may not write in it.
pub async fn import_begin(service: &Service, context: &Arc<Context>, import: Import) -> Result<JobNo> {
    let template = service.template(context.tenant, &import.database).await?;
    service.sight_for(context, &template, musubi_domain::rights::Action::Write).await?;
    let payload = serde_json::to_value(&import).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob { due: JobDue::WithInput, ..NewJob::new(IMPORT, payload) };
    service.db().write(context, Lane::Interactive, move |tx| job_enqueue_in(tx, &job)).await
}

/// What an import needs to know beside the file.
pub struct Importer {
    import: Import,
    template: Arc<Template>,
    directory: Directory,
}

impl Importer {
    /// Gathers it.
    ///
    /// # Errors
    /// NotFound where there is no such database; where the database does not answer.
    pub async fn new(service: &Service, context: &Arc<Context>, import: Import) -> Result<Self> {
        let template = service.template(context.tenant, &import.database).await?;
        let directory = Directory::load(service, context).await?;
        Ok(Self { import, template, directory })
    }

    /// Reads the first row: what the columns mean.
    ///
    /// # Errors
    /// Invalid, naming every column that is no item of the database or stands there twice, and required items without a column.
    pub fn columns(&self, row: &Reading) -> Result<Vec<Column>> {
        match row {
            Reading::Row(row) => columns_of(&self.template, &row.fields),
            Reading::Refused(..) => Err(Error::invalid_at("1", Message::BadRow { expected: 0 })),
        }
    }

    /// Judges a row by everything but the records in the database.
    ///
    /// # Errors
    /// Where the database does not answer. What is wrong with the row is in the outcome.
    pub async fn judge(
        &self,
        service: &Service,
        context: &Arc<Context>,
        columns: &[Column],
        reading: Reading,
    ) -> Result<ImportRow> {
        let row = match reading {
            Reading::Row(row) => row,
            Reading::Refused(row, fault) => {
                let expected = if let Fault::FieldCount { expected } = fault { expected } else { 0 };
                let problem = Problem { path: String::new(), item: None, message: Message::BadRow { expected } };
                return Ok(ImportRow { line: row.line, outcome: Err(vec![problem]) });
            }
        };
        let given = given_of(service, context, &self.template, &self.directory, columns, &row.fields).await?;
        let outcome = self.prepare(service, context, given).await?;
        Ok(ImportRow { line: row.line, outcome })
    }

    async fn prepare(
        &self,
        service: &Service,
        context: &Arc<Context>,
        given: GivenRecord,
    ) -> Result<std::result::Result<Prepared, Vec<Problem>>> {
        if self.import.database == business_card::DATABASE {
            return Ok(Ok(Prepared::Card(Box::new(card_judge_given(service, context, given).await?))));
        }
        let mut judged = record_judge(service, context, &self.import.database, given).await?;
        if !self.import.dry_run {
            take_numbers(service, context, &mut judged).await?;
        }
        Ok(Ok(Prepared::Record(Box::new(judged))))
    }

    /// What is called what in the report: columns by the names of their items.
    fn told(&self, problem: &Problem) -> (String, Message) {
        let item = problem.item.and_then(|id| self.template.item(id));
        let column = item.map_or_else(|| problem.path.clone(), |item| item.name.clone());
        (column, problem.message.clone())
    }

    /// Tries rows in a transaction that is undone, and says what would become of each.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn check(
        &self,
        service: &Service,
        context: &Arc<Context>,
        rows: Arc<Vec<ImportRow>>,
    ) -> Result<Vec<ImportLine>> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (own_lines, own_rows) = (Arc::clone(&lines), Arc::clone(&rows));
        let attempt = move |tx: &mut Tx<'_>| -> Result<()> {
            let mut changes = Changes::begin(tx, IMPORT, None)?;
            let tried = own_rows.iter().map(|row| register_in(tx, &mut changes, row)).collect::<Result<Vec<_>>>()?;
            *own_lines.lock().unwrap_or_else(PoisonError::into_inner) = tried;
            Err(undone())
        };
        match service.db().write(context, Lane::Background, attempt).await {
            Err(error) if is_undone(&error) => {}
            Err(error) => return Err(error),
            Ok(()) => return Err(Error::internal("a check of an import was kept")),
        }
        let tried = std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(self.lines(&rows, tried))
    }

    /// The lines of the report.
    #[must_use]
    pub fn lines(&self, rows: &[ImportRow], tried: Vec<Tried>) -> Vec<ImportLine> {
        let line = |(row, tried): (&ImportRow, Tried)| match tried {
            Tried::Registered(id, result) => ImportLine { line: row.line, id: Some(id), result, problems: Vec::new() },
            Tried::Failed(problems) => {
                let problems = problems.iter().map(|problem| self.told(problem)).collect();
                ImportLine { line: row.line, id: None, result: ImportResult::Failed, problems }
            }
        };
        rows.iter().zip(tried).map(line).collect()
    }
}

/// What became of a row in a transaction.
#[derive(Debug)]
pub enum Tried {
    /// It is registered.
    Registered(Uuid, ImportResult),
    /// It is wrong, and nothing of it is written.
    Failed(Vec<Problem>),
}

/// Ends the transaction of a check: everything that was written in it is undone.
fn undone() -> Error {
    Error::new(Kind::Conflict).with_cause("a check writes nothing")
}

fn is_undone(error: &Error) -> bool {
    error.kind() == Kind::Conflict && error.cause().is_some_and(|cause| cause.for_log() == "a check writes nothing")
}

/// Registers a row. What is wrong with it is found before anything of it is written.
fn register_in(tx: &mut Tx<'_>, changes: &mut Changes, row: &ImportRow) -> Result<Tried> {
    let prepared = match &row.outcome {
        Ok(prepared) => prepared,
        Err(problems) => return Ok(Tried::Failed(problems.clone())),
    };
    let registered = match prepared {
        Prepared::Record(judged) => {
            record_register_in(tx, changes, judged).map(|written| (written.id, ImportResult::Registered))
        }
        Prepared::Card(judged) => card_register_in(tx, changes, judged).map(|card| {
            let result =
                if card.outcome == CardOutcome::Review { ImportResult::Review } else { ImportResult::Registered };
            (card.id, result)
        }),
    };
    match registered {
        Ok((id, result)) => Ok(Tried::Registered(id, result)),
        Err(error) if error.kind() == Kind::Invalid => Ok(Tried::Failed(error.problems().to_vec())),
        Err(error) => Err(error),
    }
}

/// Begins the change set of an import.
///
/// # Errors
/// What the database says.
pub fn import_open_in(tx: &mut Tx<'_>, importer: &Importer, job: JobNo) -> Result<ChangeSetNo> {
    let mut changes = Changes::begin(tx, IMPORT, Some(importer.template.database))?;
    changes.name_target(&format!("{} {}", label(&importer.import.database), importer.import.file_name));
    let change_set = changes.leave_open(tx)?;
    store::change_set::change_set_job_set(tx, change_set, job)?;
    Ok(change_set)
}

/// Registers a slice of rows in the change set of the import.
///
/// # Errors
/// What the database says. What is wrong with rows is in the outcome.
pub fn import_slice_in(tx: &mut Tx<'_>, change_set: ChangeSetNo, rows: &[ImportRow]) -> Result<Vec<Tried>> {
    let mut changes = Changes::go_on(change_set, IMPORT);
    let tried = rows.iter().map(|row| register_in(tx, &mut changes, row)).collect::<Result<Vec<_>>>()?;
    changes.end_slice(tx)?;
    Ok(tried)
}

/// Ends the change set of an import.
///
/// # Errors
/// What the database says.
pub fn import_close_in(tx: &mut Tx<'_>, change_set: ChangeSetNo) -> Result<()> {
    Changes::close(tx, change_set, IMPORT)
}

impl ImportCounts {
    /// Counts lines of the report.
    pub fn count(&mut self, lines: &[ImportLine]) {
        for line in lines {
            self.rows += 1;
            match line.result {
                ImportResult::Registered => self.registered += 1,
                ImportResult::Review => {
                    self.registered += 1;
                    self.review += 1;
                }
                ImportResult::Failed => self.failed += 1,
            }
        }
    }
}

/// Queues the import of the file of a check (`dry_run`) that has been made: its bytes are taken over as they are.
///
/// # Errors
/// NotFound where there is no such job that the caller may look at; Conflict where it is no check that has ended; as [`import_begin`].
pub async fn import_checked(
    service: &Service,
    context: &Arc<Context>,
    check: JobNo,
    skips_bad_rows: bool,
) -> Result<JobNo> {
    let job = job_get(service, context, check).await?;
    let checked = serde_json::from_value::<Import>(job.payload).ok();
    let checked = checked.filter(|import| job.kind == IMPORT && job.state == JobState::Done && import.dry_run);
    let checked = checked.ok_or_else(|| Error::new(Kind::Conflict).with_cause(format!("job {check} is no check")))?;
    let number = import_begin(service, context, Import { dry_run: false, skips_bad_rows, ..checked }).await?;
    for chunk in 0.. {
        let Some(bytes) = job_file_read(service, context, check, JobFile::Input, chunk).await? else { break };
        job_input_append(service, context, number, bytes).await?;
    }
    job_input_complete(service, context, number).await?;
    Ok(number)
}
