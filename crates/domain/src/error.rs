//! The one error of the product, in two halves.
//!
//! The public half (kind, problems) is for the caller; each facade turns it into a status and a body in one exhaustive
//! match. The internal half is for the log: [`Cause`] has no `Display`, so that no caller can be shown it by accident.

use uuid::Uuid;

use crate::messages::Message;

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong. See the module.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    problems: Vec<Problem>,
    cause: Option<Cause>,
}

/// What kind of failure it is: decides the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What was given is wrong; the problems say where and why.
    Invalid,
    /// A key points at nothing that the caller may see.
    NotFound,
    /// Somebody else was first.
    Conflict,
    /// The caller may not do this.
    Forbidden,
    /// Too much to do at this moment; the same call may succeed later.
    Busy,
    /// There is no room to store anything; reads go on.
    StorageFull,
    /// The database cannot be reached or answers nothing in time.
    Unavailable,
    /// Anything else: a fault of ours.
    Internal,
}

/// One thing that is wrong with what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `param.toData.clientRegisterInfo.clientItemList[2]`, or an option's name on the command line.
    pub path: String,
    /// The item it concerns, if it concerns one.
    pub item: Option<Uuid>,
    /// What, with a stable code and a text in each language.
    pub message: Message,
}

/// The internal half: for the log only.
pub struct Cause(Box<str>);

impl Cause {
    /// The text, for the request's one log line.
    #[must_use]
    pub fn for_log(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error {
    /// An error of this kind without more to say.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, problems: Vec::new(), cause: None }
    }

    /// What was given is wrong.
    #[must_use]
    pub const fn invalid(problems: Vec<Problem>) -> Self {
        Self { kind: Kind::Invalid, problems, cause: None }
    }

    /// One thing that was given is wrong.
    #[must_use]
    pub fn invalid_at(path: impl Into<String>, message: Message) -> Self {
        Self::invalid(vec![Problem { path: path.into(), item: None, message }])
    }

    /// A key points at nothing.
    #[must_use]
    pub fn not_found(path: impl Into<String>) -> Self {
        let problem = Problem { path: path.into(), item: None, message: Message::NotFound };
        Self { kind: Kind::NotFound, problems: vec![problem], cause: None }
    }

    /// Somebody else was first with what `path` names.
    #[must_use]
    pub fn conflict(path: impl Into<String>, message: Message) -> Self {
        Self::of(Kind::Conflict, vec![Problem { path: path.into(), item: None, message }])
    }

    /// The caller may not do this.
    #[must_use]
    pub fn forbidden(path: impl Into<String>, message: Message) -> Self {
        Self::of(Kind::Forbidden, vec![Problem { path: path.into(), item: None, message }])
    }

    /// An error of this kind with everything that is wrong.
    #[must_use]
    pub const fn of(kind: Kind, problems: Vec<Problem>) -> Self {
        Self { kind, problems, cause: None }
    }

    /// A fault of ours, with what the log should know.
    #[must_use]
    pub fn internal(cause: impl Into<Box<str>>) -> Self {
        Self::new(Kind::Internal).with_cause(cause)
    }

    /// The same error with what the log should know.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Box<str>>) -> Self {
        self.cause = Some(Cause(cause.into()));
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong with what was given; empty for kinds that are not the caller's fault.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What the log should know.
    #[must_use]
    pub const fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }
}
