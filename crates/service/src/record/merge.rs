//! Merging two records of a database that mean the same: one stays, the other goes to the trash, as one change set that can be undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use musubi_domain::change_set::ChangeCounts;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::ItemNo;
use musubi_domain::item::ItemValue;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::record::{Record, RecordChange};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use super::change::Changes;
use super::refer::{Templates, referrers_in};
use super::system::{Coming, change_by_system, reference_move, stands_below};
use super::trash::trash;
use super::write::{RecordKey, record_find};
use crate::context::Service;

/// Merges the record `gone` into the record `stays`: what refers to the one comes to refer to the other, what the one has and the other
/// lacks is taken over (linkage values too), as is what is named in `taken`, and the one goes to the trash. What
/// stands at the one (comments, activities, files) moves to the other.
///
/// # Errors
/// NotFound at the path of a key that names nothing that the caller may see; Invalid where both are the same record, or too much refers
/// to the one that goes; Forbidden where the caller may not write and delete in the database.
pub async fn record_merge(
    service: &Service,
    context: &Arc<Context>,
    (database, kind): (&str, &'static str),
    (stays, stays_path): (Uuid, &str),
    (gone, gone_path): (Uuid, &str),
    taken: BTreeSet<ItemNo>,
) -> Result<(ChangeCounts, Option<Uuid>)> {
    let template = service.template(context.tenant, database).await?;
    service.check_right(context, &template, Action::Delete).await?;
    let sight = service.sight_for(context, &template, Action::Write).await?;
    let (stays_path, gone_path) = (stays_path.to_owned(), gone_path.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let mut find = |id, path: &str| {
            let found = record_find(tx, &sight, &template, &RecordKey::Id(id))?;
            found.ok_or_else(|| Error::not_found(path))
        };
        let (stays, gone) = (find(stays, &stays_path)?, find(gone, &gone_path)?);
        let mut changes = Changes::begin(tx, kind, Some(template.database))?;
        // What a person may not write stays as it is, whoever names it.
        let may_take =
            |item: &ItemNo| sight.writes(*item) && template.item_numbered(*item).is_some_and(|item| !item.read_only);
        let taken = taken.iter().copied().filter(may_take).collect();
        record_merge_in(tx, &mut changes, &stays, (&gone, &gone_path), &taken)?;
        changes.finish_named(tx)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`record_merge`], within a transaction and a change set, of records that the transaction has read.
///
/// # Errors
/// As there.
pub fn record_merge_in(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    stays: &Record,
    (gone, gone_path): (&Record, &str),
    taken: &BTreeSet<ItemNo>,
) -> Result<()> {
    if stays.number == gone.number {
        return Err(Error::invalid_at(gone_path, Message::Repeated));
    }
    let referrers = referrers_in(tx, gone.number, gone_path)?;
    if i64::try_from(referrers.len()).unwrap_or(i64::MAX) > limits::ACTION_RECORDS {
        return Err(Error::invalid_at(gone_path, Message::TooManyRecords { most: limits::ACTION_RECORDS }));
    }
    changes.name_target(&gone.display_name);
    let mut templates = Templates::default();
    // By what the transaction reads: another instance may have added an index since.
    let template = &*templates.of(tx, stays.number.database())?;
    let parent = new_parent(tx, template, stays, gone)?;
    if let (Parent::Raised, Some(item)) = (parent, template.detail.parent_item) {
        // First of all: what refers to the one that goes would otherwise come to stand above and below the one that stays.
        let value = gone.facts(template).values.get(&item).cloned();
        let change = RecordChange { items: BTreeMap::from([(item, value)]), linkage: Vec::new() };
        change_by_system(tx, changes, &mut templates, stays, change, Coming::Nobody)?;
    }
    for referrer in referrers {
        reference_move(tx, changes, &mut templates, referrer, gone.id, Some(stays.id))?;
    }
    // Read again: a reference of their own may have moved.
    let gone = reread(tx, template, gone)?;
    trash(tx, changes, template, &gone)?;
    store::thread::thread_move(tx, gone.number, stays.number, changes.number())?;
    let stays = reread(tx, template, stays)?;
    let change = taken_over(template, &stays, &gone, (parent, taken));
    change_by_system(tx, changes, &mut templates, &stays, change, Coming::Nobody).map(drop)
}

fn reread(tx: &mut Tx<'_>, template: &Template, record: &Record) -> Result<Record> {
    let read = store::record::record_by_number(tx, &Sight::all(), template, record.number)?;
    read.ok_or_else(|| Error::internal("a record of a merge is gone within the transaction"))
}

/// What becomes of the parent of the record that stays.
#[derive(Clone, Copy)]
enum Parent {
    /// It stays, or is taken over like everything else.
    AsIs,
    /// It stays as it is: the one that goes stands below the one that stays.
    Kept,
    /// It becomes that of the one that goes: the one that stays stands below it.
    Raised,
}

fn new_parent(tx: &mut Tx<'_>, template: &Template, stays: &Record, gone: &Record) -> Result<Parent> {
    let Some(item) = template.detail.parent_item else { return Ok(Parent::AsIs) };
    Ok(if stands_below(tx, item, stays.number, gone.number)? {
        Parent::Raised
    } else if stands_below(tx, item, gone.number, stays.number)? {
        Parent::Kept
    } else {
        Parent::AsIs
    })
}

/// What the record that stays takes over from the one that went: values of items and linkage slots in which it has none, and of the items
/// of which somebody said so.
fn taken_over(
    template: &Template,
    stays: &Record,
    gone: &Record,
    (parent, taken): (Parent, &BTreeSet<ItemNo>),
) -> RecordChange {
    let values = gone.facts(template).values;
    let above = template.detail.parent_item;
    let lacks = |item: &ItemNo| (stays.document.json(*item).is_none() || taken.contains(item)) && above != Some(*item);
    let mut items: BTreeMap<ItemNo, Option<ItemValue>> =
        values.iter().filter(|(item, _)| lacks(item)).map(|(item, value)| (*item, without(value, stays.id))).collect();
    if let Some(item) = above
        && matches!(parent, Parent::AsIs)
        && stays.document.json(item).is_none()
    {
        items.insert(item, values.get(&item).cloned());
    }
    let lacks = |slot: i64| stays.linkage.iter().all(|value| value.slot != slot);
    let linkage = gone.linkage.iter().filter(|value| lacks(value.slot)).cloned().collect();
    RecordChange { items, linkage }
}

/// A value that does not point at a record: nothing comes to refer to itself.
fn without(value: &ItemValue, id: Uuid) -> Option<ItemValue> {
    let ItemValue::References(ids) = value else { return Some(value.clone()) };
    let kept: Vec<Uuid> = ids.iter().copied().filter(|other| *other != id).collect();
    (!kept.is_empty()).then_some(ItemValue::References(kept))
}
