//! The receiver of a webhook: what it is sent, and by what it knows that it is from us.

use std::time::Duration;

use aws_lc_rs::hmac;
use hyper::Method;
use musubi_domain::limits;
use musubi_domain::time::Timestamp;
use musubi_domain::webhook::{headers, signed_text};
use uuid::Uuid;

use crate::client::{Answer, AnswerLimit, Call, CallFailure, Client};

/// A message to a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Message<'m> {
    /// Where to.
    pub url: &'m str,
    /// What happened.
    pub event: &'m str,
    /// The delivery, the same however often it is sent.
    pub delivery: Uuid,
    /// Which try it is, from 1.
    pub attempt: i64,
    /// The body.
    pub body: &'m str,
}

/// The value of `Musubi-Signature`: the moment, and the HMAC-SHA256 of moment and body.
#[must_use]
pub fn signature(secret: &str, now: Timestamp, body: &str) -> String {
    let seconds = now.micros().div_euclid(1_000_000);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, signed_text(seconds, body).as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

/// Sends a message and gives the answer, whatever it is.
///
/// # Errors
/// Why there was no answer.
pub async fn send(client: &Client, message: Message<'_>, secret: &str, now: Timestamp) -> Result<Answer, CallFailure> {
    let Message { url, event, delivery, attempt, body } = message;
    let signed = headers(event, delivery, attempt, &signature(secret, now, body));
    let call = Call {
        method: Method::POST,
        url: url.to_owned(),
        headers: signed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        body: body.to_owned().into(),
        patience: Duration::from_secs(limits::WEBHOOK_SECONDS),
        answer: AnswerLimit::First(limits::WEBHOOK_ANSWER_BYTES),
    };
    client.send(&call).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reckoned by `printf '%s' '1700000000.{"名":"結"}' | openssl dgst -sha256 -hmac whsec_abc`.
    #[test]
    fn a_signature_is_the_hmac_of_moment_and_body() {
        let now = Timestamp::from_micros(1_700_000_000_999_999);
        let made = signature("whsec_abc", now, "{\"名\":\"結\"}");
        assert_eq!(made, "t=1700000000,v1=a4a6f5e7526158e24fa1baed4ebdb541e7a9ba378226853434a4fd710ee79450");
    }
}
