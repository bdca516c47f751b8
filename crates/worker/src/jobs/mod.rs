//! The kinds of jobs of the product, a file each.

mod change_set_undo;
mod import;
mod index_fill;
mod item_clear;
mod trash_purge;

use crate::kind::JobKind;

/// All of them.
pub(crate) fn kinds() -> Vec<JobKind> {
    vec![change_set_undo::kind(), import::kind(), index_fill::kind(), item_clear::kind(), trash_purge::kind()]
}
