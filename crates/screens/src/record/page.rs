//! The page of one record: the thread of everything about it.

use axum::Router;
use musubi_domain::route::Route;
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
}
