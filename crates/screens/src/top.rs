//! What runs here.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use musubi_domain::messages::Locale;

const TOP_JA: &str = include_str!("top.ja.html");
const TOP_EN: &str = include_str!("top.en.html");
const STYLE: &str = include_str!("top.css");
/// The page runs no script and loads nothing but its style.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// GET /
pub(crate) async fn top(headers: HeaderMap) -> Response {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = match Locale::from_accept_language(asked) {
        Locale::Ja => TOP_JA,
        Locale::En => TOP_EN,
    };
    let mut response = Html(page.replace("{version}", env!("CARGO_PKG_VERSION"))).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

/// GET /assets/top.css
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
        .into_response()
}
