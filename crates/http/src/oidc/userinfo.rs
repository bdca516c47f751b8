//! The userinfo endpoint (source: ユーザー情報エンドポイント; OpenID Connect Core, 5.3; RFC 6750).

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use musubi_domain::oauth_error::OauthError;
use musubi_service::Service;
use musubi_service::claims::{UserinfoRefusal, userinfo as claims_of};

use super::call::{Asked, answer, bare};
use super::error::Failure;
use crate::extract::bearer::bearer;
use crate::extract::form;

/// GET and POST /oidc-auth/userinfo
pub(crate) async fn userinfo(State(service): State<Service>, request: Request) -> Response {
    match told(&service, request).await {
        Ok(response) => response,
        Err(Failure::Oauth(error)) => refused(error),
        Err(failure) => failure.into_response(),
    }
}

async fn told(service: &Service, request: Request) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let asked = Asked::from_request_parts(&mut parts, service).await?;
    let of_header = bearer(&parts.headers).map(|token| token.into_owned());
    let of_body = if parts.method == Method::POST && parts.headers.contains_key(header::CONTENT_TYPE) {
        form::read(&parts.headers, body).await?.get("access_token").map(str::to_owned)
    } else {
        None
    };
    let token = match (of_header, of_body) {
        (Some(_), Some(_)) => return Err(Failure::Oauth(OauthError::request("the token is given twice"))),
        (Some(token), None) | (None, Some(token)) => token,
        (None, None) => return Ok(without_token()),
    };
    match claims_of(service, asked.tenant, &token, &asked.peer).await {
        Ok(Ok(claims)) => Ok(answer(StatusCode::OK, &claims)),
        Ok(Err(UserinfoRefusal::Error(error))) => {
            let _ = asked.note.code.set(error.code.word());
            Err(Failure::Oauth(error))
        }
        Ok(Err(UserinfoRefusal::TooManyRequests(seconds))) => {
            let mut response = bare(StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(error) => Err(Failure::of(&asked.note, &error)),
    }
}

/// Nothing was shown, so nothing is said to be wrong (RFC 6750, 3.1).
fn without_token() -> Response {
    let mut response = bare(StatusCode::UNAUTHORIZED);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn refused(error: OauthError) -> Response {
    let failure = Failure::Oauth(error);
    let mut response = answer(failure.status(), &failure.body());
    let said = format!("Bearer error=\"{}\", error_description=\"{}\"", error.code.word(), error.description);
    if let Ok(value) = HeaderValue::from_str(&said) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
