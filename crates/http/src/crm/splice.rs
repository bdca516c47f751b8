//! Stored documents as answers: each value is copied between a prefix and a suffix that are made once per template version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::contact;
use musubi_domain::id::{DatabaseNo, ItemNo, TenantNo};
use musubi_domain::item::{DataKind, InquiryRouteRef, Item, ItemType, ItemValue, system};
use musubi_domain::template::Template;
use musubi_service::contact::contact_client;
use musubi_service::record::RecordDetail;
use uuid::Uuid;

use super::convert::linkage_list;

/// What an item's value is put between, by its number.
pub(crate) struct WireTemplate {
    items: Vec<WireItem>,
    calls: Calls,
}

struct WireItem {
    number: ItemNo,
    form: Form,
    prefix: String,
    suffix: &'static str,
}

/// How a value gets from the document to the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As it stands.
    Copy,
    /// Ids with their names.
    Ids,
    /// Ids of categories and routes, with their names.
    InquiryRoutes,
    /// A moment that stands beside the document.
    Moment(Uuid),
    /// A person who stands beside the document.
    Person(Uuid),
}

/// Which calls a template is written for. They differ in a few members, as the source's samples do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calls {
    /// Of clients: ids also without their names.
    Client,
    /// Of contacts: texts with `"ruby": null`.
    Contact,
}

impl WireTemplate {
    fn new(template: &Template) -> Self {
        let calls = if template.name == contact::DATABASE { Calls::Contact } else { Calls::Client };
        Self { items: template.listed_items().map(|item| WireItem::new(item, calls)).collect(), calls }
    }
}

impl WireItem {
    fn new(item: &Item, calls: Calls) -> Self {
        let row = item.item_type.row();
        let (form, data, suffix) = match row.data {
            DataKind::Text if item.item_type == ItemType::TextRuby => (Form::Copy, ",\"itemTextData\":", "}"),
            DataKind::Text if calls == Calls::Contact => {
                (Form::Copy, ",\"itemTextData\":{\"value\":", ",\"ruby\":null}}")
            }
            DataKind::Text => (Form::Copy, ",\"itemTextData\":{\"value\":", "}}"),
            DataKind::Numeric => (Form::Copy, ",\"itemNumericData\":{\"value\":", "}}"),
            DataKind::Selection => (Form::Copy, ",\"itemSelectionData\":{\"values\":", "}}"),
            DataKind::Uuid => (Form::Ids, "", "}"),
            DataKind::InquiryRoute => (Form::InquiryRoutes, ",\"itemInquiryRouteData\":{\"values\":", "}}"),
        };
        let form = match item.id {
            system::CREATED_AT | system::UPDATED_AT => Form::Moment(item.id),
            system::CREATED_BY | system::UPDATED_BY => Form::Person(item.id),
            _ => form,
        };
        let prefix = format!("{{\"itemID\":\"{}\",\"itemType\":\"{}\"{data}", item.id, row.wire);
        Self { number: item.number, form, prefix, suffix }
    }
}

/// A template and the wire template that was made of it.
type Made = (Arc<Template>, Arc<WireTemplate>);

/// The wire templates that have been made, one per database, each as long as the template it was made of is the present one.
#[derive(Clone, Default)]
pub(crate) struct WireTemplates {
    made: Arc<Mutex<HashMap<(TenantNo, DatabaseNo), Made>>>,
}

impl WireTemplates {
    /// The wire template of a template.
    pub(crate) fn of(&self, tenant: TenantNo, template: &Arc<Template>) -> Arc<WireTemplate> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, template.database);
        match made.get(&key) {
            Some((of, wire)) if Arc::ptr_eq(of, template) => Arc::clone(wire),
            _ => {
                let wire = Arc::new(WireTemplate::new(template));
                made.insert(key, (Arc::clone(template), Arc::clone(&wire)));
                wire
            }
        }
    }
}

/// The body of get-client-detail.
pub(crate) fn client_detail(template: &WireTemplate, client: &RecordDetail) -> Vec<u8> {
    let mut body = body(template, client);
    body.push_str("{\"clientDetailInfo\":{\"clientItemList\":[");
    write_items(&mut body, template, client);
    body.push_str("],\"systemLinkageInfoList\":");
    body.push_str(&to_json(&linkage_list(&client.slots, &client.record.linkage)));
    body.push_str(END);
    body.into_bytes()
}

/// The body of get-client-responsible-detail.
pub(crate) fn contact_detail(template: &WireTemplate, contact: &RecordDetail) -> Vec<u8> {
    let mut body = body(template, contact);
    body.push_str("{\"clientResponsibleDetailInfo\":{\"clientID\":");
    body.push_str(&to_json(&contact_client(contact)));
    body.push_str(",\"clientResponsibleItemList\":[");
    write_items(&mut body, template, contact);
    body.push_str("],\"clientResponsibleInquiryRouteDataList\":");
    let item = contact.template.item(contact::INQUIRY_ROUTES).filter(|item| contact.sight.sees(item.number));
    write_routes(
        &mut body,
        item.and_then(|item| contact.record.document.json(item.number)).unwrap_or_default(),
        contact,
    );
    body.push_str(",\"systemLinkageInfoList\":");
    body.push_str(&to_json(&linkage_list(&contact.slots, &contact.record.linkage)));
    body.push_str(END);
    body.into_bytes()
}

/// What every body ends with.
const END: &str = "},\"appStatus\":{\"code\":\"S000\",\"message\":\"\"}}";

/// A text with room for a body.
fn body(template: &WireTemplate, record: &RecordDetail) -> String {
    String::with_capacity(record.record.document.as_str().len() + 160 * template.items.len() + 512)
}

/// The items that the caller may see: those with a value, and what the system fills.
fn write_items(body: &mut String, template: &WireTemplate, record: &RecordDetail) {
    let members: Vec<_> = record.record.document.members().collect();
    let mut is_first = true;
    for item in template.items.iter().filter(|item| record.sight.sees(item.number)) {
        let value = members
            .binary_search_by_key(&item.number, |(number, _)| *number)
            .ok()
            .and_then(|at| members.get(at))
            .map(|(_, json)| *json);
        if value.is_none() && !matches!(item.form, Form::Moment(_) | Form::Person(_)) {
            continue;
        }
        if !is_first {
            body.push(',');
        }
        is_first = false;
        body.push_str(&item.prefix);
        write_value(body, (item.form, template.calls), value.unwrap_or_default(), record);
        body.push_str(item.suffix);
    }
}

fn write_value(body: &mut String, (form, calls): (Form, Calls), json: &str, record: &RecordDetail) {
    match form {
        Form::Copy => body.push_str(json),
        Form::Ids => write_ids(body, calls, &uuids(json), record),
        Form::InquiryRoutes => write_routes(body, json, record),
        Form::Moment(id) => {
            let moment = if id == system::CREATED_AT { record.record.created_at } else { record.record.updated_at };
            body.push_str(&to_json(&moment.to_rfc3339()));
        }
        Form::Person(id) => {
            let person = if id == system::CREATED_BY { record.users.0 } else { record.users.1 };
            write_ids(body, calls, &[person], record);
        }
    }
}

fn uuids(json: &str) -> Vec<Uuid> {
    match ItemValue::read_json(ItemType::UserMultiple, json) {
        Some(ItemValue::References(ids)) => ids,
        _ => Vec::new(),
    }
}

/// Ids with their names, and for clients also by themselves.
fn write_ids(body: &mut String, calls: Calls, ids: &[Uuid], record: &RecordDetail) {
    if calls == Calls::Client {
        body.push_str(",\"itemUuidData\":{\"values\":");
        body.push_str(&to_json(&ids));
        body.push('}');
    }
    body.push_str(",\"itemUuidDataList\":[");
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        let name = record.names.get(id).map_or("", String::as_str);
        body.push_str(&format!("{{\"itemUuid\":\"{id}\",\"itemDisplayValue\":{}}}", to_json(&name)));
    }
    body.push(']');
}

fn write_routes(body: &mut String, json: &str, record: &RecordDetail) {
    let Some(ItemValue::InquiryRoutes(routes)) = ItemValue::read_json(ItemType::InquiryRoute, json) else {
        body.push_str("[]");
        return;
    };
    body.push('[');
    for (at, route) in routes.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&route_json(*route, record));
    }
    body.push(']');
}

fn route_json(route: InquiryRouteRef, record: &RecordDetail) -> String {
    let names = record.routes.get(&route);
    let (category, name) = names.map_or(("", ""), |names| (names.category.as_str(), names.route.as_str()));
    format!(
        "{{\"inquiryRouteCategoryId\":\"{}\",\"inquiryRouteCategoryName\":{},\"inquiryRouteId\":\"{}\",\"inquiryRouteName\":{}}}",
        route.category,
        to_json(&category),
        route.route,
        to_json(&name)
    )
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and ids always have a JSON form")
}
