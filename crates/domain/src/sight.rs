//! What a caller may see. Every query of records takes one; there is no query without.

use crate::condition::Condition;
use crate::id::ItemNo;

/// The rows and items that a caller may see, made by service from the context.
#[derive(Clone, Debug)]
pub struct Sight {
    rows: Option<Condition>,
    hidden: Vec<ItemNo>,
}

impl Sight {
    /// Every row, every item.
    #[must_use]
    pub const fn all() -> Self {
        Self { rows: None, hidden: Vec::new() }
    }

    /// The condition that rows must meet, if not all are seen.
    #[must_use]
    pub const fn rows(&self) -> Option<&Condition> {
        self.rows.as_ref()
    }

    /// Whether the caller may read this item.
    #[must_use]
    pub fn sees(&self, item: ItemNo) -> bool {
        !self.hidden.contains(&item)
    }
}
