//! The second factor: one-time codes by the clock (TOTP, RFC 6238: SHA-1, 6 digits, 30 s), each good once.
//!
//! A secret is drawn, shown, and kept when a code proves that the person's device has it. Until then it is a sealed draft, which the page
//! sends along.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::UserNo;
use musubi_domain::messages::Message;
use musubi_domain::tenant::host_name;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};

use crate::context::Service;
use crate::request::Peer;
use crate::secret::Seal;
use crate::session::note;

/// Microseconds of a time step.
const STEP: i64 = 30_000_000;
/// The purpose under which secrets are sealed.
pub(crate) const SECRET: &str = "totp secret";
/// The purpose under which drafts are sealed.
const DRAFT: &str = "totp draft";
/// Time steps by which the last code may lie ahead of the present moment (five minutes). Of one further ahead the clock has gone back since, and
/// nobody is kept out until it comes there again.
const AHEAD_STEPS: i64 = 10;
/// Bytes of a secret: as many as of the hash (RFC 4226, 4, R6).
const SECRET_BYTES: usize = 20;
/// Seconds for which a draft can be confirmed.
const DRAFT_SECONDS: i64 = 3_600;
/// The letters of Base32 (RFC 4648, 6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A second factor that is being set up.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpDraft {
    /// The secret in Base32, for somebody who types it.
    pub secret: String,
    /// The address that a device reads, as a picture or a link (otpauth://).
    pub uri: String,
    /// What is sent along with the code that confirms it.
    pub draft: String,
}

/// Whether the caller has a second factor.
///
/// # Errors
/// Where the database does not answer.
pub async fn totp_has(service: &Service, context: &Context) -> Result<bool> {
    let user = context.actor.user;
    let find = move |keyed: &mut Keyed<'_>| store::totp::totp_of_user(keyed, user);
    Ok(service.db().get(context.tenant, find).await?.is_some())
}

/// Draws a second factor for the caller. Nothing is kept until a code confirms it.
///
/// # Errors
/// Where the database does not answer.
pub async fn totp_begin(service: &Service, context: &Context, base_url: &str) -> Result<TotpDraft> {
    let user = service.user(context.tenant, context.actor.user).await?;
    let user = user.ok_or_else(|| Error::internal("somebody acts who is nobody"))?;
    let random = service.random();
    let secret = random.get(..SECRET_BYTES).unwrap_or(&random);
    let parts = [user.number.0.to_be_bytes().as_slice(), &context.now.micros().to_be_bytes(), secret].concat();
    let draft = URL_SAFE_NO_PAD.encode(service.seal(DRAFT, context.tenant, &parts)?);
    let secret = base32(secret);
    let host = base_url.split_once("://").and_then(|(_, authority)| host_name(authority)).unwrap_or_default();
    // Login IDs and hosts are made of signs that need no escaping here, but for those that are escaped.
    let login_id = user.login_id.replace('%', "%25").replace('+', "%2B").replace('@', "%40");
    let uri = format!("otpauth://totp/Musubi%20{host}:{login_id}?secret={secret}&issuer=Musubi%20{host}");
    Ok(TotpDraft { secret, uri, draft })
}

/// Keeps a second factor that the caller's device has, as a code of it shows, when he has shown his password once more: a session that was
/// left open is no place to shut its person out. The code is used with that.
///
/// # Errors
/// Invalid at `password` where that is wrong or he is locked; Invalid at `code` where it is not the one of the moment, or the draft is not the caller's or too old; Conflict where there is a second
/// factor already; Busy where too many wait.
pub async fn totp_confirm(
    service: &Service,
    context: &Arc<Context>,
    peer: &Peer,
    password: &str,
    draft: &str,
    code: &str,
) -> Result<()> {
    let shown = service.shown(context, peer, "password", password).await?;
    let wrong = || Error::invalid_at("code", Message::WrongCode);
    let secret = draft_of(service, context, draft).ok_or_else(wrong)?;
    let last_step = step_of(&secret, code, context.now).ok_or_else(wrong)?;
    let totp = store::totp::Totp { secret: service.seal(SECRET, context.tenant, &secret)?, last_step };
    let (user, address) = (context.actor.user, peer.address.to_string());
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            shown.holds(tx)?;
            if totp_is_set(tx, user)? {
                return Err(Error::conflict("code", Message::SecondFactorSet));
            }
            store::totp::totp_set(tx, user, &totp)?;
            note(tx, "totp.set", user, &address)
        })
        .await
}

/// Takes the caller's second factor away, who shows his password once more.
///
/// # Errors
/// Invalid at `password` where it is wrong or he is locked; NotFound where there is none; Busy where too many wait.
pub async fn totp_remove(service: &Service, context: &Arc<Context>, peer: &Peer, password: &str) -> Result<()> {
    let shown = service.shown(context, peer, "password", password).await?;
    let address = peer.address.to_string();
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            shown.holds(tx)?;
            if !store::totp::totp_delete(tx, shown.user.number)? {
                return Err(Error::not_found("password"));
            }
            note(tx, "totp.remove", shown.user.number, &address)
        })
        .await
}

/// The secret of the caller's draft.
fn draft_of(service: &Service, context: &Context, draft: &str) -> Option<Vec<u8>> {
    let sealed = URL_SAFE_NO_PAD.decode(draft).ok()?;
    let parts = service.unseal(DRAFT, context.tenant, &sealed).ok()?;
    let (user, rest) = parts.split_first_chunk::<8>()?;
    let (made_at, secret) = rest.split_first_chunk::<8>()?;
    let made_at = Timestamp::from_micros(i64::from_be_bytes(*made_at));
    let is_fresh =
        context.now < made_at.plus_seconds(DRAFT_SECONDS) && context.now > made_at.plus_seconds(-DRAFT_SECONDS);
    (is_fresh && i64::from_be_bytes(*user) == context.actor.user.0).then(|| secret.to_vec())
}

/// Bytes in Base32, without padding: a multiple of five is written.
fn base32(bytes: &[u8]) -> String {
    let letter = |bits: u64, at: usize| {
        let index = usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or(0);
        BASE32.get(index).map_or('A', |letter| char::from(*letter))
    };
    let groups = bytes.chunks(5).map(|group| group.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)));
    groups.flat_map(|bits| (0..8).map(move |at| letter(bits, at))).collect()
}

/// Whether a person has a second factor.
pub(crate) fn totp_is_set(tx: &mut Tx<'_>, user: UserNo) -> Result<bool> {
    Ok(store::totp::totp_of_user(tx, user)?.is_some())
}

/// Whether a code is the person's at this moment and has not been used; it is used with that.
pub(crate) fn totp_use_in(tx: &mut Tx<'_>, seal: &Seal, user: UserNo, code: &str) -> Result<bool> {
    let Some(held) = store::totp::totp_of_user(tx, user)? else { return Ok(false) };
    let now = tx.context().now;
    let is_ahead = held.last_step > present_step(now) + AHEAD_STEPS;
    let step = step_of(&seal.open(&held.secret)?, code, now).filter(|step| *step > held.last_step || is_ahead);
    let Some(last_step) = step else { return Ok(false) };
    store::totp::totp_set(tx, user, &store::totp::Totp { last_step, ..held })?;
    Ok(true)
}

/// The time step of a code: the present one, or the one before or after it, since clocks differ. People group digits with spaces.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let present = present_step(now);
    (-1..=1).map(|by| present + by).find(|step| code_of(secret, *step).is_some_and(|code| code == digits))
}

const fn present_step(now: Timestamp) -> i64 {
    now.micros().div_euclid(STEP)
}

/// The code of a time step (RFC 4226, 5.3).
fn code_of(secret: &[u8], step: i64) -> Option<String> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last()? & 0x0f);
    let cut: [u8; 4] = tag.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(cut) & 0x7fff_ffff) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_written_in_base32() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB", "RFC 4648, 10");
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1, the last six digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = |seconds: i64| Timestamp::from_micros(0).plus_seconds(seconds);
            let (secret, step) = (b"12345678901234567890", seconds / 30);
            assert_eq!(code_of(secret, step).as_deref(), Some(code));
            for by in [-30, 0, 30] {
                assert_eq!(step_of(secret, code, at(seconds + by)), Some(step), "{seconds} {by}");
            }
            assert_eq!(step_of(secret, code, at(seconds + 60)), None);
            let (first, last) = code.split_at(3);
            assert_eq!(step_of(secret, &format!("{first} {last}"), at(seconds)), Some(step));
            assert_eq!(step_of(secret, first, at(seconds)), None);
        }
    }
}
