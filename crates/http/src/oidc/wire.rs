//! Answers as the source and the standards write them.

use musubi_service::oauth_grant::TokenGiven;
use serde::Serialize;

/// What the token endpoint gives (source: トークンエンドポイント, レスポンスデータ).
#[derive(Debug, Serialize)]
pub(crate) struct TokenBody {
    access_token: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl From<TokenGiven> for TokenBody {
    fn from(given: TokenGiven) -> Self {
        let TokenGiven { access_token, expires_in, scope, refresh_token, id_token } = given;
        Self { access_token, token_type: "Bearer", refresh_token, expires_in, scope, id_token }
    }
}

/// An error (RFC 6749, 5.2).
#[derive(Debug, Serialize)]
pub(crate) struct ErrorBody {
    pub(crate) error: &'static str,
    pub(crate) error_description: &'static str,
}

/// The published keys (RFC 7517).
#[derive(Debug, Serialize)]
pub(crate) struct KeySet {
    pub(crate) keys: Vec<Key>,
}

/// A published key.
#[derive(Debug, Serialize)]
pub(crate) struct Key {
    pub(crate) kty: &'static str,
    #[serde(rename = "use")]
    pub(crate) used_for: &'static str,
    pub(crate) alg: &'static str,
    pub(crate) kid: String,
    pub(crate) n: String,
    pub(crate) e: String,
}

/// What the provider can do (OpenID Connect Discovery 1.0, 3; RFC 8414; RFC 9207; Initiating User Registration 1.0).
#[derive(Debug, Serialize)]
pub(crate) struct Metadata<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) userinfo_endpoint: String,
    pub(crate) jwks_uri: String,
    pub(crate) revocation_endpoint: String,
    pub(crate) introspection_endpoint: String,
    pub(crate) end_session_endpoint: String,
    pub(crate) scopes_supported: Vec<&'a str>,
    pub(crate) claims_supported: Vec<&'a str>,
    pub(crate) claim_types_supported: [&'static str; 1],
    pub(crate) response_types_supported: [&'static str; 1],
    pub(crate) response_modes_supported: [&'static str; 1],
    pub(crate) grant_types_supported: [&'static str; 3],
    pub(crate) subject_types_supported: [&'static str; 1],
    pub(crate) id_token_signing_alg_values_supported: [&'static str; 1],
    pub(crate) token_endpoint_auth_methods_supported: [&'static str; 3],
    pub(crate) revocation_endpoint_auth_methods_supported: [&'static str; 3],
    pub(crate) introspection_endpoint_auth_methods_supported: [&'static str; 2],
    pub(crate) code_challenge_methods_supported: [&'static str; 1],
    pub(crate) prompt_values_supported: [&'static str; 4],
    pub(crate) ui_locales_supported: [&'static str; 2],
    pub(crate) claims_parameter_supported: bool,
    pub(crate) request_parameter_supported: bool,
    pub(crate) request_uri_parameter_supported: bool,
    pub(crate) authorization_response_iss_parameter_supported: bool,
}
