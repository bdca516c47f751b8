//! The kinds of jobs of the product, a file each.

mod change_set_undo;
mod import;
mod index_fill;
mod item_clear;
mod mail;
mod password_reset;
mod trash_purge;

use musubi_outbound::mail::Mailer;

use crate::kind::JobKind;

/// All of them.
pub(crate) fn kinds(mailer: Option<Mailer>) -> Vec<JobKind> {
    vec![
        change_set_undo::kind(),
        import::kind(),
        index_fill::kind(),
        item_clear::kind(),
        mail::kind(mailer),
        password_reset::kind(),
        trash_purge::kind(),
    ]
}
