//! Failures of the provider: one exhaustive match from what went wrong to status and body.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::{Error, Kind};
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_service::request::Note;

use super::call::answer;
use super::wire::ErrorBody;
use crate::extract::form::FormRefusal;

/// A request that failed, on its way to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The host names no tenant.
    NoTenant,
    /// What the standards have a word for.
    Oauth(OauthError),
    /// The body is too large.
    TooLarge,
    /// The same request may succeed later.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Failure {
    /// What a use case says; its cause goes into the log.
    pub(crate) fn of(note: &Note, error: &Error) -> Self {
        if let Some(cause) = error.cause() {
            // The first cause stays; there is one per request.
            let _ = note.cause.set(cause.for_log().to_owned());
        }
        match error.kind() {
            Kind::Busy | Kind::Conflict | Kind::StorageFull | Kind::Unavailable => Self::Unavailable,
            // None of these is said of what a client gives: that has words of its own.
            Kind::Invalid | Kind::NotFound | Kind::Forbidden | Kind::Internal => Self::Internal,
        }
    }

    /// The status.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::NoTenant => StatusCode::NOT_FOUND,
            Self::Oauth(OauthError { code: OauthCode::InvalidClient | OauthCode::InvalidToken, .. }) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Oauth(OauthError { code: OauthCode::InsufficientScope, .. }) => StatusCode::FORBIDDEN,
            Self::Oauth(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The words.
    pub(crate) fn body(self) -> ErrorBody {
        let (error, error_description) = match self {
            Self::NoTenant => ("invalid_request", "no tenant is reached at this host"),
            Self::Oauth(error) => (error.code.word(), error.description),
            Self::TooLarge => ("invalid_request", "the body is too large"),
            Self::Unavailable => ("temporarily_unavailable", "try again later"),
            Self::Internal => ("server_error", "tell the administrator the request id"),
        };
        ErrorBody { error, error_description }
    }
}

impl From<FormRefusal> for Failure {
    fn from(refusal: FormRefusal) -> Self {
        Self::Oauth(OauthError::request(match refusal {
            FormRefusal::NoType | FormRefusal::OtherType => "the body must be application/x-www-form-urlencoded",
            FormRefusal::TooLarge => return Self::TooLarge,
            FormRefusal::Broken => "the body did not come in whole",
            FormRefusal::Undecodable => "the body cannot be decoded",
        }))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = answer(self.status(), &self.body());
        if self.status() == StatusCode::UNAUTHORIZED {
            // RFC 6749, 5.2.
            let scheme = HeaderValue::from_static("Basic realm=\"musubi\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if self == Self::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
