//! Where a request came from: the connection says it.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use musubi_service::request::Peer;

/// Wraps a request. A connection has put what it knows into the extensions.
pub(crate) async fn of_each_request(mut request: Request, next: Next) -> Response {
    let host = host(request.headers()).or_else(|| request.uri().authority().map(ToString::to_string));
    let known = request.extensions_mut().remove::<Peer>().unwrap_or_default();
    let several = request.headers().get_all(header::HOST).iter().nth(1).is_some();
    request.extensions_mut().insert(Peer { host: host.filter(|_| !several), ..known });
    next.run(request).await
}

fn host(headers: &HeaderMap) -> Option<String> {
    headers.get(header::HOST)?.to_str().ok().map(str::to_owned)
}
