//! Change sets (変更): what one action did to records, so that it can be looked at and undone as one.

use uuid::Uuid;

use crate::id::{ChangeSetNo, DatabaseNo, UserNo};
use crate::time::Timestamp;

/// One action: a call, a bulk edit, an import, a merge, an automation run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// The number.
    pub number: ChangeSetNo,
    /// The outside id.
    pub id: Uuid,
    /// What was done: `client.update`.
    pub kind: String,
    /// Who did it.
    pub user: UserNo,
    /// What he came in by: the word of the operation log.
    pub door: String,
    /// When it began.
    pub at: Timestamp,
    /// The database it began in.
    pub database: Option<DatabaseNo>,
    /// What it was done to, in words: a display name, the name of a file.
    pub target: String,
    /// What it did.
    pub counts: ChangeCounts,
    /// Where it stands.
    pub state: ChangeSetState,
    /// The change set that it undoes, if it undoes one.
    pub undoes: Option<ChangeSetNo>,
}

/// How many records a change set touched, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Registered.
    pub created: i64,
    /// Changed.
    pub updated: i64,
    /// Moved to the trash.
    pub deleted: i64,
    /// Brought back from the trash.
    pub restored: i64,
}

impl ChangeCounts {
    /// All records together.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.created + self.updated + self.deleted + self.restored
    }
}

/// Where a change set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetState {
    /// It is still going on: an import.
    Open,
    /// It is complete and can be undone.
    Done,
    /// It is being undone.
    Undoing,
    /// It has been undone.
    Undone,
    /// It has been undone but for records that were changed since, which are listed.
    PartlyUndone,
}

impl ChangeSetState {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::PartlyUndone => "partly_undone",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Done, Self::Undoing, Self::Undone, Self::PartlyUndone]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// Why a record was left as it is by an undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftReason {
    /// Somebody has changed it since.
    ChangedSince,
    /// Another record refers to it by now.
    ReferredTo,
    /// A key or linkage value that it had has been taken since; the rest was restored.
    ValueTaken,
    /// A record that it referred to is gone; the rest was restored.
    TargetGone,
    /// It would have come to stand below itself; the rest was restored.
    AboveItself,
    /// An item of which it had another value has been removed since; the rest was restored.
    ItemRemoved,
    /// It is no longer kept.
    Purged,
}

impl LeftReason {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ChangedSince => "changed_since",
            Self::ReferredTo => "referred_to",
            Self::ValueTaken => "value_taken",
            Self::TargetGone => "target_gone",
            Self::AboveItself => "above_itself",
            Self::ItemRemoved => "item_removed",
            Self::Purged => "purged",
        }
    }

    /// The reason of a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::ChangedSince,
            Self::ReferredTo,
            Self::ValueTaken,
            Self::TargetGone,
            Self::AboveItself,
            Self::ItemRemoved,
            Self::Purged,
        ];
        all.into_iter().find(|reason| reason.word() == word)
    }
}
