//! What one record alone may hold: values of key items, and linkage values.

use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_domain::record::{RecordChange, unique_key};
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Tx;

use super::judge::Judged;
use super::write::problem;

pub(super) fn linkage_problem(
    tx: &mut Tx<'_>,
    template: &Template,
    own: Option<RecordNo>,
    path: &str,
    value: &LinkageValue,
) -> Result<Option<Problem>> {
    if value.value.is_empty() {
        return Ok(None);
    }
    let holder = store::unique::unique_holder(tx, template.database, value.slot, &value.value)?;
    let is_taken = holder.is_some_and(|holder| Some(holder) != own);
    Ok(is_taken.then(|| Problem { path: path.to_owned(), item: None, message: Message::LinkageTaken }))
}

pub(super) fn key_problem(
    tx: &mut Tx<'_>,
    judged: &Judged,
    own: Option<RecordNo>,
    item: ItemNo,
    key: &str,
) -> Result<Option<Problem>> {
    let holder = store::unique::unique_holder(tx, judged.template.database, item.0, key)?;
    let is_taken = holder.is_some_and(|holder| Some(holder) != own);
    let path = judged.items.iter().find(|given| given.item == item).map_or("", |given| &given.path);
    Ok(is_taken.then(|| problem(judged, item, path, Message::KeyTaken)))
}

/// The values of key items that a change takes on.
pub(super) fn changed_keys(template: &Template, change: &RecordChange) -> Vec<(ItemNo, String)> {
    let is_key = |item: &ItemNo| template.item_numbered(*item).is_some_and(|item| item.unique);
    let changed = change.items.iter().filter(|(item, _)| is_key(item));
    changed.filter_map(|(item, value)| Some((*item, unique_key(value.as_ref()?)?))).collect()
}

/// Gives a record what it alone is to hold. On PostgreSQL another writer may have taken a value since it was looked for.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    judged: &Judged,
    record: RecordNo,
    unique: &[(ItemNo, String)],
    linkage: &[LinkageValue],
) -> Result<()> {
    for (item, key) in unique {
        if !store::unique::unique_insert(tx, record, item.0, key)? {
            let path = judged.items.iter().find(|given| given.item == *item).map_or("", |given| &given.path);
            return Err(Error::invalid(vec![problem(judged, *item, path, Message::KeyTaken)]));
        }
    }
    for value in linkage {
        if !store::unique::unique_insert(tx, record, value.slot, &value.value)? {
            let given = judged.linkage.iter().find(|given| given.value.slot == value.slot);
            let path = given.map_or_else(String::new, |given| given.path.clone());
            return Err(Error::invalid_at(path, Message::LinkageTaken));
        }
    }
    Ok(())
}
