//! Faults: what is acknowledged is there, what is not acknowledged is there wholly or not at all. No rate is asserted.

mod admin_beside;
mod disk;
mod jobs;
mod kill;
mod postgres;
pub(crate) mod stage;
mod stop;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [kill::trials(), disk::trials(), jobs::trials(), stop::trials(), admin_beside::trials(), postgres::trials()]
        .into_iter()
        .flatten()
        .collect()
}
