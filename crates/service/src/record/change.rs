//! A change set while it is being made.

use std::collections::BTreeSet;

use musubi_domain::change_set::{ChangeCounts, ChangeSet, ChangeSetState};
use musubi_domain::error::{Error, Result};
use musubi_domain::event::{Event, Operation, RecordEvent};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, RecordNo};
use musubi_domain::job::{JobDue, NewJob};
use musubi_domain::limits;
use musubi_domain::template::Template;
use musubi_domain::time::{DayBounds, Timestamp};
use musubi_store as store;
use musubi_store::db::Tx;
use uuid::Uuid;

use super::trash::{DAY, TRASH_PURGE};
use crate::job::job_enqueue_in;
use crate::webhook::note::{Heard, NotedItems, deliver_closed};

/// What one action is doing to records: handed to everything that takes part in it, closed at the end.
#[derive(Debug)]
pub struct Changes {
    number: ChangeSetNo,
    kind: &'static str,
    database: Option<DatabaseNo>,
    target: String,
    undoes: Option<ChangeSetNo>,
    counts: ChangeCounts,
    /// The databases whose trash it has filled.
    trashed: BTreeSet<DatabaseNo>,
    /// What it has to tell to webhooks.
    heard: Heard,
}

impl Changes {
    /// Begins a change set of this kind: `client.update`.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin(tx: &mut Tx<'_>, kind: &'static str, database: Option<DatabaseNo>) -> Result<Self> {
        let number = store::counter::change_set_number_next(tx)?;
        Ok(Self {
            number,
            kind,
            database,
            target: String::new(),
            undoes: None,
            counts: ChangeCounts::default(),
            trashed: BTreeSet::new(),
            heard: Heard::new(false),
        })
    }

    /// Goes on with an open change set: a further slice of an import, an undo. [`Changes::end_slice`] ends the slice.
    #[must_use]
    pub fn go_on(number: ChangeSetNo, kind: &'static str) -> Self {
        Self {
            number,
            kind,
            database: None,
            target: String::new(),
            undoes: None,
            counts: ChangeCounts::default(),
            trashed: BTreeSet::new(),
            heard: Heard::new(true),
        }
    }

    /// Says that it undoes another change set.
    #[must_use]
    pub fn undoing(self, set: ChangeSetNo) -> Self {
        Self { undoes: Some(set), ..self }
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> ChangeSetNo {
        self.number
    }

    /// What it has done so far.
    #[must_use]
    pub const fn counts(&self) -> ChangeCounts {
        self.counts
    }

    /// Says in words what it is done to; the first to say so is right.
    pub fn name_target(&mut self, target: &str) {
        if self.target.is_empty() {
            target.clone_into(&mut self.target);
        }
    }

    /// Takes note of what happened to a record.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn note(
        &mut self,
        tx: &mut Tx<'_>,
        template: &Template,
        what: RecordEvent,
        (record, id, version): (RecordNo, Uuid, i64),
        items: NotedItems<'_>,
    ) -> Result<()> {
        match what {
            RecordEvent::Created => self.counts.created += 1,
            RecordEvent::Updated => self.counts.updated += 1,
            RecordEvent::Deleted => {
                self.counts.deleted += 1;
                self.trashed.insert(template.database);
            }
            RecordEvent::Restored => self.counts.restored += 1,
        }
        let kind = what.kind(&template.name);
        self.heard.note(tx, (kind, template.database), (record, id, version), items)?;
        tx.record_event(&Event { kind, record, record_id: id, version })
    }

    /// Closes the change set and notes it in the operation log. One that did nothing leaves nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn finish(self, tx: &mut Tx<'_>) -> Result<ChangeCounts> {
        self.finish_named(tx).map(|(counts, _)| counts)
    }

    /// As [`Changes::finish`], with the outside id under which it can be undone; none where it did nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn finish_named(self, tx: &mut Tx<'_>) -> Result<(ChangeCounts, Option<Uuid>)> {
        if self.counts.total() == 0 {
            return Ok((self.counts, None));
        }
        let id = self.insert(tx, ChangeSetState::Done)?;
        self.log(tx, self.counts.total())?;
        self.purge_later(tx)?;
        self.heard.deliver(tx, self.number)?;
        Ok((self.counts, Some(id)))
    }

    /// Leaves the change set open for slices that follow.
    ///
    /// # Errors
    /// What the database says.
    pub fn leave_open(self, tx: &mut Tx<'_>) -> Result<ChangeSetNo> {
        self.insert(tx, ChangeSetState::Open)?;
        Ok(self.number)
    }

    /// Adds what this slice did to the open change set.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_slice(self, tx: &mut Tx<'_>) -> Result<ChangeCounts> {
        if self.counts.total() > 0 {
            store::change_set::change_set_count(tx, self.number, self.counts)?;
            self.purge_later(tx)?;
        }
        self.heard.count(tx, self.number)?;
        Ok(self.counts)
    }

    /// Closes a change set that was left open, and notes it in the operation log as one action.
    ///
    /// # Errors
    /// What the database says.
    pub fn close(tx: &mut Tx<'_>, number: ChangeSetNo, kind: &'static str) -> Result<()> {
        let Some(set) = store::change_set::change_set_by_number(tx, number)? else { return Ok(()) };
        if store::change_set::change_set_state_set(tx, number, ChangeSetState::Open, ChangeSetState::Done)? {
            let operation = Operation { kind, database: set.database, target: set.target, count: set.counts.total() };
            tx.record_operation(&operation)?;
            deliver_closed(tx, number)?;
        }
        Ok(())
    }

    /// Has the trash that was filled emptied when its time has come: one job per database and day.
    fn purge_later(&self, tx: &mut Tx<'_>) -> Result<()> {
        let ends = Timestamp::from_micros(tx.context().now.micros() + limits::TRASH_DAYS * DAY);
        let day = ends.jst_date();
        // The day after, when all of the day has had its thirty days.
        let due = DayBounds::of_jst(day).map_or(ends, |bounds| Timestamp::from_micros(bounds.last.micros() + 1));
        for database in &self.trashed {
            let payload = serde_json::to_value(database).map_err(|error| Error::internal(error.to_string()))?;
            let dedupe_key = Some(format!("{database} {day}"));
            let job = NewJob { dedupe_key, due: JobDue::At(due), ..NewJob::new(TRASH_PURGE, payload) };
            job_enqueue_in(tx, &job)?;
        }
        Ok(())
    }

    fn insert(&self, tx: &mut Tx<'_>, state: ChangeSetState) -> Result<Uuid> {
        let context = std::sync::Arc::clone(tx.context());
        let set = ChangeSet {
            number: self.number,
            id: tx.next_id(),
            kind: self.kind.to_owned(),
            user: context.actor.user,
            door: context.actor.door.word().to_owned(),
            at: context.now,
            database: self.database,
            target: self.target.clone(),
            counts: self.counts,
            state,
            undoes: self.undoes,
        };
        store::change_set::change_set_insert(tx, &set)?;
        Ok(set.id)
    }

    fn log(&self, tx: &mut Tx<'_>, count: i64) -> Result<()> {
        tx.record_operation(&Operation { kind: self.kind, database: self.database, target: self.target.clone(), count })
    }
}
