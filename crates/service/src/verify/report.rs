//! What a run came to.

use musubi_domain::verify::{Finding, Weight};

/// Findings that are kept at most, and as many that were mended; the others are counted.
const KEPT: usize = 1_000;

/// What was looked at, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Whether the engine checked itself; PostgreSQL has nothing of the kind.
    pub engine: bool,
    /// Tenants.
    pub tenants: i64,
    /// Databases.
    pub databases: i64,
    /// Records, those in the trash too.
    pub records: i64,
    /// Keys of indexes.
    pub keys: i64,
    /// Values that one record alone may hold.
    pub unique_values: i64,
    /// Links between records.
    pub links: i64,
    /// Rows of the search index.
    pub search_rows: i64,
    /// Tokens of the search index, where they are read as a whole.
    pub search_tokens: i64,
    /// Change sets.
    pub change_sets: i64,
    /// Entries of the operation log.
    pub log_entries: i64,
    /// Entries of the feed of events.
    pub events: i64,
}

impl Checked {
    /// Each count under its name.
    #[must_use]
    pub const fn counts(&self) -> [(&'static str, i64); 11] {
        [
            ("tenants", self.tenants),
            ("databases", self.databases),
            ("records", self.records),
            ("keys", self.keys),
            ("unique_values", self.unique_values),
            ("links", self.links),
            ("search_rows", self.search_rows),
            ("search_tokens", self.search_tokens),
            ("change_sets", self.change_sets),
            ("log_entries", self.log_entries),
            ("events", self.events),
        ]
    }
}

/// What was looked at, what is wrong, what was mended. Lists are bounded; counts are exact.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was looked at.
    pub checked: Checked,
    /// What is wrong and was not mended, the first thousand.
    pub findings: Vec<Finding>,
    /// What was wrong and was mended, the first thousand.
    pub mended: Vec<Finding>,
    /// How many findings are errors.
    pub errors: i64,
    /// How many are warnings.
    pub warnings: i64,
    /// How many things were mended.
    pub mended_count: i64,
}

impl Report {
    pub(super) fn tell(&mut self, finding: Finding) {
        match finding.flaw.weight() {
            Weight::Error => self.errors += 1,
            Weight::Warning => self.warnings += 1,
        }
        if self.findings.len() < KEPT {
            self.findings.push(finding);
        }
    }

    pub(super) fn tell_mended(&mut self, finding: Finding) {
        self.mended_count += 1;
        if self.mended.len() < KEPT {
            self.mended.push(finding);
        }
    }

    /// How many findings are not in the list.
    #[must_use]
    pub fn more_findings(&self) -> i64 {
        self.errors + self.warnings - i64::try_from(self.findings.len()).unwrap_or(i64::MAX)
    }

    /// How many things that were mended are not in the list.
    #[must_use]
    pub fn more_mended(&self) -> i64 {
        self.mended_count - i64::try_from(self.mended.len()).unwrap_or(i64::MAX)
    }
}
