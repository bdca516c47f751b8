//! Activities (活動): what was done with the one a record stands for, and what is still to be done.

use jiff::civil::Date;

use crate::id::{ActivityNo, RecordNo, UserNo};
use crate::time::Timestamp;

/// What kind of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// 電話.
    Call,
    /// 訪問.
    Visit,
    /// メール.
    Mail,
    /// やること: it has a day by which it is to be done.
    Task,
}

impl ActivityKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Call, Self::Visit, Self::Mail, Self::Task];

    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Mail => "mail",
            Self::Task => "task",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The number.
    pub number: ActivityNo,
    /// The record that it stands at.
    pub record: RecordNo,
    /// What kind.
    pub kind: ActivityKind,
    /// When it happened; of a task when it was written down.
    pub at: Timestamp,
    /// The day by which a task is to be done; none for what is no task.
    pub due: Option<Date>,
    /// Who did it, or is to do it.
    pub person: UserNo,
    /// What was done, or is to be done; "" where it was deleted.
    pub text: String,
    /// Who wrote it down.
    pub by: UserNo,
    /// When it was changed last, where it was.
    pub edited_at: Option<Timestamp>,
    /// When a task was done and by whom, where it is.
    pub done: Option<(Timestamp, UserNo)>,
    /// When it was deleted and by whom, where it was.
    pub deleted: Option<(Timestamp, UserNo)>,
}

/// What is written of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityWritten {
    /// What kind.
    pub kind: ActivityKind,
    /// When it happened.
    pub at: Timestamp,
    /// The day by which a task is to be done.
    pub due: Option<Date>,
    /// Who did it, or is to do it.
    pub person: UserNo,
    /// What was done.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::ActivityKind;

    #[test]
    fn a_kind_is_read_as_it_was_written() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(ActivityKind::from_word(""), None);
    }
}
