//! All routes, and what a caller needs for each.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use musubi_service::Service;

use crate::{crm, middleware, open};

/// What a caller needs for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    Open,
    /// A token with a scope that the tenant's table gives for the path.
    Scope,
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// The methods that it knows.
    pub methods: &'static str,
    /// What a caller needs.
    pub guard: Guard,
}

const fn route(path: &'static str, methods: &'static str, guard: Guard) -> Route {
    Route { path, methods, guard }
}

/// The rights table: every route stands in it, and a test visits each with every wrong caller.
pub const ROUTES: [Route; 8] = [
    route("/", "GET", Guard::Open),
    route("/assets/top.css", "GET", Guard::Open),
    route("/openapi/crm.json", "GET", Guard::Open),
    route("/healthz", "GET", Guard::Open),
    route("/readyz", "GET", Guard::Open),
    route(crm::CLIENT_REGISTER, "POST", Guard::Scope),
    route(crm::GET_CLIENT_LIST, "POST", Guard::Scope),
    route(crm::GET_CLIENT_DETAIL, "POST", Guard::Scope),
];

/// The router of everything that comes in for programs.
pub fn router(service: Service) -> Router {
    let state = crm::CrmState::new(service.clone());
    // Methods are judged after the caller (crm-api.md, order of checks), so the calls take any.
    let calls = Router::new()
        .route(crm::CLIENT_REGISTER, any(crm::client::register))
        .route(crm::GET_CLIENT_LIST, any(crm::client::list))
        .route(crm::GET_CLIENT_DETAIL, any(crm::client::detail))
        .route("/api/{*rest}", any(crm::no_such_call))
        .with_state(state);
    let pages = Router::new()
        .route("/", get(open::top))
        .route("/assets/top.css", get(open::style))
        .route("/openapi/crm.json", get(open::openapi_crm))
        .route("/healthz", get(open::alive))
        .route("/readyz", get(open::ready))
        .fallback(open::nothing)
        .with_state(service.clone());
    pages
        .merge(calls)
        .layer(from_fn(middleware::drain::after_answer))
        .layer(from_fn_with_state(service, middleware::log::each_request))
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
