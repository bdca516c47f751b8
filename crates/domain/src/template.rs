//! Templates (テンプレート): the items of a database in their order, the indexes over them, and the set that ships.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::condition::{Condition, Field};
use crate::error::{Error, Problem, Result};
use crate::id::{DatabaseNo, IndexNo, ItemNo};
use crate::item::{Choice, DataKind, Item, ItemType, KeyKind, Numbering, is_prefix, system};
use crate::key::Likeness;
use crate::limits;
use crate::messages::Message;
use crate::sort::Sort;
use crate::{business_card, client, contact, product};

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
        Self { database, name: name.into(), version, detail, items, indexes, by_id, by_number }
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

    /// The items of the template as the source lists them: those kept beside are left out.
    pub fn listed_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.aside)
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
    /// A key item: no two records hold the same value. A member of ours.
    #[serde(default, skip_serializing_if = "is_false")]
    pub key_flag: bool,
    /// How an automatic number is written. A member of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbering: Option<Numbering>,
    /// The name of the database that a reference points into. A member of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Kept beside the template's items. Ships with the product; not for templates that are applied.
    #[serde(default, skip_serializing)]
    pub aside: bool,
    /// Keeps nobody from deleting what it points at. Ships with the product; not for templates that are applied.
    #[serde(default, skip_serializing)]
    pub yields: bool,
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
            key_flag: item.unique,
            numbering: item.numbering.clone(),
            database: None,
            aside: false,
            yields: false,
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
        if self.key_flag && !can_be_key(self.item_type) {
            say("keyFlag", Message::NotForThisType);
        }
        match (&self.numbering, self.item_type) {
            (Some(numbering), ItemType::AutoNumber) => {
                if !is_prefix(&numbering.prefix) {
                    say("numbering.prefix", Message::BadName);
                }
                if !(1..=15).contains(&numbering.digits) {
                    say("numbering.digits", Message::OutOfRange { least: 1, most: 15 });
                }
            }
            (None, ItemType::AutoNumber) => say("numbering", Message::Required),
            (Some(_), _) => say("numbering", Message::NotForThisType),
            (None, _) => {}
        }
        if self.database.is_some() && self.item_type != ItemType::Reference {
            say("database", Message::NotForThisType);
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "shape of skip_serializing_if")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Whether items of this type can be key items: one value each, which is a text or a number by itself.
#[must_use]
pub fn can_be_key(item_type: ItemType) -> bool {
    let row = item_type.row();
    matches!(row.data, DataKind::Text | DataKind::Numeric)
        && !matches!(item_type, ItemType::TextMultiple | ItemType::TextRuby | ItemType::Prefectures)
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

/// A database that ships with every tenant.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name under which commands know it.
    pub name: &'static str,
    items: &'static str,
    /// The items that stand for a record.
    pub display: &'static [Uuid],
    /// The items that are searched as one.
    pub joined: &'static [Uuid],
    /// The item by which records stand below one another.
    pub parent: Option<Uuid>,
    /// The item that says whose a record is.
    pub owner: Option<Uuid>,
    /// The fields that have an index from the beginning.
    pub indexes: &'static [ShippedField],
}

/// A field of a database that ships.
#[derive(Clone, Copy, Debug)]
pub enum ShippedField {
    /// An item.
    Item(Uuid),
    /// What texts of an item have in common.
    Alike(Uuid, Likeness),
    /// When the record was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Who created it: what a right to one's own records asks first.
    CreatedBy,
}

/// The name of a database as people know it: those that ship have one, the others are called what people called them.
#[must_use]
pub fn label(name: &str) -> &str {
    match name {
        client::DATABASE => "取引先",
        contact::DATABASE => "取引先担当者",
        product::DATABASE => "商品",
        business_card::DATABASE => "名刺",
        other => other,
    }
}

/// The databases that ship, each after those that its items point at.
pub const SHIPPED: [Shipped; 4] = [
    Shipped {
        name: client::DATABASE,
        items: include_str!("client_items.json"),
        display: &[client::NAME],
        joined: &[client::PREFECTURE, client::CITY],
        parent: Some(client::PARENT),
        owner: None,
        indexes: client::INDEXES,
    },
    Shipped {
        name: contact::DATABASE,
        items: include_str!("contact_items.json"),
        display: &[contact::FAMILY_NAME, contact::FIRST_NAME],
        joined: &[contact::PREFECTURE, contact::CITY],
        parent: None,
        owner: Some(contact::CLIENT),
        indexes: contact::INDEXES,
    },
    Shipped {
        name: product::DATABASE,
        items: include_str!("product_items.json"),
        display: &[product::NAME],
        joined: &[],
        parent: None,
        owner: None,
        indexes: product::INDEXES,
    },
    Shipped {
        name: business_card::DATABASE,
        items: include_str!("business_card_items.json"),
        display: &[business_card::COMPANY, business_card::FAMILY_NAME, business_card::FIRST_NAME],
        joined: &[business_card::PREFECTURE, business_card::CITY],
        parent: None,
        owner: None,
        indexes: business_card::INDEXES,
    },
];

impl Shipped {
    /// The items, in order.
    ///
    /// # Errors
    /// Internal, if the shipped file is damaged; a test reads it.
    pub fn items(&self) -> Result<Vec<ItemDefinition>> {
        serde_json::from_str(self.items)
            .map_err(|error| Error::internal(format!("the shipped template of {} cannot be read: {error}", self.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_templates_are_sound_and_have_the_items_that_rules_name() {
        for shipped in &SHIPPED {
            let items = shipped.items().unwrap();
            for (at, item) in items.iter().enumerate() {
                assert_eq!(item.problems(&at.to_string()), vec![], "{}", shipped.name);
            }
            let known = |id: &Uuid| items.iter().any(|item| item.item_id == Some(*id));
            let indexed = shipped.indexes.iter().filter_map(|field| match field {
                ShippedField::Item(id) | ShippedField::Alike(id, _) => Some(id),
                ShippedField::CreatedAt | ShippedField::UpdatedAt | ShippedField::CreatedBy => None,
            });
            assert!(shipped.display.iter().chain(shipped.joined).chain(indexed).all(known), "{}", shipped.name);
            let by_system = if shipped.name == business_card::DATABASE { 5 } else { 4 };
            assert_eq!(items.iter().filter(|item| item.read_only_flag).count(), by_system, "{}", shipped.name);
            let mut ids: Vec<_> = items.iter().map(|item| item.item_id.unwrap()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), items.len(), "{}: no id twice", shipped.name);
        }
        let clients = SHIPPED[0].items().unwrap();
        assert_eq!((clients.len(), SHIPPED[1].items().unwrap().len()), (33, 30));
        assert!(clients.iter().any(|item| item.item_id == Some(client::PARENT)));
    }

    #[test]
    fn definitions_that_cannot_work_are_named() {
        let mut item = SHIPPED[0].items().unwrap().remove(2);
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
