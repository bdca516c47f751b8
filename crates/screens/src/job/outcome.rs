//! What jobs of each kind are called, and what to say and do when one has ended.

use musubi_domain::change_set::ChangeSetState;
use musubi_domain::error::Kind;
use musubi_domain::id::ChangeSetNo;
use musubi_domain::job::{JobFile, JobState, JobView};
use musubi_service::change_set::{UNDO, Undo, change_set_numbered};
use musubi_service::import::{IMPORT, Import};
use musubi_service::index::INDEX_FILL;
use musubi_service::job::job_file_read;
use musubi_service::mail::MAIL_SEND;
use musubi_service::record_bulk::{BULK_DELETE, BULK_UPDATE, bulk_change_set};
use musubi_service::record_export::EXPORT;
use musubi_text::csv::{ReadOptions, Reading, RowReader};
use serde_json::Value;

use crate::error::Failure;
use crate::figure::grouped;
use crate::person::Person;
use crate::record::Database;
use crate::texts::{Texts, fill};

/// Chunks of a report that are gone through for rows that are wrong, and how many of those are shown.
const CHUNKS: i64 = 8;
const PROBLEMS: usize = 100;
/// The word of a report for such a row.
const WRONG: &str = "エラー";

/// What a job came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// In a sentence.
    pub(super) text: String,
    /// Whether it is what was wanted.
    pub(super) is_good: bool,
    /// Figures: what they count, and how many.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Where to go on: path and words, the likeliest first.
    pub(super) links: Vec<(String, &'static str)>,
    /// The first rows of a file that are wrong: line and reason.
    pub(super) problems: Vec<(String, String)>,
    /// Whether the file of a check can be imported now: as a whole, and without the rows that are wrong.
    pub(super) imports: [bool; 2],
}

/// What a job is called.
pub(crate) fn title(say: &Texts, job: &JobView) -> String {
    let words = &say.change_set;
    match job.kind.as_str() {
        IMPORT => match import_of(job) {
            Some(import) if import.dry_run => fill(words.job_check_of, &import.file_name),
            Some(import) => fill(words.job_import_of, &import.file_name),
            None => words.job_import.to_owned(),
        },
        UNDO => words.job_undo.to_owned(),
        BULK_UPDATE => say.list.job_bulk_update.to_owned(),
        BULK_DELETE => say.list.job_bulk_delete.to_owned(),
        EXPORT => say.list.job_export.to_owned(),
        INDEX_FILL => words.job_index.to_owned(),
        MAIL_SEND => words.job_mail.to_owned(),
        _ => words.job_other.to_owned(),
    }
}

/// Whether a person may stop jobs of this kind: what is half done then can be undone or begun again.
pub(super) fn may_be_stopped(job: &JobView) -> bool {
    matches!(job.kind.as_str(), IMPORT | UNDO | BULK_UPDATE | BULK_DELETE | EXPORT)
}

fn import_of(job: &JobView) -> Option<Import> {
    serde_json::from_value(job.payload.clone()).ok()
}

/// What a job that has ended came to; none of one that has not.
pub(super) async fn outcome(person: &Person, job: &JobView) -> Result<Option<Outcome>, Failure> {
    let words = &person.frame.say.change_set;
    let outcome = match (job.state, job.kind.as_str()) {
        (JobState::Queued | JobState::Running, _) => return Ok(None),
        (JobState::Done, IMPORT) => imported(person, job).await?,
        (JobState::Done, BULK_UPDATE | BULK_DELETE) => bulk_done(person, job).await?,
        (JobState::Done, EXPORT) => exported(person, job),
        (JobState::Done, UNDO) => undone(person, job).await?,
        (JobState::Done, _) => Outcome { text: words.job_done_text.to_owned(), is_good: true, ..Outcome::default() },
        (JobState::Failed, kind) => {
            let text = job.failure.as_ref().map_or("", |failure| failure.text(person.frame.locale)).to_owned();
            Outcome { text, links: again(person, job, kind).await?, ..Outcome::default() }
        }
        (JobState::Cancelled, kind) => {
            let text = if kind == UNDO { words.job_undo_stopped } else { words.job_stopped };
            Outcome { text: text.to_owned(), links: again(person, job, kind).await?, ..Outcome::default() }
        }
    };
    Ok(Some(outcome))
}

/// Where to go on after a job that did not come to its end.
async fn again(person: &Person, job: &JobView, kind: &str) -> Result<Vec<(String, &'static str)>, Failure> {
    let words = &person.frame.say.change_set;
    let undo = serde_json::from_value::<Undo>(job.payload.clone()).ok().filter(|_| kind == UNDO);
    if matches!(kind, BULK_UPDATE | BULK_DELETE) {
        let begun = bulk_change_set(&person.service, &person.context, job).await;
        if let Some(number) = begun.map_err(|error| person.failure(&error))?
            && let Some(path) = set_path(person, number).await?
        {
            return Ok(vec![(path, words.see_change)]);
        }
    }
    Ok(match undo {
        Some(undo) => set_path(person, undo.undone).await?.map(|path| (path, words.see_change)).into_iter().collect(),
        None => vec![("/changes".to_owned(), words.see_changes)],
    })
}

/// The path of a change set, where it is still there.
async fn set_path(person: &Person, number: ChangeSetNo) -> Result<Option<String>, Failure> {
    match change_set_numbered(&person.service, &person.context, number, "").await {
        Ok(set) => Ok(Some(format!("/changes/{}", set.id))),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(person.failure(&error)),
    }
}

async fn undone(person: &Person, job: &JobView) -> Result<Outcome, Failure> {
    let words = &person.frame.say.change_set;
    let Ok(undo) = serde_json::from_value::<Undo>(job.payload.clone()) else { return Ok(Outcome::default()) };
    let set = change_set_numbered(&person.service, &person.context, undo.undone, "").await;
    let is_whole = set.is_ok_and(|set| set.state != ChangeSetState::PartlyUndone);
    let text = if is_whole { words.undone } else { words.partly_undone };
    let mut links = Vec::new();
    links.extend(set_path(person, undo.by).await?.map(|path| (path, words.see_undo)));
    links.push(("/changes".to_owned(), words.see_changes));
    Ok(Outcome { text: text.to_owned(), is_good: is_whole, links, ..Outcome::default() })
}

async fn bulk_done(person: &Person, job: &JobView) -> Result<Outcome, Failure> {
    let say = &person.frame.say;
    let result = job.result.clone().unwrap_or_default();
    let count = |name: &str| result.get(name).and_then(Value::as_i64).unwrap_or(0);
    let is_good = count("failed") == 0;
    let text = if is_good { say.list.bulk_done } else { say.list.bulk_done_partly }.to_owned();
    let facts = vec![
        (say.list.bulk_count, grouped(count("records"))),
        (say.list.bulk_changed, grouped(count("changed"))),
        (say.list.bulk_unchanged, grouped(count("same"))),
        (say.list.bulk_failed, grouped(count("failed"))),
    ];
    let mut links = Vec::new();
    if let Some(number) = result.get("change_set").and_then(Value::as_i64) {
        links.extend(set_path(person, ChangeSetNo(number)).await?.map(|path| (path, say.change_set.see_change)));
    }
    Ok(Outcome { text, is_good, facts, links, ..Outcome::default() })
}

fn exported(person: &Person, job: &JobView) -> Outcome {
    let say = &person.frame.say.list;
    let result = job.result.clone().unwrap_or_default();
    let lacking = result.get("lacking").and_then(Value::as_object).filter(|lacking| !lacking.is_empty());
    if let Some(lacking) = lacking {
        let characters: Vec<&str> = lacking.keys().map(String::as_str).collect();
        return Outcome { text: fill(say.exported_lacking, &characters.join(" ")), ..Outcome::default() };
    }
    let rows = result.get("rows").and_then(Value::as_i64).unwrap_or(0);
    let facts = vec![(say.exported_rows, grouped(rows))];
    Outcome { text: say.exported.to_owned(), is_good: true, facts, ..Outcome::default() }
}

async fn imported(person: &Person, job: &JobView) -> Result<Outcome, Failure> {
    let words = &person.frame.say.change_set;
    let result = job.result.clone().unwrap_or_default();
    let count = |name: &str| result.get(name).and_then(Value::as_i64).unwrap_or(0);
    let is = |name: &str| result.get(name).and_then(Value::as_bool).unwrap_or(false);
    let failed = count("failed");
    let (text, is_good) = match (is("dry_run"), is("applied"), failed) {
        (true, _, 0) => (words.checked_well, true),
        (true, _, _) => (words.checked_badly, false),
        (false, true, 0) => (words.imported, true),
        (false, true, _) => (words.imported_partly, false),
        (false, false, _) => (words.imported_nothing, false),
    };
    let mut facts = vec![
        (words.rows_read, grouped(count("rows"))),
        (if is("dry_run") { words.rows_importable } else { words.rows_imported }, grouped(count("registered"))),
    ];
    facts.extend(Some((words.rows_review, grouped(count("review")))).filter(|_| count("review") > 0));
    facts.push((words.rows_wrong, grouped(failed)));
    let mut links = Vec::new();
    if let Some(number) = result.get("change_set").and_then(Value::as_i64).filter(|_| is("applied")) {
        links.extend(set_path(person, ChangeSetNo(number)).await?.map(|path| (path, words.see_change)));
    }
    if count("review") > 0 && is("applied") {
        links.insert(0, ("/cards/review".to_owned(), words.see_review));
    }
    let imports = [is("dry_run") && failed == 0, is("dry_run") && failed > 0 && count("registered") > 0];
    let problems = if failed > 0 { problems(person, job).await? } else { Vec::new() };
    if let Some(import) = import_of(job) {
        let template = person.service.template(person.context.tenant, &import.database).await;
        let path = Database::of(&*template.map_err(|error| person.failure(&error))?).path();
        links.push((format!("{path}/import"), words.import_other));
        links.push((path, words.to_list));
    }
    Ok(Outcome { text: text.to_owned(), is_good, facts, links, problems, imports })
}

/// The first rows that are wrong, as the report says them.
async fn problems(person: &Person, job: &JobView) -> Result<Vec<(String, String)>, Failure> {
    let mut report = Vec::new();
    for chunk in 0..CHUNKS {
        let read = job_file_read(&person.service, &person.context, job.number, JobFile::Report, chunk).await;
        match read.map_err(|error| person.failure(&error))? {
            Some(bytes) => report.extend(bytes),
            None => break,
        }
    }
    let mut reader = RowReader::new(report.as_slice(), ReadOptions::default());
    let mut found = Vec::new();
    // The last row may be cut where the report goes on.
    while let Ok(Some(Reading::Row(row))) = reader.next_row() {
        if let [line, result, _, reason] = row.fields.as_slice()
            && result == WRONG
        {
            found.push((line.clone(), reason.clone()));
            if found.len() >= PROBLEMS {
                break;
            }
        }
    }
    Ok(found)
}
