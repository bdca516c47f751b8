//! 取引先: register, list, detail.

use axum::extract::State;
use axum::response::Response;
use musubi_service::client::{client_get, client_list, client_register};

use super::call::{Caller, JsonBody};
use super::error::Failure;
use super::wire::{
    AppStatus, ClientListInfo, ClientListResponse, ClientListRow, ClientRegisterResponse, RegisterClientResult,
};
use super::{CrmState, convert, splice};
use crate::extract::json;

/// POST /api/crm/client/register
pub(crate) async fn register(
    State(state): State<CrmState>,
    caller: Caller,
    body: JsonBody,
) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let command = convert::client_register(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let client_id =
        client_register(&state.service, &caller.context, command).await.map_err(|error| caller.error(&error))?;
    Ok(caller.answer(&ClientRegisterResponse {
        register_client_result: RegisterClientResult { client_id },
        app_status: AppStatus::success(),
    }))
}

/// POST /api/crm/get-client-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let request = convert::client_list(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let listed = client_list(&state.service, &caller.context, request.filter, request.offset, request.limit).await;
    let listed = listed.map_err(|error| caller.error(&error))?;
    let rows = listed.page.rows.iter().map(|row| ClientListRow {
        client_id: row.id,
        client_name: &row.display_name,
        system_linkage_info_list: convert::linkage_list(&listed.slots, &row.linkage),
    });
    let client_list_info = ClientListInfo { client_list: rows.collect(), get_more_flag: listed.page.more };
    Ok(caller.answer(&ClientListResponse { client_list_info, app_status: AppStatus::success() }))
}

/// POST /api/crm/get-client-detail
pub(crate) async fn detail(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let (key, path) = convert::client_key(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let client = client_get(&state.service, &caller.context, key, &path).await.map_err(|error| caller.error(&error))?;
    let template = state.templates.of(caller.context.tenant, &client.template);
    Ok(caller.success(splice::client_detail(&template, &client)))
}
