//! Reading a body: its type, its size, its time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use musubi_domain::limits;

/// Why a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRefusal {
    /// Too large.
    TooLarge,
    /// It did not come in time, or not whole.
    Broken,
}

/// Whether the content is JSON as it stands: of that type, in UTF-8 where a charset is said, and not compressed.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = text(header::CONTENT_TYPE).split(';').map(str::trim);
    let is_json = parts.next().unwrap_or_default().eq_ignore_ascii_case("application/json");
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let is_utf8 = charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    let encoding = text(header::CONTENT_ENCODING);
    is_json && is_utf8 && (encoding.is_empty() || encoding.eq_ignore_ascii_case("identity"))
}

/// Reads a body of at most [`limits::BODY_BYTES`].
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyRefusal> {
    read_at_most(headers, body, limits::BODY_BYTES).await
}

/// Reads a body of at most so many bytes.
pub(crate) async fn read_at_most(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, BodyRefusal> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(BodyRefusal::TooLarge);
    }
    let limited = http_body_util::Limited::new(body, most);
    match tokio::time::timeout(Duration::from_secs(limits::BODY_SECONDS), limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(BodyRefusal::TooLarge),
        Ok(Err(_)) | Err(_) => Err(BodyRefusal::Broken),
    }
}
