//! What is stored, held against what it is made of: for `musubi verify`.
//!
//! Each look reads a chunk of one snapshot and judges it by that snapshot alone, so a writer beside it is no flaw. A chunk says where the
//! next one begins. What a record's document makes (keys, links, search row ...) is looked for from the record; what stands in those
//! tables without a record that makes it is found by walking them ([`StrayRow`]). Of a record whose document is damaged nothing derived
//! is judged, and so nothing of it is ever mended away.
//!
//! Reads here are held to no sight: whoever may run the command owns the machine.

mod change_set;
mod counter;
mod derived;
mod engine;
mod feed;
mod history;
mod lookup;
mod mend;
mod place;
mod record;
mod reference;
mod search;
mod stray;
mod templates;

use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_domain::verify::{Flaw, Spot};
use uuid::Uuid;

pub use change_set::{UndoState, change_sets_look, undo_of_look};
pub use counter::counters_look;
pub use engine::{engine_about, engine_look, engine_tables};
pub use feed::{LogPlace, events_look, log_look};
pub use mend::{Mend, leftover_mend, record_mend, strays_mend};
pub use place::{DatabasesLooked, databases_look, places_look};
#[cfg(test)]
pub(crate) use record::walk_of_records;
pub use record::{RecordsLooked, records_look};
pub use search::{SearchSums, TokenPlace, TokensLooked, search_suspects_look, tokens_look};
pub use stray::{
    KeyPlace, LinkPlace, StrayRow, UniquePlace, index_with_keys, keys_look, leftover_look, links_look,
    search_rows_look, uniques_look,
};

/// One thing that is wrong, in the words of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub flaw: Flaw,
    /// The database it is in, where it is in one.
    pub database: Option<DatabaseNo>,
    /// The number of the record.
    pub number: Option<RecordNo>,
    /// The outside id of the record, where there is a record.
    pub record: Option<Uuid>,
    /// Where.
    pub spot: Spot,
    /// More of it, in numbers and words of the machine.
    pub detail: String,
    /// The row that stands there without a record that makes it.
    pub stray: Option<StrayRow>,
}

impl Found {
    /// This flaw at this spot, and nothing more known of it.
    #[must_use]
    pub const fn new(flaw: Flaw, spot: Spot) -> Self {
        Self { flaw, database: None, number: None, record: None, spot, detail: String::new(), stray: None }
    }

    fn of(stored: &record::Stored, flaw: Flaw, spot: Spot) -> Self {
        let (number, record) = (Some(stored.record.number), Some(stored.record.id));
        Self { database: Some(stored.record.number.database()), number, record, ..Self::new(flaw, spot) }
    }

    fn detailed(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Whether both say the same of the same place, in whatever numbers.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.flaw, self.database, self.number, self.record) == (other.flaw, other.database, other.number, other.record)
            && self.spot == other.spot
            && self.stray == other.stray
    }
}

/// What a look at one chunk came to.
#[derive(Clone, Debug)]
pub struct Looked<C> {
    /// What is wrong.
    pub found: Vec<Found>,
    /// How many rows were looked at.
    pub count: i64,
    /// Where the next chunk begins; none: it was the last.
    pub next: Option<C>,
}

/// A count of rows.
fn count_of(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
