//! Who does something: a person or a program.

use std::sync::Arc;

use crate::id::{OauthClientNo, SessionNo, TokenNo, UserNo};

/// Who acts in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user whom creator and updater items name. For a program without a person it is a system user named after it.
    pub user: UserNo,
    /// What the actor came in by.
    pub door: Door,
    /// The rights, of [`crate::user::RIGHTS`], to which a program without a person is held; none: it has all of them.
    pub rights: Option<Arc<[String]>>,
}

/// What an actor came in by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// A token of the API.
    Token {
        /// The token.
        token: TokenNo,
        /// The OpenID client that it was given to, if any.
        client: Option<OauthClientNo>,
    },
    /// The pages, by a person who has signed in.
    Session {
        /// The session; 0 where there is none yet or no longer.
        session: SessionNo,
    },
    /// A command on the machine.
    Command,
    /// The product itself (demo data, jobs).
    System,
}

impl Actor {
    /// The product itself.
    #[must_use]
    pub const fn system(user: UserNo) -> Self {
        Self { user, door: Door::System, rights: None }
    }

    /// A person at the pages.
    #[must_use]
    pub const fn session(user: UserNo, session: SessionNo) -> Self {
        Self { user, door: Door::Session { session }, rights: None }
    }

    /// A command on the machine.
    #[must_use]
    pub const fn command(user: UserNo) -> Self {
        Self { user, door: Door::Command, rights: None }
    }
}

impl Door {
    /// The word for it in the operation log.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Token { .. } => "api",
            Self::Session { .. } => "screen",
            Self::Command => "command",
            Self::System => "system",
        }
    }
}
