//! Change sets (変更の一覧): what actions did to records, and undoing one as a whole.
//!
//! An undo is a change set of its own, made in slices by a job. It takes values back first, then brings back what went to the trash, then
//! moves what was created there: so linkage values and keys are free for whom they come back to, and nothing refers any more to what goes.
//! A record that somebody has changed since is left as it is, and listed.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::change_set::{ChangeSet, ChangeSetState, LeftReason};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::history::{HistoryEntry, HistoryKind};
use musubi_domain::id::{ChangeSetNo, ItemNo, JobNo, RecordNo};
use musubi_domain::item::ItemValue;
use musubi_domain::job::NewJob;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_domain::record::{Record, RecordChange};
use musubi_domain::rights::Action;
use musubi_domain::sight::{Sight, not_seen};
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use read::{
    ChangeSetFilter, ChangeSetPage, ChangedRecord, ChangedSeen, change_set_find, change_set_left_records,
    change_set_may_undo, change_set_records,
};

use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::{Changes, Coming, Restored, Templates, bring_back, change_by_system, move_to_trash};

/// The kind of the change set that an undo is, and of its job.
pub const UNDO: &str = "change_set.undo";

/// A change set that is being undone, and the change set that undoes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// What is undone.
    pub undone: ChangeSetNo,
    /// The change set that the undo is.
    pub by: ChangeSetNo,
}

/// How far an undo has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoCursor {
    /// What is being done.
    pub phase: UndoPhase,
    /// Records below this number are still to be looked at.
    pub before: Option<RecordNo>,
    /// Records looked at so far, over all phases.
    pub looked: i64,
    /// Records that this round changed.
    #[serde(default)]
    pub changed: i64,
    /// Records that this round left because another of the change set stands in their way.
    #[serde(default)]
    pub waiting: i64,
    /// Whether this is the last round of its phase: what still waits is listed as left.
    #[serde(default)]
    pub is_last: bool,
}

/// What an undo does, in this order. A phase goes over the records again for as long as some wait for others of the change set and
/// there is progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoPhase {
    /// Values are taken back; what would come to stand above itself waits for what is above it.
    #[default]
    Values,
    /// What went to the trash comes back.
    Deleted,
    /// What was created, or had come back, goes to the trash; what is still referred to waits for what refers to it.
    Created,
    /// Nothing is left to be done.
    Done,
}

impl UndoPhase {
    /// Whether a record that is left for this reason waits for others of the change set.
    fn waits(self, reason: LeftReason) -> bool {
        matches!((self, reason), (Self::Values, LeftReason::AboveItself) | (Self::Created, LeftReason::ReferredTo))
    }

    fn next(self) -> Self {
        match self {
            Self::Values => Self::Deleted,
            Self::Deleted => Self::Created,
            Self::Created | Self::Done => Self::Done,
        }
    }
}

/// How many phases look at records.
const UNDO_PHASES: i64 = 3;

/// Whether whoever acts may undo a change set: he may do everything in its database, or it is his own and he may still write there. By
/// what he may now, not by what he might when he did it.
async fn may_undo(service: &Service, context: &Context, set: &ChangeSet) -> Result<bool> {
    if !is_open_to(service, context, set).await? {
        return Ok(false);
    }
    let Some(database) = set.database else { return Ok(true) };
    let template = service.template_numbered(context.tenant, database).await?;
    match service.check_right(context, &template, Action::Write).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == Kind::Forbidden => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether whoever acts may see what a change set was done to: it is his own, or he may do everything in its database.
async fn is_open_to(service: &Service, context: &Context, set: &ChangeSet) -> Result<bool> {
    if set.user == context.actor.user {
        return Ok(true);
    }
    match set.database {
        Some(database) => service.acts_freely_in(context, database).await,
        None => service.acts_freely(context).await,
    }
}

/// A change set as a caller sees it: what it did to whom is for those who may undo it.
async fn seen(service: &Service, context: &Context, mut set: ChangeSet) -> Result<ChangeSet> {
    if !set.target.is_empty() && !is_open_to(service, context, &set).await? {
        not_seen(context.locale).clone_into(&mut set.target);
    }
    Ok(set)
}

/// The change set of an outside id.
///
/// # Errors
/// NotFound at `path`.
pub async fn change_set_get(service: &Service, context: &Arc<Context>, id: Uuid, path: &str) -> Result<ChangeSet> {
    let found = service.db().get(context.tenant, move |keyed| {
        let number = store::change_set::change_set_number_by_id(keyed, id)?;
        number.map_or(Ok(None), |number| store::change_set::change_set_by_number(keyed, number))
    });
    seen(service, context, found.await?.ok_or_else(|| Error::not_found(path))?).await
}

/// The change set of a number.
///
/// # Errors
/// NotFound at `path`.
pub async fn change_set_numbered(
    service: &Service,
    context: &Arc<Context>,
    number: ChangeSetNo,
    path: &str,
) -> Result<ChangeSet> {
    let found = service.db().get(context.tenant, move |keyed| store::change_set::change_set_by_number(keyed, number));
    seen(service, context, found.await?.ok_or_else(|| Error::not_found(path))?).await
}

/// The change set that undoes another, or has undone it.
///
/// # Errors
/// Where the database does not answer.
pub async fn change_set_undoing(
    service: &Service,
    context: &Arc<Context>,
    undone: ChangeSetNo,
) -> Result<Option<ChangeSet>> {
    let find = move |snapshot: &mut store::db::Snapshot<'_>| {
        let number = store::change_set::change_set_undoing(snapshot, undone)?;
        number.map_or(Ok(None), |number| store::change_set::change_set_by_number(snapshot, number))
    };
    match service.db().page(context.tenant, find).await? {
        Some(set) => Ok(Some(seen(service, context, set).await?)),
        None => Ok(None),
    }
}

/// Change sets before one, newest first, at most `most`.
///
/// # Errors
/// Where the database does not answer.
pub async fn change_set_list(
    service: &Service,
    context: &Arc<Context>,
    before: Option<ChangeSetNo>,
    most: i64,
) -> Result<Vec<ChangeSet>> {
    let list = move |snapshot: &mut store::db::Snapshot<'_>| store::change_set::change_set_list(snapshot, before, most);
    let mut sets = Vec::new();
    for set in service.db().page(context.tenant, list).await? {
        sets.push(seen(service, context, set).await?);
    }
    Ok(sets)
}

/// The records that an undo left as they were or could not restore whole, after one, at most `most`: their numbers, for whoever may do
/// everything in its database or made it. What a person sees of them: [`change_set_left_records`].
///
/// # Errors
/// NotFound; Forbidden for anybody else.
pub async fn change_set_left(
    service: &Service,
    context: &Arc<Context>,
    undo: ChangeSetNo,
    after: RecordNo,
    most: i64,
) -> Result<Vec<(RecordNo, LeftReason)>> {
    let set = change_set_numbered(service, context, undo, "change_set").await?;
    if !is_open_to(service, context, &set).await? {
        return Err(Error::forbidden("change_set", Message::NoRight));
    }
    let list =
        move |snapshot: &mut store::db::Snapshot<'_>| store::change_set::change_set_left(snapshot, undo, after, most);
    service.db().page(context.tenant, list).await
}

/// Undoes a change set, as a job. Gives the job.
///
/// # Errors
/// NotFound at `path`; Forbidden where it is another's and the caller may not do everything in its database, or it is his own and he may
/// no longer write there; Conflict where it is being undone or has been.
pub async fn change_set_undo(service: &Service, context: &Arc<Context>, id: Uuid, path: &str) -> Result<JobNo> {
    let set = change_set_get(service, context, id, path).await?;
    if !may_undo(service, context, &set).await? {
        return Err(Error::forbidden(path, Message::NoRight));
    }
    let path = path.to_owned();
    let write = move |tx: &mut Tx<'_>| undo_begin_in(tx, set.number, &path);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`change_set_undo`], within a transaction, of a change set that the product has just made.
///
/// # Errors
/// As there.
pub fn change_set_undo_in(tx: &mut Tx<'_>, number: ChangeSetNo) -> Result<JobNo> {
    undo_begin_in(tx, number, "change_set")
}

/// Begins to undo a change set: from here on it is being undone, the undo is an open change set, and a job does it. An import that broke
/// off is undone as far as it came; an undo that broke off is gone on with.
fn undo_begin_in(tx: &mut Tx<'_>, number: ChangeSetNo, path: &str) -> Result<JobNo> {
    let set = store::change_set::change_set_by_number(tx, number)?.ok_or_else(|| Error::not_found(path))?;
    let not_undoable = || Error::conflict(path, Message::NotUndoable);
    let by = match set.state {
        ChangeSetState::Open if !is_made_by_job(tx, number)? => {
            Changes::close(tx, number, UNDO)?;
            begin_undo_set(tx, &set)?
        }
        ChangeSetState::Done => begin_undo_set(tx, &set)?,
        ChangeSetState::Undoing => {
            let by = store::change_set::change_set_undoing(tx, number)?.ok_or_else(not_undoable)?;
            if is_made_by_job(tx, by)? {
                return Err(not_undoable());
            }
            by
        }
        ChangeSetState::Open | ChangeSetState::Undone | ChangeSetState::PartlyUndone => return Err(not_undoable()),
    };
    let undo = Undo { undone: number, by };
    let payload = serde_json::to_value(undo).map_err(|error| Error::internal(error.to_string()))?;
    let total = Some(set.counts.total() * UNDO_PHASES);
    let job = job_enqueue_in(tx, &NewJob { total, ..NewJob::new(UNDO, payload) })?;
    store::change_set::change_set_job_set(tx, by, job)?;
    Ok(job)
}

fn begin_undo_set(tx: &mut Tx<'_>, set: &ChangeSet) -> Result<ChangeSetNo> {
    store::change_set::change_set_state_set(tx, set.number, ChangeSetState::Done, ChangeSetState::Undoing)?;
    let mut changes = Changes::begin(tx, UNDO, set.database)?.undoing(set.number);
    changes.name_target(&set.target);
    changes.leave_open(tx)
}

/// Whether a job still makes a change set.
fn is_made_by_job(tx: &mut Tx<'_>, set: ChangeSetNo) -> Result<bool> {
    let Some(job) = store::change_set::change_set_job(tx, set)? else { return Ok(false) };
    Ok(store::job::job_by_number(tx, job)?.is_some_and(|job| !job.state.is_final()))
}

/// Undoes a slice of a change set: at most `most` records. Gives how far it has come.
///
/// # Errors
/// What the database says.
pub fn undo_slice_in(tx: &mut Tx<'_>, undo: Undo, cursor: UndoCursor, most: i64) -> Result<UndoCursor> {
    let cursor = UndoCursor { phase: next_phase(tx, undo, cursor)?, ..cursor };
    let records = store::change_set::change_set_records(tx, undo.undone, cursor.before, most)?;
    let mut changes = Changes::go_on(undo.by, UNDO);
    let mut waiting = cursor.waiting;
    let mut templates = Templates::default();
    for number in &records {
        let left = undo_record(tx, &mut changes, &mut templates, undo, cursor.phase, *number)?;
        for reason in left {
            if cursor.phase.waits(reason) && !cursor.is_last {
                waiting += 1;
            } else {
                store::change_set::change_set_left_insert(tx, undo.by, *number, reason)?;
            }
        }
    }
    let changed = cursor.changed + changes.end_slice(tx)?.total();
    let looked = cursor.looked + i64::try_from(records.len()).unwrap_or(i64::MAX);
    if let Some(last) = records.last() {
        return Ok(UndoCursor { before: Some(*last), looked, changed, waiting, ..cursor });
    }
    if waiting > 0 {
        return Ok(UndoCursor { phase: cursor.phase, looked, is_last: changed == 0, ..UndoCursor::default() });
    }
    let phase = cursor.phase.next();
    if phase == UndoPhase::Done {
        finish(tx, undo)?;
    }
    Ok(UndoCursor { phase, looked, ..UndoCursor::default() })
}

/// The phase that is to be done: one in which nothing can be found to do is passed over, unless it is the last.
fn next_phase(tx: &mut Tx<'_>, undo: Undo, cursor: UndoCursor) -> Result<UndoPhase> {
    if cursor.before.is_some() {
        return Ok(cursor.phase);
    }
    let set = store::change_set::change_set_by_number(tx, undo.undone)?;
    let counts = set.map(|set| set.counts).unwrap_or_default();
    let mut phase = cursor.phase;
    if phase == UndoPhase::Values && counts.updated == 0 && counts.restored == 0 {
        phase = UndoPhase::Deleted;
    }
    if phase == UndoPhase::Deleted && counts.deleted == 0 {
        phase = UndoPhase::Created;
    }
    Ok(phase)
}

fn finish(tx: &mut Tx<'_>, undo: Undo) -> Result<()> {
    Changes::close(tx, undo.by, UNDO)?;
    let is_whole = store::change_set::change_set_left(tx, undo.by, RecordNo(0), 1)?.is_empty();
    let to = if is_whole { ChangeSetState::Undone } else { ChangeSetState::PartlyUndone };
    store::change_set::change_set_state_set(tx, undo.undone, ChangeSetState::Undoing, to).map(drop)
}

/// What a change set did to one record, and how the record stands.
struct Touched {
    record: Record,
    template: Arc<Template>,
    /// Newest first.
    entries: Vec<HistoryEntry>,
    /// Whether it was there, and not in the trash, before the change set.
    was_live: bool,
}

impl Touched {
    fn is_live(&self) -> bool {
        self.record.deleted_at.is_none()
    }
}

fn undo_record(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    undo: Undo,
    phase: UndoPhase,
    number: RecordNo,
) -> Result<Vec<LeftReason>> {
    let template = templates.of(tx, number.database())?;
    let record = store::record::record_or_trash_by_number(tx, &Sight::all(), &template, number)?;
    let Some(record) = record else { return Ok(vec![LeftReason::Purged]) };
    let entries = store::history::history_in_change_set(tx, undo.undone, number)?;
    let was_created = store::change_set::change_set_created(tx, undo.undone, number)?;
    let was_live = !was_created && entries.last().is_some_and(|entry| entry.kind != HistoryKind::Restored);
    let left_at = entries.first().map_or(1, |entry| entry.version);
    let is_own = record.version == left_at || {
        let last = store::history::history_of_record(tx, number, 1)?;
        last.first().is_some_and(|entry| entry.change_set == undo.by)
    };
    if !is_own {
        return Ok(vec![LeftReason::ChangedSince]);
    }
    let touched = Touched { record, template, entries, was_live };
    match (phase, touched.is_live(), touched.was_live) {
        (UndoPhase::Values, true, true) => take_back(tx, changes, templates, &touched, undo),
        // It goes to the trash: what it cannot have again it does not miss there.
        (UndoPhase::Values, true, false) => take_back(tx, changes, templates, &touched, undo).map(|_| Vec::new()),
        (UndoPhase::Deleted, false, true) => restore(tx, changes, templates, &touched, undo),
        (UndoPhase::Created, true, false) => remove(tx, changes, &touched),
        _ => Ok(Vec::new()),
    }
}

/// Gives a record the values back that it had before the change set.
fn take_back(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    touched: &Touched,
    undo: Undo,
) -> Result<Vec<LeftReason>> {
    let (mut items, mut linkage): (BTreeMap<ItemNo, Option<ItemValue>>, BTreeMap<i64, String>) = Default::default();
    let mut is_item_removed = false;
    // From the newest change to the oldest: what stood before the first is what counts.
    for entry in &touched.entries {
        for (number, json) in entry.old.items.members() {
            let Some(item) = touched.template.item_numbered(number) else {
                is_item_removed = true;
                continue;
            };
            items.insert(number, ItemValue::read_json(item.item_type, json));
        }
        linkage.extend(entry.old.linkage.iter().map(|value| (value.slot, value.value.clone())));
    }
    let linkage = linkage.into_iter().map(|(slot, value)| LinkageValue { slot, value }).collect();
    let change = RecordChange { items, linkage };
    let lost = change_by_system(tx, changes, templates, &touched.record, change, Coming::With(undo.undone))?;
    Ok(lost.into_iter().chain(is_item_removed.then_some(LeftReason::ItemRemoved)).collect())
}

/// Brings a record back that the change set moved to the trash, with the values that it had before.
fn restore(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    touched: &Touched,
    undo: Undo,
) -> Result<Vec<LeftReason>> {
    let mut restored = Restored::default();
    bring_back(tx, changes, templates, &touched.record, Coming::With(undo.undone), &mut restored)?;
    store::thread::thread_bring_back(tx, touched.record.number, undo.undone)?;
    let mut left: Vec<LeftReason> = restored.lost.into_iter().map(|(_, reason)| reason).collect();
    let record = store::record::record_by_number(tx, &Sight::all(), &touched.template, touched.record.number)?;
    if let Some(record) = record {
        let entries = touched.entries.clone();
        let touched = Touched { record, template: Arc::clone(&touched.template), entries, was_live: true };
        left.extend(take_back(tx, changes, templates, &touched, undo)?);
    }
    Ok(left)
}

/// Moves a record to the trash that was not there before the change set, unless something refers to it by now.
fn remove(tx: &mut Tx<'_>, changes: &mut Changes, touched: &Touched) -> Result<Vec<LeftReason>> {
    if !store::link::referrers(tx, touched.record.number, None, 1)?.is_empty() {
        return Ok(vec![LeftReason::ReferredTo]);
    }
    move_to_trash(tx, changes, &touched.template, &touched.record)?;
    Ok(Vec::new())
}
