//! Business cards (名刺): the review of doubtful ones (名寄せ). They are registered and listed as records.

mod review;

use axum::Router;
use axum::routing::get;
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[route("/cards/review", "GET, POST", Guard::Session)];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/cards/review", get(review::show).post(review::settle))
}
