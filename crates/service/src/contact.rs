//! Contacts (取引先担当者).

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::contact;
use musubi_domain::context::Context;
use musubi_domain::error::{Problem, Result};
use musubi_domain::item::{InquiryRouteRef, ItemType, RawValue};
use musubi_domain::messages::Message;
use musubi_domain::record::Record;
use musubi_store as store;
use uuid::Uuid;

use crate::context::Service;
use crate::record::{
    Deleted, Expected, GivenItem, GivenRecord, RecordDetail, RecordKey, record_delete, record_detail, record_register,
    record_update,
};
use crate::record_filter::{Asked, FilteredPage, record_filtered};

/// What is given for a contact: its items, and what has a member of its own.
#[derive(Clone, Debug, Default)]
pub struct GivenContact {
    /// Items and linkage values.
    pub record: GivenRecord,
    /// The inquiry routes and where they stood; none: nothing is said of them.
    pub routes: Option<(String, Vec<InquiryRouteRef>)>,
}

impl GivenContact {
    /// With the routes as an item like others. The item itself is none that a caller can give.
    fn into_record(self) -> GivenRecord {
        let mut record = self.record;
        let (aside, items): (Vec<_>, Vec<_>) =
            record.items.into_iter().partition(|given| given.item == contact::INQUIRY_ROUTES);
        let unknown =
            |given: GivenItem| Problem { path: given.path, item: Some(given.item), message: Message::UnknownItem };
        record.problems.extend(aside.into_iter().map(unknown));
        record.items = items;
        if let Some((path, routes)) = self.routes {
            let value = if routes.is_empty() { RawValue::Empty } else { RawValue::InquiryRoutes(routes) };
            record.items.push(given(path, contact::INQUIRY_ROUTES, ItemType::InquiryRoute, value));
        }
        record
    }
}

fn given(path: String, item: Uuid, item_type: ItemType, value: RawValue) -> GivenItem {
    GivenItem { path, item, item_type: item_type.row().wire.to_owned(), value }
}

/// Registers a contact of a client and gives its id. The client is the value of the item 取引先, too: where that is not given it is
/// filled, and another one is refused.
///
/// # Errors
/// Invalid, with all failing items at once; Forbidden where the caller may not write contacts.
pub async fn contact_register(
    service: &Service,
    context: &Arc<Context>,
    (client, path): (Uuid, &str),
    given_contact: GivenContact,
) -> Result<Uuid> {
    let mut record = given_contact.into_record();
    let own = record.items.iter().find(|given| given.item == contact::CLIENT);
    // A value that could not be read is told already.
    let is_told = record.problems.iter().any(|problem| problem.item == Some(contact::CLIENT));
    match own.map(|given| (&given.path, &given.value)) {
        Some((path, RawValue::Uuids(ids))) if !ids.is_empty() && ids.as_slice() != [client] => {
            let problem = Problem {
                path: path.clone(),
                item: Some(contact::CLIENT),
                message: Message::DiffersFrom { member: "clientID" },
            };
            record.problems.push(problem);
        }
        None if !is_told => {
            let value = RawValue::Uuids(vec![client]);
            record.items.push(given(path.to_owned(), contact::CLIENT, ItemType::ClientSingle, value));
        }
        _ => {}
    }
    Ok(record_register(service, context, contact::DATABASE, "contact.register", record).await?.id)
}

/// Changes a contact by difference and gives its id. Giving the item 取引先 moves it to another client.
///
/// # Errors
/// NotFound at `path` where the key names nothing that the caller may see; Invalid, with all failing items at once; Forbidden where the
/// caller may not write contacts.
pub async fn contact_update(
    service: &Service,
    context: &Arc<Context>,
    (key, path): (RecordKey, &str),
    given_contact: GivenContact,
) -> Result<Uuid> {
    let kind = (contact::DATABASE, "contact.update");
    let given = given_contact.into_record();
    Ok(record_update(service, context, kind, (key, path), Expected::default(), given).await?.id)
}

/// Moves contacts to the trash, all or none.
///
/// # Errors
/// As [`record_delete`].
pub async fn contact_delete(
    service: &Service,
    context: &Arc<Context>,
    keys: Vec<(RecordKey, String)>,
    force: bool,
) -> Result<Deleted> {
    record_delete(service, context, (contact::DATABASE, "contact.delete"), keys, force).await
}

/// A page of contacts, with the client of each that the caller may know of.
#[derive(Clone, Debug)]
pub struct ContactPage {
    /// The page.
    pub page: FilteredPage,
    /// The clients, by the ids of their contacts.
    pub clients: HashMap<Uuid, Uuid>,
}

/// Gives a page of the contacts that the conditions let through, in order of creation.
///
/// # Errors
/// As [`record_filtered`].
pub async fn contact_list(
    service: &Service,
    context: &Arc<Context>,
    asked: &[Asked],
    offset: i64,
    limit: i64,
) -> Result<ContactPage> {
    let page = record_filtered(service, context, contact::DATABASE, asked, offset, limit).await?;
    if page.template.item(contact::CLIENT).is_none_or(|item| !page.sight.sees(item.number)) {
        return Ok(ContactPage { page, clients: HashMap::new() });
    }
    let numbers: Vec<_> = page.rows.iter().map(|row| row.number).collect();
    let (template, sight) = (Arc::clone(&page.template), page.sight.clone());
    let read =
        move |snapshot: &mut store::db::Snapshot<'_>| store::query::record_whole(snapshot, &sight, &template, &numbers);
    let records = service.db().page(context.tenant, read).await?;
    let client = |record: &Record| Some((record.id, record.owner(&page.template)?));
    let clients = records.values().filter_map(client).collect();
    Ok(ContactPage { page, clients })
}

/// Gives one contact.
///
/// # Errors
/// As [`record_detail`].
pub async fn contact_get(
    service: &Service,
    context: &Arc<Context>,
    key: RecordKey,
    path: &str,
) -> Result<RecordDetail> {
    record_detail(service, context, contact::DATABASE, key, path).await
}

/// The client that a contact belongs to, where the caller may know of it.
#[must_use]
pub fn contact_client(detail: &RecordDetail) -> Option<Uuid> {
    let item = detail.template.item(contact::CLIENT)?;
    detail.record.owner(&detail.template).filter(|_| detail.sight.sees(item.number))
}
