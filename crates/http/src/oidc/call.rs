//! What a request to the provider brings: the tenant of its host, who the client says it is, the parameters of its form.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use musubi_domain::id::TenantNo;
use musubi_service::Service;
use musubi_service::access::Denied;
use musubi_service::client_authentication::ClientRequest;
use musubi_service::request::{Note, Peer};
use serde::Serialize;

use super::error::Failure;
use crate::extract::form::{self, FormRefusal};

/// The tenant whose host was asked.
pub(crate) struct Asked {
    pub(crate) tenant: TenantNo,
    pub(crate) peer: Peer,
    pub(crate) note: Arc<Note>,
}

impl FromRequestParts<Service> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Failure> {
        let note = parts.extensions.get::<Arc<Note>>().cloned();
        let note = note.expect("the router's outermost layer gives every request its note");
        let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
        let tenant = service.tenant_of_host(peer.host.as_deref()).await.map_err(|denied| match denied {
            Denied::Refused(_) => Failure::NoTenant,
            Denied::Failed(error) => Failure::of(&note, &error),
        })?;
        let _ = note.tenant.set(tenant);
        Ok(Self { tenant, peer, note })
    }
}

/// A form that a client posts.
pub(crate) struct ClientForm {
    pub(crate) asked: Asked,
    pub(crate) request: Result<ClientRequest, FormRefusal>,
}

impl FromRequest<Service> for ClientForm {
    type Rejection = Failure;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let asked = Asked::from_request_parts(&mut parts, service).await?;
        let authorization = parts.headers.get(header::AUTHORIZATION);
        let authorization = authorization.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let peer = asked.peer.clone();
        let read = form::read(&parts.headers, body).await;
        let request = read.map(|parameters| ClientRequest { authorization, parameters, peer });
        Ok(Self { asked, request })
    }
}

/// An answer that nobody keeps (source: cache-control and pragma of every answer).
pub(crate) fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => with(status, Body::from(body), "no-store"),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            with(StatusCode::INTERNAL_SERVER_ERROR, Body::empty(), "no-store")
        }
    }
}

/// An answer that may be kept for an hour, by anybody.
pub(crate) fn public(body: &impl Serialize) -> Response {
    let mut response = answer(StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.remove(header::PRAGMA);
    response
}

/// An answer without a body.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = with(status, Body::empty(), "no-store");
    response.headers_mut().remove(header::CONTENT_TYPE);
    response
}

fn with(status: StatusCode, body: Body, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
