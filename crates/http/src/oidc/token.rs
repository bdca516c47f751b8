//! The token endpoint, and what clients ask about tokens that they have.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Result as Outcome;
use musubi_service::Service;
use musubi_service::claims::introspect as token_introspect;
use musubi_service::oauth_grant::{Given, token_give};
use musubi_service::request::Note;
use musubi_service::revocation::token_give_up;

use super::call::{ClientForm, answer, bare};
use super::error::Failure;
use super::wire::TokenBody;

/// POST /oidc-auth/token
pub(crate) async fn token(State(service): State<Service>, form: ClientForm) -> Result<Response, Failure> {
    let ClientForm { asked, request } = form;
    let issuer = service.base_url(&asked.peer);
    let given = token_give(&service, asked.tenant, request?, &issuer, &asked.note).await;
    Ok(answer(StatusCode::OK, &TokenBody::from(taken(&asked.note, given)?)))
}

/// POST /oidc-auth/introspect
pub(crate) async fn introspect(State(service): State<Service>, form: ClientForm) -> Result<Response, Failure> {
    let ClientForm { asked, request } = form;
    let issuer = service.base_url(&asked.peer);
    let told = token_introspect(&service, asked.tenant, request?, &issuer).await;
    Ok(answer(StatusCode::OK, &taken(&asked.note, told)?))
}

/// POST /oidc-auth/revoke: every failure is 403 without a body (source), but for those of ours, after which the token may still be worth
/// something (RFC 7009, 2.2.1).
pub(crate) async fn revoke(State(service): State<Service>, form: ClientForm) -> Response {
    let ClientForm { asked, request } = form;
    let outcome = match request {
        Ok(request) => taken(&asked.note, token_give_up(&service, asked.tenant, request, &asked.note).await),
        Err(refusal) => Err(refusal.into()),
    };
    bare(match outcome {
        Ok(()) => StatusCode::OK,
        Err(failure) if failure.status().is_server_error() => failure.status(),
        Err(_) => StatusCode::FORBIDDEN,
    })
}

/// What a use case gives, or the failure that it has come to.
pub(super) fn taken<T>(note: &Note, outcome: Outcome<Given<T>>) -> Result<T, Failure> {
    match outcome {
        Ok(Ok(given)) => Ok(given),
        Ok(Err(error)) => {
            let _ = note.code.set(error.code.word());
            Err(Failure::Oauth(error))
        }
        Err(error) => Err(Failure::of(note, &error)),
    }
}
