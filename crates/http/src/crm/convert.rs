//! Between the wire and the use cases.

use musubi_domain::item::{DataKind, InquiryRouteRef, ItemType, RawValue};
use musubi_domain::limits;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_domain::time::{DayBounds, Timestamp, parse_date};
use musubi_service::client::ClientFilter;
use musubi_service::record::{GivenItem, GivenLinkage, GivenRecord, RecordKey};
use uuid::Uuid;

use super::wire::{SystemLinkageInfo, WireItem, read_uuid};
use crate::extract::json::{Json, Problems, Reader};

/// What a list is asked for.
pub(crate) struct ListRequest {
    pub(crate) filter: ClientFilter,
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// The command of client/register.
pub(crate) fn client_register(body: &Json<'_>) -> Result<GivenRecord, Problems> {
    let mut problems = Problems::new();
    let mut at = Reader::new(body);
    if !at.object(&mut problems) {
        return Err(problems);
    }
    for name in ["param", "toData", "clientRegisterInfo"] {
        at = at.member(name);
        if !at.object(&mut problems) {
            return Err(problems);
        }
    }
    let list = at.member("clientItemList");
    if !list.is_given() {
        list.refuse(Message::Required, &mut problems);
        return Err(problems);
    }
    let items: Vec<_> = list
        .list(&mut problems)
        .iter()
        .filter_map(|element| WireItem::read(element, &mut problems))
        .filter_map(given_item)
        .collect();
    let linkage = at
        .member("systemLinkageInfoList")
        .list(&mut problems)
        .iter()
        .filter_map(|element| given_linkage(element, &mut problems))
        .collect();
    Ok(GivenRecord { items, items_path: list.path().to_owned(), linkage, problems, by_system: false })
}

fn given_item(item: WireItem<'_>) -> Option<GivenItem> {
    let value = raw_value(&item);
    Some(GivenItem { path: item.path, item: item.item_id?, item_type: item.item_type?.to_owned(), value })
}

/// The value of the data object that the item's type carries. A missing one, null, "" and [] are no value.
fn raw_value(item: &WireItem<'_>) -> RawValue {
    let item_type = item.item_type.and_then(ItemType::from_wire);
    let text = || {
        item.text_data
            .as_ref()
            .map(|data| RawValue::Text { value: data.value.to_owned(), ruby: data.ruby.map(str::to_owned) })
    };
    let value = match item_type.map(|item_type| item_type.row().data) {
        // One sample gives a prefecture by the number of its choice.
        Some(DataKind::Text) if item_type == Some(ItemType::Prefectures) => {
            text().or_else(|| item.selection_data.clone().map(RawValue::Selection))
        }
        Some(DataKind::Text) => text(),
        Some(DataKind::Numeric) => item.numeric_data.map(|value| RawValue::Numeric(value.to_owned())),
        Some(DataKind::Selection) => item.selection_data.clone().map(RawValue::Selection),
        Some(DataKind::Uuid) => item.uuids.clone().map(RawValue::Uuids),
        Some(DataKind::InquiryRoute) => item.inquiry_routes.as_ref().map(|routes| {
            RawValue::InquiryRoutes(
                routes.iter().map(|(category, route)| InquiryRouteRef { category: *category, route: *route }).collect(),
            )
        }),
        None => None,
    };
    value.unwrap_or(RawValue::Empty)
}

fn given_linkage(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<GivenLinkage> {
    if !at.object(problems) {
        return None;
    }
    let slot = at.member("systemLinkageID").required_integer(i64::MIN, i64::MAX, problems);
    let value = at.member("linkageIDValue").text(problems).unwrap_or_default().to_owned();
    Some(GivenLinkage { path: at.path().to_owned(), value: LinkageValue { slot: slot?, value } })
}

/// The request of get-client-list.
pub(crate) fn client_list(body: &Json<'_>) -> Result<ListRequest, Problems> {
    let mut problems = Problems::new();
    let root = Reader::new(body);
    if !root.object(&mut problems) {
        return Err(problems);
    }
    let param = root.member("param");
    let mut at = Reader::new(body);
    for name in ["param", "requiredConditions", "pagination"] {
        at = at.member(name);
        if !at.object(&mut problems) {
            return Err(problems);
        }
    }
    let offset = at.member("offset").required_integer(0, limits::LIST_OFFSET, &mut problems);
    let limit = at.member("limit").required_integer(1, limits::LIST_ROWS, &mut problems);
    let optional = param.member("optionalConditions");
    let mut filter = ClientFilter::default();
    if optional.optional_object(&mut problems) {
        let conditions = optional.member("searchConditions");
        if conditions.optional_object(&mut problems) {
            filter = client_filter(&conditions, &mut problems);
        }
    }
    match (offset, limit) {
        (Some(offset), Some(limit)) if problems.is_empty() => Ok(ListRequest { filter, offset, limit }),
        _ => Err(problems),
    }
}

fn client_filter(at: &Reader<'_, '_>, problems: &mut Problems) -> ClientFilter {
    ClientFilter {
        name: searched_text(&at.member("clientName"), problems),
        prefectures: texts(&at.member("prefectures"), problems),
        address: searched_text(&at.member("address"), problems),
        organizations: ids(&at.member("salesPersonDepartmentIDList"), problems),
        users: ids(&at.member("salesPersonUserIDList"), problems),
        created_from: moment(&at.member("createDateFrom"), problems).map(|(first, _)| first),
        created_to: moment(&at.member("createDateTo"), problems).map(|(_, last)| last),
        updated_from: moment(&at.member("updateDateFrom"), problems).map(|(first, _)| first),
        updated_to: moment(&at.member("updateDateTo"), problems).map(|(_, last)| last),
    }
}

/// A text that is looked for; "" is no condition.
fn searched_text(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<String> {
    let text = at.text(problems).filter(|text| !text.is_empty())?;
    if text.contains('\0') {
        at.refuse(Message::ControlCharacter, problems);
    } else if text.chars().count() > limits::CONDITION_CHARACTERS {
        at.refuse(Message::TooLong { most: limits::CONDITION_CHARACTERS }, problems);
    }
    Some(text.to_owned())
}

fn elements<'t, 'a>(at: &Reader<'t, 'a>, problems: &mut Problems) -> Vec<Reader<'t, 'a>> {
    let elements = at.list(problems);
    if elements.len() > limits::CONDITION_VALUES {
        at.refuse(Message::TooMany { most: limits::CONDITION_VALUES }, problems);
        return Vec::new();
    }
    elements
}

fn texts(at: &Reader<'_, '_>, problems: &mut Problems) -> Vec<String> {
    elements(at, problems).iter().filter_map(|element| element.required_text(problems)).map(str::to_owned).collect()
}

fn ids(at: &Reader<'_, '_>, problems: &mut Problems) -> Vec<Uuid> {
    elements(at, problems).iter().filter_map(|element| read_uuid(element, problems)).collect()
}

/// The first and the last moment that a bound means: a date is a whole day in Japan, a moment without a fraction its whole second.
fn moment(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<(Timestamp, Timestamp)> {
    let text = at.text(problems).filter(|text| !text.is_empty())?;
    if let Some(day) = parse_date(text).and_then(DayBounds::of_jst) {
        return Some((day.first, day.last));
    }
    let Some(moment) = Timestamp::parse(text) else {
        at.refuse(Message::NotDateTime, problems);
        return None;
    };
    let last = if moment.has_fraction() { moment } else { Timestamp::from_micros(moment.micros() + 999_999) };
    Some((moment, last))
}

/// The key of get-client-detail: the id, else slot and value; where both are given the id decides. With the path of the key.
pub(crate) fn client_key(body: &Json<'_>) -> Result<(RecordKey, String), Problems> {
    let mut problems = Problems::new();
    let root = Reader::new(body);
    let param = root.member("param");
    if !root.object(&mut problems) || !param.object(&mut problems) {
        return Err(problems);
    }
    let (id, slot, value) = (param.member("clientID"), param.member("systemLinkageID"), param.member("linkageIDValue"));
    if id.is_given() {
        let path = id.path().to_owned();
        return read_uuid(&id, &mut problems).map(|id| (RecordKey::Id(id), path)).ok_or(problems);
    }
    if !slot.is_given() && !value.is_given() {
        param.refuse(Message::OneRequired { members: "clientID, systemLinkageID + linkageIDValue" }, &mut problems);
        return Err(problems);
    }
    let slot = slot.required_integer(limits::LINKAGE_SLOT_FIRST, limits::LINKAGE_SLOT_LAST, &mut problems);
    let path = value.path().to_owned();
    let value = value.required_text(&mut problems);
    if value.is_some_and(|value| value.contains('\0')) {
        param.member("linkageIDValue").refuse(Message::ControlCharacter, &mut problems);
    }
    match (slot, value) {
        (Some(slot), Some(value)) if problems.is_empty() => {
            Ok((RecordKey::Linkage { slot, value: value.to_owned() }, path))
        }
        _ => Err(problems),
    }
}

/// `systemLinkageInfoList` of a record: null where no slot is set up, else every slot, "" where there is no value.
pub(crate) fn linkage_list<'a>(
    slots: &[(i64, String)],
    values: &'a [LinkageValue],
) -> Option<Vec<SystemLinkageInfo<'a>>> {
    let info = |(slot, _): &(i64, String)| {
        let value = values.iter().find(|value| value.slot == *slot).map_or("", |value| value.value.as_str());
        SystemLinkageInfo { system_linkage_id: *slot, linkage_id_value: value }
    };
    (!slots.is_empty()).then(|| slots.iter().map(info).collect())
}
