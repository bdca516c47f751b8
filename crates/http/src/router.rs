//! All routes, and what a caller needs for each.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::{crm, middleware, oidc, open};

/// The rights table: every route stands in it, and a test visits each with every wrong caller.
pub const ROUTES: [Route; 25] = [
    route("/openapi/crm.json", "GET", Guard::Open),
    route("/healthz", "GET", Guard::Open),
    route("/readyz", "GET", Guard::Open),
    route(crm::CLIENT_REGISTER, "POST", Guard::Scope),
    route(crm::CLIENT_UPDATE, "POST", Guard::Scope),
    route(crm::CLIENT_DELETE, "POST", Guard::Scope),
    route(crm::CONTACT_REGISTER, "POST", Guard::Scope),
    route(crm::CONTACT_UPDATE, "POST", Guard::Scope),
    route(crm::CONTACT_DELETE, "POST", Guard::Scope),
    route(crm::GET_CLIENT_TEMPLATE, "GET, POST", Guard::Scope),
    route(crm::GET_CLIENT_LIST, "POST", Guard::Scope),
    route(crm::GET_CLIENT_DETAIL, "POST", Guard::Scope),
    route(crm::GET_CONTACT_TEMPLATE, "GET, POST", Guard::Scope),
    route(crm::GET_CONTACT_LIST, "POST", Guard::Scope),
    route(crm::GET_CONTACT_DETAIL, "POST", Guard::Scope),
    route(crm::GET_CONTACT_CARD_LIST, "POST", Guard::Scope),
    route(crm::GET_ORGANIZATION_LIST, "POST", Guard::Scope),
    route(crm::GET_USER_LIST, "POST", Guard::Scope),
    route(oidc::DISCOVERY, "GET", Guard::Open),
    route(oidc::JWKS, "GET", Guard::Open),
    route(oidc::TOKEN, "POST", Guard::Client),
    route(oidc::REVOKE, "POST", Guard::Client),
    route(oidc::INTROSPECT, "POST", Guard::Client),
    route(oidc::USERINFO, "GET, POST", Guard::Token),
    route(oidc::CONTRACT_TOKEN, "POST", Guard::Client),
];

/// The router of everything that comes in: what is for programs, and `screens`, what is for people.
pub fn router(service: Service, screens: Router) -> Router {
    let state = crm::CrmState::new(service.clone());
    // Methods are judged after the caller (crm-api.md, order of checks), so the calls take any.
    let calls = Router::new()
        .route(crm::CLIENT_REGISTER, any(crm::client::register))
        .route(crm::CLIENT_UPDATE, any(crm::client::update))
        .route(crm::CLIENT_DELETE, any(crm::client::delete))
        .route(crm::CONTACT_REGISTER, any(crm::contact::register))
        .route(crm::CONTACT_UPDATE, any(crm::contact::update))
        .route(crm::CONTACT_DELETE, any(crm::contact::delete))
        .route(crm::GET_CLIENT_TEMPLATE, any(crm::client::template))
        .route(crm::GET_CLIENT_LIST, any(crm::client::list))
        .route(crm::GET_CLIENT_DETAIL, any(crm::client::detail))
        .route(crm::GET_CONTACT_TEMPLATE, any(crm::contact::template))
        .route(crm::GET_CONTACT_LIST, any(crm::contact::list))
        .route(crm::GET_CONTACT_DETAIL, any(crm::contact::detail))
        .route(crm::GET_CONTACT_CARD_LIST, any(crm::business_card::list))
        .route(crm::GET_ORGANIZATION_LIST, any(crm::organization::list))
        .route(crm::GET_USER_LIST, any(crm::user::list))
        .route("/api/{*rest}", any(crm::no_such_call))
        .with_state(state);
    let provider = Router::new()
        .route(oidc::DISCOVERY, get(oidc::discovery::configuration))
        .route(oidc::JWKS, get(oidc::discovery::jwks))
        .route(oidc::TOKEN, post(oidc::token::token))
        .route(oidc::REVOKE, post(oidc::token::revoke))
        .route(oidc::INTROSPECT, post(oidc::token::introspect))
        .route(oidc::USERINFO, get(oidc::userinfo::userinfo).post(oidc::userinfo::userinfo))
        .route(oidc::CONTRACT_TOKEN, post(oidc::contract::token))
        .with_state(service.clone());
    let state_of_things = Router::new()
        .route("/openapi/crm.json", get(open::openapi_crm))
        .route("/healthz", get(open::alive))
        .route("/readyz", get(open::ready))
        .with_state(service.clone());
    state_of_things
        .merge(calls)
        .merge(provider)
        .merge(screens)
        .layer(from_fn(middleware::drain::after_answer))
        .layer(from_fn_with_state(service.clone(), middleware::cors::of_calls))
        .layer(from_fn_with_state(service.clone(), middleware::log::each_request))
        .layer(from_fn(middleware::headers::of_each_answer))
        .layer(from_fn_with_state(service, middleware::peer::of_each_request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_domain::scope;

    #[test]
    fn every_guarded_route_has_its_scope_in_the_table_that_ships() {
        for route in ROUTES.iter().filter(|route| route.guard == Guard::Scope) {
            assert!(scope::SHIPPED.iter().any(|(path, _)| *path == route.path), "{}", route.path);
        }
    }
}
