//! Sessions of people who have signed in.

use std::sync::Arc;

use musubi_domain::actor::Actor;
use musubi_domain::context::Context;
use musubi_domain::id::{SessionNo, TenantNo};
use musubi_domain::time::Timestamp;
use musubi_domain::user::User;

use crate::context::Service;
use crate::request::Note;

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session.
    pub number: SessionNo,
    /// Who he is.
    pub user: Arc<User>,
    /// When he last showed who he is.
    pub auth_at: Timestamp,
    /// Binds what is sent by his forms to this session.
    pub key: [u8; 32],
}

impl Service {
    /// The context of a request by somebody who has signed in.
    #[must_use]
    pub fn session_context(&self, tenant: TenantNo, session: &Session, note: &Note) -> Arc<Context> {
        self.context(tenant, Actor::session(session.user.number, session.number), note.locale, note.request_id)
    }
}
