//! The token service of the contract API (source: API認証): its own status, its own codes, the same tokens.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_service::Service;
use musubi_service::contract_token::contract_token_give;

use super::call::{ClientForm, answer};
use super::error::Failure;
use super::token::taken;
use super::wire::{ErrorBody, TokenBody};
use crate::extract::form::FormRefusal;

/// POST /API/oauth2/token
pub(crate) async fn token(State(service): State<Service>, form: ClientForm) -> Response {
    let ClientForm { asked, request } = form;
    let request = match request {
        Ok(request) => request,
        Err(refusal) => {
            let (status, body) = refused(refusal);
            let _ = asked.note.code.set(body.error);
            return answer(status, &body);
        }
    };
    let given = contract_token_give(&service, asked.tenant, request, &asked.note).await;
    match taken(&asked.note, given) {
        Ok(given) => answer(StatusCode::CREATED, &TokenBody::from(given)),
        Err(failure) => answer(status(failure), &body(failure)),
    }
}

/// A fault of ours has a code of its own here (source).
fn body(failure: Failure) -> ErrorBody {
    match failure {
        Failure::Internal => ErrorBody { error: "RCM102205", ..failure.body() },
        other => other.body(),
    }
}

/// A wrong client is 400 here (source).
fn status(failure: Failure) -> StatusCode {
    match failure {
        Failure::Oauth(OauthError { code: OauthCode::InvalidClient, .. }) => StatusCode::BAD_REQUEST,
        other => other.status(),
    }
}

fn refused(refusal: FormRefusal) -> (StatusCode, ErrorBody) {
    let (error, error_description) = match refusal {
        FormRefusal::NoType => ("RCM403102", "Content-Type is missing"),
        FormRefusal::OtherType => ("RCM403103", "Content-Type must be application/x-www-form-urlencoded;charset=UTF-8"),
        FormRefusal::Undecodable => ("RCM403105", "a parameter cannot be decoded"),
        FormRefusal::TooLarge => return (StatusCode::PAYLOAD_TOO_LARGE, Failure::TooLarge.body()),
        FormRefusal::Broken => ("invalid_request", "the body did not come in whole"),
    };
    (StatusCode::BAD_REQUEST, ErrorBody { error, error_description })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_ours_and_wrong_clients_are_answered_as_the_source_lists_them() {
        let oauth = |code| Failure::Oauth(OauthError::new(code, "x"));
        for (failure, expected) in [
            (Failure::Internal, (500, "RCM102205")),
            (Failure::Unavailable, (503, "temporarily_unavailable")),
            (oauth(OauthCode::InvalidClient), (400, "invalid_client")),
            (oauth(OauthCode::InvalidScope), (400, "invalid_scope")),
        ] {
            assert_eq!((status(failure).as_u16(), body(failure).error), expected, "{failure:?}");
        }
    }
}
