//! The facade of the Knowledge Suite+ CRM API. What the source leaves open is settled in docs/guide/crm-api.md.

pub(crate) mod business_card;
mod call;
pub(crate) mod client;
pub(crate) mod contact;
mod convert;
mod error;
pub(crate) mod organization;
mod splice;
pub(crate) mod user;
mod wire;
pub(crate) mod words;

use axum::extract::FromRef;
use musubi_domain::messages::Message;
use musubi_service::Service;

pub(crate) use splice::WireTemplates;

/// 取引先登録.
pub const CLIENT_REGISTER: &str = "/api/crm/client/register";
/// 取引先更新.
pub const CLIENT_UPDATE: &str = "/api/crm/client/update";
/// 取引先削除.
pub const CLIENT_DELETE: &str = "/api/crm/client/delete";
/// 取引先担当者登録.
pub const CONTACT_REGISTER: &str = "/api/crm/client-responsible/register";
/// 取引先担当者更新.
pub const CONTACT_UPDATE: &str = "/api/crm/client-responsible/update";
/// 取引先担当者削除.
pub const CONTACT_DELETE: &str = "/api/crm/client-responsible/delete";
/// 取引先テンプレート取得.
pub const GET_CLIENT_TEMPLATE: &str = "/api/crm/get-client-template";
/// 取引先一覧取得.
pub const GET_CLIENT_LIST: &str = "/api/crm/get-client-list";
/// 取引先詳細取得.
pub const GET_CLIENT_DETAIL: &str = "/api/crm/get-client-detail";
/// 取引先担当者テンプレート取得.
pub const GET_CONTACT_TEMPLATE: &str = "/api/crm/get-client-responsible-template";
/// 取引先担当者一覧取得.
pub const GET_CONTACT_LIST: &str = "/api/crm/get-client-responsible-list";
/// 取引先担当者詳細取得.
pub const GET_CONTACT_DETAIL: &str = "/api/crm/get-client-responsible-detail";
/// 取引先担当者名刺一覧取得.
pub const GET_CONTACT_CARD_LIST: &str = "/api/crm/get-client-responsible-businesscard-list";

/// 組織一覧取得.
pub const GET_ORGANIZATION_LIST: &str = "/api/organization/get-organization-list";
/// ユーザー一覧取得.
pub const GET_USER_LIST: &str = "/api/organization/get-user-list";
/// What the paths of the calls begin with whose members have names with a capital letter.
pub(crate) const ORGANIZATION: &str = "/api/organization/";

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
