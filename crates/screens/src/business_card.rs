//! Business cards (名刺): entry and the review of doubtful ones (名寄せ).

use axum::Router;
use musubi_domain::route::Route;
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
}
