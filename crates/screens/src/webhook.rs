//! Connections (接続): webhooks, and mail.

use axum::Router;
use musubi_domain::route::Route;
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
}
