//! Reading a body: its type, its size, its time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use musubi_domain::limits;

/// How long a body may take to come in.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRefusal {
    /// Too large.
    TooLarge,
    /// It did not come in time, or not whole.
    Broken,
}

/// Whether the content type is JSON, with or without parameters.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Reads a body of at most [`limits::BODY_BYTES`].
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyRefusal> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if length.is_some_and(|length| length > limits::BODY_BYTES) {
        return Err(BodyRefusal::TooLarge);
    }
    let limited = http_body_util::Limited::new(body, limits::BODY_BYTES);
    match tokio::time::timeout(PATIENCE, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(BodyRefusal::TooLarge),
        Ok(Err(_)) | Err(_) => Err(BodyRefusal::Broken),
    }
}
