//! Keys that sign ID tokens: when one is used, when the next is made, how long one is published.
//!
//! The next key is published a day before it is used, so that whoever keeps the published keys has it by then. An old one stays published
//! until the last token that it signed has ended.

use crate::time::Timestamp;

/// Days that a key is used.
pub const USED_DAYS: i64 = 90;
/// Seconds that a key is published before it is used.
pub const AHEAD_SECONDS: i64 = 86_400;
/// Seconds that an ID token lives.
pub const ID_TOKEN_SECONDS: i64 = 3_600;
/// Seconds that an old key is published after the last token that it signed.
const SLACK_SECONDS: i64 = 3_600;
const DAY: i64 = 86_400;

/// A key, of which the store keeps the private half sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its number within the tenant, from 1.
    pub number: i64,
    /// Names it in the header of what it signs and among the published keys.
    pub kid: String,
    /// The public modulus of RSA. The exponent is 65537.
    pub modulus: Vec<u8>,
    /// The private half, sealed; none once nothing is signed with it any more.
    pub private_key: Option<Vec<u8>>,
    /// From when it is used, until the next is.
    pub used_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The key that signs at a moment: the last whose time has come; the first to come where the clock went back behind all of them.
#[must_use]
pub fn in_use(keys: &[SigningKey], now: Timestamp) -> Option<&SigningKey> {
    let usable = || keys.iter().filter(|key| key.private_key.is_some());
    let come = usable().filter(|key| key.used_from <= now).max_by_key(|key| (key.used_from, key.number));
    come.or_else(|| usable().min_by_key(|key| (key.used_from, key.number)))
}

/// From when the key is used that has to be made now, if one has.
#[must_use]
pub fn next_due(keys: &[SigningKey], now: Timestamp) -> Option<Timestamp> {
    let Some(current) = in_use(keys, now) else { return Some(now) };
    let over = current.used_from.plus_seconds(USED_DAYS * DAY);
    // One that comes later than any that is made on time was made with a clock that was ahead.
    let latest = over.max(now.plus_seconds(AHEAD_SECONDS));
    let is_made = keys.iter().any(|key| key.used_from > current.used_from && key.used_from <= latest);
    let is_time = now >= over.plus_seconds(-AHEAD_SECONDS);
    (is_time && !is_made).then_some(latest)
}

/// When the last token ends that a key can have signed, with some time more; none as long as it is not replaced.
#[must_use]
pub fn published_until(keys: &[SigningKey], key: &SigningKey) -> Option<Timestamp> {
    let later = keys.iter().filter(|other| (other.used_from, other.number) > (key.used_from, key.number));
    let replaced = later.map(|other| other.used_from).min()?;
    Some(replaced.plus_seconds(ID_TOKEN_SECONDS + SLACK_SECONDS))
}

/// The keys that are published at a moment.
pub fn published(keys: &[SigningKey], now: Timestamp) -> impl Iterator<Item = &SigningKey> {
    keys.iter().filter(move |key| published_until(keys, key).is_none_or(|until| now < until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_seconds(day * DAY)
    }

    fn keys(used_from: &[i64]) -> Vec<SigningKey> {
        let key = |(number, day): (i64, &i64)| SigningKey {
            number,
            kid: number.to_string(),
            modulus: Vec::new(),
            private_key: Some(Vec::new()),
            used_from: at(*day),
            created_at: at(*day),
        };
        (1..).zip(used_from).map(key).collect()
    }

    #[test]
    fn a_key_is_used_for_ninety_days_and_the_next_is_made_a_day_before() {
        for (used_from, today, used, due) in [
            (&[][..], 5, None, Some(5)),
            (&[0], 0, Some(1), None),
            (&[0], 88, Some(1), None),
            (&[0], 89, Some(1), Some(90)),
            (&[0], 95, Some(1), Some(96)),
            (&[0, 90], 89, Some(1), None),
            (&[0, 90], 90, Some(2), None),
            (&[0, 90], 179, Some(2), Some(180)),
            // The clock went back.
            (&[100], 50, Some(1), None),
            // A key was made with a clock that was years ahead.
            (&[0, 4_000], 50, Some(1), None),
            (&[0, 4_000], 89, Some(1), Some(90)),
            (&[0, 4_000, 90], 90, Some(3), None),
        ] {
            let keys = keys(used_from);
            let told = (in_use(&keys, at(today)).map(|key| key.number), next_due(&keys, at(today)));
            assert_eq!(told, (used, due.map(at)), "{used_from:?} {today}");
        }
    }

    #[test]
    fn a_key_is_published_until_the_last_token_that_it_signed_has_ended() {
        let keys = keys(&[0, 90]);
        let numbers = |now: Timestamp| published(&keys, now).map(|key| key.number).collect::<Vec<_>>();
        assert_eq!(numbers(at(89)), [1, 2]);
        assert_eq!(numbers(at(90).plus_seconds(ID_TOKEN_SECONDS)), [1, 2]);
        assert_eq!(numbers(at(90).plus_seconds(ID_TOKEN_SECONDS + SLACK_SECONDS)), [2]);
        assert_eq!(published_until(&keys, &keys[1]), None);
    }

    #[test]
    fn a_key_without_its_private_half_signs_nothing() {
        let mut keys = keys(&[0, 90]);
        keys[1].private_key = None;
        assert_eq!(in_use(&keys, at(95)).map(|key| key.number), Some(1));
    }
}
