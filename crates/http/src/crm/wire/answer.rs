//! What successful calls answer, but for details, which are spliced from stored documents.

use musubi_domain::item::{Choice, Item};
use musubi_domain::template::ItemDefinition;
use serde::Serialize;
use uuid::Uuid;

use super::{AppStatus, SystemLinkageInfo};

/// The answer of client/register.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientRegisterResponse {
    pub(crate) register_client_result: ClientId,
    pub(crate) app_status: AppStatus<'static>,
}

/// The answer of client/update.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientUpdateResponse {
    pub(crate) update_client_result: ClientId,
    pub(crate) app_status: AppStatus<'static>,
}

/// The answer of client/delete.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientDeleteResponse {
    pub(crate) deleted_client_list: Vec<ClientId>,
    pub(crate) app_status: AppStatus<'static>,
}

/// A client that was registered, changed or deleted.
#[derive(Debug, Serialize)]
pub(crate) struct ClientId {
    #[serde(rename = "clientID")]
    pub(crate) client_id: Uuid,
}

/// The answer of client-responsible/register.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactRegisterResponse {
    pub(crate) register_client_responsible_result: ContactId,
    pub(crate) app_status: AppStatus<'static>,
}

/// The answer of client-responsible/update.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactUpdateResponse {
    pub(crate) update_client_responsible_result: ContactId,
    pub(crate) app_status: AppStatus<'static>,
}

/// The answer of client-responsible/delete.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactDeleteResponse {
    pub(crate) deleted_client_responsible_list: Vec<ContactId>,
    pub(crate) app_status: AppStatus<'static>,
}

/// A contact that was registered, changed or deleted.
#[derive(Debug, Serialize)]
pub(crate) struct ContactId {
    #[serde(rename = "clientResponsibleID")]
    pub(crate) client_responsible_id: Uuid,
}

/// The answer of get-client-list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientListResponse<'a> {
    pub(crate) client_list_info: ClientListInfo<'a>,
    pub(crate) app_status: AppStatus<'static>,
}

/// `clientListInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientListInfo<'a> {
    pub(crate) client_list: Vec<ClientListRow<'a>>,
    pub(crate) get_more_flag: bool,
}

/// One element of `clientList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientListRow<'a> {
    #[serde(rename = "clientID")]
    pub(crate) client_id: Uuid,
    pub(crate) client_name: &'a str,
    pub(crate) system_linkage_info_list: Option<Vec<SystemLinkageInfo<'a>>>,
}

/// The answer of get-client-responsible-list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactListResponse<'a> {
    pub(crate) client_responsible_list_info: ContactListInfo<'a>,
    pub(crate) app_status: AppStatus<'static>,
}

/// `clientResponsibleListInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactListInfo<'a> {
    pub(crate) client_responsible_list: Vec<ContactListRow<'a>>,
    pub(crate) get_more_flag: bool,
}

/// One element of `clientResponsibleList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactListRow<'a> {
    #[serde(rename = "clientID")]
    pub(crate) client_id: Option<Uuid>,
    #[serde(rename = "clientResponsibleID")]
    pub(crate) client_responsible_id: Uuid,
    pub(crate) client_responsible_name: &'a str,
    pub(crate) system_linkage_info_list: Option<Vec<SystemLinkageInfo<'a>>>,
}

/// The answer of get-client-template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientTemplateResponse<'a> {
    pub(crate) client_template_info: TemplateInfo,
    pub(crate) system_linkage_setting_info_list: Option<Vec<SystemLinkageSettingInfo<'a>>>,
    pub(crate) app_status: AppStatus<'static>,
}

/// The answer of get-client-responsible-template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactTemplateResponse<'a> {
    pub(crate) client_responsible_template_info: TemplateInfo,
    pub(crate) system_linkage_setting_info_list: Option<Vec<SystemLinkageSettingInfo<'a>>>,
    pub(crate) app_status: AppStatus<'static>,
}

/// `clientTemplateInfo`, `clientResponsibleTemplateInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateInfo {
    pub(crate) template_list: Vec<TemplateItem>,
}

/// One element of `templateList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateItem {
    #[serde(rename = "itemID")]
    item_id: Uuid,
    item_type: &'static str,
    item_name: String,
    required_flag: bool,
    before_unit: Option<String>,
    after_unit: Option<String>,
    read_only_flag: bool,
    selection_values: Option<Vec<SelectionValue>>,
    linkage_selection_values: Option<Vec<Choice>>,
}

/// One element of `selectionValues`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SelectionValue {
    label: String,
    display_flag: bool,
    value: i64,
}

impl TemplateItem {
    /// An item; `writes`: the caller may change it.
    pub(crate) fn new(item: &Item, writes: bool) -> Self {
        let definition = ItemDefinition::of(item);
        let value = |Choice { label, display_flag, value, .. }| SelectionValue { label, display_flag, value };
        Self {
            item_id: item.id,
            item_type: item.item_type.row().wire,
            item_name: definition.item_name,
            required_flag: definition.required_flag,
            before_unit: definition.before_unit,
            after_unit: definition.after_unit,
            read_only_flag: definition.read_only_flag || !writes,
            selection_values: definition.selection_values.map(|values| values.into_iter().map(value).collect()),
            linkage_selection_values: definition.linkage_selection_values,
        }
    }
}

/// One element of `systemLinkageSettingInfoList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SystemLinkageSettingInfo<'a> {
    #[serde(rename = "systemLinkageID")]
    pub(crate) system_linkage_id: i64,
    pub(crate) linkage_system_name: &'a str,
}

/// The answer of get-client-responsible-businesscard-list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardListResponse {
    pub(crate) client_responsible_businesscard_list_info: CardListInfo,
    pub(crate) app_status: AppStatus<'static>,
}

/// `clientResponsibleBusinesscardListInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardListInfo {
    pub(crate) business_card_list: Vec<CardListRow>,
    pub(crate) get_more_flag: bool,
}

/// One element of `businessCardList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardListRow {
    #[serde(rename = "cardID")]
    pub(crate) card_id: Uuid,
    pub(crate) department_name: Option<String>,
    pub(crate) title_name: Option<String>,
    pub(crate) person_name_last: Option<String>,
    pub(crate) person_name_first: Option<String>,
    pub(crate) card_meta_info: CardMetaInfo,
}

/// `cardMetaInfo`. Its `inquiryRouteID` ends in capitals, here alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardMetaInfo {
    #[serde(rename = "cardOwnerUserID")]
    pub(crate) card_owner_user_id: Option<Uuid>,
    pub(crate) card_owner_name: Option<String>,
    pub(crate) card_owner_delete_flag: Option<bool>,
    pub(crate) sent_date: Option<String>,
    pub(crate) card_exchange_date: Option<String>,
    #[serde(rename = "inquiryRouteID")]
    pub(crate) inquiry_route_id: Option<Uuid>,
    pub(crate) inquiry_route_name: Option<String>,
}
