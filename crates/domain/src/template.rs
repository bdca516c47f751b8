//! Templates (テンプレート): the items of a database in their order, the indexes over them, and the set that ships.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::condition::Field;
use crate::error::{Error, Problem, Result};
use crate::id::{DatabaseNo, IndexNo, ItemNo};
use crate::item::{Choice, DataKind, Item, ItemType};
use crate::limits;
use crate::messages::Message;

/// The default client template with the ids of the source.
const CLIENT_ITEMS: &str = include_str!("client_items.json");

/// An index over one to three fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its number.
    pub number: IndexNo,
    /// Its fields, first to last.
    pub fields: Vec<Field>,
}

/// What a database says of its items beside themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseDetail {
    /// The item whose text stands for a record where it is referred to.
    pub display_item: Option<ItemNo>,
    /// Items whose texts are also found as one, in this order: the parts of an address.
    pub joined_items: Vec<ItemNo>,
}

/// The template of a database.
#[derive(Clone, Debug)]
pub struct Template {
    /// The database.
    pub database: DatabaseNo,
    /// Raised by every change.
    pub version: i64,
    /// What stands for a record, and what is searched as one.
    pub detail: DatabaseDetail,
    items: Vec<Item>,
    indexes: Vec<Index>,
    by_id: HashMap<Uuid, usize>,
    by_number: HashMap<ItemNo, usize>,
}

impl Template {
    /// A template of these items, in their order.
    #[must_use]
    pub fn new(
        database: DatabaseNo,
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
        Self { database, version, detail, items, indexes, by_id, by_number }
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

    /// The index whose only field is `field`.
    #[must_use]
    pub fn index_on(&self, field: Field) -> Option<IndexNo> {
        self.indexes.iter().find(|index| index.fields == [field]).map(|index| index.number)
    }
}

/// An item as templates are exported and applied: the members of `templateList` in the source's template calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemDefinition {
    /// The id. Absent in a file that is applied: a new item.
    #[serde(rename = "itemID")]
    pub item_id: Option<Uuid>,
    /// The type.
    pub item_type: ItemType,
    /// The name.
    pub item_name: String,
    /// A value must be given.
    #[serde(default)]
    pub required_flag: bool,
    /// What stands before a number.
    #[serde(default)]
    pub before_unit: Option<String>,
    /// What stands after a number.
    #[serde(default)]
    pub after_unit: Option<String>,
    /// Filled by the system.
    #[serde(default)]
    pub read_only_flag: bool,
    /// The choices of a pull-down, a check box, or the prefectures.
    #[serde(default)]
    pub selection_values: Option<Vec<Choice>>,
    /// The choices of a linked pull-down.
    #[serde(default)]
    pub linkage_selection_values: Option<Vec<Choice>>,
    /// Other ids under which the item is accepted. Ships with the product; not for templates that are applied.
    #[serde(default, skip_serializing)]
    pub aliases: Vec<Uuid>,
}

impl ItemDefinition {
    /// The definition of an item.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        let is_linked = item.item_type == ItemType::LinkagePulldown;
        let choices = (item.item_type.row().data == DataKind::Selection && !is_linked).then(|| item.choices.clone());
        Self {
            item_id: Some(item.id),
            item_type: item.item_type,
            item_name: item.name.clone(),
            required_flag: item.required,
            before_unit: item.before_unit.clone(),
            after_unit: item.after_unit.clone(),
            read_only_flag: item.read_only,
            selection_values: if item.item_type == ItemType::Prefectures {
                Some(prefecture_choices(item))
            } else {
                choices
            },
            linkage_selection_values: is_linked.then(|| item.choices.clone()),
            aliases: Vec::new(),
        }
    }

    /// The choices that the item is to have.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        match self.item_type {
            ItemType::LinkagePulldown => self.linkage_selection_values.clone().unwrap_or_default(),
            ItemType::Pulldown | ItemType::Checkbox => self.selection_values.clone().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// What is wrong with the definition by itself, at `path`.
    #[must_use]
    pub fn problems(&self, path: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |member: &str, message| {
            problems.push(Problem { path: format!("{path}.{member}"), item: self.item_id, message });
        };
        let name = self.item_name.chars();
        if self.item_name.is_empty() {
            say("itemName", Message::Required);
        } else if name.clone().count() > limits::NAME_CHARACTERS {
            say("itemName", Message::TooLong { most: limits::NAME_CHARACTERS });
        } else if name.clone().any(char::is_control) {
            say("itemName", Message::ControlCharacter);
        }
        let numeric = self.item_type.row().data == DataKind::Numeric;
        for (member, unit) in [("beforeUnit", &self.before_unit), ("afterUnit", &self.after_unit)] {
            if unit.is_some() && !numeric {
                say(member, Message::NotForThisType);
            }
        }
        let choices = self.choices();
        let (member, levels) = match self.item_type {
            ItemType::LinkagePulldown => ("linkageSelectionValues", 3),
            _ => ("selectionValues", 1),
        };
        if choices.iter().any(|choice| choice.levels() > levels) {
            say(member, Message::TooDeep { most: levels });
        }
        if choices.iter().map(Choice::count).sum::<usize>() > limits::ITEM_CHOICES {
            say(member, Message::TooMany { most: limits::ITEM_CHOICES });
        }
        if has_repeated_value(&choices) {
            say(member, Message::Repeated);
        }
        problems
    }
}

fn has_repeated_value(choices: &[Choice]) -> bool {
    let mut values: Vec<i64> = choices.iter().map(|choice| choice.value).collect();
    values.sort_unstable();
    values.windows(2).any(|pair| pair.first() == pair.last())
        || choices.iter().any(|choice| has_repeated_value(&choice.children))
}

fn prefecture_choices(item: &Item) -> Vec<Choice> {
    (1..=47).filter_map(|number| item.prefecture(number).map(|name| Choice::leaf(number, name))).collect()
}

/// The items of the default client template, in order.
///
/// # Errors
/// Internal, if the shipped file is damaged; a test reads it.
pub fn default_client_items() -> Result<Vec<ItemDefinition>> {
    serde_json::from_str(CLIENT_ITEMS)
        .map_err(|error| Error::internal(format!("the shipped client template cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client;

    #[test]
    fn the_shipped_template_is_sound_and_has_the_items_that_rules_name() {
        let items = default_client_items().unwrap();
        assert_eq!(items.len(), 33);
        for (at, item) in items.iter().enumerate() {
            assert_eq!(item.problems(&at.to_string()), vec![]);
        }
        for id in [
            client::NAME,
            client::PREFECTURE,
            client::CITY,
            client::PARENT,
            client::SALES_ORGANIZATION,
            client::SALES_USER,
        ] {
            assert!(items.iter().any(|item| item.item_id == Some(id)));
        }
        assert_eq!(items.iter().filter(|item| item.read_only_flag).count(), 4);
    }

    #[test]
    fn definitions_that_cannot_work_are_named() {
        let mut item = default_client_items().unwrap().remove(2);
        item.after_unit = Some("円".into());
        item.item_name = String::new();
        let choices = item.linkage_selection_values.get_or_insert_with(Vec::new);
        choices.push(Choice::leaf(1, "また"));
        let codes: Vec<_> =
            item.problems("x").into_iter().map(|problem| (problem.path, problem.message.code())).collect();
        assert_eq!(
            codes,
            [
                ("x.itemName".into(), "required"),
                ("x.afterUnit".into(), "not_for_this_type"),
                ("x.linkageSelectionValues".into(), "repeated")
            ]
        );
    }
}
