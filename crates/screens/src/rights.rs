//! Who may do what (全体権限一覧).

mod apply;
mod change;
mod database;
mod table;
mod why;
mod words;

use axum::Router;
use axum::routing::get;
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/admin/rights", "GET, POST", Guard::Session),
    route("/admin/rights/download", "GET", Guard::Session),
    route("/admin/rights/users/{login}", "GET", Guard::Session),
    route("/admin/rights/users/{login}/{database}", "GET, POST", Guard::Session),
    route("/admin/rights/users/{login}/{database}/apply", "GET, POST", Guard::Session),
    route("/admin/rights/why", "GET", Guard::Session),
    route("/rights/granters", "GET", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/admin/rights", get(table::show).post(change::sent))
        .route("/admin/rights/download", get(table::download))
        .route("/admin/rights/users/{login}", get(change::person))
        .route("/admin/rights/users/{login}/{database}", get(database::show).post(database::sent))
        .route("/admin/rights/users/{login}/{database}/apply", get(apply::show).post(apply::sent))
        .route("/admin/rights/why", get(why::show))
        .route("/rights/granters", get(table::granters_shown))
}
