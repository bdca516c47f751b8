//! Pages for what went wrong: one exhaustive match from what it is to status and words.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::{Error, Kind};
use musubi_domain::messages::Message;
use musubi_service::access::{Denied, Refusal};

use crate::frame::Frame;

/// What can go wrong with a request for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// What was sent cannot be read, or means nothing.
    BadRequest,
    /// The body is of another type than a form.
    NotAForm,
    /// The body is too large.
    TooLarge,
    /// The body did not come in time, or not whole.
    Incomplete,
    /// The form was not one of ours, or of another sign-in.
    FormOver,
    /// Sign-in is not allowed from this network.
    Address,
    /// Not allowed.
    Forbidden,
    /// There is no such page or thing.
    NotFound,
    /// The host names no tenant.
    NoTenant,
    /// The route does not know the method.
    MethodNotAllowed,
    /// Somebody else was first.
    Conflict,
    /// Too much to do.
    Busy,
    /// The database does not answer, or has no room.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// An authorization request that must not be answered with a redirect (RFC 6749, 4.1.2.1).
    Authorization(Vec<Message>),
}

impl Wrong {
    const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest | Self::Authorization(_) => StatusCode::BAD_REQUEST,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::FormOver | Self::Address | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NoTenant => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word for it in the log.
    const fn code(&self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::NotAForm => "not_a_form",
            Self::TooLarge => "too_large",
            Self::Incomplete => "incomplete",
            Self::FormOver => "form_over",
            Self::Address => "address",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::NoTenant => "no_tenant",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
            Self::Authorization(_) => "authorization_refused",
        }
    }

    /// Title and text.
    const fn words(&self, frame: &Frame) -> (&'static str, &'static str) {
        let say = frame.say;
        match self {
            Self::BadRequest | Self::NotAForm | Self::Incomplete => (say.bad_request, say.bad_request_text),
            Self::TooLarge => (say.too_large, say.too_large_text),
            Self::FormOver => (say.form_over, say.form_over_text),
            Self::Address => (say.forbidden, say.sign_in_address),
            Self::Forbidden => (say.forbidden, say.forbidden_text),
            Self::NotFound => (say.not_found, say.not_found_text),
            Self::NoTenant => (say.no_tenant, say.no_tenant_text),
            Self::MethodNotAllowed => (say.method_not_allowed, say.method_not_allowed_text),
            Self::Conflict => (say.conflict, say.conflict_text),
            Self::Busy => (say.busy, say.busy_text),
            Self::Unavailable => (say.unavailable, say.unavailable_text),
            Self::Internal => (say.internal, say.internal_text),
            Self::Authorization(_) => (say.authorization_refused, say.authorization_refused_text),
        }
    }
}

/// A request that failed, on its way to its page.
pub(crate) struct Failure {
    // Behind a pointer, so that what succeeds does not carry its size.
    frame: Box<Frame>,
    wrong: Wrong,
}

impl Failure {
    /// A failure.
    pub(crate) fn new(frame: impl Into<Box<Frame>>, wrong: Wrong) -> Self {
        Self { frame: frame.into(), wrong }
    }

    /// A fault of ours, with what the log should know.
    pub(crate) fn internal(frame: &Frame, cause: impl Into<Box<str>>) -> Self {
        Self::of(frame, &Error::internal(cause))
    }

    /// What a use case says.
    pub(crate) fn of(frame: &Frame, error: &Error) -> Self {
        if let Some(cause) = error.cause() {
            // The first cause stays; there is one per request.
            let _ = frame.note.cause.set(cause.for_log().to_owned());
        }
        let wrong = match error.kind() {
            Kind::Invalid => Wrong::BadRequest,
            Kind::NotFound => Wrong::NotFound,
            Kind::Forbidden => Wrong::Forbidden,
            Kind::Conflict => Wrong::Conflict,
            Kind::Busy => Wrong::Busy,
            Kind::StorageFull | Kind::Unavailable => Wrong::Unavailable,
            Kind::Internal => Wrong::Internal,
        };
        Self::new(frame.clone(), wrong)
    }

    /// A host without a tenant, or an error on the way to know.
    pub(crate) fn denied(frame: &Frame, denied: &Denied) -> Self {
        match denied {
            Denied::Failed(error) => Self::of(frame, error),
            Denied::Refused(Refusal::Address) => Self::new(frame.clone(), Wrong::Address),
            Denied::Refused(Refusal::TooManyRequests { .. }) => Self::new(frame.clone(), Wrong::Busy),
            Denied::Refused(Refusal::NoTenant) => Self::new(frame.clone(), Wrong::NoTenant),
            Denied::Refused(
                Refusal::NoToken
                | Refusal::UnknownToken
                | Refusal::ExpiredToken
                | Refusal::OtherTenant
                | Refusal::MissingScope,
            ) => Self::new(frame.clone(), Wrong::Forbidden),
        }
    }
}

#[derive(Template)]
#[template(path = "error/error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    title: &'static str,
    text: &'static str,
    details: Vec<(&'static str, String)>,
    request_id: String,
    has_home: bool,
    /// Whether somebody who lacks a right is told whom to ask for it.
    has_granters: bool,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self { frame, wrong } = self;
        let _ = frame.note.code.set(wrong.code());
        let (title, text) = wrong.words(&frame);
        let details = match &wrong {
            Wrong::Authorization(messages) => {
                messages.iter().map(|message| (message.code(), message.text(frame.locale))).collect()
            }
            _ => Vec::new(),
        };
        let request_id = frame.note.request_id.hyphenated().to_string();
        let has_home = !matches!(wrong, Wrong::NoTenant | Wrong::Authorization(_));
        let has_granters = wrong == Wrong::Forbidden && frame.menu.is_some();
        let page = ErrorPage { frame: &frame, title, text, details, request_id, has_home, has_granters };
        // A page that cannot be written cannot be told of with a page.
        let status = wrong.status();
        let mut response = match frame.page(status, &page, &[]) {
            Ok(response) => response,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// A path that nobody knows.
pub(crate) async fn nothing(frame: Frame) -> Failure {
    Failure::new(frame, Wrong::NotFound)
}

/// A method that the route does not know.
pub(crate) async fn method_not_allowed(frame: Frame) -> Failure {
    Failure::new(frame, Wrong::MethodNotAllowed)
}
