//! Where a record stands in the order of a list.

use musubi_domain::condition::RecordView;
use musubi_domain::id::RecordNo;
use musubi_domain::sort::{Sort, sort_key};
use serde::{Deserialize, Serialize};

/// The place of a record: its sort key, then the order of creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The key components of the sorted fields one after the other, as an index holds them; empty where nothing is sorted.
    pub(super) key: Vec<u8>,
    pub(super) number: RecordNo,
}

/// Whether all fields go down: then keys are compared the other way round.
pub(super) fn is_descending(sorts: &[Sort]) -> bool {
    !sorts.is_empty() && sorts.iter().all(|sort| sort.descending)
}

impl Place {
    /// The place of a record in a list that is not sorted.
    pub(super) const fn of_number(number: RecordNo) -> Self {
        Self { key: Vec::new(), number }
    }

    /// The place of a record. Where only some fields go down, their bytes are turned over: no component is the beginning of
    /// another, so that turns the order over, too.
    pub(super) fn of(sorts: &[Sort], record: &impl RecordView, number: RecordNo) -> Self {
        let is_turned = |sort: &Sort| sort.descending && !is_descending(sorts);
        let mut key = Vec::new();
        for (sort, component) in sorts.iter().zip(sort_key(sorts, record)) {
            let turn = if is_turned(sort) { u8::MAX } else { 0 };
            key.extend(component.as_bytes().iter().map(|byte| byte ^ turn));
        }
        Self { key, number }
    }

    /// How two places stand to each other.
    pub(super) fn compare(&self, other: &Self, descending: bool) -> std::cmp::Ordering {
        let keys = if descending { other.key.cmp(&self.key) } else { self.key.cmp(&other.key) };
        keys.then(self.number.cmp(&other.number))
    }
}
