//! Which pages of other origins may call from a browser: those of the tenant's list, the calls of programs alone, and never with cookies
//! (Fetch standard, CORS protocol).

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use musubi_service::Service;
use musubi_service::request::Peer;

/// What the paths of calls begin with.
const CALLS: [&str; 3] = ["/api/", "/API/", "/.well-known/"];
/// The calls among the paths at which people sign in.
const OTHER_CALLS: [&str; 5] =
    ["/oidc-auth/token", "/oidc-auth/revoke", "/oidc-auth/userinfo", "/oidc-auth/introspect", "/oidc-auth/jwks"];

/// Wraps a request. What a browser asks beforehand is answered here: it carries no token to be judged by.
pub(crate) async fn of_calls(State(service): State<Service>, request: Request, next: Next) -> Response {
    if !is_call(request.uri().path()) {
        return next.run(request).await;
    }
    let origin = match request.headers().get(ORIGIN).cloned() {
        Some(origin) => {
            let host = request.extensions().get::<Peer>().and_then(|peer| peer.host.clone());
            allowed(&service, host, &origin).await.then_some(origin)
        }
        None => None,
    };
    let mut response = if is_preflight(&request) {
        let mut response = StatusCode::NO_CONTENT.into_response();
        if origin.is_some() {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("x-request-id, retry-after, www-authenticate");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

fn is_call(path: &str) -> bool {
    CALLS.iter().any(|beginning| path.starts_with(beginning)) || OTHER_CALLS.contains(&path)
}

fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Whether the tenant has the origin of the page that calls in its list. In doubt it has not, and the browser keeps the answer from the page.
async fn allowed(service: &Service, host: Option<String>, origin: &HeaderValue) -> bool {
    let Ok(tenant) = service.tenant_of_host(host.as_deref()).await else { return false };
    let Ok(settings) = service.tenant_settings(tenant).await else { return false };
    settings.security.cors_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
}
