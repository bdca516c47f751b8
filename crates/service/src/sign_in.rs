//! Signing in, by login ID and password, and a code where the person has a second factor.
//!
//! Whoever is turned away learns nothing: an unknown login ID, a wrong password, somebody who has left or has no password and a locked
//! account get one answer, and each takes one hash and one transaction. What decides is decided in the transaction, so that tries at the
//! same time are not more tries.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::actor::Actor;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{SessionNo, TenantNo, UserNo};
use musubi_domain::limits;
use musubi_domain::network::Network;
use musubi_domain::sign_in::{CLIENT_LOCK_SECONDS, Failures};
use musubi_domain::time::Timestamp;
use musubi_domain::user::{is_login_id, login_key};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};

use crate::access::token_hash;
use crate::context::{SYSTEM_USER, Service};
use crate::password_hash::Verified;
use crate::request::{Note, Peer};
use crate::session::{NewSession, note, session_begin_in, session_rotate_in};
use crate::totp::{self, totp_is_set, totp_use_in};

/// Old failures that are forgotten with each new one.
const FORGOTTEN: i64 = 100;
/// The purpose under which tickets are sealed.
const TICKET: &str = "totp ticket";

/// Somebody who wants to sign in.
#[derive(Clone, Default)]
pub struct SignIn {
    /// What he says his login ID is.
    pub login_id: String,
    /// What he says his password is.
    pub password: String,
    /// What his browser calls itself.
    pub agent: String,
    /// The cookie of a session that came along: that session ends.
    pub ended: Option<String>,
}

/// The second step of somebody who has a second factor.
#[derive(Clone, Default)]
pub struct SignInTotp {
    /// The ticket of the first step.
    pub ticket: String,
    /// The code.
    pub code: String,
    /// What his browser calls itself.
    pub agent: String,
    /// The cookie of a session that came along: that session ends.
    pub ended: Option<String>,
}

/// What somebody gets who knows his password.
#[derive(Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// The text of the cookie of his new session.
    Session(String),
    /// He has a second factor: a ticket that he sends along with a code, within five minutes. It says nothing to anybody but the server.
    Totp(String),
}

/// Why somebody does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// He is unknown, what he knows is wrong, he has left, he has no password, or he is locked: nobody learns which.
    Refused,
    /// Nobody signs in from where he comes. (Where it is he alone who may not, he is refused like others.)
    Address,
    /// The code came too long after the password, or the ticket is none.
    TicketOver,
}

/// What a sign-in comes to.
pub type Outcome = std::result::Result<SignedIn, SignInRefusal>;

/// An account from a network, whose failures are counted. It may be nobody's.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    account: [u8; 32],
    network: Network,
    /// How long a lock lasts.
    seconds: i64,
    /// How many failures lock it.
    most: i64,
}

impl Attempt {
    pub(crate) fn new(service: &Service, login_id: &str, peer: &Peer) -> Self {
        let network = Network::around(peer.address);
        Self {
            account: account_of(service, login_id),
            network,
            seconds: limits::SIGN_IN_LOCK_SECONDS,
            most: limits::SIGN_IN_FAILURES,
        }
    }

    /// The second step of an account, whose wrong codes are counted over all networks: who knows the password may come from many.
    fn of_codes(service: &Service, user: UserNo) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &service.key("sign-in codes"));
        let mut account = [0; 32];
        account.copy_from_slice(hmac::sign(&key, &user.0.to_be_bytes()).as_ref());
        Self {
            account,
            network: Network::EVERYWHERE,
            seconds: limits::SIGN_IN_LOCK_SECONDS,
            most: limits::TOTP_FAILURES,
        }
    }

    /// As an account, a client of the token service.
    pub(crate) fn of_client(service: &Service, client_id: &str, peer: &Peer) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &service.key("token service client"));
        let mut account = [0; 32];
        account.copy_from_slice(hmac::sign(&key, client_id.as_bytes()).as_ref());
        Self {
            account,
            network: Network::around(peer.address),
            seconds: CLIENT_LOCK_SECONDS,
            most: limits::SIGN_IN_FAILURES,
        }
    }

    /// Whether nobody gets in, whatever he knows.
    pub(crate) fn is_locked(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let failures = store::sign_in::sign_in_failures(tx, &self.account, self.network)?;
        Ok(failures.is_some_and(|failures| failures.is_lock(tx.context().now, self.seconds, self.most)))
    }

    /// Counts a failure; the one that locks the account of somebody is noted.
    pub(crate) fn fail(&self, tx: &mut Tx<'_>, user: Option<UserNo>, address: &str) -> Result<()> {
        let now = tx.context().now;
        let before = store::sign_in::sign_in_failures(tx, &self.account, self.network)?;
        let failures = Failures::and_one(before, now, self.seconds);
        store::sign_in::sign_in_failures_set(tx, &self.account, self.network, &failures)?;
        store::sign_in::sign_in_failures_forget(tx, now.plus_seconds(-CLIENT_LOCK_SECONDS), FORGOTTEN)?;
        match user {
            Some(user) if failures.count == self.most => note(tx, "sign_in.lock", user, address),
            _ => Ok(()),
        }
    }

    /// Forgets the failures of somebody who got in.
    pub(crate) fn succeed(&self, tx: &mut Tx<'_>) -> Result<()> {
        store::sign_in::sign_in_failures_delete(tx, &self.account, Some(self.network))
    }
}

/// The name under which the failures of a login ID are kept, which does not tell it.
pub(crate) fn account_of(service: &Service, login_id: &str) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &service.key("sign-in account"));
    let tag = hmac::sign(&key, login_key(login_id).as_bytes());
    let mut account = [0; 32];
    account.copy_from_slice(tag.as_ref());
    account
}

/// Signs somebody in. Of who is turned away the log learns the step and the address, and never what was wrong.
///
/// # Errors
/// Busy where too many sign in at the moment, or too many from his network; where the database does not answer.
pub async fn sign_in(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    command: SignIn,
) -> Result<Outcome> {
    let outcome = sign_in_judged(service, tenant, peer, request, command).await?;
    Ok(outcome.inspect_err(|refusal| log_refusal(*refusal, "sign-in", peer, request)))
}

/// Signs somebody in who has shown his password and shows a code. The log learns as much as of the first step.
///
/// # Errors
/// Where the database does not answer.
pub async fn sign_in_totp(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    command: SignInTotp,
) -> Result<Outcome> {
    let outcome = sign_in_totp_judged(service, tenant, peer, request, command).await?;
    Ok(outcome.inspect_err(|refusal| log_refusal(*refusal, "code", peer, request)))
}

fn log_refusal(refusal: SignInRefusal, step: &str, peer: &Peer, request: &Note) {
    let address = peer.address;
    let (code, cause) = match refusal {
        SignInRefusal::Refused => ("sign_in_refused", format!("{step} refused from {address}")),
        SignInRefusal::Address => ("address", format!("{step} not allowed from {address}")),
        SignInRefusal::TicketOver => ("sign_in_over", format!("{step} came too late from {address}")),
    };
    // The first of each stays; there is one line per request.
    let _ = (request.code.set(code), request.cause.set(cause));
}

async fn sign_in_judged(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    command: SignIn,
) -> Result<Outcome> {
    // What can be nobody's login ID is looked for all the same, as one that nobody has.
    let login_id =
        Some(command.login_id.trim()).filter(|login_id| is_login_id(login_id)).unwrap_or_default().to_owned();
    let attempt = Attempt::new(service, &login_id, peer);
    let find = move |keyed: &mut Keyed<'_>| store::password::password_of_login(keyed, &login_id);
    if !service.check_address(tenant, peer, None, None).await? {
        return Ok(Err(SignInRefusal::Address));
    }
    let found = service.db().get(tenant, find).await?.filter(|found| found.is_let_in);
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let verified = service.password_verify(attempt.network, &command.password, hash).await?;
    let context = door_context(service, tenant, request, found.as_ref().map(|found| found.user));
    let Some(known) = found.filter(|_| verified.right) else {
        return turn_away(service, &context, attempt, peer).await;
    };
    if !service.check_address(tenant, peer, Some(known.user), None).await? {
        // Whoever may not come from here learns nothing about his password either.
        return turn_away(service, &context, attempt, peer).await;
    }
    let ticket =
        Ticket::new(known.user, proof_of(verified.anew.as_ref().or(known.password_hash.as_ref())), context.now);
    let ticket = ticket.seal(service, tenant)?;
    let session = new_session(service, tenant, peer, known.user, command.agent).await?;
    let ended = command.ended;
    service
        .db()
        .write(&context, Lane::Interactive, move |tx| {
            // Somebody may have changed the password, or tried others, while this one was hashed.
            let still = store::password::password_of_user(tx, known.user)?.is_some_and(|still| still == known);
            if attempt.is_locked(tx)? || !still {
                return Ok(Err(SignInRefusal::Refused));
            }
            hash_anew(tx, known.user, &verified)?;
            if totp_is_set(tx, known.user)? {
                return Ok(Ok(SignedIn::Totp(ticket.clone())));
            }
            let_in(tx, attempt, &session, ended.as_deref()).map(Ok)
        })
        .await
}

async fn sign_in_totp_judged(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    request: &Note,
    command: SignInTotp,
) -> Result<Outcome> {
    let Some(ticket) = Ticket::open(service, tenant, &command.ticket) else {
        return Ok(Err(SignInRefusal::TicketOver));
    };
    if !service.check_address(tenant, peer, Some(ticket.user), None).await? {
        return Ok(Err(SignInRefusal::Address));
    }
    let user = service.user(tenant, ticket.user).await?;
    let Some(user) = user.filter(|_| ticket.is_good(service.now())) else {
        return Ok(Err(SignInRefusal::TicketOver));
    };
    let (attempt, codes) = (Attempt::new(service, &user.login_id, peer), Attempt::of_codes(service, ticket.user));
    let context = door_context(service, tenant, request, Some(ticket.user));
    let seal = service.seal_of(totp::SECRET, tenant)?;
    let session = new_session(service, tenant, peer, ticket.user, command.agent).await?;
    let (code, ended, address) = (command.code, command.ended, peer.address.to_string());
    service
        .db()
        .write(&context, Lane::Interactive, move |tx| {
            let known = store::password::password_of_user(tx, ticket.user)?.filter(|known| known.is_let_in);
            if known.is_none_or(|known| ticket.proof != proof_of(known.password_hash.as_ref())) {
                return Ok(Err(SignInRefusal::TicketOver));
            }
            if attempt.is_locked(tx)? || codes.is_locked(tx)? {
                return Ok(Err(SignInRefusal::Refused));
            }
            if !totp_use_in(tx, &seal, ticket.user, &code)? {
                attempt.fail(tx, Some(ticket.user), &address)?;
                codes.fail(tx, Some(ticket.user), &address)?;
                return Ok(Err(SignInRefusal::Refused));
            }
            codes.succeed(tx)?;
            let_in(tx, attempt, &session, ended.as_deref()).map(Ok)
        })
        .await
}

/// The context of somebody at the door: the person whom he says he is, or nobody.
pub(crate) fn door_context(service: &Service, tenant: TenantNo, request: &Note, user: Option<UserNo>) -> Arc<Context> {
    let actor = Actor::session(user.unwrap_or(SYSTEM_USER), SessionNo(0));
    service.context(tenant, actor, request.locale, request.request_id)
}

async fn turn_away(service: &Service, context: &Arc<Context>, attempt: Attempt, peer: &Peer) -> Result<Outcome> {
    let user = Some(context.actor.user).filter(|user| *user != SYSTEM_USER);
    let address = peer.address.to_string();
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !attempt.is_locked(tx)? {
                attempt.fail(tx, user, &address)?;
            }
            Ok(Err(SignInRefusal::Refused))
        })
        .await
}

async fn new_session(
    service: &Service,
    tenant: TenantNo,
    peer: &Peer,
    user: UserNo,
    agent: String,
) -> Result<NewSession> {
    let hours = service.tenant_settings(tenant).await?.security.session_hours;
    Ok(NewSession { user, cookie: service.session_cookie(), address: peer.address.to_string(), agent, hours })
}

fn let_in(tx: &mut Tx<'_>, attempt: Attempt, session: &NewSession, ended: Option<&str>) -> Result<SignedIn> {
    attempt.succeed(tx)?;
    session_rotate_in(tx, ended)?;
    session_begin_in(tx, session)?;
    note(tx, "sign_in", session.user, &session.address)?;
    Ok(SignedIn::Session(session.cookie.clone()))
}

fn hash_anew(tx: &mut Tx<'_>, user: UserNo, verified: &Verified) -> Result<()> {
    verified.anew.as_deref().map_or(Ok(()), |hash| store::password::password_set(tx, user, hash))
}

/// What is known of somebody between his password and his code.
struct Ticket {
    user: UserNo,
    made_at: Timestamp,
    /// Of the password that he showed: with another one the ticket is worth nothing.
    proof: [u8; 32],
}

fn proof_of(password_hash: Option<&String>) -> [u8; 32] {
    token_hash(password_hash.map_or("", String::as_str))
}

impl Ticket {
    const fn new(user: UserNo, proof: [u8; 32], now: Timestamp) -> Self {
        Self { user, made_at: now, proof }
    }

    /// Neither too old nor of a time that has not come.
    fn is_good(&self, now: Timestamp) -> bool {
        self.made_at > now.plus_seconds(-limits::TOTP_SECONDS) && self.made_at < now.plus_seconds(limits::TOTP_SECONDS)
    }

    fn seal(&self, service: &Service, tenant: TenantNo) -> Result<String> {
        let (user, made_at) = (self.user.0.to_be_bytes(), self.made_at.micros().to_be_bytes());
        let bytes = [user.as_slice(), &made_at, &self.proof].concat();
        service.seal(TICKET, tenant, &bytes).map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
    }

    fn open(service: &Service, tenant: TenantNo, text: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes = service.unseal(TICKET, tenant, &sealed).ok()?;
        let (user, rest) = bytes.split_first_chunk::<8>()?;
        let (made_at, proof) = rest.split_first_chunk::<8>()?;
        let made_at = Timestamp::from_micros(i64::from_be_bytes(*made_at));
        Some(Self { user: UserNo(i64::from_be_bytes(*user)), made_at, proof: proof.try_into().ok()? })
    }
}
