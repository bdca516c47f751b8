//! Errors of OAuth 2.0 and OpenID Connect as they stand on the wire.

/// The word for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OauthCode {
    /// RFC 6749, 4.1.2.1 and 5.2.
    InvalidRequest,
    /// RFC 6749, 5.2.
    InvalidClient,
    /// RFC 6749, 5.2.
    InvalidGrant,
    /// RFC 6749, 4.1.2.1 and 5.2.
    UnauthorizedClient,
    /// RFC 6749, 5.2.
    UnsupportedGrantType,
    /// RFC 6749, 4.1.2.1 and 5.2.
    InvalidScope,
    /// RFC 6749, 4.1.2.1.
    AccessDenied,
    /// RFC 6749, 4.1.2.1.
    UnsupportedResponseType,
    /// OpenID Connect Core, 3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core, 3.1.2.6.
    ConsentRequired,
    /// OpenID Connect Core, 3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core, 3.1.2.6.
    RequestUriNotSupported,
    /// OpenID Connect Core, 3.1.2.6.
    RegistrationNotSupported,
    /// RFC 6750, 3.1.
    InvalidToken,
    /// RFC 6750, 3.1.
    InsufficientScope,
}

impl OauthCode {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

/// An error with what a developer is told of it: printable ASCII without quotes and backslashes (RFC 6749, 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OauthError {
    /// The word for it.
    pub code: OauthCode,
    /// What is wrong.
    pub description: &'static str,
}

impl OauthError {
    /// An error.
    #[must_use]
    pub const fn new(code: OauthCode, description: &'static str) -> Self {
        Self { code, description }
    }

    /// An `invalid_request`.
    #[must_use]
    pub const fn request(description: &'static str) -> Self {
        Self::new(OauthCode::InvalidRequest, description)
    }
}
