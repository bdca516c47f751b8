//! What a password must be, and a person's own: shown again before something is done that only he may do, and changed.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::messages::Message;
use musubi_domain::network::Network;
use musubi_domain::password::password_problem;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use musubi_store::password::Credential;

use crate::context::Service;
use crate::mail::{MailAbout, MailOrder, mail_enqueue_in};
use crate::password_reset::password_replace_in;
use crate::request::Peer;
use crate::session::{NewSession, note, own_session, session_begin_in};
use crate::sign_in::Attempt;

/// Somebody who has shown his password once more.
pub(crate) struct Shown {
    pub(crate) user: Arc<User>,
    attempt: Attempt,
    known: Credential,
    path: &'static str,
}

impl Service {
    /// Refuses a password that a person may not take.
    ///
    /// # Errors
    /// Invalid, at `path`.
    pub(crate) async fn password_accepted(
        &self,
        tenant: TenantNo,
        path: &str,
        password: &str,
        user: &User,
    ) -> Result<()> {
        let least = self.tenant_settings(tenant).await?.security.password_characters;
        let about = [&user.login_id, &user.mail, &user.family_name, &user.first_name].map(String::as_str);
        password_problem(password, least, &about).map_or(Ok(()), |message| Err(Error::invalid_at(path, message)))
    }

    /// Has somebody show his password once more. Wrong ones count as at the door: a session that was left open is no place to try them.
    ///
    /// # Errors
    /// Invalid at `path` where it is wrong or he is locked; Busy where too many wait.
    pub(crate) async fn shown(
        &self,
        context: &Arc<Context>,
        peer: &Peer,
        path: &'static str,
        password: &str,
    ) -> Result<Shown> {
        let number = context.actor.user;
        let find = move |keyed: &mut Keyed<'_>| store::password::password_of_user(keyed, number);
        let user = self.user(context.tenant, number).await?;
        let (Some(user), Some(known)) = (user, self.db().get(context.tenant, find).await?) else {
            return Err(wrong(path));
        };
        let attempt = Attempt::new(self, &user.login_id, peer);
        let network = Network::around(peer.address);
        if self.password_verify(network, password, known.password_hash.clone()).await?.right {
            return Ok(Shown { user, attempt, known, path });
        }
        let address = peer.address.to_string();
        let count = move |tx: &mut Tx<'_>| {
            if attempt.is_locked(tx)? { Ok(()) } else { attempt.fail(tx, Some(number), &address) }
        };
        self.db().write(context, Lane::Interactive, count).await?;
        Err(wrong(path))
    }
}

fn wrong(path: &str) -> Error {
    Error::invalid_at(path, Message::WrongPassword)
}

impl Shown {
    /// What is left to be asked in the transaction: nobody has changed the password meanwhile, or tried others.
    ///
    /// # Errors
    /// Invalid where he is locked or the password is another one by now.
    pub(crate) fn holds(&self, tx: &mut Tx<'_>) -> Result<()> {
        let still = store::password::password_of_user(tx, self.user.number)?;
        if self.attempt.is_locked(tx)? || still.as_ref() != Some(&self.known) {
            return Err(wrong(self.path));
        }
        self.attempt.succeed(tx)
    }
}

/// Changes the caller's own password and gives the text of the cookie of his new session: all his sessions end, and the one by which he
/// did it goes on under another name. Codes that no client has exchanged yet are worth nothing; what clients may do for him stays. He is told
/// by mail.
///
/// # Errors
/// Invalid at `current` where that is wrong or he is locked, at `new` where it may not be taken; Busy where too many wait.
pub async fn password_change(
    service: &Service,
    context: &Arc<Context>,
    peer: &Peer,
    current: &str,
    new: &str,
) -> Result<String> {
    let shown = service.shown(context, peer, "current", current).await?;
    service.password_accepted(context.tenant, "new", new, &shown.user).await?;
    let hash = service.password_hash("new", Some(Network::around(peer.address)), new).await?;
    let hours = service.tenant_settings(context.tenant).await?.security.session_hours;
    let (cookie, address, has_mail) = (service.session_cookie(), peer.address.to_string(), service.has_mail());
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            shown.holds(tx)?;
            let (user, own) = (shown.user.number, own_session(tx.context()));
            let agent = store::session::session_by_number(tx, own)?.map(|own| own.agent).unwrap_or_default();
            password_replace_in(tx, user, &hash)?;
            let session = NewSession { user, cookie: cookie.clone(), address: address.clone(), agent, hours };
            session_begin_in(tx, &session)?;
            tell_in(tx, has_mail, user)?;
            note(tx, "password.change", user, &address)?;
            Ok(cookie.clone())
        })
        .await
}

fn tell_in(tx: &mut Tx<'_>, has_mail: bool, user: UserNo) -> Result<()> {
    let order = MailOrder { user, locale: tx.context().locale, about: MailAbout::PasswordChanged };
    mail_enqueue_in(tx, has_mail, &order).map(drop)
}
