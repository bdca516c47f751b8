//! What a caller may see. Every query of records takes one; there is no query without.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::condition::{Condition, Field, Viewer};
use crate::error::{Error, Problem, Result};
use crate::id::ItemNo;
use crate::messages::{Locale, Message};
use crate::rights::{DatabaseRight, ItemAccess};
use crate::sort::Sort;
use crate::template::Template;

/// What stands in place of a record that a caller may not see, or of a name that he may not read.
#[must_use]
pub const fn not_seen(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => "(閲覧権限なし)",
        Locale::En => "(no permission to view)",
    }
}

/// The rows and items that a caller may see, made by service from the context. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sight {
    rows: Option<Arc<Condition>>,
    items: Arc<HashMap<ItemNo, ItemAccess>>,
    /// The items that the template hides from everybody.
    hidden: Arc<HashSet<ItemNo>>,
}

impl Sight {
    /// Every row, every item, hidden ones too: for the product's own work.
    #[must_use]
    pub fn all() -> Self {
        Self { rows: None, items: Arc::default(), hidden: Arc::default() }
    }

    /// Every row, every item that the template shows: what somebody sees who may see everything.
    #[must_use]
    pub fn of_everything(template: &Template) -> Self {
        Self { hidden: Arc::clone(template.hidden_items()), ..Self::all() }
    }

    /// What a right in a database lets `viewer` see. A hidden system item (作成者) hides what stands behind it too.
    #[must_use]
    pub fn of(right: &DatabaseRight, template: &Template, viewer: &Viewer) -> Self {
        let never = || Some(Condition::Any(Vec::new()));
        let rows = right.rows.condition(template).map(|rows| template.settled(&rows).resolved(viewer));
        let rows = if right.read { rows } else { never() };
        let items = Arc::new(right.items.iter().copied().collect());
        Self { rows: rows.map(Arc::new), items, ..Self::of_everything(template) }
    }

    /// The same on this day: a condition for rows may speak of days that are told from today.
    #[must_use]
    pub fn dated(self, today: Date) -> Self {
        match &self.rows {
            Some(rows) if rows.has_periods() => Self { rows: Some(Arc::new(rows.dated(today))), ..self },
            _ => self,
        }
    }

    /// The condition that rows must meet, if not all are seen.
    #[must_use]
    pub fn rows(&self) -> Option<&Condition> {
        self.rows.as_deref()
    }

    /// Whether the caller sees every row and every item that anybody sees.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.rows.is_none() && !self.hides_any()
    }

    /// Whether any item is hidden from the caller that others may see.
    #[must_use]
    pub fn hides_any(&self) -> bool {
        self.items.values().any(|access| *access == ItemAccess::Hidden)
    }

    /// Whether the caller may read this item.
    #[must_use]
    pub fn sees(&self, item: ItemNo) -> bool {
        self.items.get(&item) != Some(&ItemAccess::Hidden) && !self.hidden.contains(&item)
    }

    /// Whether the caller may change this item.
    #[must_use]
    pub fn writes(&self, item: ItemNo) -> bool {
        !self.items.contains_key(&item) && !self.hidden.contains(&item)
    }

    /// Whether the caller may read what stands for a record.
    #[must_use]
    pub fn sees_name(&self, template: &Template) -> bool {
        template.detail.display_items.iter().all(|item| self.sees(*item))
    }

    /// Whether the caller may filter, sort or group by this field.
    #[must_use]
    pub fn sees_field(&self, template: &Template, field: Field) -> bool {
        field.item().or_else(|| template.system_item(field)).is_none_or(|item| self.sees(item))
    }

    /// Refuses a condition or an order that looks at what the caller may not see: ignored, it would tell of it all the same.
    ///
    /// # Errors
    /// Invalid at `path`, naming the items.
    pub fn check(&self, template: &Template, condition: &Condition, sorts: &[Sort], path: &str) -> Result<()> {
        let mut problems: Vec<Problem> = Vec::new();
        let mut see = |field: Field| {
            if self.sees_field(template, field) {
                return;
            }
            let number = field.item().or_else(|| template.system_item(field));
            let item = number.and_then(|number| template.item_numbered(number)).map(|item| item.id);
            if problems.iter().all(|problem| problem.item != item) {
                problems.push(Problem { path: path.to_owned(), item, message: Message::HiddenItem });
            }
        };
        condition.fields(&mut see);
        sorts.iter().for_each(|sort| see(sort.field));
        if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
    }
}
