//! Settings of the tenant: templates, linkage slots, inquiry routes, security, the company, the top page.

mod choice;
mod database;
mod index;
mod input;
mod inquiry_route;
mod item;
mod item_type;
mod linkage;
mod notice;
mod page;
mod security;
mod template;
mod tenant;
mod top_page;

use axum::Router;
use axum::routing::{get, post};
use musubi_domain::route::{Guard, Route, route};
use musubi_service::Service;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/admin", "GET", Guard::Session),
    route("/admin/databases", "GET", Guard::Session),
    route("/admin/databases/new", "GET, POST", Guard::Session),
    route("/admin/inquiry-routes", "GET, POST", Guard::Session),
    route("/admin/inquiry-routes/order", "POST", Guard::Session),
    route("/admin/inquiry-routes/{id}", "GET, POST", Guard::Session),
    route("/admin/inquiry-routes/{id}/remove", "GET, POST", Guard::Session),
    route("/admin/linkage", "GET, POST", Guard::Session),
    route("/admin/linkage/{slot}/remove", "GET, POST", Guard::Session),
    route("/admin/security", "GET, POST", Guard::Session),
    route("/admin/templates/{database}", "GET", Guard::Session),
    route("/admin/templates/{database}/export", "GET", Guard::Session),
    route("/admin/templates/{database}/import", "GET, POST", Guard::Session),
    route("/admin/templates/{database}/items/new", "GET, POST", Guard::Session),
    route("/admin/templates/{database}/items/{item}", "GET, POST", Guard::Session),
    route("/admin/templates/{database}/items/{item}/choices", "GET, POST", Guard::Session),
    route("/admin/templates/{database}/items/{item}/index", "POST", Guard::Session),
    route("/admin/templates/{database}/items/{item}/remove", "GET, POST", Guard::Session),
    route("/admin/templates/{database}/items/{item}/restore", "POST", Guard::Session),
    route("/admin/templates/{database}/order", "POST", Guard::Session),
    route("/admin/templates/{database}/preview", "GET", Guard::Session),
    route("/admin/tenant", "GET, POST", Guard::Session),
    route("/admin/top-page", "GET", Guard::Session),
    route("/admin/top-page/blocks/{group}", "GET, POST", Guard::Session),
    route("/admin/top-page/notices/new", "GET, POST", Guard::Session),
    route("/admin/top-page/notices/{notice}", "GET, POST", Guard::Session),
    route("/admin/top-page/notices/{notice}/remove", "GET, POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/admin", get(index::show))
        .route("/admin/databases", get(database::show))
        .route("/admin/databases/new", get(database::ask).post(database::create))
        .route("/admin/inquiry-routes", get(inquiry_route::show).post(inquiry_route::create))
        .route("/admin/inquiry-routes/order", post(inquiry_route::order))
        .route("/admin/inquiry-routes/{id}", get(inquiry_route::edit).post(inquiry_route::rename))
        .route("/admin/inquiry-routes/{id}/remove", get(inquiry_route::remove_ask).post(inquiry_route::remove))
        .route("/admin/linkage", get(linkage::show).post(linkage::change))
        .route("/admin/linkage/{slot}/remove", get(linkage::remove_ask).post(linkage::remove))
        .route("/admin/security", get(security::show).post(security::change))
        .route("/admin/tenant", get(tenant::show).post(tenant::change))
        .merge(templates())
        .merge(top_page())
}

fn templates() -> Router<Service> {
    Router::new()
        .route("/admin/templates/{database}", get(template::show))
        .route("/admin/templates/{database}/export", get(template::export))
        .route("/admin/templates/{database}/import", get(template::import_ask).post(template::import))
        .route("/admin/templates/{database}/items/new", get(item::ask).post(item::add))
        .route("/admin/templates/{database}/items/{item}", get(item::show).post(item::change))
        .route("/admin/templates/{database}/items/{item}/choices", get(choice::show).post(choice::change))
        .route("/admin/templates/{database}/items/{item}/index", post(item::index))
        .route("/admin/templates/{database}/items/{item}/remove", get(item::remove_ask).post(item::remove))
        .route("/admin/templates/{database}/items/{item}/restore", post(item::restore))
        .route("/admin/templates/{database}/order", post(template::order))
        .route("/admin/templates/{database}/preview", get(template::preview))
}

fn top_page() -> Router<Service> {
    Router::new()
        .route("/admin/top-page", get(top_page::show))
        .route("/admin/top-page/blocks/{group}", get(top_page::blocks).post(top_page::blocks_change))
        .route("/admin/top-page/notices/new", get(notice::ask).post(notice::create))
        .route("/admin/top-page/notices/{notice}", get(notice::edit).post(notice::change))
        .route("/admin/top-page/notices/{notice}/remove", get(notice::remove_ask).post(notice::remove))
}
