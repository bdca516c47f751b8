//! The facade of the Knowledge Suite+ CRM API. What the source leaves open is settled in docs/guide/crm-api.md.

mod call;
pub(crate) mod client;
mod convert;
mod error;
mod splice;
mod wire;

use axum::extract::FromRef;
use musubi_domain::messages::Message;
use musubi_service::Service;

pub(crate) use splice::WireTemplates;

/// 取引先登録.
pub const CLIENT_REGISTER: &str = "/api/crm/client/register";
/// 取引先一覧取得.
pub const GET_CLIENT_LIST: &str = "/api/crm/get-client-list";
/// 取引先詳細取得.
pub const GET_CLIENT_DETAIL: &str = "/api/crm/get-client-detail";

/// What the facade's handlers work with.
#[derive(Clone)]
pub(crate) struct CrmState {
    service: Service,
    templates: WireTemplates,
}

impl CrmState {
    pub(crate) fn new(service: Service) -> Self {
        Self { service, templates: WireTemplates::default() }
    }
}

impl FromRef<CrmState> for Service {
    fn from_ref(state: &CrmState) -> Self {
        state.service.clone()
    }
}

/// Any other path below /api/.
pub(crate) async fn no_such_call(caller: call::Caller) -> error::Failure {
    caller.failure(error::Code::RequestFailure(axum::http::StatusCode::NOT_FOUND), Message::NoSuchCall)
}
