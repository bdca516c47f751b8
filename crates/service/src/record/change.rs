//! A change set while it is being made.

use musubi_domain::change_set::{ChangeCounts, ChangeSet, ChangeSetState};
use musubi_domain::error::Result;
use musubi_domain::event::{Event, Operation, RecordEvent};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, RecordNo};
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Tx;
use uuid::Uuid;

/// What one action is doing to records: handed to everything that takes part in it, closed at the end.
#[derive(Debug)]
pub struct Changes {
    number: ChangeSetNo,
    kind: &'static str,
    database: Option<DatabaseNo>,
    target: String,
    undoes: Option<ChangeSetNo>,
    counts: ChangeCounts,
}

impl Changes {
    /// Begins a change set of this kind: `client.update`.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin(tx: &mut Tx<'_>, kind: &'static str, database: Option<DatabaseNo>) -> Result<Self> {
        let number = store::counter::change_set_number_next(tx)?;
        Ok(Self { number, kind, database, target: String::new(), undoes: None, counts: ChangeCounts::default() })
    }

    /// Goes on with an open change set: a further slice of an import, an undo. [`Changes::end_slice`] ends the slice.
    #[must_use]
    pub fn go_on(number: ChangeSetNo, kind: &'static str) -> Self {
        Self { number, kind, database: None, target: String::new(), undoes: None, counts: ChangeCounts::default() }
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
    ) -> Result<()> {
        match what {
            RecordEvent::Created => self.counts.created += 1,
            RecordEvent::Updated => self.counts.updated += 1,
            RecordEvent::Deleted => self.counts.deleted += 1,
            RecordEvent::Restored => self.counts.restored += 1,
        }
        tx.record_event(&Event { kind: what.kind(&template.name), record, record_id: id, version })
    }

    /// Closes the change set and notes it in the operation log. One that did nothing leaves nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn finish(self, tx: &mut Tx<'_>) -> Result<ChangeCounts> {
        if self.counts.total() > 0 {
            self.insert(tx, ChangeSetState::Done)?;
            self.log(tx, self.counts.total())?;
        }
        Ok(self.counts)
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
        }
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
        }
        Ok(())
    }

    fn insert(&self, tx: &mut Tx<'_>, state: ChangeSetState) -> Result<()> {
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
        store::change_set::change_set_insert(tx, &set)
    }

    fn log(&self, tx: &mut Tx<'_>, count: i64) -> Result<()> {
        tx.record_operation(&Operation { kind: self.kind, database: self.database, target: self.target.clone(), count })
    }
}
