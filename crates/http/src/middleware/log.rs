//! One log line per request: who, what, status, how long, and the cause of what failed.
//!
//! The extractors and the error mapping write what they learn into a [`Note`] that the request carries; the line is written
//! when the answer is there. Secrets, bodies and query strings never go in.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use musubi_domain::messages::Locale;
use musubi_service::Service;
use musubi_service::request::Note;
use uuid::Uuid;

use crate::metrics::REQUESTS;

/// Wraps a request.
pub(crate) async fn each_request(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let asked = request
        .headers()
        .get(axum::http::header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let locale = Locale::from_accept_language(asked);
    let note = Arc::new(Note::new(service.new_request_id(), locale, request.uri().path().to_owned()));
    let method = request.method().clone();
    request.extensions_mut().insert(Arc::clone(&note));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(note.request_id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status();
    REQUESTS.of(status).fetch_add(1, Ordering::Relaxed);
    write_line(&note, method.as_str(), status, begun);
    response
}

fn write_line(note: &Note, method: &str, status: StatusCode, begun: Instant) {
    let milliseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX) / 1_000;
    let (tenant, user) = (note.tenant.get().map(|tenant| tenant.0), note.user.get().map(|user| user.0));
    let (code, cause) = (note.code.get(), note.cause.get());
    let (id, path, status) = (note.request_id, note.path.as_str(), status.as_u16());
    // A level is part of a line's constant data, so the line stands here twice.
    if status >= 500 {
        tracing::error!(
            request.id = %id, request.method = method, request.path = path, response.status = status, response.code = code,
            duration.ms = milliseconds, tenant.no = tenant, user.no = user, cause, "request"
        );
    } else {
        tracing::info!(
            request.id = %id, request.method = method, request.path = path, response.status = status, response.code = code,
            duration.ms = milliseconds, tenant.no = tenant, user.no = user, cause, "request"
        );
    }
}
