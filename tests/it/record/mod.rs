//! The record engine, below the wire: what holds for every database.

mod cards;
mod delete;
mod demo;
mod export;
mod handover;
pub(crate) mod import;
mod index;
mod merge;
mod round_trip;
pub(crate) mod stage;
mod template;
mod undo;
mod update;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [
        round_trip::trials(),
        update::trials(),
        delete::trials(),
        demo::trials(),
        export::trials(),
        handover::trials(),
        merge::trials(),
        undo::trials(),
        index::trials(),
        cards::trials(),
        import::trials(),
        template::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
