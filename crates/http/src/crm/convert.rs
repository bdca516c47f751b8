//! Between the wire and the use cases.

pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod organization;

use musubi_domain::item::{DataKind, InquiryRouteRef, ItemType, RawValue};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_service::contact::GivenContact;
use musubi_service::record::{GivenItem, GivenLinkage, GivenRecord};
use musubi_service::template::TemplateSeen;
use uuid::Uuid;

use super::wire::answer::{SystemLinkageSettingInfo, TemplateInfo, TemplateItem};
use super::wire::{SystemLinkageInfo, WireItem, read_inquiry_route, read_uuid};
use super::words::{CLIENT, CONTACT, Words};
use crate::extract::json::{Json, Problems, Reader};

/// The object below these members of the body; a problem where there is none.
pub(crate) fn within<'t, 'a>(
    body: &'t Json<'a>,
    names: &[&'static str],
    problems: &mut Problems,
) -> Option<Reader<'t, 'a>> {
    let mut at = Reader::new(body);
    if !at.object(problems) {
        return None;
    }
    for name in names {
        at = at.member(name);
        if !at.object(problems) {
            return None;
        }
    }
    Some(at)
}

/// What client/register is given.
pub(crate) fn client_register(body: &Json<'_>) -> Result<GivenRecord, Problems> {
    let mut problems = Problems::new();
    let at = within(body, &["param", "toData", CLIENT.register], &mut problems);
    at.and_then(|at| given_record(&at, &CLIENT, &mut problems)).ok_or(problems)
}

/// What client/update is given: which client, and what of it.
pub(crate) fn client_update(body: &Json<'_>) -> Result<(key::KeyAt, GivenRecord), Problems> {
    let mut problems = Problems::new();
    let Some(at) = within(body, &["param", "toData", CLIENT.update], &mut problems) else { return Err(problems) };
    let key = key::update(&at, &CLIENT, &mut problems);
    let given = given_record(&at, &CLIENT, &mut problems);
    with_key(key, given, problems, |given| given.problems)
}

/// What client-responsible/register is given: of which client, and what.
pub(crate) fn contact_register(body: &Json<'_>) -> Result<((Uuid, String), GivenContact), Problems> {
    let mut problems = Problems::new();
    let at = within(body, &["param", "toData", CONTACT.register], &mut problems);
    let Some(at) = at else { return Err(problems) };
    let client = at.member("clientID");
    let key = read_uuid(&client, &mut problems).map(|id| (id, client.path()));
    let given = given_contact(&at, &mut problems);
    with_key(key, given, problems, |given| given.record.problems)
}

/// What client-responsible/update is given: which contact, and what of it.
pub(crate) fn contact_update(body: &Json<'_>) -> Result<(key::KeyAt, GivenContact), Problems> {
    let mut problems = Problems::new();
    let Some(at) = within(body, &["param", "toData", CONTACT.update], &mut problems) else { return Err(problems) };
    let key = key::update(&at, &CONTACT, &mut problems);
    let given = given_contact(&at, &mut problems);
    with_key(key, given, problems, |given| given.record.problems)
}

/// Key and values together. Without a key only what could not be read is told: whether the values fit can then not be judged.
fn with_key<K, G>(
    key: Option<K>,
    given: Option<G>,
    mut problems: Problems,
    told: impl FnOnce(G) -> Problems,
) -> Result<(K, G), Problems> {
    match (key, given) {
        (Some(key), Some(given)) if problems.is_empty() => Ok((key, given)),
        (_, given) => {
            problems.extend(given.map(told).unwrap_or_default());
            Err(problems)
        }
    }
}

/// Items and linkage values. What cannot be read of them goes with them, to be told together with what cannot be accepted; `None`, and
/// a problem, where the list of items is missing.
fn given_record(at: &Reader<'_, '_>, words: &Words, problems: &mut Problems) -> Option<GivenRecord> {
    let list = at.member(words.items);
    if !list.is_given() {
        list.refuse(Message::Required, problems);
        return None;
    }
    let mut told = Problems::new();
    let items: Vec<_> = list
        .list(&mut told)
        .iter()
        .filter_map(|element| WireItem::read(element, &mut told))
        .filter_map(given_item)
        .collect();
    let linkage = at
        .member("systemLinkageInfoList")
        .list(&mut told)
        .iter()
        .filter_map(|element| given_linkage(element, &mut told))
        .collect();
    Some(GivenRecord { items, items_path: list.path(), linkage, problems: told, by_system: false })
}

/// As [`given_record`], with the inquiry routes beside the items.
fn given_contact(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<GivenContact> {
    let mut record = given_record(at, &CONTACT, problems)?;
    let list = at.member("clientResponsibleInquiryRouteDataList");
    let routes = list.list(&mut record.problems);
    let routes = routes.iter().filter_map(|element| read_inquiry_route(element, &mut record.problems));
    let routes = routes.map(|(category, route)| InquiryRouteRef { category, route }).collect();
    Some(GivenContact { record, routes: list.is_given().then(|| (list.path(), routes)) })
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
    Some(GivenLinkage { path: at.path(), value: LinkageValue { slot: slot?, value } })
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

/// The items of a template that the caller may see.
pub(crate) fn template_info(seen: &TemplateSeen) -> TemplateInfo {
    let items = seen.template.listed_items().filter(|item| seen.sight.sees(item.number));
    TemplateInfo { template_list: items.map(|item| TemplateItem::new(item, seen.sight.writes(item.number))).collect() }
}

/// `systemLinkageSettingInfoList`: null where no slot is set up.
pub(crate) fn linkage_settings(slots: &[(i64, String)]) -> Option<Vec<SystemLinkageSettingInfo<'_>>> {
    (!slots.is_empty()).then(|| {
        let info = slots
            .iter()
            .map(|(slot, name)| SystemLinkageSettingInfo { system_linkage_id: *slot, linkage_system_name: name });
        info.collect()
    })
}
