//! The second factor: one-time codes by the clock (TOTP, RFC 6238: SHA-1, 6 digits, 30 s), each good once.

use aws_lc_rs::hmac;
use musubi_domain::error::Result;
use musubi_domain::id::UserNo;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::Tx;

use crate::secret::Seal;

/// Microseconds of a time step.
const STEP: i64 = 30_000_000;
/// The purpose under which secrets are sealed.
pub(crate) const SECRET: &str = "totp secret";

/// Whether a person has a second factor.
pub(crate) fn totp_is_set(tx: &mut Tx<'_>, user: UserNo) -> Result<bool> {
    Ok(store::totp::totp_of_user(tx, user)?.is_some())
}

/// Whether a code is the person's at this moment and has not been used; it is used with that.
pub(crate) fn totp_use_in(tx: &mut Tx<'_>, seal: &Seal, user: UserNo, code: &str) -> Result<bool> {
    let Some(held) = store::totp::totp_of_user(tx, user)? else { return Ok(false) };
    let now = tx.context().now;
    let step = step_of(&seal.open(&held.secret)?, code, now).filter(|step| *step > held.last_step);
    let Some(last_step) = step else { return Ok(false) };
    store::totp::totp_set(tx, user, &store::totp::Totp { last_step, ..held })?;
    Ok(true)
}

/// The time step of a code: the present one, or the one before or after it, since clocks differ. People group digits with spaces.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let present = now.micros().div_euclid(STEP);
    (-1..=1).map(|by| present + by).find(|step| code_of(secret, *step).is_some_and(|code| code == digits))
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
