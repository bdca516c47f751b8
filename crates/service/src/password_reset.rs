//! Setting a password that was forgotten, by a link that is sent by mail.
//!
//! Who asks for one learns nothing: what he typed is put into a job, and whether it is anybody's is looked at there. A link is good once
//! and for half an hour; its text is derived, and the store keeps its hash.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::job::{JobProgress, NewJob};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::network::Network;
use musubi_domain::rights::named;
use musubi_domain::sign_in::Failures;
use musubi_domain::time::Timestamp;
use musubi_domain::user::{User, is_login_id};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use musubi_store::password_reset::PasswordReset;
use serde::{Deserialize, Serialize};

use crate::access::token_hash;
use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::job::run::JobSlice;
use crate::mail::{MailAbout, MailOrder, mail_enqueue_in};
use crate::request::{Note, Peer};
use crate::revocation::access_end_in;
use crate::session::note;
use crate::sign_in::{account_of, door_context};
use crate::user::person_by_login;

/// The kind of job that looks whose password somebody has forgotten.
pub const PASSWORD_RESET_ASK: &str = "password_reset.ask";
/// People with the same mail address who are each sent a link.
const SAME_MAIL: usize = 5;
/// Old links that are forgotten with each new one, and after how long.
const FORGOTTEN: i64 = 100;
const REMEMBERED_SECONDS: i64 = 86_400;
/// What is counted of a network that asks, in the place of an account.
const ASKING: &str = "password reset";
/// The purpose under which is sealed what somebody typed: people type passwords into the wrong field.
const TYPED: &str = "password reset ask";

/// Somebody who asks for a link, as his job is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordResetAsk {
    typed: String,
    base_url: String,
    locale: Locale,
}

/// A link that is worth nothing: unknown, used, or too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOver;

/// Asks for a link for whoever has this login ID or mail address. The answer is always the same, and takes as long. Where no mail can be sent
/// ([`Service::has_mail`]) nothing happens.
///
/// # Errors
/// Where the database does not answer.
pub async fn password_reset_ask(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    login_or_mail: &str,
    base_url: String,
) -> Result<()> {
    if !service.has_mail() {
        tracing::warn!(tenant.no = tenant.0, "somebody forgot a password, and no mail server is set (--smtp-url)");
        return Ok(());
    }
    let typed: String = login_or_mail.trim().chars().take(limits::NAME_CHARACTERS).collect();
    let dedupe_key = URL_SAFE_NO_PAD.encode(account_of(service, &typed));
    let typed = STANDARD.encode(service.seal(TYPED, tenant, typed.as_bytes())?);
    let ask = PasswordResetAsk { typed, base_url, locale: request.locale };
    let payload = serde_json::to_value(&ask).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob { dedupe_key: Some(dedupe_key), ..NewJob::new(PASSWORD_RESET_ASK, payload) };
    let (asking, network) = (account_of(service, ASKING), Network::around(peer.address));
    let context = door_context(service, tenant, request, None);
    let is_last = service
        .db()
        .write(&context, Lane::Interactive, move |tx| {
            let now = tx.context().now;
            let before = store::sign_in::sign_in_failures(tx, &asking, network)?;
            if before.is_some_and(|before| {
                before.count >= limits::PASSWORD_RESETS_OF_NETWORK
                    && !before.are_over(now, limits::SIGN_IN_LOCK_SECONDS)
            }) {
                return Ok(false);
            }
            let asked = Failures::and_one(before, now, limits::SIGN_IN_LOCK_SECONDS);
            store::sign_in::sign_in_failures_set(tx, &asking, network, &asked)?;
            job_enqueue_in(tx, &job)?;
            Ok(asked.count == limits::PASSWORD_RESETS_OF_NETWORK)
        })
        .await?;
    if is_last {
        // The answer says nothing of it, so whoever is asked why no mail comes finds it here.
        tracing::warn!(
            tenant.no = tenant.0, address = %peer.address,
            "a network has asked for as many links to reset a password as it may; further ones are not sent for 15 minutes"
        );
    }
    Ok(())
}

/// Sends a person a link to set a password, as an administrator asks for it.
///
/// # Errors
/// Forbidden without the right for people. Invalid at `mail` where no mail server is set, or the person has no mail address or is not active;
/// NotFound where there is no such person.
pub async fn password_reset_send(
    service: &Service,
    context: &Arc<Context>,
    login_id: String,
    base_url: String,
) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    if !service.has_mail() {
        return Err(Error::invalid_at("mail", Message::NoMail));
    }
    let dedupe_key = Some(URL_SAFE_NO_PAD.encode(account_of(service, &login_id)));
    let typed = STANDARD.encode(service.seal(TYPED, context.tenant, login_id.as_bytes())?);
    let ask = PasswordResetAsk { typed, base_url, locale: context.locale };
    let payload = serde_json::to_value(&ask).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob { dedupe_key, ..NewJob::new(PASSWORD_RESET_ASK, payload) };
    let write = move |tx: &mut Tx<'_>| {
        let user = person_by_login(tx, &login_id, "--login")?;
        if !user.active {
            return Err(Error::invalid_at("mail", Message::InactiveUser));
        }
        if user.mail.is_empty() {
            return Err(Error::invalid_at("mail", Message::Required));
        }
        job_enqueue_in(tx, &job).map(drop)
    };
    service.db().write(context, Lane::Interactive, write).await
}

impl PasswordResetAsk {
    /// What was typed.
    ///
    /// # Errors
    /// Internal where it was sealed with other keys.
    pub fn open(&self, service: &Service, tenant: TenantNo) -> Result<String> {
        let sealed = STANDARD.decode(&self.typed).map_err(|error| Error::internal(error.to_string()))?;
        String::from_utf8(service.unseal(TYPED, tenant, &sealed)?).map_err(|error| Error::internal(error.to_string()))
    }

    /// The slice of the job: a link and a mail for each person whom the typed text means.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub fn slice_in(&self, tx: &mut Tx<'_>, key: &ResetKey, typed: &str) -> Result<JobSlice<i64>> {
        let mut sent = 0;
        for user in meant_by(tx, typed)? {
            sent += i64::from(self.link_in(tx, key, &user)?);
        }
        Ok(JobSlice { cursor: sent, progress: JobProgress { done: 1, total: Some(1) } })
    }

    fn link_in(&self, tx: &mut Tx<'_>, key: &ResetKey, user: &User) -> Result<bool> {
        let now = tx.context().now;
        let sent = store::password_reset::password_reset_count(tx, user.number, now.plus_seconds(-3_600), now)?;
        if sent >= limits::PASSWORD_RESETS {
            return Ok(false);
        }
        let number = store::password_reset::password_reset_number_next(tx)?;
        let reset = PasswordReset { number, user: user.number, created_at: now, is_used: false };
        let text = key.text(tx.tenant(), &reset);
        store::password_reset::password_reset_insert(tx, &reset, &token_hash(&text))?;
        store::password_reset::password_reset_forget(tx, now.plus_seconds(-REMEMBERED_SECONDS), FORGOTTEN)?;
        let about = MailAbout::PasswordReset { reset: number, base_url: self.base_url.clone() };
        mail_enqueue_in(tx, true, &MailOrder { user: user.number, locale: self.locale, about })?;
        note(tx, "password_reset.ask", user.number, "")?;
        Ok(true)
    }
}

/// People whom a text means: the one of the login ID, else those of the mail address.
fn meant_by(tx: &mut Tx<'_>, typed: &str) -> Result<Vec<User>> {
    let by_login = if is_login_id(typed) { store::user::user_by_login(tx, typed)? } else { None };
    let mut found = match by_login {
        Some(user) => vec![user],
        None if typed.contains('@') && !typed.contains('\0') => store::user::user_by_mail(tx, typed)?,
        None => Vec::new(),
    };
    found.retain(|user| user.active && !user.system && !user.mail.is_empty());
    found.truncate(SAME_MAIL);
    Ok(found)
}

/// Derives the texts of links.
pub struct ResetKey(hmac::Key);

impl ResetKey {
    fn text(&self, tenant: TenantNo, reset: &PasswordReset) -> String {
        let parts = [tenant.0, reset.number, reset.user.0, reset.created_at.micros()];
        let named: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &named))
    }
}

impl Service {
    /// The key of the texts of links.
    #[must_use]
    pub fn reset_key(&self) -> ResetKey {
        ResetKey(hmac::Key::new(hmac::HMAC_SHA256, &self.key("password reset")))
    }
}

/// The page to which a link leads, with its text.
pub(crate) fn reset_link(service: &Service, tenant: TenantNo, reset: &PasswordReset, base_url: &str) -> String {
    format!("{base_url}/password/reset?token={}", service.reset_key().text(tenant, reset))
}

/// Whether a link may still be used. One of a time that has not come is of a clock that went back.
pub(crate) fn reset_is_good(reset: &PasswordReset, now: Timestamp) -> bool {
    let seconds = limits::PASSWORD_RESET_MINUTES * 60;
    !reset.is_used && now < reset.created_at.plus_seconds(seconds) && now > reset.created_at.plus_seconds(-seconds)
}

/// Whether a link is good, before somebody types a password.
///
/// # Errors
/// Where the database does not answer.
pub async fn password_reset_check(service: &Service, tenant: TenantNo, token: &str) -> Result<bool> {
    Ok(person_of(service, tenant, token).await?.is_some())
}

async fn person_of(service: &Service, tenant: TenantNo, token: &str) -> Result<Option<UserNo>> {
    let (hash, now) = (token_hash(token), service.now());
    let find = move |keyed: &mut Keyed<'_>| store::password_reset::password_reset_by_hash(keyed, &hash);
    let reset = service.db().get(tenant, find).await?;
    Ok(reset.filter(|reset| reset_is_good(reset, now)).map(|reset| reset.user))
}

/// Sets a new password by a link. All sessions of the person end, his other links with them and what clients may do for
/// him; he is locked nowhere, and he is told by mail.
///
/// # Errors
/// Invalid at `new` where the password is none that may be taken; Busy where too many wait; where the database does not answer.
pub async fn password_reset_redeem(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    token: &str,
    new: &str,
) -> Result<std::result::Result<(), LinkOver>> {
    let Some(number) = person_of(service, tenant, token).await? else { return Ok(Err(LinkOver)) };
    let Some(user) = service.user(tenant, number).await?.filter(|user| user.active) else { return Ok(Err(LinkOver)) };
    service.password_accepted(tenant, "new", new, &user).await?;
    let new_hash = service.password_hash("new", Some(Network::around(peer.address)), new).await?;
    let (hash, account) = (token_hash(token), account_of(service, &user.login_id));
    let (has_mail, address) = (service.has_mail(), peer.address.to_string());
    let context = door_context(service, tenant, request, Some(number));
    let written = service.db().write(&context, Lane::Interactive, move |tx| {
        let now = tx.context().now;
        let found = store::password_reset::password_reset_by_hash(tx, &hash)?;
        // Two may have sent it at the same time.
        found.filter(|reset| reset_is_good(reset, now)).ok_or_else(|| Error::new(Kind::NotFound))?;
        password_take_over_in(tx, number, &new_hash)?;
        store::sign_in::sign_in_failures_delete(tx, &account, None)?;
        let order = MailOrder { user: number, locale: tx.context().locale, about: MailAbout::PasswordChanged };
        mail_enqueue_in(tx, has_mail, &order)?;
        note(tx, "password_reset.redeem", number, &address)
    });
    match written.await {
        Ok(()) => Ok(Ok(())),
        Err(error) if error.kind() == Kind::NotFound => Ok(Err(LinkOver)),
        Err(error) => Err(error),
    }
}

/// Gives a person another password: what the old one opened is closed, sessions and codes that no client has exchanged yet, and no link sets a
/// further one. What clients may do for him stays where he changes it himself; where somebody else may have known the old one, or the mailbox,
/// [`password_take_over_in`] ends that too.
pub(crate) fn password_replace_in(tx: &mut Tx<'_>, user: UserNo, password_hash: &str) -> Result<()> {
    store::password::password_set(tx, user, password_hash)?;
    store::session::session_delete_of_user(tx, user, None)?;
    store::authorization::authorization_code_delete_of_user(tx, user, None)?;
    store::password_reset::password_reset_use_all(tx, user)
}

/// Gives a person a password that was set without the old one, by a link or an administrator: the access that clients have for him ends too.
pub(crate) fn password_take_over_in(tx: &mut Tx<'_>, user: UserNo, password_hash: &str) -> Result<()> {
    password_replace_in(tx, user, password_hash)?;
    access_end_in(tx, user, None).map(drop)
}
