//! All routes of the screens, and what a caller needs for each.

use axum::Router;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::{account, assets, authorization, consent, error, home, language, logout, password, session, sign_in, totp};

/// The rights table of the screens.
pub const ROUTES: [Route; 19] = [
    route("/", "GET", Guard::Session),
    route("/account", "GET", Guard::Session),
    route("/account/consents", "POST", Guard::Session),
    route("/account/password", "POST", Guard::Session),
    route("/account/sessions", "POST", Guard::Session),
    route("/account/totp", "GET, POST", Guard::Session),
    route("/account/totp/remove", "POST", Guard::Session),
    route("/assets/{name}", "GET", Guard::Open),
    route("/language", "GET", Guard::Open),
    route("/oidc-auth/authorize", "GET, POST", Guard::Open),
    route("/oidc-auth/consent", "POST", Guard::Session),
    route("/oidc-auth/logout", "GET, POST", Guard::Open),
    route("/oidc-auth/logout/confirm", "POST", Guard::Session),
    route("/password/forgot", "GET, POST", Guard::Open),
    route("/password/reset", "GET, POST", Guard::Open),
    route("/sign-in", "GET, POST", Guard::Open),
    route("/sign-in/totp", "GET, POST", Guard::Open),
    route("/sign-out", "POST", Guard::Session),
    route("/signed-out", "GET", Guard::Open),
];

/// The router of everything that comes in for people. That of what is for programs takes it in and wraps each request.
pub fn router(service: Service) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/account", get(account::show))
        .route("/account/consents", post(consent::end))
        .route("/account/password", post(password::change))
        .route("/account/sessions", post(session::end))
        .route("/account/totp", get(totp::begin).post(totp::confirm))
        .route("/account/totp/remove", post(totp::remove))
        .route("/assets/{name}", get(assets::asset))
        .route("/language", get(language::choose))
        .route("/oidc-auth/authorize", get(authorization::asked).post(authorization::sent))
        .route("/oidc-auth/consent", post(authorization::decided))
        .route("/oidc-auth/logout", get(logout::asked).post(logout::sent))
        .route("/oidc-auth/logout/confirm", post(logout::confirmed))
        .route("/password/forgot", get(password::forgot).post(password::forgot_sent))
        .route("/password/reset", get(password::reset).post(password::reset_sent))
        .route("/sign-in", get(sign_in::show).post(sign_in::sent))
        .route("/sign-in/totp", get(sign_in::totp_alone).post(sign_in::totp_sent))
        .route("/sign-out", post(session::sign_out))
        .route("/signed-out", get(session::signed_out))
        .method_not_allowed_fallback(error::method_not_allowed)
        .fallback(error::nothing)
        .with_state(service)
}
