//! What texts must look like: the forms that item types and the members of every facade share.

use rust_decimal::Decimal;

use super::{Form, is_prefecture};
use crate::messages::Message;
use crate::time::{Timestamp, parse_date};

impl Form {
    /// Judges a text that is not empty. `most` is its length in characters, 0 where the form bounds it by itself.
    ///
    /// # Errors
    /// The message that says what is wrong.
    pub fn check(self, text: &str, most: usize) -> Result<(), Message> {
        if self == Self::Lines {
            if text.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\r') {
                return Err(Message::ControlCharacterInLines);
            }
        } else if text.chars().any(char::is_control) {
            return Err(Message::ControlCharacter);
        }
        if most > 0 && text.chars().count() > most {
            return Err(Message::TooLong { most });
        }
        let only = |signs: &[u8]| text.bytes().all(|byte| byte.is_ascii_digit() || signs.contains(&byte));
        match self {
            Self::Date if parse_date(text).is_none() => Err(Message::NotDate),
            Self::Datetime if whole_seconds(text).is_none() => Err(Message::NotDateTime),
            Self::PhoneNumber if !only(b"+-") => Err(Message::NotPhoneNumber),
            Self::PostalCode if !only(b"-") => Err(Message::NotPostalCode),
            Self::Url if !is_url(text) => Err(Message::NotUrl),
            Self::MailAddress if !is_mail_address(text) => Err(Message::NotMailAddress),
            Self::Prefecture if !is_prefecture(text) => Err(Message::NotPrefecture),
            _ => Ok(()),
        }
    }
}

/// A moment in one of its two forms, cut to whole seconds: what is answered is what is stored.
pub(super) fn whole_seconds(text: &str) -> Option<Timestamp> {
    let moment = Timestamp::parse(text)?;
    let whole = Timestamp::from_micros(moment.micros().div_euclid(1_000_000) * 1_000_000);
    (0..=9_999).contains(&whole.jst_date().year()).then_some(whole)
}

/// Reads a number of at most `whole` digits before the point and `fraction` after it: ASCII, without a sign.
///
/// # Errors
/// The message that says what is wrong.
pub(super) fn decimal(value: &str, whole: usize, fraction: usize) -> Result<Decimal, Message> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, after) = if fraction == 0 {
        if !digits(value) {
            return Err(Message::NotDigits);
        }
        (value, None)
    } else {
        let (before, after) = value.split_once('.').map_or((value, None), |(before, after)| (before, Some(after)));
        if before.is_empty() || after == Some("") || !digits(before) || !after.is_none_or(digits) {
            return Err(Message::NotDecimal);
        }
        (before, after)
    };
    if before.len() > whole || after.is_some_and(|after| after.len() > fraction) {
        return Err(Message::TooManyDigits { whole, fraction });
    }
    value.parse().map_err(|_| Message::NotDecimal)
}

/// Whether a text can stand before the digits of an automatic number: at most 20 characters, none of them a digit at the end, so
/// that no two prefixes write the same number.
#[must_use]
pub fn is_prefix(text: &str) -> bool {
    text.chars().count() <= 20
        && !text.chars().any(char::is_control)
        && !text.ends_with(|sign: char| sign.is_ascii_digit())
}

/// http or https, a host, and nothing that a browser would not send as it stands: no spaces. Japanese letters are allowed, as people paste them.
fn is_url(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((address, rest)) => {
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            (address, rest.strip_prefix(':'))
        }
        None => host_and_port.split_once(':').map_or((host_and_port, None), |(host, port)| (host, Some(port))),
    };
    let port_is_good = port.is_none_or(|port| port.parse::<u16>().is_ok());
    !host.is_empty()
        && port_is_good
        && !value
            .chars()
            .any(|sign| sign.is_whitespace() || matches!(sign, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}'))
}

/// One address of the form local@domain (RFC 5321 without quoted local parts and literals; domains of other scripts are allowed).
fn is_mail_address(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let atom = |sign: char| sign.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(sign);
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|sign| sign.is_alphanumeric() || sign == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Japanese mobile carriers gave out addresses with dots in a row or before the @: they exist, so they are accepted.
    !local.is_empty()
        && local.chars().count() <= 64
        && local.chars().all(atom)
        && !local.starts_with('.')
        && domain.contains('.')
        && domain.split('.').all(label)
}
