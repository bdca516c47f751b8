//! 組織: list.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::organization::Organization;
use musubi_service::organization::organization_page;

use super::call::{Caller, JsonBody};
use super::error::Failure;
use super::wire::organization::{AppStatus, OrganizationListInfo, OrganizationListResponse, OrganizationListRow};
use super::{CrmState, convert};
use crate::extract::json;

/// POST /api/organization/get-organization-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let asked = convert::organization::organization_list(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let page = organization_page(&state.service, &caller.context, asked.offset, asked.limit).await;
    let page = page.map_err(|error| caller.error(&error))?;
    let organization_list_info =
        OrganizationListInfo { organization_list: page.rows.iter().map(row).collect(), get_more_flag: page.more };
    Ok(caller.answer(&OrganizationListResponse { organization_list_info, app_status: AppStatus::success() }))
}

fn row(organization: &Organization) -> OrganizationListRow<'_> {
    OrganizationListRow { organization_id: organization.id, organization_name: &organization.name }
}
