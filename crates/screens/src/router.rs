//! All routes of the screens, and what a caller needs for each.
//!
//! An area of pages brings its lines of the table and its part of the router; both stand beside each other in its file.

use axum::Router;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::record::{form, list, page};
use crate::{
    account, assets, authorization, business_card, change_set, consent, error, home, keys, language, logout,
    oauth_client, password, preference, rights, search, session, setting, sign_in as entry, totp, user, webhook,
};

/// Pages that stand for themselves.
const SHELL: &[Route] = &[
    route("/", "GET", Guard::Session),
    route("/assets/{name}", "GET", Guard::Open),
    route("/keys", "GET", Guard::Session),
    route("/language", "GET", Guard::Open),
    route("/search", "GET", Guard::Session),
];

/// Sign-in, the account, and what applications ask for.
const SIGN_IN: &[Route] = &[
    route("/account", "GET", Guard::Session),
    route("/account/consents", "POST", Guard::Session),
    route("/account/password", "POST", Guard::Session),
    route("/account/preference", "POST", Guard::Session),
    route("/account/sessions", "POST", Guard::Session),
    route("/account/totp", "GET, POST", Guard::Session),
    route("/account/totp/remove", "POST", Guard::Session),
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

/// The rights tables of all areas.
const AREAS: &[&[Route]] = &[
    SHELL,
    SIGN_IN,
    list::ROUTES,
    form::ROUTES,
    page::ROUTES,
    business_card::ROUTES,
    change_set::ROUTES,
    webhook::ROUTES,
    user::ROUTES,
    oauth_client::ROUTES,
    rights::ROUTES,
    setting::ROUTES,
];

/// The rights table of the screens.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    AREAS.iter().copied().flatten()
}

/// The router of everything that comes in for people. That of what is for programs takes it in and wraps each request.
pub fn router(service: Service) -> Router {
    Router::new()
        .merge(shell())
        .merge(sign_in())
        .merge(list::routes())
        .merge(form::routes())
        .merge(page::routes())
        .merge(business_card::routes())
        .merge(change_set::routes())
        .merge(webhook::routes())
        .merge(user::routes())
        .merge(oauth_client::routes())
        .merge(rights::routes())
        .merge(setting::routes())
        .method_not_allowed_fallback(error::method_not_allowed)
        .fallback(error::nothing)
        .with_state(service)
}

fn shell() -> Router<Service> {
    Router::new()
        .route("/", get(home::home))
        .route("/assets/{name}", get(assets::asset))
        .route("/keys", get(keys::show))
        .route("/language", get(language::choose))
        .route("/search", get(search::show))
}

fn sign_in() -> Router<Service> {
    Router::new()
        .route("/account", get(account::show))
        .route("/account/consents", post(consent::end))
        .route("/account/password", post(password::change))
        .route("/account/preference", post(preference::keep))
        .route("/account/sessions", post(session::end))
        .route("/account/totp", get(totp::begin).post(totp::confirm))
        .route("/account/totp/remove", post(totp::remove))
        .route("/oidc-auth/authorize", get(authorization::asked).post(authorization::sent))
        .route("/oidc-auth/consent", post(authorization::decided))
        .route("/oidc-auth/logout", get(logout::asked).post(logout::sent))
        .route("/oidc-auth/logout/confirm", post(logout::confirmed))
        .route("/password/forgot", get(password::forgot).post(password::forgot_sent))
        .route("/password/reset", get(password::reset).post(password::reset_sent))
        .route("/sign-in", get(entry::show).post(entry::sent))
        .route("/sign-in/totp", get(entry::totp_alone).post(entry::totp_sent))
        .route("/sign-out", post(session::sign_out))
        .route("/signed-out", get(session::signed_out))
}
