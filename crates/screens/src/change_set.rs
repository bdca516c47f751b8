//! Change sets (変更の一覧), imports, and jobs while they run.

mod list;
mod show;
mod undo;

pub(crate) use list::SetShown;

use axum::Router;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::{import, job, merge};

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/changes", "GET", Guard::Session),
    route("/changes/{id}", "GET", Guard::Session),
    route("/changes/{id}/undo", "GET, POST", Guard::Session),
    route("/jobs/{number}", "GET", Guard::Session),
    route("/jobs/{number}/events", "GET", Guard::Session),
    route("/jobs/{number}/report", "GET", Guard::Session),
    route("/jobs/{number}/import", "POST", Guard::Session),
    route("/jobs/{number}/stop", "POST", Guard::Session),
    route("/records/{database}/import", "GET, POST", Guard::Session),
    route("/records/{database}/import/columns", "GET", Guard::Session),
    route("/records/{database}/{id}/merge", "GET, POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/changes", get(list::show))
        .route("/changes/{id}", get(show::show))
        .route("/changes/{id}/undo", get(undo::ask).post(undo::begin))
        .route("/jobs/{number}", get(job::show))
        .route("/jobs/{number}/events", get(job::events))
        .route("/jobs/{number}/report", get(job::report))
        .route("/jobs/{number}/import", post(import::go_on))
        .route("/jobs/{number}/stop", post(job::stop))
        .route("/records/{database}/import", get(import::show).post(import::check))
        .route("/records/{database}/import/columns", get(import::columns))
        .route("/records/{database}/{id}/merge", get(merge::show).post(merge::merge))
}
