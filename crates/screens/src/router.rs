//! All routes of the screens, and what a caller needs for each.

use axum::Router;
use axum::routing::get;
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::top;

/// The rights table of the screens.
pub const ROUTES: [Route; 2] = [route("/", "GET", Guard::Open), route("/assets/top.css", "GET", Guard::Open)];

/// The router of everything that comes in for people. That of what is for programs takes it in and wraps each request.
pub fn router(service: Service) -> Router {
    Router::new().route("/", get(top::top)).route("/assets/top.css", get(top::style)).with_state(service)
}
