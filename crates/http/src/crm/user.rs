//! ユーザー: list.

use axum::extract::State;
use axum::response::Response;
use musubi_domain::user::{User, UserField};
use musubi_service::user::user_page;

use super::call::{Caller, JsonBody};
use super::error::Failure;
use super::wire::organization::{AppStatus, UserListInfo, UserListResponse, UserListRow};
use super::{CrmState, convert};
use crate::extract::json;

/// POST /api/organization/get-user-list
pub(crate) async fn list(State(state): State<CrmState>, caller: Caller, body: JsonBody) -> Result<Response, Failure> {
    let body = json::parse(&body.0).map_err(|error| caller.error(&error))?;
    let (filter, asked) = convert::organization::user_list(&body).map_err(|problems| caller.problems(problems))?;
    drop(body);
    let page = user_page(&state.service, &caller.context, filter, asked.offset, asked.limit).await;
    let page = page.map_err(|error| caller.error(&error))?;
    let user_list_info = UserListInfo { user_list: page.rows.iter().map(row).collect(), get_more_flag: page.more };
    Ok(caller.answer(&UserListResponse { user_list_info, app_status: AppStatus::success() }))
}

fn row(user: &User) -> UserListRow<'_> {
    UserListRow {
        user_id: user.id,
        login_id: &user.login_id,
        user_view_name: user.display_name(),
        user_family_name: &user.family_name,
        user_first_name: &user.first_name,
        user_middle_name: user.field(UserField::MiddleName),
        user_mail_address: &user.mail,
        user_department: user.field(UserField::Department),
        user_business_unit: user.field(UserField::BusinessUnit),
        user_staff_id: user.field(UserField::StaffId),
        user_extension: user.field(UserField::Extension),
        user_mobile_phone: user.field(UserField::MobilePhone),
        user_title: user.field(UserField::Title),
        user_company_phone: user.field(UserField::CompanyPhone),
        user_role: &user.permission_template,
    }
}
