//! Sessions: rows at the server, of whose cookies the store keeps hashes only.
//!
//! Every page reads its session from the database, by its key: the end of one is true everywhere at once, and no sign-in makes the caches of
//! a tenant worthless. When a session was last used is written down once a minute or so.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::actor::{Actor, Door};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{SessionNo, TenantNo, UserNo};
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_domain::session::{SessionRow, agent_kept};
use musubi_domain::time::Timestamp;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::access::token_hash;
use crate::context::Service;
use crate::organization::CHUNK;
use crate::request::{Note, Peer};
use crate::user::person_by_login;

/// Characters of the text of a cookie: 256 random bits in base64url.
const COOKIE_CHARACTERS: usize = 43;
/// Old sessions that are forgotten with each new one.
const FORGOTTEN: i64 = 100;
/// Where a session is named that there is none of.
const PATH: &str = "SESSION";

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

/// A session as lists show it.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// What is kept of it.
    pub row: SessionRow,
    /// Whose it is.
    pub user: Arc<User>,
    /// It is the one by which the list was asked for.
    pub is_own: bool,
}

impl Service {
    /// The session of a cookie; `None` where it is unknown, has ended, was idle for too long, the person has left, or may not
    /// come from where he comes. Its use is written down now and then.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn session(&self, tenant: TenantNo, cookie: &str, peer: &Peer) -> Result<Option<Arc<Session>>> {
        if cookie.len() != COOKIE_CHARACTERS {
            return Ok(None);
        }
        let (hash, now) = (token_hash(cookie), self.now());
        let get = move |keyed: &mut store::db::Keyed<'_>| store::session::session_by_hash(keyed, &hash);
        let Some(row) = self.db().get(tenant, get).await? else { return Ok(None) };
        let settings = self.tenant_settings(tenant).await?;
        if row.is_over(now, &settings.security) {
            return Ok(None);
        }
        let user = self.user(tenant, row.user).await?.filter(|user| user.active);
        let Some(user) = user else { return Ok(None) };
        if !self.check_address(tenant, peer, Some(user.number), None).await? {
            return Ok(None);
        }
        if row.is_seen_anew(now, &settings.security) {
            self.note_use(tenant, row.number, now).await;
        }
        let key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.key("session form")), &hash);
        let key = key.as_ref().try_into().map_err(|_| Error::internal("an HMAC of SHA-256 has not 32 bytes"))?;
        Ok(Some(Arc::new(Session { number: row.number, user, auth_at: row.auth_at, key })))
    }

    /// Writes down that a session is used. Where it cannot be written down, pages may be read all the same.
    async fn note_use(&self, tenant: TenantNo, number: SessionNo, now: Timestamp) {
        let write = move |tx: &mut Tx<'_>| store::session::session_seen(tx, number, now);
        if let Err(error) = self.db().write(&self.system_context(tenant), Lane::Interactive, write).await {
            tracing::warn!(session = number.0, ?error, "the use of a session could not be written down");
        }
    }

    /// The context of a request by somebody who has signed in.
    #[must_use]
    pub fn session_context(&self, tenant: TenantNo, session: &Session, note: &Note) -> Arc<Context> {
        self.context(tenant, Actor::session(session.user.number, session.number), note.locale, note.request_id)
    }

    /// The text of the cookie of a new session.
    pub(crate) fn session_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.random())
    }
}

/// A session to be begun.
pub(crate) struct NewSession {
    pub(crate) user: UserNo,
    pub(crate) cookie: String,
    pub(crate) address: String,
    pub(crate) agent: String,
    /// How long sessions of the tenant live at most.
    pub(crate) hours: i64,
}

/// Begins a session, ends those that are too many, and forgets some whose time has passed.
pub(crate) fn session_begin_in(tx: &mut Tx<'_>, new: &NewSession) -> Result<SessionNo> {
    let now = tx.context().now;
    let row = SessionRow {
        number: SessionNo(0),
        user: new.user,
        auth_at: now,
        seen_at: now,
        address: new.address.clone(),
        agent: agent_kept(&new.agent),
    };
    let number = store::session::session_insert(tx, &row, &token_hash(&new.cookie))?;
    store::session::session_delete_beyond(tx, new.user, limits::SESSIONS_OF_USER)?;
    store::session::session_forget(tx, now.plus_seconds(new.hours.saturating_mul(-3_600)), FORGOTTEN)?;
    Ok(number)
}

/// Ends the session of a cookie that came along with a sign-in, whoever's it is.
pub(crate) fn session_rotate_in(tx: &mut Tx<'_>, cookie: Option<&str>) -> Result<()> {
    let Some(cookie) = cookie.filter(|cookie| cookie.len() == COOKIE_CHARACTERS) else { return Ok(()) };
    match store::session::session_by_hash(tx, &token_hash(cookie))? {
        Some(old) => store::session::session_delete(tx, old.number).map(drop),
        None => Ok(()),
    }
}

/// The session by which somebody acts; 0: by none.
pub(crate) const fn own_session(context: &Context) -> SessionNo {
    match context.actor.door {
        Door::Session { session } => session,
        Door::Token { .. } | Door::Command | Door::System => SessionNo(0),
    }
}

/// The sessions that live, in the order in which they were begun: the caller's own, or those of a person or of all.
///
/// # Errors
/// Forbidden without the right to look at others'; NotFound where there is no such person.
pub async fn session_list(service: &Service, context: &Arc<Context>, of: Whose) -> Result<Vec<SessionView>> {
    let user = match of {
        Whose::Own => Some(context.actor.user),
        Whose::Person(login_id) => {
            service.check_named_right(context, named::PEOPLE).await?;
            let find = move |keyed: &mut store::db::Keyed<'_>| store::user::user_by_login(keyed, &login_id);
            let found = service.db().get(context.tenant, find).await?.filter(|user| !user.system);
            Some(found.ok_or_else(|| Error::not_found("--login"))?.number)
        }
        Whose::All => {
            service.check_named_right(context, named::PEOPLE).await?;
            None
        }
    };
    let (settings, own) = (service.tenant_settings(context.tenant).await?, own_session(context));
    let (mut after, mut views) = (SessionNo(0), Vec::new());
    loop {
        let read =
            move |snapshot: &mut store::db::Snapshot<'_>| store::session::session_list(snapshot, user, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some(last) = rows.last() else { return Ok(views) };
        after = last.number;
        for row in rows.into_iter().filter(|row| !row.is_over(context.now, &settings.security)) {
            if let Some(user) = service.user(context.tenant, row.user).await? {
                views.push(SessionView { is_own: row.number == own, row, user });
            }
        }
    }
}

/// Whose sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The caller's.
    Own,
    /// Those of a person, by his login ID.
    Person(String),
    /// Everybody's.
    All,
}

/// Ends a session: the caller's own, as signing out is, another one of his, or one of somebody else.
///
/// # Errors
/// NotFound, also where it is somebody else's and the caller has not the right to end it.
pub async fn session_end(service: &Service, context: &Arc<Context>, number: SessionNo) -> Result<()> {
    let may_end_others = service.has_named_right(context, named::PEOPLE).await?;
    let user = context.actor.user;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let found = store::session::session_by_number(tx, number)?;
            let found = found.filter(|found| found.user == user || may_end_others);
            let found = found.ok_or_else(|| Error::not_found(PATH))?;
            store::session::session_delete(tx, number)?;
            let kind = if own_session(tx.context()) == number { "sign_out" } else { "session.remove" };
            note(tx, kind, found.user, &found.address)
        })
        .await
}

/// Ends all sessions of the caller, his own one kept or not.
///
/// # Errors
/// Where the database does not answer.
pub async fn session_end_all(service: &Service, context: &Arc<Context>, keeps_own: bool) -> Result<()> {
    let (user, own) = (context.actor.user, own_session(context));
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            store::session::session_delete_of_user(tx, user, keeps_own.then_some(own))?;
            note(tx, "session.remove_all", user, "")
        })
        .await
}

/// Ends all sessions of a person.
///
/// # Errors
/// Forbidden without the right; NotFound where there is no such person.
pub async fn session_end_all_of(service: &Service, context: &Arc<Context>, login_id: String) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let user = person_by_login(tx, &login_id, "--login")?.number;
            store::session::session_delete_of_user(tx, user, None)?;
            note(tx, "session.remove_all", user, "")
        })
        .await
}

/// Notes what was done to somebody at the door, and from where.
pub(crate) fn note(tx: &mut Tx<'_>, kind: &'static str, user: UserNo, address: &str) -> Result<()> {
    let login_id = store::user::user_by_number(tx, user)?.map(|user| user.login_id).unwrap_or_default();
    let target = if address.is_empty() { login_id } else { format!("{login_id} {address}") };
    tx.record_operation(&Operation::new(kind, target))
}
