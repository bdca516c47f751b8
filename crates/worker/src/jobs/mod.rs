//! The kinds of jobs of the product, a file each.

mod change_set_undo;
mod handover;
mod import;
mod index_fill;
mod item_clear;
mod item_remove;
mod mail;
mod password_reset;
mod record_bulk;
mod record_export;
mod trash_purge;
mod webhook;

use crate::Means;
use crate::kind::JobKind;

/// All of them.
pub(crate) fn kinds(means: Means) -> Vec<JobKind> {
    vec![
        change_set_undo::kind(),
        handover::kind(),
        import::kind(),
        index_fill::kind(),
        item_clear::kind(),
        item_remove::kind(),
        mail::kind(means.mailer),
        password_reset::kind(),
        record_bulk::delete_kind(),
        record_bulk::update_kind(),
        record_export::kind(),
        trash_purge::kind(),
        webhook::kind(means.client),
    ]
}
