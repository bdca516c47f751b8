//! Removing an item. What records hold under its number stays in their documents, where nobody reads it; what was made of it, links and
//! search texts, is cleared away by a job in slices.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, ItemNo, JobNo, RecordNo, UserNo};
use musubi_domain::item::Item;
use musubi_domain::job::NewJob;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{DatabaseRight, RowRule, named};
use musubi_domain::template::{DatabaseDetail, ItemUse, RemovedItem, Template, uses};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::template_in;
use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::Templates;

/// The kind of the job that clears away what was made of the values of a removed item.
pub const ITEM_CLEAR: &str = "template.item.clear";
/// Rights that one read gives.
const CHUNK: i64 = 1_000;

/// A removed item whose traces are to be cleared away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemClear {
    /// The database.
    pub database: DatabaseNo,
    /// The number of the item.
    pub item: ItemNo,
    /// The last record that was there when it was removed: none after it holds a value.
    pub until: RecordNo,
}

/// How far the clearing has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearCursor {
    /// Records up to this one are done.
    pub after: Option<RecordNo>,
    /// Records looked at.
    pub looked: i64,
    /// Whether nothing is left.
    pub done: bool,
}

/// Removes an item that people added. Gives the job that clears its traces away, where there can be any.
///
/// # Errors
/// Forbidden without the right; NotFound at `path` where there is no such item; Invalid where something needs the item, all of it told
/// at once, or where it has not been hidden and records may hold values.
pub async fn template_item_remove(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (item, path): (Uuid, &str),
) -> Result<Option<JobNo>> {
    service.check_named_right(context, named::DATABASES).await?;
    let number = service.template(context.tenant, database).await?.database;
    let count = move |snapshot: &mut store::db::Snapshot<'_>| store::record::record_count_all(snapshot, number);
    let total = Some(service.db().scan(context.tenant, count).await?);
    let (name, path) = (database.to_owned(), path.to_owned());
    let write = move |tx: &mut Tx<'_>| template_item_remove_in(tx, &name, (item, &path), total);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`template_item_remove`], within a transaction; `total` is how many records there are, where that is known.
///
/// # Errors
/// As there.
pub fn template_item_remove_in(
    tx: &mut Tx<'_>,
    database: &str,
    (id, path): (Uuid, &str),
    total: Option<i64>,
) -> Result<Option<JobNo>> {
    let template = template_in(tx, database)?;
    let item = template.item(id).ok_or_else(|| Error::not_found(path))?;
    let until = store::record::record_highest(tx, template.database)?;
    let problems = problems_in(tx, &template, (item, path), until.is_some())?;
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    store::template::item_delete(tx, item.number)?;
    let others = template.items().iter().filter(|other| other.number != item.number);
    for (position, other) in (1..).zip(others) {
        store::template::item_put(tx, template.database, position, other)?;
    }
    if until.is_some() {
        let mut detail = template.detail.clone();
        detail.removed_items.push(RemovedItem { number: item.number, cleared: false });
        store::template::database_detail_set(tx, template.database, &detail)?;
    }
    store::template::template_version_raise(tx, template.database)?;
    tx.record_operation(&Operation::new("template.item.remove", item.name.clone()))?;
    let Some(until) = until else { return Ok(None) };
    clear_enqueue(tx, ItemClear { database: template.database, item: item.number, until }, total).map(Some)
}

fn clear_enqueue(tx: &mut Tx<'_>, clear: ItemClear, total: Option<i64>) -> Result<JobNo> {
    let payload = serde_json::to_value(clear).map_err(|error| Error::internal(error.to_string()))?;
    let dedupe_key = Some(format!("{}:{}", clear.database, clear.item));
    job_enqueue_in(tx, &NewJob { dedupe_key, total, ..NewJob::new(ITEM_CLEAR, payload) })
}

/// Queues the clearing of each removed item of a database that is not cleared away, unless it is being done: its job may have failed, or
/// somebody may have cancelled it. How many are not cleared away.
///
/// # Errors
/// What the database says.
pub(crate) fn item_clears_resume_in(tx: &mut Tx<'_>, database: DatabaseNo) -> Result<usize> {
    let template = Templates::default().of(tx, database)?;
    let until = store::record::record_highest(tx, database)?.unwrap_or(RecordNo::range(database).1);
    let mut count = 0;
    for removed in template.detail.removed_items.iter().filter(|removed| !removed.cleared) {
        clear_enqueue(tx, ItemClear { database, item: removed.number, until }, None)?;
        count += 1;
    }
    Ok(count)
}

/// What stands in the way of removing an item.
fn problems_in(
    tx: &mut Tx<'_>,
    template: &Template,
    (item, path): (&Item, &str),
    has_records: bool,
) -> Result<Vec<Problem>> {
    let mut messages: Vec<Message> = uses(template, item).into_iter().map(message).collect();
    messages.extend(right_uses(tx, template, item)?.into_iter().map(message));
    if messages.is_empty() && has_records && !item.hidden {
        messages.push(Message::HideFirst);
    }
    if has_records && template.detail.removed_items.len() >= limits::REMOVED_ITEMS {
        messages.push(Message::TooMany { most: limits::REMOVED_ITEMS });
    }
    let problem = |message| Problem { path: path.to_owned(), item: Some(item.id), message };
    Ok(messages.into_iter().map(problem).collect())
}

pub(super) fn message(by: ItemUse) -> Message {
    if by == ItemUse::BuiltIn { Message::BuiltInItem } else { Message::ItemNeeded { by } }
}

/// The people whose rights in the database name an item.
pub(super) fn right_uses(
    snapshot: &mut store::db::Snapshot<'_>,
    template: &Template,
    item: &Item,
) -> Result<Vec<ItemUse>> {
    let (mut found, mut after) = (Vec::new(), (UserNo(0), DatabaseNo(0)));
    loop {
        let page = store::rights::database_right_list(snapshot, after, CHUNK)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = (last.user, last.database);
        for held in page.iter().filter(|held| held.database == template.database && names(&held.right, item.number)) {
            let user = store::user::user_by_number(snapshot, held.user)?;
            found.push(ItemUse::Right(user.map_or_else(String::new, |user| user.login_id)));
        }
    }
}

fn names(right: &DatabaseRight, item: ItemNo) -> bool {
    let mut is_named = right.items.iter().any(|(named, _)| *named == item);
    if let RowRule::Condition(condition) = &right.rows {
        condition.fields(&mut |field| is_named |= field.item() == Some(item));
    }
    is_named
}

/// Clears away what was made of the values of a removed item in a slice of the records: at most `most`.
///
/// # Errors
/// What the database says.
pub fn item_clear_slice_in(tx: &mut Tx<'_>, clear: ItemClear, cursor: ClearCursor, most: i64) -> Result<ClearCursor> {
    let template = Templates::default().of(tx, clear.database)?;
    let after = cursor.after.unwrap_or(RecordNo::range(clear.database).0);
    let records = store::record::record_walk(tx, clear.database, after, most)?;
    let mut next = cursor;
    for record in records.iter().filter(|record| record.number <= clear.until) {
        next.after = Some(record.number);
        next.looked += 1;
        if record.deleted_at.is_none() && record.document.json(clear.item).is_some() {
            store::template::removed_item_clear(tx, &template, record, clear.item)?;
        }
    }
    if next.after == cursor.after {
        next.done = true;
        let mut detail: DatabaseDetail = template.detail.clone();
        let own = |removed: &&mut RemovedItem| removed.number == clear.item;
        detail.removed_items.iter_mut().filter(own).for_each(|removed| removed.cleared = true);
        store::template::database_detail_set(tx, clear.database, &detail)?;
        store::template::template_version_raise(tx, clear.database)?;
    }
    Ok(next)
}
