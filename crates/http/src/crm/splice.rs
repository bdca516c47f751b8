//! Stored documents as answers: each value is copied between a prefix and a suffix that are made once per template version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use musubi_domain::id::{ItemNo, TenantNo};
use musubi_domain::item::{DataKind, InquiryRouteRef, Item, ItemType, ItemValue, system};
use musubi_domain::template::Template;
use musubi_service::client::ClientDetail;
use uuid::Uuid;

use super::convert::linkage_list;

/// What an item's value is put between, by its number.
pub(crate) struct WireTemplate {
    items: Vec<WireItem>,
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
    /// Ids, and once more with their names.
    Uuids,
    /// Ids of categories and routes, with their names.
    InquiryRoutes,
    /// From the record, not from the document.
    System(Uuid),
}

impl WireTemplate {
    fn new(template: &Template) -> Self {
        Self { items: template.items().iter().map(WireItem::new).collect() }
    }
}

impl WireItem {
    fn new(item: &Item) -> Self {
        let row = item.item_type.row();
        let is_system =
            [system::CREATED_AT, system::CREATED_BY, system::UPDATED_AT, system::UPDATED_BY].contains(&item.id);
        let (form, data, suffix) = match row.data {
            DataKind::Text if item.item_type == ItemType::TextRuby => (Form::Copy, "\"itemTextData\":", "}"),
            DataKind::Text => (Form::Copy, "\"itemTextData\":{\"value\":", "}}"),
            DataKind::Numeric => (Form::Copy, "\"itemNumericData\":{\"value\":", "}}"),
            DataKind::Selection => (Form::Copy, "\"itemSelectionData\":{\"values\":", "}}"),
            DataKind::Uuid => (Form::Uuids, "\"itemUuidData\":{\"values\":", "}"),
            DataKind::InquiryRoute => (Form::InquiryRoutes, "\"itemInquiryRouteData\":{\"values\":", "}}"),
        };
        let form = if is_system { Form::System(item.id) } else { form };
        let prefix = format!("{{\"itemID\":\"{}\",\"itemType\":\"{}\",{data}", item.id, row.wire);
        Self { number: item.number, form, prefix, suffix }
    }
}

/// A template and the wire template that was made of it.
type Made = (Arc<Template>, Arc<WireTemplate>);

/// The wire templates that have been made, one per tenant, each as long as the template it was made of is the present one.
#[derive(Clone, Default)]
pub(crate) struct WireTemplates {
    made: Arc<Mutex<HashMap<TenantNo, Made>>>,
}

impl WireTemplates {
    /// The wire template of a template.
    pub(crate) fn of(&self, tenant: TenantNo, template: &Arc<Template>) -> Arc<WireTemplate> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match made.get(&tenant) {
            Some((of, wire)) if Arc::ptr_eq(of, template) => Arc::clone(wire),
            _ => {
                let wire = Arc::new(WireTemplate::new(template));
                made.insert(tenant, (Arc::clone(template), Arc::clone(&wire)));
                wire
            }
        }
    }
}

/// The body of get-client-detail.
pub(crate) fn client_detail(template: &WireTemplate, client: &ClientDetail) -> Vec<u8> {
    let stored = client.record.document.as_str();
    let mut body = String::with_capacity(stored.len() + 160 * template.items.len() + 512);
    body.push_str("{\"clientDetailInfo\":{\"clientItemList\":[");
    let members: Vec<_> = client.record.document.members().collect();
    let mut is_first = true;
    for item in template.items.iter().filter(|item| client.sight.sees(item.number)) {
        let value = members
            .binary_search_by_key(&item.number, |(number, _)| *number)
            .ok()
            .and_then(|at| members.get(at))
            .map(|(_, json)| *json);
        if value.is_none() && !matches!(item.form, Form::System(_)) {
            continue;
        }
        if !is_first {
            body.push(',');
        }
        is_first = false;
        body.push_str(&item.prefix);
        write_value(&mut body, item.form, value.unwrap_or_default(), client);
        body.push_str(item.suffix);
        match item.form {
            Form::Uuids => write_names(&mut body, &uuids(value.unwrap_or_default()), client),
            Form::System(id) if is_user(id) => write_names(&mut body, &[system_user(id, client)], client),
            _ => {}
        }
    }
    body.push_str("],\"systemLinkageInfoList\":");
    body.push_str(&to_json(&linkage_list(&client.slots, &client.record.linkage)));
    body.push_str("},\"appStatus\":{\"code\":\"S000\",\"message\":\"\"}}");
    body.into_bytes()
}

fn write_value(body: &mut String, form: Form, json: &str, client: &ClientDetail) {
    match form {
        Form::Copy | Form::Uuids => body.push_str(json),
        Form::InquiryRoutes => write_routes(body, json, client),
        Form::System(system::CREATED_AT) => body.push_str(&to_json(&client.record.created_at.to_rfc3339())),
        Form::System(system::UPDATED_AT) => body.push_str(&to_json(&client.record.updated_at.to_rfc3339())),
        Form::System(id) => body.push_str(&to_json(&[system_user(id, client)])),
    }
}

fn is_user(id: Uuid) -> bool {
    id == system::CREATED_BY || id == system::UPDATED_BY
}

fn system_user(id: Uuid, client: &ClientDetail) -> Uuid {
    if id == system::CREATED_BY { client.users.0 } else { client.users.1 }
}

fn uuids(json: &str) -> Vec<Uuid> {
    match ItemValue::read_json(ItemType::UserMultiple, json) {
        Some(ItemValue::References(ids)) => ids,
        _ => Vec::new(),
    }
}

/// `itemUuidDataList`, and the end of the item.
fn write_names(body: &mut String, ids: &[Uuid], client: &ClientDetail) {
    body.push_str(",\"itemUuidDataList\":[");
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        let name = client.names.get(id).map_or("", String::as_str);
        body.push_str(&format!("{{\"itemUuid\":\"{id}\",\"itemDisplayValue\":{}}}", to_json(&name)));
    }
    body.push_str("]}");
}

fn write_routes(body: &mut String, json: &str, client: &ClientDetail) {
    let Some(ItemValue::InquiryRoutes(routes)) = ItemValue::read_json(ItemType::InquiryRoute, json) else {
        body.push_str("[]");
        return;
    };
    body.push('[');
    for (at, route) in routes.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&route_json(*route, client));
    }
    body.push(']');
}

fn route_json(route: InquiryRouteRef, client: &ClientDetail) -> String {
    let names = client.routes.get(&route);
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
