//! 取引先: register, update, delete, template, list, detail.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::client::DATABASE;
use musubi_service::client::{client_delete, client_get, client_list, client_register, client_update};
use musubi_service::template::template_get;

use super::call::{Caller, JsonBody, NoBody};
use super::convert::{self, key, list};
use super::error::Failure;
use super::wire::AppStatus;
use super::wire::answer::{
    ClientDeleteResponse, ClientId, ClientListInfo, ClientListResponse, ClientListRow, ClientRegisterResponse,
    ClientTemplateResponse, ClientUpdateResponse,
};
use super::words::CLIENT;
use super::{CrmState, splice};
use crate::extract::json;

/// POST /api/crm/client/register
pub(crate) async fn register(
    State(state): State<CrmState>,
    caller: Caller,
    body: JsonBody,
) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let given = convert::client_register(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let client_id =
        client_register(&state.service, &caller.context, given).await.map_err(|error| caller.error(&error))?;
    let register_client_result = ClientId { client_id };
    Ok(caller.answer(&ClientRegisterResponse { register_client_result, app_status: AppStatus::success() }))
}

/// POST /api/crm/client/update
pub(crate) async fn update(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let ((key, path), given) = convert::client_update(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let updated = client_update(&state.service, &caller.context, (key, &path), given).await;
    let update_client_result = ClientId { client_id: updated.map_err(|error| caller.error(&error))? };
    Ok(caller.answer(&ClientUpdateResponse { update_client_result, app_status: AppStatus::success() }))
}

/// POST /api/crm/client/delete
pub(crate) async fn delete(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let request = key::delete(&body, &CLIENT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let deleted = client_delete(&state.service, &caller.context, request.keys, request.force).await;
    let deleted = deleted.map_err(|error| caller.error(&error))?;
    let deleted_client_list = deleted.records.into_iter().map(|client_id| ClientId { client_id }).collect();
    Ok(caller.answer(&ClientDeleteResponse { deleted_client_list, app_status: AppStatus::success() }))
}

/// GET and POST /api/crm/get-client-template
pub(crate) async fn template(State(state): State<CrmState>, caller: Caller, _: NoBody) -> Result<Response, Failure> {
    let seen = template_get(&state.service, &caller.context, DATABASE).await.map_err(|error| caller.error(&error))?;
    Ok(caller.answer(&ClientTemplateResponse {
        client_template_info: convert::template_info(&seen),
        system_linkage_setting_info_list: convert::linkage_settings(&seen.slots),
        app_status: AppStatus::success(),
    }))
}

/// POST /api/crm/get-client-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let request = list::list(&body, list::CLIENT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let page = request.page;
    let listed = client_list(&state.service, &caller.context, &request.asked, page.offset, page.limit).await;
    let listed = listed.map_err(|error| caller.error(&error))?;
    let rows = listed.rows.iter().map(|row| ClientListRow {
        client_id: row.id,
        client_name: &row.display_name,
        system_linkage_info_list: convert::linkage_list(&listed.slots, &row.linkage),
    });
    let client_list_info = ClientListInfo { client_list: rows.collect(), get_more_flag: listed.more };
    Ok(caller.answer(&ClientListResponse { client_list_info, app_status: AppStatus::success() }))
}

/// POST /api/crm/get-client-detail
pub(crate) async fn detail(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let (key, path) = key::detail(&body, &CLIENT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let client = client_get(&state.service, &caller.context, key, &path).await.map_err(|error| caller.error(&error))?;
    let template = state.templates.of(caller.context.tenant, &client.template);
    Ok(caller.success(splice::client_detail(&template, &client)))
}
