//! Bulk edits: the same values for many records, or many records to the trash, as one change set of a job in slices.
//!
//! Which records: those that were selected, or all that meet a condition. A preview tries the first of them in a transaction that is undone
//! and says what would become of each; the job does the same for all, record by record, and reports on those that it could not change. Rows
//! that somebody may not see are not among them, and values are judged by his rights when the job runs.

mod preview;

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::condition::Condition;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Problem, Result};
use musubi_domain::id::{ChangeSetNo, JobNo, RecordNo};
use musubi_domain::item::RawValue;
use musubi_domain::job::{JobView, NewJob};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::template::label;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use musubi_store::query::{Cursor, Effort, RecordQuery, record_list_step};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::preview::count;
pub use self::preview::{BulkPreview, BulkRow, PREVIEWED, bulk_preview};
use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::{
    Changes, Expected, GivenItem, GivenRecord, Judged, record_delete_in, record_judge, record_update_in,
};
use crate::record_page::{DatabaseSeen, database_seen};

/// The kind of the job that changes records, and of the change set that it makes.
pub const BULK_UPDATE: &str = "record.bulk_update";
/// The kind of the job that moves records to the trash, and of the change set that it makes.
pub const BULK_DELETE: &str = "record.bulk_delete";
/// Records that are looked at in a step where they have to be found.
const LOOKED: i64 = 2_000;

/// What is to be done to which records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// The database.
    pub database: String,
    /// What is to be done.
    pub action: BulkAction,
    /// To which records.
    pub records: BulkRecords,
}

impl Bulk {
    /// The kind of its job and of its change set.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.action {
            BulkAction::Update(_) => BULK_UPDATE,
            BulkAction::Delete => BULK_DELETE,
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Items get these values.
    Update(Vec<BulkItem>),
    /// To the trash.
    Delete,
}

/// A value that an item of every record is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkItem {
    /// The item.
    pub item: Uuid,
    /// The type that was said with it.
    pub item_type: String,
    /// The value.
    pub value: RawValue,
}

/// Which records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkRecords {
    /// These, by number, each in the version in which it was looked at.
    These(Vec<(RecordNo, i64)>),
    /// All that meet a condition.
    Matching {
        /// The condition, in words that may speak of whoever looks.
        condition: Condition,
        /// When the records were looked at.
        looked_at: Timestamp,
    },
}

/// How far a bulk edit has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkCursor {
    /// The change set, once it is begun.
    pub change_set: Option<ChangeSetNo>,
    /// Where the next records are found: behind so many of those selected, or behind this place of the list.
    pub next: usize,
    /// The same where they are found by a condition.
    pub place: Option<Cursor>,
    /// What became of the records so far.
    pub counts: BulkCounts,
    /// Whether all are done.
    pub done: bool,
}

/// What became of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkCounts {
    /// Looked at.
    pub records: i64,
    /// Changed, or moved to the trash.
    pub changed: i64,
    /// That had the values already.
    pub same: i64,
    /// That could not be changed.
    pub failed: i64,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkLine {
    /// The record.
    pub number: RecordNo,
    /// Its id.
    pub id: Uuid,
    /// What stands for it.
    pub name: String,
    /// Whether it was changed; or what stood in the way.
    pub outcome: std::result::Result<bool, Vec<Problem>>,
}

/// Everything that a bulk edit needs to know beside the records.
#[derive(Clone, Debug)]
pub struct Bulker {
    bulk: Bulk,
    seen: DatabaseSeen,
    condition: Condition,
    judged: Option<Judged>,
    /// The versions in which records were looked at that were selected.
    versions: HashMap<RecordNo, i64>,
}

impl Bulker {
    /// Gathers it, and judges the values by the rights of whoever acts.
    ///
    /// # Errors
    /// NotFound where there is no such database; Forbidden where he may not do this; Invalid, with what is wrong with values that no record
    /// can have.
    pub async fn new(service: &Service, context: &Arc<Context>, bulk: Bulk) -> Result<Self> {
        let action = if bulk.action == BulkAction::Delete { Action::Delete } else { Action::Write };
        let seen = database_seen(service, context, &bulk.database, action).await?;
        let condition = match &bulk.records {
            BulkRecords::These(_) => Condition::always(),
            BulkRecords::Matching { condition, .. } => {
                // Whoever may write sees no more rows than who may read, but what he filters by he has to see.
                seen.sight.check(&seen.template, condition, &[], "conditions")?;
                service.condition_settled(context, &seen.template, condition).await?
            }
        };
        let judged = match &bulk.action {
            BulkAction::Delete => None,
            BulkAction::Update(items) => {
                let judged = record_judge(service, context, &bulk.database, given(items)).await?;
                if !judged.problems().is_empty() {
                    return Err(Error::invalid(judged.problems().to_vec()));
                }
                Some(judged)
            }
        };
        let versions = match &bulk.records {
            BulkRecords::These(selected) => selected.iter().copied().collect(),
            BulkRecords::Matching { .. } => HashMap::new(),
        };
        Ok(Self { bulk, seen, condition, judged, versions })
    }

    /// The kind of the job and of the change set.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.bulk.kind()
    }

    /// Finds the next records, at most `most`, and where to go on. Nothing is held meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next(
        &self,
        service: &Service,
        context: &Context,
        cursor: &BulkCursor,
        most: usize,
    ) -> Result<(Vec<RecordNo>, BulkCursor)> {
        let mut next = cursor.clone();
        if let BulkRecords::These(numbers) = &self.bulk.records {
            let found: Vec<_> = numbers.iter().skip(cursor.next).take(most).map(|(number, _)| *number).collect();
            next.next += found.len();
            next.done = next.next >= numbers.len();
            return Ok((found, next));
        }
        let query = RecordQuery {
            template: Arc::clone(&self.seen.template),
            condition: self.condition.clone(),
            sorts: Vec::new(),
            offset: 0,
            limit: i64::try_from(most).unwrap_or(i64::MAX),
        };
        let (sight, place) = (self.seen.sight.clone(), cursor.place.clone().unwrap_or_default());
        let effort = Effort { looked: LOOKED, ..Effort::default() };
        let read = move |snapshot: &mut Snapshot<'_>| record_list_step(snapshot, &sight, &query, &place, &effort);
        let step = service.db().scan(context.tenant, read).await?;
        next.place = Some(step.cursor);
        next.done = step.finished && !step.more;
        Ok((step.rows.into_iter().map(|row| row.number).collect(), next))
    }

    /// Does to records what is to be done, each for itself.
    ///
    /// # Errors
    /// What the database says; Busy where the template has changed since the values were judged. What stands in the way of single records
    /// is in their lines.
    fn apply(&self, tx: &mut Tx<'_>, changes: &mut Changes, numbers: &[RecordNo]) -> Result<Vec<BulkLine>> {
        let mut lines = Vec::with_capacity(numbers.len());
        for number in numbers {
            let DatabaseSeen { template, sight } = &self.seen;
            // What has been deleted meanwhile, or is not to be seen any more, is passed over.
            let Some(record) = store::record::record_by_number(tx, sight, template, *number)? else { continue };
            let (number, id, name) = (record.number, record.id, record.display_name.clone());
            if self.has_changed(&record) {
                let problem = Problem { path: String::new(), item: None, message: Message::ChangedMeanwhile };
                lines.push(BulkLine { number, id, name, outcome: Err(vec![problem]) });
                continue;
            }
            let done = match &self.judged {
                Some(judged) => {
                    record_update_in(tx, changes, judged, &record, Expected::default()).map(|written| written.changed)
                }
                None => record_delete_in(tx, changes, vec![(record, String::new())], false).map(|()| true),
            };
            let outcome = match done {
                Ok(changed) => Ok(changed),
                Err(error) if error.kind() == Kind::Invalid => Err(error.problems().to_vec()),
                Err(error) => return Err(error),
            };
            lines.push(BulkLine { number, id, name, outcome });
        }
        Ok(lines)
    }

    /// Whether a record is no longer as it was looked at.
    fn has_changed(&self, record: &Record) -> bool {
        match &self.bulk.records {
            BulkRecords::These(_) => {
                self.versions.get(&record.number).is_some_and(|version| *version != record.version)
            }
            BulkRecords::Matching { looked_at, .. } => record.updated_at > *looked_at,
        }
    }

    /// What a line says in the report: id, name, result, reason.
    #[must_use]
    pub fn fields(&self, line: &BulkLine) -> [String; 4] {
        let problems: &[Problem] = line.outcome.as_ref().err().map_or(&[], Vec::as_slice);
        let reason = |problem: &Problem| {
            let item = problem.item.and_then(|id| self.seen.template.item(id));
            let text = problem.message.text(Locale::Ja);
            item.map_or_else(|| text.clone(), |item| format!("{}: {text}", item.name))
        };
        let reasons: Vec<String> = problems.iter().map(reason).collect();
        let result = match line.outcome {
            Ok(true) => "変更",
            Ok(false) => "変更なし",
            Err(_) => "エラー",
        };
        let name = if self.seen.sight.sees_name(&self.seen.template) { line.name.clone() } else { String::new() };
        [line.id.to_string(), name, result.to_owned(), reasons.join(" / ")]
    }
}

/// The head line of a report.
pub const BULK_REPORT_HEAD: [&str; 4] = ["ID", "名称", "結果", "理由"];

impl BulkCounts {
    /// Counts lines.
    pub fn count(&mut self, lines: &[BulkLine]) {
        for line in lines {
            self.records += 1;
            match line.outcome {
                Ok(true) => self.changed += 1,
                Ok(false) => self.same += 1,
                Err(_) => self.failed += 1,
            }
        }
    }
}

fn given(items: &[BulkItem]) -> GivenRecord {
    let item = |given: &BulkItem| GivenItem {
        path: given.item.to_string(),
        item: given.item,
        item_type: given.item_type.clone(),
        value: given.value.clone(),
    };
    GivenRecord { items: items.iter().map(item).collect(), ..GivenRecord::default() }
}

/// A record that was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: RecordNo,
    /// Its version.
    pub version: i64,
}

/// The records that were selected by their ids; those that whoever acts may not see are left out.
///
/// # Errors
/// Invalid at `id` where too many are selected.
pub async fn bulk_selected(
    service: &Service,
    context: &Context,
    seen: &DatabaseSeen,
    ids: Vec<Uuid>,
) -> Result<Vec<Selected>> {
    if ids.len() > limits::SELECTED {
        return Err(Error::invalid_at("id", Message::TooMany { most: limits::SELECTED }));
    }
    let DatabaseSeen { template, sight } = seen.clone();
    let read = move |keyed: &mut Snapshot<'_>| {
        let mut selected = Vec::with_capacity(ids.len());
        for id in &ids {
            let record = store::record::record_by_id(keyed, &sight, &template, *id)?;
            selected.extend(record.map(|Record { id, number, version, .. }| Selected { id, number, version }));
        }
        Ok(selected)
    };
    service.db().page(context.tenant, read).await
}

/// Queues a bulk edit.
///
/// # Errors
/// As [`Bulker::new`].
pub async fn bulk_begin(service: &Service, context: &Arc<Context>, bulk: Bulk) -> Result<JobNo> {
    let bulker = Bulker::new(service, context, bulk).await?;
    let total = Some(count(service, context, &bulker).await?).filter(|count| count.exact).map(|count| count.count);
    let payload = serde_json::to_value(&bulker.bulk).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob { total, ..NewJob::new(bulker.kind(), payload) };
    service.db().write(context, Lane::Interactive, move |tx| job_enqueue_in(tx, &job)).await
}

/// Begins the change set of a bulk edit.
///
/// # Errors
/// What the database says.
pub fn bulk_open_in(tx: &mut Tx<'_>, bulker: &Bulker, job: JobNo) -> Result<ChangeSetNo> {
    let mut changes = Changes::begin(tx, bulker.kind(), Some(bulker.seen.template.database))?;
    changes.name_target(label(&bulker.bulk.database));
    let change_set = changes.leave_open(tx)?;
    store::change_set::change_set_job_set(tx, change_set, job)?;
    Ok(change_set)
}

/// Does a slice of a bulk edit in its change set.
///
/// # Errors
/// What the database says. What stands in the way of single records is in their lines.
pub fn bulk_slice_in(
    tx: &mut Tx<'_>,
    bulker: &Bulker,
    change_set: ChangeSetNo,
    numbers: &[RecordNo],
) -> Result<Vec<BulkLine>> {
    let mut changes = Changes::go_on(change_set, bulker.kind());
    let lines = bulker.apply(tx, &mut changes, numbers)?;
    changes.end_slice(tx)?;
    Ok(lines)
}

/// Ends the change set of a bulk edit that was cancelled, so that what was done by then can be undone. Jobs of other kinds stay as they are.
///
/// # Errors
/// What the database says.
pub fn bulk_cancelled_in(tx: &mut Tx<'_>, job: &JobView) -> Result<()> {
    let Some(kind) = [BULK_UPDATE, BULK_DELETE].into_iter().find(|kind| *kind == job.kind) else { return Ok(()) };
    match bulk_change_set_in(tx, job)? {
        Some(change_set) => Changes::close(tx, change_set, kind),
        None => Ok(()),
    }
}

/// The change set that a bulk edit has begun, where it has.
///
/// # Errors
/// Where the database does not answer.
pub async fn bulk_change_set(service: &Service, context: &Context, job: &JobView) -> Result<Option<ChangeSetNo>> {
    let job = job.clone();
    service.db().get(context.tenant, move |keyed| bulk_change_set_in(keyed, &job)).await
}

fn bulk_change_set_in(keyed: &mut Keyed<'_>, job: &JobView) -> Result<Option<ChangeSetNo>> {
    let cursor = store::job::job_cursor(keyed, job.number)?;
    Ok(cursor.and_then(|cursor| BulkCursor::deserialize(cursor).ok()).and_then(|cursor| cursor.change_set))
}

/// Ends the change set of a bulk edit.
///
/// # Errors
/// What the database says.
pub fn bulk_close_in(tx: &mut Tx<'_>, change_set: ChangeSetNo, kind: &'static str) -> Result<()> {
    Changes::close(tx, change_set, kind)
}
