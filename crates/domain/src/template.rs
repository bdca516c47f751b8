//! Templates (テンプレート): the items of a database in their order, the indexes over them, and the set that ships.

mod definition;
mod edit;
mod shipped;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use definition::{ItemDefinition, can_be_key};
pub use edit::{Edit, ItemPlace, ItemUse, in_order, uses};
pub use shipped::{SHIPPED, Shipped, ShippedField, label};

use crate::condition::{Condition, Field};
use crate::error::Problem;
use crate::id::{DatabaseNo, IndexNo, ItemNo};
use crate::item::{Item, KeyKind, system};
use crate::limits;
use crate::messages::Message;
use crate::record::Document;
use crate::sort::Sort;
use crate::time::Timestamp;

/// An index over one to three fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its number.
    pub number: IndexNo,
    /// Its fields, first to last.
    pub fields: Vec<Field>,
    /// Whether it holds every record. One that is being filled is written but not asked.
    pub ready: bool,
}

/// What a database says of its items beside themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseDetail {
    /// The items whose texts stand for a record where it is referred to, put together with a space.
    pub display_items: Vec<ItemNo>,
    /// Items whose texts are also found as one, in this order: the parts of an address.
    pub joined_items: Vec<ItemNo>,
    /// The item by which records of the database stand below one another: no record is below itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_item: Option<ItemNo>,
    /// The item that says whose a record is: it goes to the trash with its owner, and comes back with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_item: Option<ItemNo>,
    /// Items that were removed while records held values: their numbers are never used again, and documents keep what stands under them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed_items: Vec<RemovedItem>,
    /// Items that people removed and that are hidden until they are removed for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discarded_items: Vec<DiscardedItem>,
}

/// An item that somebody removed, and that can still come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscardedItem {
    /// Its number.
    pub number: ItemNo,
    /// When it was removed.
    pub at: Timestamp,
}

/// An item that was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedItem {
    /// Its number.
    pub number: ItemNo,
    /// Whether what was made of its values, links and search texts, is gone.
    pub cleared: bool,
}

/// The template of a database.
#[derive(Clone, Debug)]
pub struct Template {
    /// The database.
    pub database: DatabaseNo,
    /// The name under which commands know it.
    pub name: String,
    /// Raised by every change.
    pub version: i64,
    /// What stands for a record, and what is searched as one.
    pub detail: DatabaseDetail,
    items: Vec<Item>,
    indexes: Vec<Index>,
    by_id: HashMap<Uuid, usize>,
    by_number: HashMap<ItemNo, usize>,
    hidden: Arc<HashSet<ItemNo>>,
}

impl Template {
    /// A template of these items, in their order.
    #[must_use]
    pub fn new(
        database: DatabaseNo,
        name: impl Into<String>,
        version: i64,
        detail: DatabaseDetail,
        items: Vec<Item>,
        indexes: Vec<Index>,
    ) -> Self {
        let mut by_id = HashMap::new();
        let mut by_number = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            by_number.insert(item.number, at);
            by_id.extend(item.aliases.iter().chain([&item.id]).map(|id| (*id, at)));
        }
        let hidden = Arc::new(items.iter().filter(|item| item.hidden).map(|item| item.number).collect());
        Self { database, name: name.into(), version, detail, items, indexes, by_id, by_number, hidden }
    }

    /// The items that are hidden from everybody.
    #[must_use]
    pub const fn hidden_items(&self) -> &Arc<HashSet<ItemNo>> {
        &self.hidden
    }

    /// The items, in order.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The indexes.
    #[must_use]
    pub fn indexes(&self) -> &[Index] {
        &self.indexes
    }

    /// The item of this id or alias.
    #[must_use]
    pub fn item(&self, id: Uuid) -> Option<&Item> {
        self.by_id.get(&id).and_then(|at| self.items.get(*at))
    }

    /// The item of this number.
    #[must_use]
    pub fn item_numbered(&self, number: ItemNo) -> Option<&Item> {
        self.by_number.get(&number).and_then(|at| self.items.get(*at))
    }

    /// The index whose only field is `field` and that holds every record.
    #[must_use]
    pub fn index_on(&self, field: Field) -> Option<IndexNo> {
        self.indexes.iter().find(|index| index.ready && index.fields == [field]).map(|index| index.number)
    }

    /// The field that an item stands for: what the system fills is kept beside the document.
    #[must_use]
    pub fn field(&self, item: ItemNo) -> Field {
        match self.item_numbered(item).map(|item| item.id) {
            Some(system::CREATED_AT) => Field::CreatedAt,
            Some(system::UPDATED_AT) => Field::UpdatedAt,
            Some(system::CREATED_BY) => Field::CreatedBy,
            Some(system::UPDATED_BY) => Field::UpdatedBy,
            _ => Field::Item(item),
        }
    }

    /// The item that shows what the system keeps beside the document.
    #[must_use]
    pub fn system_item(&self, field: Field) -> Option<ItemNo> {
        let id = match field {
            Field::CreatedAt => system::CREATED_AT,
            Field::UpdatedAt => system::UPDATED_AT,
            Field::CreatedBy => system::CREATED_BY,
            Field::UpdatedBy => system::UPDATED_BY,
            Field::Item(_) | Field::Likeness { .. } => return None,
        };
        self.item(id).map(|item| item.number)
    }

    /// A field that names a system item as an item, as what it stands for.
    #[must_use]
    pub fn settled_field(&self, field: Field) -> Field {
        if let Field::Item(item) = field { self.field(item) } else { field }
    }

    /// A condition that names system items as items, in the fields that they stand for.
    #[must_use]
    pub fn settled(&self, condition: &Condition) -> Condition {
        let all = |parts: &[Condition]| parts.iter().map(|part| self.settled(part)).collect();
        match condition {
            Condition::All(parts) => Condition::All(all(parts)),
            Condition::Any(parts) => Condition::Any(all(parts)),
            Condition::Not(inner) => Condition::Not(Box::new(self.settled(inner))),
            Condition::OneOf { field, values } => {
                Condition::OneOf { field: self.settled_field(*field), values: values.clone() }
            }
            Condition::Between { field, from, to } => {
                Condition::Between { field: self.settled_field(*field), from: from.clone(), to: to.clone() }
            }
            Condition::Within { field, period } => {
                Condition::Within { field: self.settled_field(*field), period: *period }
            }
            Condition::Empty { field } => Condition::Empty { field: self.settled_field(*field) },
            Condition::Contains { .. } => condition.clone(),
        }
    }

    /// Whether a record can have several keys for this field: it holds a set, or what a text and its reading have in common with others.
    #[must_use]
    pub fn has_many(&self, field: Field) -> bool {
        match field {
            Field::Item(item) => self.item_numbered(item).is_none_or(|item| item.item_type.row().multiple),
            Field::Likeness { .. } => true,
            Field::CreatedAt | Field::UpdatedAt | Field::CreatedBy | Field::UpdatedBy => false,
        }
    }

    /// How the values of a field are compared; `None` where the template has no such item.
    #[must_use]
    pub fn key_kind(&self, field: Field) -> Option<KeyKind> {
        match field {
            Field::Item(item) => self.item_numbered(item).map(|item| item.item_type.row().key),
            Field::Likeness { item, .. } => self.item_numbered(item).map(|_| KeyKind::Text),
            Field::CreatedAt | Field::UpdatedAt => Some(KeyKind::Moment),
            Field::CreatedBy | Field::UpdatedBy => Some(KeyKind::User),
        }
    }

    /// What is wrong with a condition and an order over the records, said of `path`: too much of it, or fields that are not here.
    #[must_use]
    pub fn query_problems(&self, condition: &Condition, sorts: &[Sort], path: &str) -> Vec<Problem> {
        let mut problems = condition.problems(path);
        let mut say = |message| problems.push(Problem { path: path.to_owned(), item: None, message });
        if sorts.len() > limits::SORTS {
            say(Message::TooMany { most: limits::SORTS });
        }
        let mut known = true;
        condition.fields(&mut |field| known &= self.key_kind(field).is_some());
        if !known || sorts.iter().any(|sort| self.key_kind(sort.field).is_none()) {
            say(Message::UnknownItem);
        }
        problems
    }

    /// The item of this id or alias, as far as callers know it: one that is hidden is unknown to everybody.
    #[must_use]
    pub fn shown_item(&self, id: Uuid) -> Option<&Item> {
        self.item(id).filter(|item| !item.hidden)
    }

    /// The items that callers know, in order.
    pub fn shown_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.hidden)
    }

    /// The items of the template as the source lists them: those kept beside and hidden ones are left out.
    pub fn listed_items(&self) -> impl Iterator<Item = &Item> {
        self.shown_items().filter(|item| !item.aside)
    }

    /// The item of this number that was removed.
    #[must_use]
    pub fn removed_item(&self, number: ItemNo) -> Option<RemovedItem> {
        self.detail.removed_items.iter().find(|removed| removed.number == number).copied()
    }

    /// The item of this number that can still come back.
    #[must_use]
    pub fn discarded_item(&self, number: ItemNo) -> Option<DiscardedItem> {
        self.detail.discarded_items.iter().find(|discarded| discarded.number == number).copied()
    }

    /// Whether what was made of a record by its values of removed items may still be there: they have not been cleared away.
    #[must_use]
    pub fn is_to_be_cleared(&self, document: &Document) -> bool {
        let waits = |removed: &RemovedItem| !removed.cleared && document.json(removed.number).is_some();
        self.detail.removed_items.iter().any(waits)
    }
}
