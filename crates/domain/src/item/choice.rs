//! Choices of pull-downs and check boxes.

use serde::{Deserialize, Serialize};

/// One choice; a linked pull-down has up to three levels of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// What people see.
    pub label: String,
    /// Whether it can be chosen anew.
    pub display_flag: bool,
    /// Its value, unique among its siblings.
    pub value: i64,
    /// The next level.
    #[serde(default)]
    pub children: Vec<Choice>,
}

impl Choice {
    /// A choice that can be chosen and has no children.
    #[must_use]
    pub fn leaf(value: i64, label: impl Into<String>) -> Self {
        Self { label: label.into(), display_flag: true, value, children: Vec::new() }
    }

    /// How many choices stand here and below.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.children.iter().map(Self::count).sum::<usize>()
    }

    /// How many levels stand here and below.
    #[must_use]
    pub fn levels(&self) -> usize {
        1 + self.children.iter().map(Self::levels).max().unwrap_or(0)
    }
}
