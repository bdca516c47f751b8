//! The history of a record: what each change took away, kept so that what stood before can be shown and restored.

use std::collections::BTreeMap;

use crate::id::{ChangeSetNo, ItemNo, UserNo};
use crate::item::ItemValue;
use crate::linkage::LinkageValue;
use crate::record::{Document, Record};
use crate::sight::Sight;
use crate::template::Template;
use crate::time::Timestamp;

/// What happened to a record. That it was created stands in the record itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryKind {
    /// Values changed.
    Updated,
    /// It was moved to the trash.
    Deleted,
    /// It was brought back.
    Restored,
}

impl HistoryKind {
    /// The word that is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }

    /// The kind of a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Updated, Self::Deleted, Self::Restored].into_iter().find(|kind| kind.word() == word)
    }
}

/// What stood before a change, of what it changed alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldValues {
    /// Items with the value that stood there; `null` where none did.
    pub items: Document,
    /// Linkage slots with the value that stood there; "" where none did.
    pub linkage: Vec<LinkageValue>,
}

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The version that the record has had since.
    pub version: i64,
    /// What happened.
    pub kind: HistoryKind,
    /// The change set that it belongs to.
    pub change_set: ChangeSetNo,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: UserNo,
    /// What stood before.
    pub old: OldValues,
}

/// A change as a person is shown it: only what he may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryView {
    /// The version that the record has had since.
    pub version: i64,
    /// What happened.
    pub kind: HistoryKind,
    /// The change set that it belongs to.
    pub change_set: ChangeSetNo,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: UserNo,
    /// The items that changed, each with what stood before and after.
    pub items: Vec<(ItemNo, Option<ItemValue>, Option<ItemValue>)>,
    /// The linkage slots that changed, each with the value before and after.
    pub linkage: Vec<(i64, String, String)>,
}

/// Makes a record's history readable, newest change first: what stood after a change is what stands now, taken back change by
/// change. `entries` are all changes from the newest down, as far as they are to be shown.
///
/// A change of nothing but items that the caller does not see is left out: that it happened would tell of them.
#[must_use]
pub fn history_seen(template: &Template, sight: &Sight, record: &Record, entries: &[HistoryEntry]) -> Vec<HistoryView> {
    let mut items: BTreeMap<ItemNo, String> =
        record.document.members().map(|(item, json)| (item, json.to_owned())).collect();
    let mut linkage: BTreeMap<i64, String> =
        record.linkage.iter().map(|value| (value.slot, value.value.clone())).collect();
    let mut seen = Vec::new();
    for entry in entries {
        let mut view = HistoryView {
            version: entry.version,
            kind: entry.kind,
            change_set: entry.change_set,
            at: entry.at,
            by: entry.by,
            items: Vec::new(),
            linkage: Vec::new(),
        };
        for (item, old) in entry.old.items.members() {
            let new = if old == "null" { items.remove(&item) } else { items.insert(item, old.to_owned()) };
            let Some(known) = template.item_numbered(item).filter(|known| sight.sees(known.number)) else { continue };
            let read = |json: &str| ItemValue::read_json(known.item_type, json);
            view.items.push((item, read(old), new.as_deref().and_then(read)));
        }
        for LinkageValue { slot, value } in &entry.old.linkage {
            let new = if value.is_empty() { linkage.remove(slot) } else { linkage.insert(*slot, value.clone()) };
            view.linkage.push((*slot, value.clone(), new.unwrap_or_default()));
        }
        if entry.kind != HistoryKind::Updated || !view.items.is_empty() || !view.linkage.is_empty() {
            seen.push(view);
        }
    }
    seen
}
