//! Failures of the facade: one exhaustive match from what went wrong to status and code (crm-api.md, Status codes).

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::{Error, Kind, Problem};
use musubi_domain::messages::Message;
use musubi_service::access::{Denied, Refusal};
use musubi_service::request::Note;

use super::ORGANIZATION;
use super::wire::{AppStatus, FailureBody, StatusDetail, organization};

/// Details of one answer; what is beyond is counted.
const DETAILS: usize = 1_000;

/// The codes of the source, with the status where it varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// E280 and the others that turn a caller away.
    Refused(Refusal),
    /// E041.
    InvalidParameter,
    /// E051.
    NotExistData,
    /// E199.
    RequestFailure(StatusCode),
}

impl Code {
    fn code(self) -> &'static str {
        match self {
            Self::Refused(Refusal::NoTenant) => "E280",
            Self::Refused(Refusal::NoToken) => "E281",
            Self::Refused(Refusal::UnknownToken) => "E282",
            Self::Refused(Refusal::ExpiredToken) => "E283",
            Self::Refused(Refusal::MissingScope) => "E284",
            Self::Refused(Refusal::OtherTenant) => "E380",
            Self::InvalidParameter => "E041",
            Self::NotExistData => "E051",
            Self::RequestFailure(_) | Self::Refused(Refusal::Address | Refusal::TooManyRequests { .. }) => "E199",
        }
    }

    /// The source's own words.
    fn message(self) -> &'static str {
        match self {
            Self::Refused(Refusal::NoTenant) => "テナントが正しくありません",
            Self::Refused(Refusal::NoToken | Refusal::UnknownToken) => "トークンが不正です",
            Self::Refused(Refusal::ExpiredToken) => "トークンの有効期限が切れています",
            Self::Refused(Refusal::MissingScope) => "トークンのスコープ外です",
            Self::Refused(Refusal::OtherTenant) => "テナントの企業IDが一致しませんでした",
            Self::InvalidParameter => "INVALID_PARAMETER",
            Self::NotExistData => "NOT_EXIST_DATA",
            Self::RequestFailure(_) | Self::Refused(Refusal::Address | Refusal::TooManyRequests { .. }) => {
                "REQUEST_FAILURE"
            }
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Refused(Refusal::NoTenant) => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::NoToken | Refusal::UnknownToken | Refusal::ExpiredToken) => StatusCode::UNAUTHORIZED,
            Self::Refused(Refusal::MissingScope | Refusal::OtherTenant | Refusal::Address) => StatusCode::FORBIDDEN,
            Self::Refused(Refusal::TooManyRequests { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::InvalidParameter => StatusCode::BAD_REQUEST,
            Self::NotExistData => StatusCode::NOT_FOUND,
            Self::RequestFailure(status) => status,
        }
    }

    /// Whether the tenant can have it answered with 200: what the body alone tells. What concerns the call itself keeps its status.
    fn is_soft(self) -> bool {
        matches!(
            self,
            Self::InvalidParameter | Self::NotExistData | Self::RequestFailure(StatusCode::INTERNAL_SERVER_ERROR)
        )
    }
}

/// A failed call on its way to its answer.
#[derive(Debug)]
pub(crate) struct Failure {
    note: Arc<Note>,
    code: Code,
    problems: Vec<Problem>,
}

impl Failure {
    /// A failure with one thing to say.
    pub(crate) fn new(note: &Arc<Note>, code: Code, message: Option<Message>) -> Self {
        let problems =
            message.map(|message| Problem { path: String::new(), item: None, message }).into_iter().collect();
        Self { note: Arc::clone(note), code, problems }
    }

    /// A caller who is turned away.
    pub(crate) fn denied(note: &Arc<Note>, denied: Denied) -> Self {
        match denied {
            Denied::Refused(refusal) => {
                // The source has no code of its own for these: the message says why.
                let message = match refusal {
                    Refusal::Address => Some(Message::AddressNotAllowed),
                    Refusal::TooManyRequests { seconds } => Some(Message::TooManyRequests { seconds }),
                    Refusal::NoTenant
                    | Refusal::NoToken
                    | Refusal::UnknownToken
                    | Refusal::ExpiredToken
                    | Refusal::OtherTenant
                    | Refusal::MissingScope => None,
                };
                Self::new(note, Code::Refused(refusal), message)
            }
            Denied::Failed(error) => Self::of(note, &error),
        }
    }

    /// What a use case says.
    pub(crate) fn of(note: &Arc<Note>, error: &Error) -> Self {
        if let Some(cause) = error.cause() {
            // The first cause stays; there is one per request.
            let _ = note.cause.set(cause.for_log().to_owned());
        }
        let (code, message) = match error.kind() {
            Kind::Invalid => (Code::InvalidParameter, None),
            Kind::NotFound => (Code::NotExistData, None),
            Kind::Forbidden => (Code::Refused(Refusal::MissingScope), None),
            Kind::Busy | Kind::Conflict => (Code::RequestFailure(StatusCode::SERVICE_UNAVAILABLE), Some(Message::Busy)),
            Kind::StorageFull => (Code::RequestFailure(StatusCode::SERVICE_UNAVAILABLE), Some(Message::StorageFull)),
            Kind::Unavailable => (Code::RequestFailure(StatusCode::SERVICE_UNAVAILABLE), Some(Message::Unavailable)),
            Kind::Internal => (Code::RequestFailure(StatusCode::INTERNAL_SERVER_ERROR), Some(Message::Internal)),
        };
        let mut failure = Self::new(note, code, message);
        failure.problems.extend_from_slice(error.problems());
        failure
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self { note, code, mut problems } = self;
        if let Some(left) = problems.len().checked_sub(DETAILS).filter(|left| *left > 0) {
            problems.truncate(DETAILS);
            let message = Message::MoreProblems { count: left };
            problems.push(Problem { path: String::new(), item: None, message });
        }
        let _ = note.code.set(code.code());
        let details = problems.iter().map(|problem| StatusDetail {
            path: &problem.path,
            item_id: problem.item,
            code: problem.message.code(),
            reason: problem.message.text(note.locale),
        });
        let request_id = (code.code() == "E199").then_some(note.request_id);
        let status = AppStatus { code: code.code(), message: code.message(), details: details.collect(), request_id };
        let soft = code.is_soft() && note.soft.get() == Some(&true);
        let http = if soft { StatusCode::OK } else { code.status() };
        let mut response = if note.path.starts_with(ORGANIZATION) {
            super::call::json(http, &organization::FailureBody { app_status: status.into() })
        } else {
            super::call::json(http, &FailureBody { app_status: status })
        };
        if http == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Code::Refused(Refusal::TooManyRequests { seconds }) = code {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(code, Code::Refused(Refusal::NoToken | Refusal::UnknownToken | Refusal::ExpiredToken)) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let allowed = problems.iter().find_map(|problem| match problem.message {
            Message::MethodNotAllowed { allowed } => Some(allowed),
            _ => None,
        });
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }
}
