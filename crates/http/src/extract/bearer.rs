//! The token that a caller shows.

use std::borrow::Cow;

use axum::http::{HeaderMap, header};

/// The token of `Authorization: Bearer ...` (RFC 6750, 2.1); the word in any case. What is no text is a token that nobody knows.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let value = String::from_utf8_lossy(headers.get(header::AUTHORIZATION)?.as_bytes());
    let (word, token) = value.split_once([' ', '\t'])?;
    let token = token.trim();
    (word.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Cow::Owned(token.to_owned()))
}
