//! 取引先担当者: register, update, delete, template, list, detail.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::contact::DATABASE;
use musubi_service::contact::{contact_delete, contact_get, contact_list, contact_register, contact_update};
use musubi_service::template::template_get;

use super::call::{Caller, JsonBody, NoBody};
use super::convert::{self, key, list};
use super::error::Failure;
use super::wire::AppStatus;
use super::wire::answer::{
    ContactDeleteResponse, ContactId, ContactListInfo, ContactListResponse, ContactListRow, ContactRegisterResponse,
    ContactTemplateResponse, ContactUpdateResponse,
};
use super::words::CONTACT;
use super::{CrmState, splice};
use crate::extract::json;

/// POST /api/crm/client-responsible/register
pub(crate) async fn register(
    State(state): State<CrmState>,
    caller: Caller,
    body: JsonBody,
) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let ((client, path), given) = convert::contact_register(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let registered = contact_register(&state.service, &caller.context, (client, &path), given).await;
    let client_responsible_id = registered.map_err(|error| caller.error(&error))?;
    let register_client_responsible_result = ContactId { client_responsible_id };
    Ok(caller.answer(&ContactRegisterResponse { register_client_responsible_result, app_status: AppStatus::success() }))
}

/// POST /api/crm/client-responsible/update
pub(crate) async fn update(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let ((key, path), given) = convert::contact_update(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let updated = contact_update(&state.service, &caller.context, (key, &path), given).await;
    let client_responsible_id = updated.map_err(|error| caller.error(&error))?;
    let update_client_responsible_result = ContactId { client_responsible_id };
    Ok(caller.answer(&ContactUpdateResponse { update_client_responsible_result, app_status: AppStatus::success() }))
}

/// POST /api/crm/client-responsible/delete
pub(crate) async fn delete(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let request = key::delete(&body, &CONTACT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let deleted = contact_delete(&state.service, &caller.context, request.keys, request.force).await;
    let deleted = deleted.map_err(|error| caller.error(&error))?;
    let ids = deleted.records.into_iter().map(|client_responsible_id| ContactId { client_responsible_id });
    let deleted_client_responsible_list = ids.collect();
    Ok(caller.answer(&ContactDeleteResponse { deleted_client_responsible_list, app_status: AppStatus::success() }))
}

/// GET and POST /api/crm/get-client-responsible-template
pub(crate) async fn template(State(state): State<CrmState>, caller: Caller, _: NoBody) -> Result<Response, Failure> {
    let seen = template_get(&state.service, &caller.context, DATABASE).await.map_err(|error| caller.error(&error))?;
    Ok(caller.answer(&ContactTemplateResponse {
        client_responsible_template_info: convert::template_info(&seen),
        system_linkage_setting_info_list: convert::linkage_settings(&seen.slots),
        app_status: AppStatus::success(),
    }))
}

/// POST /api/crm/get-client-responsible-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let request = list::list(&body, list::CONTACT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let page = request.page;
    let listed = contact_list(&state.service, &caller.context, &request.asked, page.offset, page.limit).await;
    let listed = listed.map_err(|error| caller.error(&error))?;
    let rows = listed.page.rows.iter().map(|row| ContactListRow {
        client_id: listed.clients.get(&row.id).copied(),
        client_responsible_id: row.id,
        client_responsible_name: &row.display_name,
        system_linkage_info_list: convert::linkage_list(&listed.page.slots, &row.linkage),
    });
    let info = ContactListInfo { client_responsible_list: rows.collect(), get_more_flag: listed.page.more };
    Ok(caller.answer(&ContactListResponse { client_responsible_list_info: info, app_status: AppStatus::success() }))
}

/// POST /api/crm/get-client-responsible-detail
pub(crate) async fn detail(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let (key, path) = key::detail(&body, &CONTACT).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let contact =
        contact_get(&state.service, &caller.context, key, &path).await.map_err(|error| caller.error(&error))?;
    let template = state.templates.of(caller.context.tenant, &contact.template);
    Ok(caller.success(splice::contact_detail(&template, &contact)))
}
