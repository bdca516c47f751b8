//! Changes that the product makes by itself: references that move or are emptied, values that an undo or a merge brings. Nobody judges
//! them; what a record cannot have is left out and named.

use std::collections::{BTreeMap, BTreeSet};

use musubi_domain::change_set::LeftReason;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::RecordEvent;
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::{Item, ItemValue};
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
    change_by_system(tx, changes, templates, &record, change, None).map(drop)
}

/// Changes a record as far as that is possible: references to what is gone, and values that others hold, are left out and named.
/// A reference to a record that went to the trash with the change set `with` counts as possible: that record is coming back too.
///
/// # Errors
/// Conflict where somebody was faster; what the database says.
pub(crate) fn change_by_system(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    templates: &mut Templates,
    record: &Record,
    mut change: RecordChange,
    with: Option<ChangeSetNo>,
) -> Result<BTreeSet<LeftReason>> {
    let template = templates.of(tx, record.number.database())?;
    let mut lost = BTreeSet::new();
    let mut links = LinkChange::default();
    let mut held = Vec::new();
    for (number, value) in std::mem::take(&mut change.items) {
        let Some(item) = template.item_numbered(number) else { continue };
        let live = value.as_ref().map(|value| live_references(tx, templates, item, value, with)).transpose()?.flatten();
        let (value, targets) = match live {
            Some((kept, targets)) => {
                if kept != value {
                    lost.insert(LeftReason::TargetGone);
                }
                (kept, targets)
            }
            None => (value, Vec::new()),
        };
        if value.as_ref().map(ItemValue::to_json).as_deref() == record.document.json(number) {
            continue;
        }
        let key = value.as_ref().filter(|_| item.unique).and_then(unique_key);
        if let Some(key) = key {
            if is_taken(tx, &template, record.number, number.0, &key)? {
                lost.insert(LeftReason::ValueTaken);
                continue;
            }
            held.push((number.0, key));
        }
        link_difference(tx, record.number, number, targets, &mut links)?;
        change.items.insert(number, value);
    }
    for value in std::mem::take(&mut change.linkage) {
        let stands = record.linkage.iter().find(|held| held.slot == value.slot).map_or("", |held| &held.value);
        if stands == value.value {
            continue;
        }
        if !value.value.is_empty() {
            if is_taken(tx, &template, record.number, value.slot, &value.value)? {
                lost.insert(LeftReason::ValueTaken);
                continue;
            }
            held.push((value.slot, value.value.clone()));
        }
        change.linkage.push(value);
    }
    if change.is_empty() {
        return Ok(lost);
    }
    let version = store::record::record_update(tx, &template, record, &change, &links, changes.number())?;
    let version = version.ok_or_else(changed_meanwhile)?;
    for (of, key) in held {
        if !store::unique::unique_insert(tx, record.number, of, &key)? {
            return Err(Error::internal("a value that was free has been taken within the transaction"));
        }
    }
    changes.name_target(&record.display_name);
    changes.note(tx, &template, RecordEvent::Updated, (record.number, record.id, version))?;
    Ok(lost)
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
    values: BTreeMap<ItemNo, ItemValue>,
) -> Result<(RecordNo, Uuid)> {
    let mut links = Vec::new();
    for (number, value) in &values {
        let Some(item) = template.item_numbered(*number) else { continue };
        let live = live_references(tx, templates, item, value, None)?;
        links.extend(live.map(|(_, targets)| targets).unwrap_or_default().into_iter().map(|to| (*number, to)));
    }
    let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
    changes.name_target(&facts.display_name(template));
    let record = NewRecord { id: tx.next_id(), facts, linkage: Vec::new() };
    let number = store::record::record_insert(tx, template, &record, &links, changes.number())?;
    changes.note(tx, template, RecordEvent::Created, (number, record.id, 1))?;
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

/// What a reference can still point at, and the numbers of that; none where the item points at no records.
pub(crate) fn live_references(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    item: &Item,
    value: &ItemValue,
    with: Option<ChangeSetNo>,
) -> Result<Option<(Option<ItemValue>, Vec<RecordNo>)>> {
    let (ItemValue::References(ids), Some(database)) = (value, templates.points_into(tx, item)?) else {
        return Ok(None);
    };
    let (mut kept, mut targets) = (Vec::new(), Vec::new());
    for id in ids {
        if let Some(number) = live_target(tx, templates, database, *id, with)? {
            kept.push(*id);
            targets.push(number);
        }
    }
    Ok(Some(((!kept.is_empty()).then_some(ItemValue::References(kept)), targets)))
}

fn live_target(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    database: DatabaseNo,
    id: Uuid,
    with: Option<ChangeSetNo>,
) -> Result<Option<RecordNo>> {
    if let Some((number, _)) = store::record::record_reference(tx, database, id)? {
        return Ok(Some(number));
    }
    let Some(with) = with else { return Ok(None) };
    let template = templates.of(tx, database)?;
    let gone = store::record::record_or_trash_by_id(tx, &Sight::all(), &template, id)?;
    let Some(gone) = gone else { return Ok(None) };
    let last = store::history::history_of_record(tx, gone.number, 1)?;
    Ok(last.first().is_some_and(|entry| entry.change_set == with).then_some(gone.number))
}
