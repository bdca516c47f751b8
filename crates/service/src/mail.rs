//! Mails: queued by use cases, written when they are sent. What waits in the queue says what a mail is about and holds no secret; links are
//! derived when the mail is written.

use std::sync::Arc;

use aws_lc_rs::hmac;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{JobNo, TenantNo, UserNo};
use musubi_domain::job::{JobView, NewJob};
use musubi_domain::limits;
use musubi_domain::mail::{Letter, Mail};
use musubi_domain::messages::{Locale, Message};
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::Service;
use crate::job::{job_enqueue_in, job_get};
use crate::password_reset::{reset_is_good, reset_link};

/// The kind of job that sends a mail.
pub const MAIL_SEND: &str = "mail.send";

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOrder {
    /// To whom.
    pub user: UserNo,
    /// In which language.
    pub locale: Locale,
    /// About what.
    pub about: MailAbout,
}

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailAbout {
    /// A link to set a new password.
    PasswordReset {
        /// The number of the link.
        reset: i64,
        /// The beginning of the link.
        base_url: String,
    },
    /// A new password was set.
    PasswordChanged,
    /// Whether mails arrive.
    Test,
}

impl Service {
    /// Whether mails can be sent.
    #[must_use]
    pub fn has_mail(&self) -> bool {
        self.reach().has_mail
    }
}

/// Queues a mail, where mails can be sent; false where they cannot.
///
/// # Errors
/// Where the database does not answer.
pub(crate) fn mail_enqueue_in(tx: &mut Tx<'_>, has_mail: bool, order: &MailOrder) -> Result<bool> {
    if !has_mail {
        return Ok(false);
    }
    let payload =
        serde_json::to_value(order).map_err(|error| Error::internal(format!("a mail cannot be queued: {error}")))?;
    job_enqueue_in(tx, &NewJob::new(MAIL_SEND, payload)).map(|_| true)
}

/// Sends a mail to whoever asks, to see whether it arrives, as a job on the fast lane. It is tried once: somebody waits for what comes of it.
///
/// # Errors
/// Forbidden without the right; Invalid where no mail server is set.
pub async fn mail_test(service: &Service, context: &Arc<Context>) -> Result<JobNo> {
    service.check_named_right(context, named::SYSTEM).await?;
    if !service.has_mail() {
        return Err(Error::invalid_at("mail", Message::NoMail));
    }
    let order = MailOrder { user: context.actor.user, locale: context.locale, about: MailAbout::Test };
    let payload =
        serde_json::to_value(&order).map_err(|error| Error::internal(format!("a mail cannot be queued: {error}")))?;
    let write = move |tx: &mut Tx<'_>| {
        tx.record_operation(&Operation::new("mail.test", ""))?;
        job_enqueue_in(tx, &NewJob::new(MAIL_SEND, payload.clone()))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// The job of a test mail that whoever asks has sent.
///
/// # Errors
/// Forbidden without the right; NotFound where there is none.
pub async fn mail_test_get(service: &Service, context: &Arc<Context>, number: JobNo) -> Result<JobView> {
    service.check_named_right(context, named::SYSTEM).await?;
    let job = job_get(service, context, number).await?;
    let is_own = job.kind == MAIL_SEND && job.user == context.actor.user;
    if is_own { Ok(job) } else { Err(Error::not_found("job")) }
}

/// The id of the mail of a job, the same however often it is sent.
#[must_use]
pub fn mail_id(service: &Service, tenant: TenantNo, job: JobNo) -> Uuid {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &service.key("mail id"));
    let tag = hmac::sign(&key, &[tenant.0.to_be_bytes(), job.0.to_be_bytes()].concat());
    let bytes = tag.as_ref().first_chunk::<16>().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The mail of an order; `None` where it need not be sent any more: the person has left or has no address, or the link is over.
///
/// # Errors
/// Where the database does not answer.
pub async fn mail_compose(service: &Service, tenant: TenantNo, order: MailOrder) -> Result<Option<Mail>> {
    let MailOrder { user, locale, about } = order;
    let find = move |keyed: &mut Keyed<'_>| store::user::user_by_number(keyed, user);
    let found = service.db().get(tenant, find).await?;
    let Some(person) = found.filter(|user| user.active && !user.system && !user.mail.is_empty()) else {
        return Ok(None);
    };
    let login_id = person.login_id;
    let letter = match about {
        MailAbout::PasswordChanged => Letter::PasswordChanged { login_id },
        MailAbout::Test => Letter::Test,
        MailAbout::PasswordReset { reset, base_url } => {
            let find = move |keyed: &mut Keyed<'_>| store::password_reset::password_reset_by_number(keyed, reset);
            let found = service.db().get(tenant, find).await?;
            let Some(found) = found.filter(|found| found.user == user && reset_is_good(found, service.now())) else {
                return Ok(None);
            };
            let link = reset_link(service, tenant, &found, &base_url);
            Letter::PasswordReset { login_id, link, minutes: limits::PASSWORD_RESET_MINUTES }
        }
    };
    Ok(Some(letter.to(&person.mail, locale)))
}
