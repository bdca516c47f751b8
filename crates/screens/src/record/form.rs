//! Registering and changing records, deleting and restoring them.

mod delete;
mod duplicate;
mod edit;
mod register;
mod sheet;
mod three_way;
pub(crate) mod told;
mod trash;
mod view;

use axum::Router;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

use crate::record::candidate;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/candidates/{target}", "GET", Guard::Session),
    route("/records/{database}/duplicates", "POST", Guard::Session),
    route("/records/{database}/new", "GET, POST", Guard::Session),
    route("/records/{database}/trash", "GET, POST", Guard::Session),
    route("/records/{database}/{id}/delete", "GET, POST", Guard::Session),
    route("/records/{database}/{id}/edit", "GET, POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/candidates/{target}", get(candidate::show))
        .route("/records/{database}/duplicates", post(duplicate::while_typing))
        .route("/records/{database}/new", get(register::show).post(register::sent))
        .route("/records/{database}/trash", get(trash::show).post(trash::restore))
        .route("/records/{database}/{id}/delete", get(delete::show).post(delete::sent))
        .route("/records/{database}/{id}/edit", get(edit::show).post(edit::sent))
}
