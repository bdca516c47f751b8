//! What any program may ask: what can be called here, whether it is alive, whether it is ready.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_service::Service;

/// GET /openapi/crm.json
pub(crate) async fn openapi_crm() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi::crm_text()).into_response()
}

/// GET /healthz: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// GET /readyz: the database answers too.
pub(crate) async fn ready(State(service): State<Service>) -> Response {
    match service.has_tenant().await {
        Ok(true) => "ready\n".into_response(),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "no tenant yet\n").into_response(),
        Err(error) => {
            tracing::warn!(cause = error.cause().map(|cause| cause.for_log()), "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}
