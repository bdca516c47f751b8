//! Removing an item with time to think: it is hidden at once and removed for good after as many days as a record stays in the trash.
//! Until then it comes back with everything that records hold in it.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::Item;
use musubi_domain::job::{JobDue, NewJob};
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_domain::template::{DiscardedItem, ItemUse, Template, uses};
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::removal::{message, right_uses, template_item_remove_in};
use super::template_in;
use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::Templates;

/// The kind of the job that removes an item whose time is over.
pub const ITEM_REMOVE: &str = "template.item.remove";
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Where the item stands in what is said of it.
const ITEM: &str = "item";
/// Records that are looked at for values of an item.
const LOOKED: i64 = 10_000;
/// Records of one look.
const CHUNK: i64 = 500;

/// An item that is to be removed when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRemove {
    /// The database.
    pub database: DatabaseNo,
    /// The number of the item.
    pub item: ItemNo,
    /// When somebody removed it. One that came back and was removed again waits anew.
    pub at: Timestamp,
}

/// What removing an item would affect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLook {
    /// What needs it, so that it cannot be removed.
    pub uses: Vec<ItemUse>,
    /// Records that hold a value, among those that were looked at.
    pub holding: i64,
    /// Records that were looked at.
    pub looked: i64,
    /// Whether there are more.
    pub more: bool,
}

/// What removing an item would affect: what needs it, and how many records hold a value, among the first ten thousand.
///
/// # Errors
/// Forbidden without the right; NotFound at `item`.
pub async fn template_item_look(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    item: Uuid,
) -> Result<ItemLook> {
    service.check_named_right(context, named::DATABASES).await?;
    let template = service.template(context.tenant, database).await?;
    let item = template.item(item).cloned().ok_or_else(|| Error::not_found(ITEM))?;
    let (number, own) = (item.number, Arc::clone(&template));
    let read = move |snapshot: &mut Snapshot<'_>| {
        let mut found = uses(&own, &item);
        found.extend(right_uses(snapshot, &own, &item)?);
        Ok(found)
    };
    let uses = service.db().page(context.tenant, read).await?;
    let mut look = ItemLook { uses, holding: 0, looked: 0, more: true };
    let (database, mut after) = (template.database, RecordNo::range(template.database).0);
    while look.more && look.looked < LOOKED {
        let walk = move |snapshot: &mut Snapshot<'_>| store::record::record_walk(snapshot, database, after, CHUNK);
        let records = service.db().page(context.tenant, walk).await?;
        let Some(last) = records.last() else {
            look.more = false;
            break;
        };
        after = last.number;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        look.looked += count(records.len());
        look.holding += count(records.iter().filter(|record| record.document.json(number).is_some()).count());
        look.more = count(records.len()) == CHUNK;
    }
    Ok(look)
}

/// Removes an item that people added: hidden at once, gone after thirty days.
///
/// # Errors
/// Forbidden without the right; NotFound at `item`; Invalid where something needs the item, all of it told at once.
pub async fn template_item_discard(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    item: Uuid,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| template_item_discard_in(tx, &name, item);
    service.db().write(context, Lane::Interactive, write).await
}

fn template_item_discard_in(tx: &mut Tx<'_>, database: &str, id: Uuid) -> Result<()> {
    let template = template_in(tx, database)?;
    let item = template.item(id).cloned().ok_or_else(|| Error::not_found(ITEM))?;
    let mut found = uses(&template, &item);
    found.extend(right_uses(tx, &template, &item)?);
    if !found.is_empty() {
        let problem = |by| Problem { path: ITEM.to_owned(), item: Some(id), message: message(by) };
        return Err(Error::invalid(found.into_iter().map(problem).collect()));
    }
    let at = tx.context().now;
    let mut detail = template.detail.clone();
    detail.discarded_items.retain(|other| other.number != item.number);
    detail.discarded_items.push(DiscardedItem { number: item.number, at });
    store::template::database_detail_set(tx, template.database, &detail)?;
    hide(tx, &template, &item, true)?;
    let remove = ItemRemove { database: template.database, item: item.number, at };
    let payload = serde_json::to_value(remove).map_err(|error| Error::internal(error.to_string()))?;
    let due = JobDue::At(Timestamp::from_micros(at.micros() + limits::TRASH_DAYS * DAY));
    let dedupe_key = Some(format!("{}:{}:{}", remove.database, remove.item, at.micros()));
    job_enqueue_in(tx, &NewJob { due, dedupe_key, ..NewJob::new(ITEM_REMOVE, payload) })?;
    tx.record_operation(&Operation::new("template.item.discard", item.name))
}

/// Brings back an item that was removed less than thirty days ago.
///
/// # Errors
/// Forbidden without the right; NotFound at `item` where it was not removed.
pub async fn template_item_restore(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    item: Uuid,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let template = template_in(tx, &name)?;
            let item = template.item(item).ok_or_else(|| Error::not_found(ITEM))?;
            if template.discarded_item(item.number).is_none() {
                return Err(Error::not_found(ITEM));
            }
            discard_forget_in(tx, &template, item.number)?;
            hide(tx, &template, item, false)?;
            tx.record_operation(&Operation::new("template.item.restore", item.name.clone()))
        })
        .await
}

/// Forgets that an item was removed, where it was.
pub(super) fn discard_forget_in(tx: &mut Tx<'_>, template: &Template, item: ItemNo) -> Result<()> {
    if template.discarded_item(item).is_none() {
        return Ok(());
    }
    let mut detail = template.detail.clone();
    detail.discarded_items.retain(|discarded| discarded.number != item);
    store::template::database_detail_set(tx, template.database, &detail)
}

fn hide(tx: &mut Tx<'_>, template: &Template, item: &Item, hidden: bool) -> Result<()> {
    let at = template.items().iter().position(|other| other.number == item.number).unwrap_or_default();
    let position = i64::try_from(at).unwrap_or(i64::MAX - 1) + 1;
    store::template::item_put(tx, template.database, position, &Item { hidden, ..item.clone() })?;
    store::template::template_version_raise(tx, template.database)
}

/// Removes an item whose time is over, unless it came back meanwhile. Whether it was removed.
///
/// # Errors
/// Invalid where something needs the item by now; what the database says.
pub fn item_remove_due_in(tx: &mut Tx<'_>, remove: ItemRemove) -> Result<bool> {
    let template = Templates::default().of(tx, remove.database)?;
    let is_due = template.discarded_item(remove.item).is_some_and(|discarded| discarded.at == remove.at);
    let Some(item) = template.item_numbered(remove.item).filter(|_| is_due) else { return Ok(false) };
    discard_forget_in(tx, &template, item.number)?;
    if !item.hidden {
        return Ok(false);
    }
    template_item_remove_in(tx, &template.name, (item.id, ITEM), None)?;
    Ok(true)
}
