//! What every call of the facade takes: a caller who may call it, and a JSON body; and the form of its answers.
//!
//! The order of checks is that of crm-api.md: host, token, tenant, scope (the caller), then method, type and size, then the
//! body. A handler takes [`Caller`] first and [`JsonBody`] last, so its signature shows it.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::context::Context;
use musubi_domain::error::Error;
use musubi_domain::messages::Message;
use musubi_domain::{error, limits};
use musubi_service::Service;
use musubi_service::access::{Call, Denied, Refusal};
use musubi_service::request::{Note, Peer};
use serde::Serialize;

use super::error::{Code, Failure};
use crate::extract::bearer::bearer;
use crate::extract::body::{self, BodyRefusal};

/// A caller who may call this path: tenant by host, token, scope.
pub(crate) struct Caller {
    pub(crate) context: Arc<Context>,
    note: Arc<Note>,
}

impl Caller {
    /// A failure of this call.
    pub(crate) fn failure(&self, code: Code, message: Message) -> Failure {
        Failure::new(&self.note, code, Some(message))
    }

    /// What a use case or a body says went wrong.
    pub(crate) fn error(&self, error: &Error) -> Failure {
        Failure::of(&self.note, error)
    }

    /// A body that has problems.
    pub(crate) fn problems(&self, problems: Vec<error::Problem>) -> Failure {
        self.error(&Error::invalid(problems))
    }

    /// The answer of a call that succeeded.
    pub(crate) fn success(&self, body: Vec<u8>) -> Response {
        let _ = self.note.code.set("S000");
        bytes(StatusCode::OK, body)
    }

    /// As [`Caller::success`], of a wire struct.
    pub(crate) fn answer(&self, body: &impl Serialize) -> Response {
        let _ = self.note.code.set("S000");
        json(StatusCode::OK, body)
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let service = Service::from_ref(state);
        let note = note_of(parts);
        let peer = parts
            .extensions
            .get::<Peer>()
            .expect("the router's outermost layer says of every request where it came from");
        let tenant =
            service.tenant_of_host(peer.host.as_deref()).await.map_err(|denied| Failure::denied(&note, denied))?;
        let _ = note.tenant.set(tenant);
        let settings = service.tenant_settings(tenant).await.map_err(|error| Failure::of(&note, &error))?;
        let _ = note.soft.set(settings.failures_answer_200);
        let bearer = bearer(&parts.headers);
        let call = Call {
            peer,
            bearer: bearer.as_deref(),
            path: parts.uri.path(),
            locale: note.locale,
            request_id: note.request_id,
        };
        let context = match service.caller(tenant, call).await {
            Ok(context) => context,
            Err(denied) => {
                if matches!(denied, Denied::Refused(Refusal::Address)) {
                    // Whoever runs the server sees the address that he would have to allow, or that a proxy hides another.
                    let _ = note.cause.set(format!("not allowed from {}", peer.address));
                }
                return Err(Failure::denied(&note, denied));
            }
        };
        let _ = note.user.set(context.actor.user);
        Ok(Self { context, note })
    }
}

fn note_of(parts: &Parts) -> Arc<Note> {
    Arc::clone(parts.extensions.get::<Arc<Note>>().expect("the router's outermost layer gives every request its note"))
}

/// The body of a POST with JSON, read whole.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let note = note_of(&parts);
        let fail = |status, message| Failure::new(&note, Code::RequestFailure(status), Some(message));
        if parts.method != Method::POST {
            return Err(fail(StatusCode::METHOD_NOT_ALLOWED, Message::MethodNotAllowed { allowed: "POST" }));
        }
        if !body::is_json(&parts.headers) {
            return Err(fail(StatusCode::UNSUPPORTED_MEDIA_TYPE, Message::NotJsonType));
        }
        body::read(&parts.headers, body).await.map(Self).map_err(|refusal| match refusal {
            BodyRefusal::TooLarge => {
                fail(StatusCode::PAYLOAD_TOO_LARGE, Message::BodyTooLarge { most: limits::BODY_BYTES })
            }
            BodyRefusal::Broken => fail(StatusCode::REQUEST_TIMEOUT, Message::BodyIncomplete),
        })
    }
}

/// A GET, or a POST whose body says nothing; of one that is there type and size are judged as of any.
pub(crate) struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Self);
        }
        let (parts, body) = request.into_parts();
        let fail = |status, message| Failure::new(&note_of(&parts), Code::RequestFailure(status), Some(message));
        if parts.method != Method::POST {
            let message = Message::MethodNotAllowed { allowed: "GET, POST" };
            return Err(fail(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        let size = body.size_hint();
        if size.upper() != Some(0) && !body::is_json(&parts.headers) {
            return Err(fail(StatusCode::UNSUPPORTED_MEDIA_TYPE, Message::NotJsonType));
        }
        if size.lower() > u64::try_from(limits::BODY_BYTES).unwrap_or(u64::MAX) {
            return Err(fail(StatusCode::PAYLOAD_TOO_LARGE, Message::BodyTooLarge { most: limits::BODY_BYTES }));
        }
        Ok(Self)
    }
}

/// An answer of a wire struct.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => bytes(status, body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn bytes(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
