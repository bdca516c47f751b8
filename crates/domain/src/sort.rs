//! The order of a list: by up to three fields, each up or down; what is alike in all of them stands in the order of creation.
//!
//! Keys decide, so that an index, a sort in memory and the twin agree: no value first, numbers by size, texts folded. Of a field that
//! holds a set the least value counts, whichever way the list is sorted.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::condition::{Field, RecordView};
use crate::key::Component;

/// One field that a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The field.
    pub field: Field,
    /// From the highest value down.
    #[serde(default)]
    pub descending: bool,
}

/// What a record is sorted by: for each field its least component.
#[must_use]
pub fn sort_key(sorts: &[Sort], record: &impl RecordView) -> Vec<Component> {
    let least = |sort: &Sort| record.components(sort.field).into_iter().min().unwrap_or_else(Component::null);
    sorts.iter().map(least).collect()
}

/// How two records stand to each other by their keys; who is older first where the keys are alike is for the caller to say.
#[must_use]
pub fn compare(sorts: &[Sort], one: &[Component], other: &[Component]) -> Ordering {
    let each = sorts.iter().zip(one.iter().zip(other));
    each.map(|(sort, (one, other))| if sort.descending { other.cmp(one) } else { one.cmp(other) })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ItemNo;

    #[test]
    fn the_first_field_that_differs_decides_and_each_has_its_direction() {
        let sort = |descending| Sort { field: Field::Item(ItemNo(1)), descending };
        let key = |one: i64, other: &str| vec![Component::integer(one), Component::text(other)];
        let sorts = [sort(false), sort(true)];
        assert_eq!(compare(&sorts, &key(1, "a"), &key(2, "a")), Ordering::Less);
        assert_eq!(compare(&sorts, &key(1, "a"), &key(1, "b")), Ordering::Greater);
        assert_eq!(compare(&sorts, &key(1, "a"), &key(1, "A")), Ordering::Equal);
        let none = vec![Component::null(), Component::null()];
        assert_eq!(compare(&sorts, &none, &key(-5, "")), Ordering::Less);
    }
}
