//! What a database says when it cannot do something, in the terms of the product.

use musubi_domain::error::{Error, Kind};

/// Why a statement or a commit failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No room, or the file cannot be written.
    Full,
    /// The disk did not confirm that it holds what was written. Nothing may be written after that.
    NotSynced,
    /// Another process holds the write lock.
    Locked,
    /// Two transactions that cannot both have happened: the same work again may succeed.
    Collision,
    /// The connection to the database is gone.
    Lost,
    /// It took longer than it may.
    TooLong,
    /// A fault of ours, or of the database's content.
    Other,
}

impl Failure {
    /// The failure as the error of the product, with the database's words for the log.
    pub(super) fn error(self, cause: impl Into<Box<str>>) -> Error {
        let kind = match self {
            Self::Full => Kind::StorageFull,
            Self::Locked | Self::Collision | Self::TooLong => Kind::Busy,
            Self::Lost => Kind::Unavailable,
            Self::NotSynced | Self::Other => Kind::Internal,
        };
        Error::new(kind).with_cause(cause)
    }
}
