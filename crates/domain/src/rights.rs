//! What a person may do in a database: the right itself, rows, items.

use serde::{Deserialize, Serialize};

use crate::condition::{Condition, Field, Operand};
use crate::error::Problem;
use crate::id::ItemNo;
use crate::item::{Target, system};
use crate::messages::Message;
use crate::template::Template;

/// Names of [`crate::user::RIGHTS`] that use cases ask for.
pub mod named {
    /// Settings of the whole tenant: linkage slots, inquiry routes, scopes, clients, tokens.
    pub const SYSTEM: &str = "システム設定";
    /// People and organizations.
    pub const PEOPLE: &str = "ユーザ設定";
    /// Who may do what.
    pub const GRANTS: &str = "権限付与";
    /// Permission templates.
    pub const TEMPLATES: &str = "権限テンプレート設定";
    /// Databases, templates, indexes.
    pub const DATABASES: &str = "DB設定";
}

/// What a person may do in one database. Who has been given none may do everything; an administrator restricts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatabaseRight {
    /// See records.
    pub read: bool,
    /// Register and change records.
    pub write: bool,
    /// Move records to the trash and restore them.
    pub delete: bool,
    /// Run automations and linkages on records.
    pub run: bool,
    /// Which records.
    pub rows: RowRule,
    /// Items that are not read and written like the others.
    pub items: Vec<(ItemNo, ItemAccess)>,
}

impl Default for DatabaseRight {
    fn default() -> Self {
        Self { read: true, write: true, delete: true, run: true, rows: RowRule::All, items: Vec::new() }
    }
}

/// Which records a person sees, and may act on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRule {
    /// All.
    #[default]
    All,
    /// His own: he created them, or an item for people names him.
    Own,
    /// Those of his organizations and the ones below: created by somebody who belongs there, or an item names such a person or
    /// organization.
    OwnOrganization,
    /// Those that meet a condition. It may look at items that he does not see.
    Condition(Condition),
}

/// What a person may do with an item that is not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemAccess {
    /// See it.
    Read,
    /// Not even know its value.
    Hidden,
}

/// What somebody wants to do in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See records.
    Read,
    /// Register and change records.
    Write,
    /// Move records to the trash, or restore them.
    Delete,
}

impl DatabaseRight {
    /// Whether it covers an action.
    #[must_use]
    pub const fn covers(&self, action: Action) -> bool {
        match action {
            Action::Read => self.read,
            Action::Write => self.write,
            Action::Delete => self.delete,
        }
    }

    /// What is wrong with the right in the database of a template: items that are not there or are named twice, a condition that asks
    /// for such or for too much.
    #[must_use]
    pub fn problems(&self, template: &Template) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, (item, _)) in self.items.iter().enumerate() {
            let message = if template.item_numbered(*item).is_none() {
                Message::UnknownItem
            } else if self.items.iter().take(at).any(|(other, _)| other == item) {
                Message::ItemTwice
            } else {
                continue;
            };
            problems.push(Problem { path: format!("items[{at}]"), item: None, message });
        }
        if let RowRule::Condition(condition) = &self.rows {
            problems.extend(template.query_problems(condition, &[], "rows"));
        }
        problems
    }
}

impl RowRule {
    /// The rule as a condition over the records of a template, in words that are still to be resolved; `None` for all records.
    #[must_use]
    pub fn condition(&self, template: &Template) -> Option<Condition> {
        match self {
            Self::All => None,
            Self::Own => Some(Condition::Any(people(template, &Operand::Me))),
            Self::OwnOrganization => {
                let mut parts = people(template, &Operand::MyColleagues);
                let organizations = pointing_at(template, Target::Organization);
                parts.extend(organizations.map(|field| one_of(field, Operand::MyOrganizationsAndBelow)));
                Some(Condition::Any(parts))
            }
            Self::Condition(condition) => Some(condition.clone()),
        }
    }
}

fn people(template: &Template, word: &Operand) -> Vec<Condition> {
    [Field::CreatedBy]
        .into_iter()
        .chain(pointing_at(template, Target::User))
        .map(|field| one_of(field, word.clone()))
        .collect()
}

fn one_of(field: Field, word: Operand) -> Condition {
    Condition::OneOf { field, values: vec![word] }
}

/// The items that people fill and that point at this.
fn pointing_at(template: &Template, target: Target) -> impl Iterator<Item = Field> {
    let filled_by_people = |id| id != system::CREATED_BY && id != system::UPDATED_BY;
    template
        .items()
        .iter()
        .filter(move |item| item.item_type.row().target == Some(target) && filled_by_people(item.id))
        .map(|item| Field::Item(item.number))
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::user::RIGHTS;

    #[test]
    fn the_rights_that_are_asked_for_can_be_given() {
        for right in [named::SYSTEM, named::PEOPLE, named::GRANTS, named::TEMPLATES, named::DATABASES] {
            assert!(RIGHTS.contains(&right), "{right}");
        }
    }
}
