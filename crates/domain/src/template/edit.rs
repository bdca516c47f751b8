//! What may be done to the items of a template. Whatever changes one, a file or a screen, is judged here.

use std::collections::HashSet;

use uuid::Uuid;

use super::{ItemDefinition, Template};
use crate::error::Problem;
use crate::id::IndexNo;
use crate::item::{Choice, Item, ItemType};
use crate::limits;
use crate::messages::Message;

/// What needs an item, so that it cannot be hidden, removed, or left without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemUse {
    /// It ships with the product.
    BuiltIn,
    /// It ships with the product, and a value must be given.
    Required,
    /// The system fills it.
    System,
    /// It stands for its record where that is referred to.
    Display,
    /// It is searched as one with others.
    Joined,
    /// Records stand below one another by it.
    Parent,
    /// It says whose a record is.
    Owner,
    /// An index looks at it.
    Index(IndexNo),
    /// It is a key item.
    Key,
    /// It numbers records.
    Numbering,
    /// The right of a person in the database names it: his login ID.
    Right(String),
}

impl ItemUse {
    /// It in words: Japanese, English.
    #[must_use]
    pub fn texts(&self) -> (String, String) {
        let (ja, en) = match self {
            Self::BuiltIn => ("標準の項目", "it is built in"),
            Self::Required => ("標準の必須項目", "it is built in and required"),
            Self::System => ("システムが入力する項目", "the system fills it"),
            Self::Display => ("データの表示名", "it is part of what stands for a record"),
            Self::Joined => ("まとめて検索する項目", "it is searched as one with others"),
            Self::Parent => ("上位のデータを示す項目", "records stand below one another by it"),
            Self::Owner => ("属するデータを示す項目", "it says what a record belongs to"),
            Self::Index(number) => return (format!("索引 {number}"), format!("index {number} looks at it")),
            Self::Key => ("キー項目", "it is a key item"),
            Self::Numbering => ("自動採番", "it numbers records"),
            Self::Right(login) => return (format!("{login} の権限"), format!("the right of {login} names it")),
        };
        (ja.to_owned(), en.to_owned())
    }
}

/// What of the template needs an item, so that it cannot be removed.
#[must_use]
pub fn uses(template: &Template, item: &Item) -> Vec<ItemUse> {
    let mut uses = structural_uses(template, item);
    let own = [
        (item.built_in, ItemUse::BuiltIn),
        (item.unique, ItemUse::Key),
        (item.numbering.is_some(), ItemUse::Numbering),
    ];
    uses.extend(own.into_iter().filter_map(|(is_used, by)| is_used.then_some(by)));
    uses.extend(index_uses(template, item));
    uses
}

/// What needs an item to be shown. Of the items that people added, nothing but what a record is to its database needs one.
fn hiding_uses(template: &Template, item: &Item) -> Vec<ItemUse> {
    let mut uses = structural_uses(template, item);
    if item.read_only {
        uses.push(ItemUse::System);
    } else if item.aside {
        uses.push(ItemUse::BuiltIn);
    } else if item.built_in {
        uses.extend(item.required.then_some(ItemUse::Required));
        uses.extend(index_uses(template, item));
    }
    uses
}

fn structural_uses(template: &Template, item: &Item) -> Vec<ItemUse> {
    let (number, detail) = (item.number, &template.detail);
    let uses = [
        (detail.display_items.contains(&number), ItemUse::Display),
        (detail.joined_items.contains(&number), ItemUse::Joined),
        (detail.parent_item == Some(number), ItemUse::Parent),
        (detail.owner_item == Some(number), ItemUse::Owner),
    ];
    uses.into_iter().filter_map(|(is_used, by)| is_used.then_some(by)).collect()
}

fn index_uses<'t>(template: &'t Template, item: &'t Item) -> impl Iterator<Item = ItemUse> + use<'t> {
    let looks = |field: &crate::condition::Field| field.item() == Some(item.number);
    let indexes = template.indexes().iter().filter(move |index| index.fields.iter().any(looks));
    indexes.map(|index| ItemUse::Index(index.number))
}

/// Where an item is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemPlace {
    /// Behind all others.
    Last,
    /// Before the item of this id.
    Before(Uuid),
    /// Behind the item of this id.
    After(Uuid),
}

impl ItemPlace {
    /// Puts an item in its place among the others; none where the place names none of them.
    #[must_use]
    pub fn put(self, item: Item, mut others: Vec<Item>) -> Option<Vec<Item>> {
        let at = |id: Uuid| others.iter().position(|other| other.id == id);
        let at = match self {
            Self::Last => others.len(),
            Self::Before(id) => at(id)?,
            Self::After(id) => at(id)? + 1,
        };
        others.insert(at, item);
        Some(others)
    }
}

/// The items of a template with those given in their places. A list that names every item decides the order, and what is kept beside
/// follows; else the items stay where they stand, and new ones follow at the end.
#[must_use]
pub fn in_order(template: &Template, given: Vec<Item>) -> Vec<Item> {
    let is_given = |item: &Item| given.iter().any(|given| given.id == item.id);
    if template.items().iter().all(|item| item.aside || is_given(item)) {
        let beside: Vec<Item> = template.items().iter().filter(|item| !is_given(item)).cloned().collect();
        return given.into_iter().chain(beside).collect();
    }
    let (known, new): (Vec<_>, Vec<_>) = given.into_iter().partition(|given| given.number.0 != 0);
    let own = |item: &Item| known.iter().find(|known| known.id == item.id).unwrap_or(item).clone();
    template.items().iter().map(own).chain(new).collect()
}

/// Items that are to be added to a template or changed in it.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'e> {
    /// The template as it is.
    pub template: &'e Template,
    /// Whether the database has or had records: values may stand in it.
    pub has_records: bool,
}

impl Edit<'_> {
    /// What is wrong with definitions; `path` says where each stands, `list` where all do.
    #[must_use]
    pub fn problems(&self, definitions: &[ItemDefinition], list: &str, path: impl Fn(usize) -> String) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = HashSet::new();
        for (at, definition) in definitions.iter().enumerate() {
            let path = path(at);
            let known = self.known(definition);
            problems.extend(definition.problems_beside(known.map(ItemDefinition::of).as_ref(), &path));
            let mut say = |member: &str, message| {
                problems.push(Problem { path: format!("{path}.{member}"), item: definition.item_id, message });
            };
            if definition.item_id.is_some_and(|id| !seen.insert(known.map_or(id, |item| item.id))) {
                say("itemID", Message::ItemTwice);
            }
            if self.is_name_taken(definitions, at) {
                say("itemName", Message::Taken);
            }
            if definition.read_only_flag != known.is_some_and(|item| item.read_only) {
                say("readOnlyFlag", Message::ReadOnly);
            }
            match known {
                Some(item) => self.change_problems(item, definition, &mut say),
                None if definition.item_type == ItemType::Reference && definition.database.is_none() => {
                    say("database", Message::Required);
                }
                None => {}
            }
        }
        let fresh = definitions.iter().filter(|definition| self.known(definition).is_none()).count();
        if fresh > 0 && self.template.items().len() + fresh > limits::TEMPLATE_ITEMS {
            let message = Message::TooMany { most: limits::TEMPLATE_ITEMS };
            problems.push(Problem { path: list.to_owned(), item: None, message });
        }
        problems
    }

    fn change_problems(&self, item: &Item, definition: &ItemDefinition, say: &mut impl FnMut(&str, Message)) {
        if item.item_type != definition.item_type {
            say("itemType", Message::TypeIsFixed);
        }
        if definition.required_flag && !item.required && item.read_only {
            say("requiredFlag", Message::ReadOnly);
        }
        if item.built_in && item.required && !definition.required_flag {
            for by in structural_uses(self.template, item) {
                say("requiredFlag", Message::ItemNeeded { by });
            }
        }
        if definition.hidden_flag && !item.hidden {
            for by in hiding_uses(self.template, item) {
                say("hiddenFlag", Message::ItemNeeded { by });
            }
        }
        if item.unique != definition.key_flag && self.has_records {
            say("keyFlag", Message::StillUsed);
        }
        let choices = self.choices(item, definition).iter().map(Choice::count).sum::<usize>();
        if choices > limits::ITEM_CHOICES && definition.choices().iter().map(Choice::count).sum::<usize>() < choices {
            let linked = item.item_type == ItemType::LinkagePulldown;
            let member = if linked { "linkageSelectionValues" } else { "selectionValues" };
            say(member, Message::TooMany { most: limits::ITEM_CHOICES });
        }
    }

    /// The item that a definition changes; none: it is a new one.
    #[must_use]
    pub fn known(&self, definition: &ItemDefinition) -> Option<&Item> {
        definition.item_id.and_then(|id| self.template.item(id))
    }

    /// Whether another item is called so, and the definition gives a name that its item did not have. An item that people added may be
    /// called like a built-in one: the source's own template of contacts has such a pair.
    fn is_name_taken(&self, definitions: &[ItemDefinition], at: usize) -> bool {
        let Some(own) = definitions.get(at) else { return false };
        let known = self.known(own);
        if known.is_some_and(|item| item.name == own.item_name) {
            return false;
        }
        let is_built_in = |item: Option<&Item>| item.is_some_and(|item| item.built_in);
        // As files name them: without space around.
        let is_same = |name: &str, item: Option<&Item>| {
            name.trim() == own.item_name.trim() && is_built_in(item) == is_built_in(known)
        };
        let is_given = |item: &Item| definitions.iter().any(|other| self.known(other).is_some_and(|it| it == item));
        let given = definitions.iter().enumerate().any(|(other_at, other)| {
            let known = self.known(other);
            // Of two that take on the same name, the second is refused.
            let counts = other_at < at || known.is_some_and(|item| item.name == other.item_name);
            other_at != at && counts && is_same(&other.item_name, known)
        });
        given || self.template.items().iter().any(|item| is_same(&item.name, Some(item)) && !is_given(item))
    }

    /// An item as a definition has it.
    #[must_use]
    pub fn changed(&self, item: &Item, definition: &ItemDefinition) -> Item {
        Item {
            name: definition.item_name.clone(),
            required: definition.required_flag,
            before_unit: definition.before_unit.clone(),
            after_unit: definition.after_unit.clone(),
            choices: self.choices(item, definition),
            unique: definition.key_flag,
            hidden: definition.hidden_flag,
            numbering: definition.numbering.clone(),
            ..item.clone()
        }
    }

    /// The choices that an item comes to have. A choice that is not given any more may stand in records: it stays, and cannot be chosen
    /// anew.
    fn choices(&self, item: &Item, definition: &ItemDefinition) -> Vec<Choice> {
        let given = definition.choices();
        if self.has_records { kept(&item.choices, &given) } else { given }
    }
}

fn kept(old: &[Choice], new: &[Choice]) -> Vec<Choice> {
    let with_old = |choice: &Choice| {
        let before = old.iter().find(|before| before.value == choice.value);
        let children = kept(before.map_or(&[], |before| &before.children), &choice.children);
        Choice { children, ..choice.clone() }
    };
    let missing = old.iter().filter(|before| new.iter().all(|choice| choice.value != before.value));
    let missing = missing.map(|choice| Choice { display_flag: false, ..choice.clone() });
    new.iter().map(with_old).chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Field;
    use crate::id::{DatabaseNo, ItemNo};
    use crate::template::{DatabaseDetail, Index};

    const fn id(number: i64) -> Uuid {
        Uuid::from_u128(number.cast_unsigned() as u128)
    }

    /// 社名 (display, built in), 区分 (a pull-down), 備考, 作成日 (the system's).
    fn template() -> Template {
        let item = |number, name: &str, item_type| Item::new(ItemNo(number), id(number), name, item_type);
        let items = vec![
            Item { required: true, built_in: true, ..item(1, "社名", ItemType::TextSingle) },
            Item {
                choices: vec![
                    Choice::leaf(1, "A"),
                    Choice { children: vec![Choice::leaf(2, "C")], ..Choice::leaf(2, "B") },
                ],
                ..item(2, "区分", ItemType::LinkagePulldown)
            },
            item(3, "備考", ItemType::TextMultiple),
            Item { read_only: true, built_in: true, ..item(4, "作成日", ItemType::Datetime) },
        ];
        let detail = DatabaseDetail { display_items: vec![ItemNo(1)], ..DatabaseDetail::default() };
        let index = Index { number: IndexNo(9), fields: vec![Field::CreatedAt, Field::Item(ItemNo(2))], ready: true };
        Template::new(DatabaseNo(1), "things", 1, detail, items, vec![index])
    }

    fn problems(definitions: &[ItemDefinition]) -> Vec<(String, &'static str)> {
        let template = template();
        let edit = Edit { template: &template, has_records: true };
        let found = edit.problems(definitions, "list", |at| at.to_string());
        found.into_iter().map(|problem| (problem.path, problem.message.code())).collect()
    }

    fn definition(number: i64) -> ItemDefinition {
        ItemDefinition::of(template().item(id(number)).unwrap())
    }

    #[test]
    fn names_are_unique_and_may_be_exchanged() {
        let named = |number, name: &str| ItemDefinition { item_name: name.into(), ..definition(number) };
        let new = |name: &str| ItemDefinition { item_id: None, ..named(3, name) };
        assert_eq!(problems(&[named(2, "備考")]), [("0.itemName".into(), "taken")]);
        assert_eq!(problems(&[named(2, " 備考 ")]), [("0.itemName".into(), "taken")]);
        assert_eq!(problems(&[named(2, "備考"), named(3, "区分")]), []);
        assert_eq!(problems(&[named(2, "備考"), definition(3)]), [("0.itemName".into(), "taken")]);
        assert_eq!(problems(&[new("新"), new("新")]), [("1.itemName".into(), "taken")]);
        assert_eq!(problems(&[new("区分"), new("新")]), [("0.itemName".into(), "taken")]);
        assert_eq!(problems(&[new("社名")]), [], "as a built-in item is called");
    }

    #[test]
    fn what_something_needs_is_neither_hidden_nor_removed() {
        let hidden = |number| ItemDefinition { hidden_flag: true, ..definition(number) };
        let needed = |at: &str| (format!("{at}.hiddenFlag"), "item_needed");
        assert_eq!(problems(&[hidden(1), hidden(2), hidden(3), hidden(4)]), [needed("0"), needed("0"), needed("3")]);
        let optional = ItemDefinition { required_flag: false, ..definition(1) };
        let demanded = ItemDefinition { required_flag: true, ..definition(4) };
        assert_eq!(
            problems(&[optional, demanded]),
            [("0.requiredFlag".into(), "item_needed"), ("1.requiredFlag".into(), "read_only")]
        );
        let template = template();
        let of = |number| uses(&template, template.item(id(number)).unwrap());
        assert_eq!(of(1), [ItemUse::Display, ItemUse::BuiltIn]);
        assert_eq!(of(2), [ItemUse::Index(IndexNo(9))]);
        assert_eq!(of(3), []);
    }

    #[test]
    fn a_choice_that_is_not_given_any_more_stays_and_is_not_offered() {
        let template = template();
        let mut given = definition(2);
        given.linkage_selection_values = Some(vec![Choice::leaf(2, "新B"), Choice::leaf(3, "D")]);
        let item = template.item(id(2)).unwrap();
        let changed = |has_records| Edit { template: &template, has_records }.changed(item, &given).choices;
        let gone = |choice: Choice| Choice { display_flag: false, ..choice };
        let kept = Choice { children: vec![gone(Choice::leaf(2, "C"))], ..Choice::leaf(2, "新B") };
        assert_eq!(changed(true), [kept, Choice::leaf(3, "D"), gone(Choice::leaf(1, "A"))]);
        assert_eq!(changed(false), [Choice::leaf(2, "新B"), Choice::leaf(3, "D")]);
    }

    #[test]
    fn what_is_of_before_a_rule_stays_and_can_be_changed_in_all_else() {
        let mut items = template().items().to_vec();
        items[1].choices = vec![Choice::leaf(0, "未"), Choice::leaf(1, " ")];
        items[2] = Item { after_unit: Some("y".repeat(30)), unique: true, ..items[2].clone() };
        let template = Template::new(DatabaseNo(1), "things", 1, DatabaseDetail::default(), items, Vec::new());
        let problems = |definitions: &[ItemDefinition]| {
            let edit = Edit { template: &template, has_records: true };
            let found = edit.problems(definitions, "list", |at| at.to_string());
            found.into_iter().map(|problem| (problem.path, problem.message.code())).collect::<Vec<_>>()
        };
        let all: Vec<_> = template.items().iter().map(ItemDefinition::of).collect();
        assert_eq!(problems(&all), [], "as it is exported");
        let hidden = |at: usize| ItemDefinition { hidden_flag: true, item_name: "新".into(), ..all[at].clone() };
        assert_eq!((problems(&[hidden(1)]), problems(&[hidden(2)])), (vec![], vec![]));
        let unit = ItemDefinition { after_unit: Some("z".repeat(30)), ..all[2].clone() };
        assert_eq!(problems(&[unit]), [("0.afterUnit".into(), "not_for_this_type")]);
        let more = |choice| {
            let choices = [all[1].choices(), vec![choice]].concat();
            problems(&[ItemDefinition { linkage_selection_values: Some(choices), ..all[1].clone() }])
        };
        assert_eq!(more(Choice::leaf(7, "A")), []);
        assert_eq!(more(Choice::leaf(-1, "A")), [("0.linkageSelectionValues".into(), "out_of_range")]);
        assert_eq!(more(Choice::leaf(7, "")), [("0.linkageSelectionValues".into(), "required")]);
    }

    #[test]
    fn items_stand_where_they_are_put() {
        let items = || template().items().iter().filter(|item| item.number != ItemNo(3)).cloned().collect::<Vec<_>>();
        let numbers = |place: ItemPlace| {
            let note = template().item(id(3)).unwrap().clone();
            place.put(note, items()).map(|items| items.iter().map(|item| item.number.0).collect::<Vec<_>>())
        };
        assert_eq!(numbers(ItemPlace::Last), Some(vec![1, 2, 4, 3]));
        assert_eq!(numbers(ItemPlace::Before(id(1))), Some(vec![3, 1, 2, 4]));
        assert_eq!(numbers(ItemPlace::After(id(1))), Some(vec![1, 3, 2, 4]));
        assert_eq!(numbers(ItemPlace::After(id(7))), None);
    }
}
