//! Changes that the product makes by itself: references that move or are emptied, values that an undo or a merge brings. Nobody judges
//! them; what a record cannot have is left out and named.

use std::collections::{BTreeMap, BTreeSet};

use musubi_domain::change_set::LeftReason;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::RecordEvent;
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::{Item, ItemValue};
use musubi_domain::limits;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::{Facts, NewRecord, Record, RecordChange, unique_key};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Tx;
use musubi_store::link::Referrer;
use musubi_store::record::LinkChange;
use uuid::Uuid;

use super::change::Changes;
use super::refer::Templates;
use super::write::changed_meanwhile;
use crate::webhook::note::NotedItems;

/// Has a record refer to `to` where it refers to `from`, or to nothing instead. A record never comes to refer to itself.
pub(crate) fn reference_move(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    referrer: Referrer,
    from: Uuid,
    to: Option<Uuid>,
) -> Result<()> {
    let template = templates.of(tx, referrer.record.database())?;
    let record = store::record::record_by_number(tx, &Sight::all(), &template, referrer.record)?;
    let (Some(record), Some(item)) = (record, template.item_numbered(referrer.item)) else { return Ok(()) };
    let stands = record.document.json(item.number).and_then(|json| ItemValue::read_json(item.item_type, json));
    let Some(ItemValue::References(ids)) = stands else { return Ok(()) };
    let to = to.filter(|id| *id != record.id);
    let mut moved: Vec<Uuid> = Vec::with_capacity(ids.len());
    for id in ids {
        let id = if id == from { to } else { Some(id) };
        moved.extend(id.filter(|id| !moved.contains(id)));
    }
    let value = (!moved.is_empty()).then_some(ItemValue::References(moved));
    let change = RecordChange { items: BTreeMap::from([(item.number, value)]), linkage: Vec::new() };
    change_by_system(tx, changes, templates, &record, change, Coming::Nobody).map(drop)
}

/// What counts as there although it lies in the trash: it is coming back too.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Coming<'a> {
    /// Nothing.
    Nobody,
    /// What went to the trash with this change set.
    With(ChangeSetNo),
    /// These records.
    These(&'a BTreeSet<RecordNo>),
}

/// What a change by the product comes to, once what is impossible has been left out.
#[derive(Default)]
struct Possible {
    change: RecordChange,
    links: LinkChange,
    /// What the record takes on that it alone may hold.
    held: Vec<(i64, String)>,
    lost: BTreeSet<LeftReason>,
}

/// Changes a record as far as that is possible: references to what is gone or would put the record above itself, and values that
/// others hold, are left out and named.
///
/// # Errors
/// Conflict where somebody was faster; what the database says.
pub(crate) fn change_by_system(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    record: &Record,
    change: RecordChange,
    coming: Coming<'_>,
) -> Result<BTreeSet<LeftReason>> {
    let template = templates.of(tx, record.number.database())?;
    let mut possible = Possible::default();
    for (number, value) in change.items {
        if let Some(item) = template.item_numbered(number) {
            possible_item(tx, templates, &template, record, (item, value), coming, &mut possible)?;
        }
    }
    for value in change.linkage {
        possible_linkage(tx, &template, record, value, &mut possible)?;
    }
    let Possible { change, links, held, lost } = possible;
    if change.is_empty() {
        return Ok(lost);
    }
    let version = store::record::record_update(tx, &template, record, &change, &links, changes.number())?;
    let version = version.ok_or_else(changed_meanwhile)?;
    hold_free(tx, record.number, held)?;
    changes.name_target(&record.display_name);
    changes.note(
        tx,
        &template,
        RecordEvent::Updated,
        (record.number, record.id, version),
        NotedItems::Changed(&change.items),
    )?;
    Ok(lost)
}

fn possible_item(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    template: &Template,
    record: &Record,
    (item, value): (&Item, Option<ItemValue>),
    coming: Coming<'_>,
    possible: &mut Possible,
) -> Result<()> {
    let live = match &value {
        Some(value) => live_references(tx, templates, (template, record.number), item, value, coming)?,
        None => None,
    };
    let (value, targets) = match live {
        Some(Live { kept, targets, lost }) => {
            possible.lost.extend(lost);
            (kept, targets)
        }
        None => (value, Vec::new()),
    };
    if value.as_ref().map(ItemValue::to_json).as_deref() == record.document.json(item.number) {
        return Ok(());
    }
    if let Some(key) = value.as_ref().filter(|_| item.unique).and_then(unique_key) {
        if is_taken(tx, template, record.number, item.number.0, &key)? {
            possible.lost.insert(LeftReason::ValueTaken);
            return Ok(());
        }
        possible.held.push((item.number.0, key));
    }
    link_difference(tx, record.number, item.number, targets, &mut possible.links)?;
    possible.change.items.insert(item.number, value);
    Ok(())
}

fn possible_linkage(
    tx: &mut Tx<'_>,
    template: &Template,
    record: &Record,
    value: LinkageValue,
    possible: &mut Possible,
) -> Result<()> {
    let stands = record.linkage.iter().find(|held| held.slot == value.slot).map_or("", |held| &held.value);
    if stands == value.value {
        return Ok(());
    }
    if !value.value.is_empty() {
        if is_taken(tx, template, record.number, value.slot, &value.value)? {
            possible.lost.insert(LeftReason::ValueTaken);
            return Ok(());
        }
        possible.held.push((value.slot, value.value.clone()));
    }
    possible.change.linkage.push(value);
    Ok(())
}

/// Gives a record what has been seen to be free.
fn hold_free(tx: &mut Tx<'_>, record: RecordNo, held: Vec<(i64, String)>) -> Result<()> {
    for (of, key) in held {
        if !store::unique::unique_insert(tx, record, of, &key)? {
            return Err(Error::internal("a value that was free has been taken within the transaction"));
        }
    }
    Ok(())
}

/// Registers a record that the product makes of another: its values have been judged there.
///
/// # Errors
/// What the database says.
pub(crate) fn create_by_system(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    template: &Template,
    mut values: BTreeMap<ItemNo, ItemValue>,
) -> Result<(RecordNo, Uuid)> {
    let (mut links, mut held) = (Vec::new(), Vec::new());
    for (number, value) in std::mem::take(&mut values) {
        let Some(item) = template.item_numbered(number) else { continue };
        if let Some(key) = Some(&value).filter(|_| item.unique).and_then(unique_key) {
            // What another record holds is left out, as in every change by the product.
            if store::unique::unique_holder(tx, template.database, number.0, &key)?.is_some() {
                continue;
            }
            held.push((number.0, key));
        }
        let live = live_references(tx, templates, (template, RecordNo(0)), item, &value, Coming::Nobody)?;
        links.extend(live.map(|live| live.targets).unwrap_or_default().into_iter().map(|to| (number, to)));
        values.insert(number, value);
    }
    let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
    changes.name_target(&facts.display_name(template));
    let record = NewRecord { id: tx.next_id(), facts, linkage: Vec::new() };
    let number = store::record::record_insert(tx, template, &record, &links, changes.number())?;
    hold_free(tx, number, held)?;
    changes.note(tx, template, RecordEvent::Created, (number, record.id, 1), NotedItems::New(&record.facts.values))?;
    Ok((number, record.id))
}

fn is_taken(tx: &mut Tx<'_>, template: &Template, own: RecordNo, of: i64, key: &str) -> Result<bool> {
    Ok(store::unique::unique_holder(tx, template.database, of, key)?.is_some_and(|holder| holder != own))
}

/// What is added to the links of an item and what goes, for it to point at `targets`.
///
/// # Errors
/// What the database says.
pub(super) fn link_difference(
    tx: &mut Tx<'_>,
    record: RecordNo,
    item: ItemNo,
    targets: Vec<RecordNo>,
    links: &mut LinkChange,
) -> Result<()> {
    let new: BTreeSet<RecordNo> = targets.into_iter().collect();
    let old: BTreeSet<RecordNo> = store::link::links_of_item(tx, record, item)?.into_iter().collect();
    links.added.extend(new.difference(&old).map(|target| (item, *target)));
    links.removed.extend(old.difference(&new).map(|target| (item, *target)));
    Ok(())
}

/// What a reference can still point at.
pub(crate) struct Live {
    /// The value without what it cannot point at.
    pub(crate) kept: Option<ItemValue>,
    /// The records that it points at then.
    pub(crate) targets: Vec<RecordNo>,
    /// Why something was left out.
    pub(crate) lost: Option<LeftReason>,
}

/// What a reference of a record can still point at; none where the item points at no records.
///
/// # Errors
/// What the database says.
pub(crate) fn live_references(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    (template, record): (&Template, RecordNo),
    item: &Item,
    value: &ItemValue,
    coming: Coming<'_>,
) -> Result<Option<Live>> {
    let (ItemValue::References(ids), Some(database)) = (value, templates.points_into(tx, item)?) else {
        return Ok(None);
    };
    let (mut kept, mut targets, mut lost) = (Vec::new(), Vec::new(), None);
    for id in ids {
        let Some(number) = live_target(tx, templates, database, *id, coming)? else {
            lost = Some(LeftReason::TargetGone);
            continue;
        };
        let is_parent = template.detail.parent_item == Some(item.number);
        if is_parent && (number == record || stands_below(tx, item.number, number, record)?) {
            lost = Some(LeftReason::AboveItself);
            continue;
        }
        kept.push(*id);
        targets.push(number);
    }
    Ok(Some(Live { kept: (!kept.is_empty()).then_some(ItemValue::References(kept)), targets, lost }))
}

/// Whether a record stands below another.
///
/// # Errors
/// What the database says.
pub(super) fn stands_below(tx: &mut Tx<'_>, item: ItemNo, lower: RecordNo, upper: RecordNo) -> Result<bool> {
    let mut above = lower;
    for _ in 0..limits::PARENT_LEVELS {
        match store::link::links_of_item(tx, above, item)?.first() {
            Some(next) if *next == upper => return Ok(true),
            Some(next) => above = *next,
            None => return Ok(false),
        }
    }
    Ok(false)
}

fn live_target(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    database: DatabaseNo,
    id: Uuid,
    coming: Coming<'_>,
) -> Result<Option<RecordNo>> {
    if let Some((number, _)) = store::record::record_reference(tx, database, id)? {
        return Ok(Some(number));
    }
    if matches!(coming, Coming::Nobody) {
        return Ok(None);
    }
    let template = templates.of(tx, database)?;
    let gone = store::record::record_or_trash_by_id(tx, &Sight::all(), &template, id)?;
    let Some(gone) = gone else { return Ok(None) };
    let is_coming = match coming {
        Coming::Nobody => false,
        Coming::These(records) => records.contains(&gone.number),
        Coming::With(set) => {
            store::history::history_of_record(tx, gone.number, 1)?.first().is_some_and(|entry| entry.change_set == set)
        }
    };
    Ok(is_coming.then_some(gone.number))
}
