//! What every answer tells a browser to keep to. What a handler says itself stands.

use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use musubi_service::request::Peer;

/// The headers and what they say where nobody has said otherwise.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // To ourselves, so that a form says where it stands; to nobody else.
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    // An answer that is no page loads nothing and stands in no frame.
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ),
];
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Where people sign in for a relying party: it may have opened the window, and waits for it to come back.
const OPENED: [&str; 2] = ["/oidc-auth/", "/sign-in"];
/// By https for a year from the last answer (RFC 6797).
const HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Wraps a request.
pub(crate) async fn of_each_answer(request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<Peer>().is_some_and(|peer| peer.secure);
    let is_opened = OPENED.iter().any(|beginning| request.uri().path().starts_with(beginning));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.reserve(ALWAYS.len() + 2);
    for (name, value) in ALWAYS {
        put(headers, name, value);
    }
    put(headers, OPENER, HeaderValue::from_static(if is_opened { "unsafe-none" } else { "same-origin" }));
    if secure {
        put(headers, STRICT_TRANSPORT_SECURITY, HTTPS);
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
