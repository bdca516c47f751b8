//! Items as templates are exported and applied.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Problem, Result};
use crate::id::ItemNo;
use crate::item::{Choice, DataKind, Item, ItemType, Numbering, is_prefix};
use crate::limits;
use crate::messages::Message;

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
    /// Hidden from everybody: as if nobody might read it. A member of ours.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden_flag: bool,
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
    /// A new item, without anything that is said of it beyond name and type.
    #[must_use]
    pub fn named(name: impl Into<String>, item_type: ItemType) -> Self {
        let new = Item::new(ItemNo(0), Uuid::nil(), name, item_type);
        Self { item_id: None, selection_values: None, linkage_selection_values: None, ..Self::of(&new) }
    }

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
            hidden_flag: item.hidden,
            numbering: item.numbering.clone(),
            database: None,
            aside: false,
            yields: false,
            aliases: Vec::new(),
        }
    }

    /// Definitions as a file has them.
    ///
    /// # Errors
    /// Internal; it cannot happen.
    pub fn file(definitions: &[Self]) -> Result<String> {
        serde_json::to_string_pretty(definitions).map_err(|error| Error::internal(error.to_string()))
    }

    /// The definitions of a file.
    ///
    /// # Errors
    /// The line, from 1, at which it cannot be read.
    pub fn of_file(text: &str) -> std::result::Result<Vec<Self>, usize> {
        serde_json::from_str(text).map_err(|error| error.line())
    }

    /// A short text that differs where definitions do: what somebody has looked at is told by it from what stands there now.
    #[must_use]
    pub fn mark(&self) -> String {
        let mut hasher = DefaultHasher::new();
        serde_json::to_string(self).unwrap_or_default().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
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
        self.problems_beside(None, path)
    }

    /// As [`ItemDefinition::problems`], of what differs from what is there: items of before a rule can still be changed in all else.
    #[must_use]
    pub fn problems_beside(&self, known: Option<&Self>, path: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |member: &str, message| {
            if !known.is_some_and(|known| self.has_same(known, member)) {
                problems.push(Problem { path: format!("{path}.{member}"), item: self.item_id, message });
            }
        };
        if let Some(message) = text_problem(&self.item_name, limits::NAME_CHARACTERS) {
            say("itemName", message);
        }
        let numeric = self.item_type.row().data == DataKind::Numeric;
        for (member, unit) in [("beforeUnit", &self.before_unit), ("afterUnit", &self.after_unit)] {
            match unit {
                Some(_) if !numeric => say(member, Message::NotForThisType),
                Some(unit) if !unit.is_empty() => {
                    text_problem(unit, limits::UNIT_CHARACTERS).into_iter().for_each(|it| say(member, it));
                }
                _ => {}
            }
        }
        if self.key_flag && !can_be_key(self.item_type) {
            say("keyFlag", Message::NotForThisType);
        }
        if self.database.is_some() && self.item_type != ItemType::Reference {
            say("database", Message::NotForThisType);
        }
        self.numbering_problems(&mut say);
        self.choice_problems(known, &mut say);
        problems
    }

    /// Whether another definition has the same member.
    fn has_same(&self, other: &Self, member: &str) -> bool {
        match member {
            "itemName" => self.item_name == other.item_name,
            "beforeUnit" => self.before_unit == other.before_unit,
            "afterUnit" => self.after_unit == other.after_unit,
            "keyFlag" => self.key_flag == other.key_flag,
            "numbering" | "numbering.prefix" | "numbering.digits" => self.numbering == other.numbering,
            "selectionValues" => self.selection_values == other.selection_values,
            "linkageSelectionValues" => self.linkage_selection_values == other.linkage_selection_values,
            _ => false,
        }
    }

    fn numbering_problems(&self, say: &mut impl FnMut(&str, Message)) {
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
    }

    fn choice_problems(&self, known: Option<&Self>, say: &mut impl FnMut(&str, Message)) {
        let is_given = |choices: &Option<Vec<Choice>>| choices.as_ref().is_some_and(|choices| !choices.is_empty());
        let is_flat = matches!(self.item_type, ItemType::Pulldown | ItemType::Checkbox);
        let is_linked = self.item_type == ItemType::LinkagePulldown;
        if is_given(&self.selection_values) && !is_flat && self.item_type != ItemType::Prefectures {
            say("selectionValues", Message::NotForThisType);
        }
        if is_given(&self.linkage_selection_values) && !is_linked {
            say("linkageSelectionValues", Message::NotForThisType);
        }
        let (member, levels) =
            if is_linked { ("linkageSelectionValues", limits::CHOICE_LEVELS) } else { ("selectionValues", 1) };
        let known = known.map(Self::choices).unwrap_or_default();
        for message in choices_problems(&self.choices(), &known, levels) {
            say(member, message);
        }
    }
}

/// What is wrong with the choices of an item that has so many levels. What the choices that are known are called, and their values, is not
/// looked at.
fn choices_problems(choices: &[Choice], known: &[Choice], levels: usize) -> Vec<Message> {
    let mut problems = Vec::new();
    if choices.iter().any(|choice| choice.levels() > levels) {
        problems.push(Message::TooDeep { most: levels });
    }
    if choices.iter().map(Choice::count).sum::<usize>() > limits::ITEM_CHOICES {
        problems.push(Message::TooMany { most: limits::ITEM_CHOICES });
    }
    if has_repeated_value(choices) {
        problems.push(Message::Repeated);
    }
    let name = |choice: &Choice| (choice.value, choice.label.clone());
    let known: HashSet<_> = all_choices(known).into_iter().map(name).collect();
    for choice in all_choices(choices).into_iter().filter(|choice| !known.contains(&name(choice))) {
        let in_range = (1..=limits::CHOICE_VALUE).contains(&choice.value);
        let range = Message::OutOfRange { least: 1, most: limits::CHOICE_VALUE };
        let found =
            (!in_range).then_some(range).into_iter().chain(text_problem(&choice.label, limits::NAME_CHARACTERS));
        for message in found {
            if !problems.contains(&message) {
                problems.push(message);
            }
        }
    }
    problems
}

/// Choices of all levels.
fn all_choices(choices: &[Choice]) -> Vec<&Choice> {
    let (mut all, mut waiting) = (Vec::new(), choices.iter().collect::<Vec<_>>());
    while let Some(choice) = waiting.pop() {
        all.push(choice);
        waiting.extend(&choice.children);
    }
    all
}

/// What is wrong with a text of one line that must say something.
fn text_problem(text: &str, most: usize) -> Option<Message> {
    if text.trim().is_empty() {
        Some(Message::Required)
    } else if text.chars().count() > most {
        Some(Message::TooLong { most })
    } else {
        text.chars().any(char::is_control).then_some(Message::ControlCharacter)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::SHIPPED;

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
