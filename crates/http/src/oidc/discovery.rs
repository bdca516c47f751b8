//! What relying parties read of the provider: what it can do, and its keys.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::authorization::{AUTHORIZE_PATH, PROMPTS};
use musubi_service::Service;

use super::call::{Asked, public};
use super::error::Failure;
use super::wire::{Key, KeySet, Metadata};
use super::{INTROSPECT, JWKS, LOGOUT, REVOKE, TOKEN, USERINFO};

/// The claims of every ID token, beside those that scopes release.
const ID_CLAIMS: [&str; 7] = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"];

/// GET /.well-known/openid-configuration
pub(crate) async fn configuration(State(service): State<Service>, asked: Asked) -> Result<Response, Failure> {
    let issuer = service.base_url(&asked.peer);
    let scopes = service.scopes(asked.tenant).await.map_err(|error| Failure::of(&asked.note, &error))?;
    let at = |path: &str| format!("{issuer}{path}");
    let metadata = Metadata {
        issuer: &issuer,
        authorization_endpoint: at(AUTHORIZE_PATH),
        token_endpoint: at(TOKEN),
        userinfo_endpoint: at(USERINFO),
        jwks_uri: at(JWKS),
        revocation_endpoint: at(REVOKE),
        introspection_endpoint: at(INTROSPECT),
        end_session_endpoint: at(LOGOUT),
        scopes_supported: scopes.enabled(),
        claims_supported: [ID_CLAIMS.as_slice(), &scopes.claims()].concat(),
        claim_types_supported: ["normal"],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
        revocation_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
        introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: ["S256"],
        prompt_values_supported: PROMPTS,
        ui_locales_supported: ["ja", "en"],
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
    };
    Ok(public(&metadata))
}

/// GET /oidc-auth/jwks
pub(crate) async fn jwks(State(service): State<Service>, asked: Asked) -> Result<Response, Failure> {
    let keys = service.public_keys(asked.tenant).await.map_err(|error| Failure::of(&asked.note, &error))?;
    let key = |key: musubi_service::signing_key::PublicKey| Key {
        kty: "RSA",
        used_for: "sig",
        alg: "RS256",
        kid: key.kid,
        n: key.modulus,
        e: key.exponent,
    };
    Ok(public(&KeySet { keys: keys.into_iter().map(key).collect() }))
}
