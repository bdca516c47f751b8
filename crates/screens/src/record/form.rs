//! Registering and changing records, deleting and restoring them.

use axum::Router;
use axum::routing::get;
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::record::candidate;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[route("/candidates/{target}", "GET", Guard::Session)];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/candidates/{target}", get(candidate::show))
}
