//! What two people made of one record at the same time, item by item: what stood there when somebody opened his form, what another has
//! saved since, and what he sends.

use std::collections::BTreeMap;

use musubi_domain::history::HistoryView;
use musubi_domain::id::{ItemNo, UserNo};
use musubi_domain::item::{Form as Shape, Item, ItemValue};
use musubi_domain::time::Timestamp;

use super::sheet::{Values, value_of};
use crate::record::entry::Entry;
use crate::record::reading::Reading;

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody changed it, or both in the same way.
    Stays,
    /// Who sends the form changed it.
    Mine,
    /// Another has changed it.
    Theirs,
    /// Both have, each in his way: somebody has to choose.
    Both,
}

/// What stood in a record when a form was opened, and who has changed which item since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base {
    /// The values at that time.
    pub(crate) values: Values,
    /// The last change of an item.
    pub(crate) changed: BTreeMap<ItemNo, LastChange>,
}

/// The last change of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastChange {
    /// Who made it.
    pub(crate) by: UserNo,
    /// When.
    pub(crate) at: Timestamp,
    /// The version of the record since.
    pub(crate) version: i64,
}

impl Base {
    /// Takes the changes since `version` back from what stands now. `changes` come newest first.
    pub(crate) fn at(version: i64, now: &Values, changes: &[HistoryView]) -> Self {
        let mut base = Self { values: now.clone(), changed: BTreeMap::new() };
        for change in changes.iter().filter(|change| change.version > version) {
            let mut take_back = |item: ItemNo, old: Option<ItemValue>| {
                match old {
                    Some(old) => base.values.insert(item, old),
                    None => base.values.remove(&item),
                };
                let last = LastChange { by: change.by, at: change.at, version: change.version };
                base.changed.entry(item).or_insert(last);
            };
            for (item, old, _) in &change.items {
                take_back(*item, old.clone());
            }
            for (slot, old, _) in &change.linkage {
                take_back(ItemNo(*slot), Some(old.clone()).filter(|old| !old.is_empty()).map(ItemValue::Text));
            }
        }
        base
    }
}

/// What becomes of an item that held `base`, holds `now`, and is sent as `mine`.
pub(crate) fn fate(item: &Item, base: Option<&ItemValue>, now: Option<&ItemValue>, mine: &Reading) -> Fate {
    let (is_mine, is_theirs) = (is_changed(item, base, mine), !is_same(base, now));
    match (is_mine, is_theirs) {
        (false, false) => Fate::Stays,
        (true, false) => Fate::Mine,
        (false, true) => Fate::Theirs,
        (true, true) if is_changed(item, now, mine) => Fate::Both,
        (true, true) => Fate::Stays,
    }
}

/// Whether a form says something else than a value. What only looks different, like a number without its commas, is no change.
fn is_changed(item: &Item, value: Option<&ItemValue>, mine: &Reading) -> bool {
    if sorted(item, mine.entry.clone()) == sorted(item, Entry::of_value(item, value)) {
        return false;
    }
    mine.value.is_err() || !is_same(value_of(item, mine).as_ref(), value)
}

/// As texts: 1.5 and 1.50 are one number and two values.
fn is_same(one: Option<&ItemValue>, other: Option<&ItemValue>) -> bool {
    one.map(ItemValue::to_json) == other.map(ItemValue::to_json)
}

/// What is checked has no order.
fn sorted(item: &Item, mut entry: Entry) -> Entry {
    if item.item_type.row().form == Shape::ChoiceSet {
        entry.chosen.sort_unstable();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_domain::history::HistoryKind;
    use musubi_domain::id::ChangeSetNo;
    use musubi_domain::item::{ItemType, RawValue, Typed, typed};
    use uuid::Uuid;

    fn item(item_type: ItemType) -> Item {
        Item::new(ItemNo(1), Uuid::nil(), "項目", item_type)
    }

    fn reading(item: &Item, text: &str) -> Reading {
        let value = match typed(item, text) {
            Ok(Typed::Value(value)) => Ok(value),
            Ok(Typed::Names(_)) => Ok(RawValue::Empty),
            Err(message) => Err(message),
        };
        Reading { entry: Entry { text: text.to_owned(), ..Entry::default() }, value, candidates: None }
    }

    #[test]
    fn only_what_both_changed_is_asked_about() {
        let item = item(ItemType::TextSingle);
        let text = |text: &str| Some(ItemValue::Text(text.to_owned()));
        for (base, now, mine, is) in [
            ("一", "一", "一", Fate::Stays),
            ("一", "一", "二", Fate::Mine),
            ("一", "二", "一", Fate::Theirs),
            ("一", "二", "二", Fate::Stays),
            ("一", "二", "三", Fate::Both),
            ("一", "二", "", Fate::Both),
        ] {
            assert_eq!(fate(&item, text(base).as_ref(), text(now).as_ref(), &reading(&item, mine)), is, "{mine}");
        }
        assert_eq!(fate(&item, text("一").as_ref(), None, &reading(&item, "")), Fate::Stays);
    }

    #[test]
    fn what_only_looks_different_is_no_change() {
        let item = item(ItemType::AmountDecimal);
        let number = |text: &str| Some(ItemValue::Number(text.parse().unwrap()));
        for (base, mine, is) in [
            ("1234.50", "１２３４．５０", Fate::Stays),
            ("1234.50", "1,234.50", Fate::Stays),
            ("1234.50", "1234.5", Fate::Mine),
            ("1234.50", "abc", Fate::Mine),
        ] {
            let base = number(base);
            assert_eq!(fate(&item, base.as_ref(), base.as_ref(), &reading(&item, mine)), is, "{mine}");
        }
    }

    #[test]
    fn changes_are_taken_back_to_what_somebody_saw() {
        let text = |text: &str| Some(ItemValue::Text(text.to_owned()));
        let change = |version, old, new| HistoryView {
            version,
            kind: HistoryKind::Updated,
            change_set: ChangeSetNo(version),
            at: Timestamp::from_micros(version),
            by: UserNo(version),
            items: vec![(ItemNo(1), old, new)],
            linkage: vec![(999_000_001, String::new(), "A".to_owned())],
        };
        let now: Values = [(ItemNo(1), ItemValue::Text("三".to_owned()))].into();
        let changes = [change(3, text("二"), text("三")), change(2, None, text("二"))];
        assert_eq!(Base::at(3, &now, &changes).values, now);
        let at_2 = Base::at(2, &now, &changes);
        assert_eq!(at_2.values.get(&ItemNo(1)), text("二").as_ref());
        assert_eq!(at_2.changed.get(&ItemNo(1)).map(|last| (last.by, last.version)), Some((UserNo(3), 3)));
        assert!(Base::at(1, &now, &changes).values.is_empty());
    }
}
