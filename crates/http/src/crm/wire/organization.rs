//! The members of the organization calls: their names begin with a capital letter.

use serde::Serialize;
use uuid::Uuid;

/// `AppStatus`: every answer has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AppStatus<'a> {
    code: &'static str,
    message: &'a str,
    /// Ours: what failed and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<StatusDetail<'a>>,
    /// Ours: for the administrator, where the failure is not the caller's.
    #[serde(rename = "RequestID", skip_serializing_if = "Option::is_none")]
    request_id: Option<Uuid>,
}

impl AppStatus<'_> {
    /// Success.
    pub(crate) const fn success() -> Self {
        Self { code: "S000", message: "ok", details: Vec::new(), request_id: None }
    }
}

/// The same outcome under the names of these calls.
impl<'a> From<super::AppStatus<'a>> for AppStatus<'a> {
    fn from(status: super::AppStatus<'a>) -> Self {
        let super::AppStatus { code, message, details, request_id } = status;
        Self { code, message, details: details.into_iter().map(StatusDetail::from).collect(), request_id }
    }
}

/// One element of `AppStatus.Details`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatusDetail<'a> {
    path: &'a str,
    #[serde(rename = "ItemID")]
    item_id: Option<Uuid>,
    code: &'static str,
    reason: String,
}

impl<'a> From<super::StatusDetail<'a>> for StatusDetail<'a> {
    fn from(detail: super::StatusDetail<'a>) -> Self {
        let super::StatusDetail { path, item_id, code, reason } = detail;
        Self { path, item_id, code, reason }
    }
}

/// The body of a failed call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FailureBody<'a> {
    pub(crate) app_status: AppStatus<'a>,
}

/// The answer of get-organization-list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OrganizationListResponse<'a> {
    pub(crate) organization_list_info: OrganizationListInfo<'a>,
    pub(crate) app_status: AppStatus<'static>,
}

/// `OrganizationListInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OrganizationListInfo<'a> {
    pub(crate) organization_list: Vec<OrganizationListRow<'a>>,
    pub(crate) get_more_flag: bool,
}

/// One element of `OrganizationList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OrganizationListRow<'a> {
    #[serde(rename = "OrganizationID")]
    pub(crate) organization_id: Uuid,
    pub(crate) organization_name: &'a str,
}

/// The answer of get-user-list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserListResponse<'a> {
    pub(crate) user_list_info: UserListInfo<'a>,
    pub(crate) app_status: AppStatus<'static>,
}

/// `UserListInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserListInfo<'a> {
    pub(crate) user_list: Vec<UserListRow<'a>>,
    pub(crate) get_more_flag: bool,
}

/// One element of `UserList`; "" where nothing is known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserListRow<'a> {
    #[serde(rename = "UserID")]
    pub(crate) user_id: Uuid,
    #[serde(rename = "LoginID")]
    pub(crate) login_id: &'a str,
    pub(crate) user_view_name: String,
    pub(crate) user_family_name: &'a str,
    pub(crate) user_first_name: &'a str,
    pub(crate) user_middle_name: &'a str,
    pub(crate) user_mail_address: &'a str,
    pub(crate) user_department: &'a str,
    pub(crate) user_business_unit: &'a str,
    #[serde(rename = "UserStaffID")]
    pub(crate) user_staff_id: &'a str,
    pub(crate) user_extension: &'a str,
    pub(crate) user_mobile_phone: &'a str,
    pub(crate) user_title: &'a str,
    pub(crate) user_company_phone: &'a str,
    pub(crate) user_role: &'a str,
}
