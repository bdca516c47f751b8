//! The members of the source's documents, and nothing else. Names, null rules and numbers as strings are the source's.

pub(crate) mod answer;
pub(crate) mod organization;

use musubi_domain::error::Problem;
use musubi_domain::item::{DataKind, ItemType};
use musubi_domain::messages::Message;
use serde::Serialize;
use uuid::Uuid;

use crate::extract::json::{Problems, Reader};
use crate::openapi::data_member;

/// `appStatus`: every answer has it.
#[derive(Debug, Serialize)]
pub(crate) struct AppStatus<'a> {
    pub(crate) code: &'static str,
    pub(crate) message: &'a str,
    /// Ours: what failed and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<StatusDetail<'a>>,
    /// Ours: for the administrator, where the failure is not the caller's.
    #[serde(rename = "requestID", skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<Uuid>,
}

impl AppStatus<'_> {
    /// Success.
    pub(crate) const fn success() -> Self {
        Self { code: "S000", message: "", details: Vec::new(), request_id: None }
    }
}

/// One element of `appStatus.details`.
#[derive(Debug, Serialize)]
pub(crate) struct StatusDetail<'a> {
    pub(crate) path: &'a str,
    #[serde(rename = "itemID")]
    pub(crate) item_id: Option<Uuid>,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// The body of a failed call.
#[derive(Debug, Serialize)]
pub(crate) struct FailureBody<'a> {
    #[serde(rename = "appStatus")]
    pub(crate) app_status: AppStatus<'a>,
}

/// One element of `clientItemList`, as far as it could be read.
pub(crate) struct WireItem<'t> {
    pub(crate) path: String,
    pub(crate) item_id: Option<Uuid>,
    pub(crate) item_type: Option<&'t str>,
    pub(crate) text_data: Option<TextData<'t>>,
    pub(crate) numeric_data: Option<&'t str>,
    pub(crate) selection_data: Option<Vec<i64>>,
    pub(crate) uuids: Option<Vec<Uuid>>,
    pub(crate) inquiry_routes: Option<Vec<(Uuid, Uuid)>>,
}

/// `itemTextData`.
pub(crate) struct TextData<'t> {
    pub(crate) value: &'t str,
    pub(crate) ruby: Option<&'t str>,
}

impl<'t> WireItem<'t> {
    /// Reads one element; what cannot be read is a problem and no value. Problems carry the item where it is known.
    pub(crate) fn read(at: &Reader<'t, '_>, problems: &mut Problems) -> Option<Self> {
        if !at.object(problems) {
            return None;
        }
        let mut own = Problems::new();
        let item_id = read_uuid(&at.member("itemID"), &mut own);
        let item = Self {
            path: at.path(),
            item_id,
            item_type: at.member("itemType").required_text(&mut own),
            text_data: read_text_data(&at.member("itemTextData"), &mut own),
            numeric_data: read_value(&at.member("itemNumericData"), &mut own),
            selection_data: read_selection(&at.member("itemSelectionData"), &mut own),
            uuids: read_uuids(at, &mut own),
            inquiry_routes: read_inquiry_routes(at, &mut own),
        };
        if own.is_empty() {
            item.refuse_other_data(&mut own);
        }
        let is_sound = own.is_empty();
        problems.extend(own.into_iter().map(|mut problem| {
            problem.item = item_id;
            problem
        }));
        is_sound.then_some(item)
    }
}

impl WireItem<'_> {
    /// Refuses a value that stands in the data object of another type while the item's own is missing: it would clear the item.
    fn refuse_other_data(&self, problems: &mut Problems) {
        let Some(item_type) = self.item_type.and_then(ItemType::from_wire) else { return };
        let own = item_type.row().data;
        let has = |data| match data {
            DataKind::Text => {
                let is_text =
                    |data: &TextData<'_>| !data.value.is_empty() || data.ruby.is_some_and(|ruby| !ruby.is_empty());
                self.text_data.as_ref().is_some_and(is_text)
            }
            DataKind::Numeric => self.numeric_data.is_some_and(|value| !value.is_empty()),
            DataKind::Selection => self.selection_data.as_ref().is_some_and(|values| !values.is_empty()),
            DataKind::Uuid => self.uuids.as_ref().is_some_and(|ids| !ids.is_empty()),
            DataKind::InquiryRoute => self.inquiry_routes.as_ref().is_some_and(|routes| !routes.is_empty()),
        };
        let all = [DataKind::Text, DataKind::Numeric, DataKind::Selection, DataKind::Uuid, DataKind::InquiryRoute];
        // One sample gives a prefecture by the number of its choice.
        let is_own = |data| data == own || (item_type == ItemType::Prefectures && data == DataKind::Selection);
        if !all.into_iter().any(|data| is_own(data) && has(data))
            && all.into_iter().any(|data| !is_own(data) && has(data))
        {
            let message = Message::WrongDataObject { expected: data_member(own) };
            problems.push(Problem { path: self.path.clone(), item: self.item_id, message });
        }
    }
}

/// A UUID that must be given.
pub(crate) fn read_uuid(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Uuid> {
    let text = at.required_text(problems)?;
    parse_uuid(text).or_else(|| {
        at.refuse(Message::NotUuid, problems);
        None
    })
}

/// The hyphenated form only, in any case: what a URN or braces would add is not the wire's.
fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

fn read_text_data<'t>(at: &Reader<'t, '_>, problems: &mut Problems) -> Option<TextData<'t>> {
    if !at.optional_object(problems) {
        return None;
    }
    let (value, ruby) = (at.member("value").text(problems), at.member("ruby").text(problems));
    if value.is_none() && ruby.is_none() { None } else { Some(TextData { value: value.unwrap_or_default(), ruby }) }
}

fn read_value<'t>(at: &Reader<'t, '_>, problems: &mut Problems) -> Option<&'t str> {
    if at.optional_object(problems) { at.member("value").text(problems) } else { None }
}

fn read_selection(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Vec<i64>> {
    if !at.optional_object(problems) {
        return None;
    }
    let values = at.member("values");
    let elements = values.list(problems);
    if !values.is_given() {
        return None;
    }
    Some(elements.iter().filter_map(|element| element.required_integer(i64::MIN, i64::MAX, problems)).collect())
}

/// `itemUuidData.values`, else `itemUuidDataList[].itemUuid`: the samples show both.
fn read_uuids(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Vec<Uuid>> {
    let data = at.member("itemUuidData");
    if data.optional_object(problems) && data.member("values").is_given() {
        return Some(
            data.member("values").list(problems).iter().filter_map(|element| read_uuid(element, problems)).collect(),
        );
    }
    let list = at.member("itemUuidDataList");
    if !list.is_given() {
        return None;
    }
    Some(
        list.list(problems)
            .iter()
            .filter_map(|element| {
                element.object(problems).then(|| read_uuid(&element.member("itemUuid"), problems)).flatten()
            })
            .collect(),
    )
}

/// `itemInquiryRouteDataList[]`, else `itemInquiryRouteData.values[]`.
fn read_inquiry_routes(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Vec<(Uuid, Uuid)>> {
    let (list, data) = (at.member("itemInquiryRouteDataList"), at.member("itemInquiryRouteData"));
    let given = if list.is_given() {
        list
    } else if data.optional_object(problems) && data.member("values").is_given() {
        data.member("values")
    } else {
        return None;
    };
    Some(given.list(problems).iter().filter_map(|element| read_inquiry_route(element, problems)).collect())
}

/// One inquiry route.
pub(crate) fn read_inquiry_route(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<(Uuid, Uuid)> {
    if !at.object(problems) {
        return None;
    }
    let category = read_uuid(&at.member("inquiryRouteCategoryId"), problems);
    let route = read_uuid(&at.member("inquiryRouteId"), problems);
    category.zip(route)
}

/// `systemLinkageInfoList[]`.
#[derive(Debug, Serialize)]
pub(crate) struct SystemLinkageInfo<'a> {
    #[serde(rename = "systemLinkageID")]
    pub(crate) system_linkage_id: i64,
    #[serde(rename = "linkageIDValue")]
    pub(crate) linkage_id_value: &'a str,
}
