//! What rights are called, and what pages of rights have in common.

use std::sync::Arc;

use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_domain::template::Template;
use musubi_domain::user::RIGHTS;
use musubi_service::rights::change::right_databases;

use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::texts::{Texts, fill};

/// What the nine rights are called, in the order of [`RIGHTS`], with what each is for.
pub(super) const fn names(say: &Texts) -> [(&'static str, &'static str); RIGHTS.len()] {
    let say = &say.rights;
    [
        (say.right_system, say.about_system),
        (say.right_people, say.about_people),
        (say.right_grants, say.about_grants),
        (say.right_templates, say.about_templates),
        (say.right_databases, say.about_databases),
        (say.right_linkage, say.about_linkage),
        (say.right_contracts, say.about_contracts),
        (say.right_ledger, say.about_ledger),
        (say.right_audit, say.about_audit),
    ]
}

/// Names of rights, joined; a word where there are none.
pub(super) fn listed(rights: &[String], say: &Texts) -> String {
    let held = RIGHTS.iter().zip(names(say)).filter(|(right, _)| rights.iter().any(|own| own == *right));
    let named: Vec<_> = held.map(|(_, (name, _))| name).collect();
    if named.is_empty() { say.rights.no_rights.to_owned() } else { named.join(say.list_comma) }
}

/// What a right in a database lets somebody do: 閲覧・編集.
pub(super) fn actions(right: &DatabaseRight, say: &Texts) -> String {
    let say = &say.rights;
    let all = [
        (right.read, say.can_read),
        (right.write, say.can_write),
        (right.delete, say.can_delete),
        (right.run, say.can_run),
    ];
    let may: Vec<_> = all.into_iter().filter(|(may, _)| *may).map(|(_, word)| word).collect();
    match may.len() {
        4 => say.everything.to_owned(),
        0 => say.nothing.to_owned(),
        _ => may.join("・"),
    }
}

/// Which rows a right shows.
pub(super) const fn rows(right: &DatabaseRight, say: &Texts) -> &'static str {
    let say = &say.rights;
    match right.rows {
        RowRule::All => say.rows_all,
        RowRule::Own => say.rows_own,
        RowRule::OwnOrganization => say.rows_organization,
        RowRule::Condition(_) => say.rows_condition,
    }
}

/// How many items are not free.
pub(super) fn items(right: &DatabaseRight, say: &Texts) -> String {
    match right.items.len() {
        0 => say.rights.items_none.to_owned(),
        count => fill(say.rights.items_limited, &count.to_string()),
    }
}

/// A right in short, for a cell of the table; "" where somebody may do everything.
pub(super) fn short(right: &DatabaseRight, say: &Texts) -> String {
    if *right == DatabaseRight::default() {
        return String::new();
    }
    let mut parts = vec![actions(right, say)];
    parts.extend(match right.rows {
        RowRule::All => None,
        RowRule::Own => Some(say.rights.rows_short_own.to_owned()),
        RowRule::OwnOrganization => Some(say.rights.rows_short_organization.to_owned()),
        RowRule::Condition(_) => Some(say.rights.rows_short_condition.to_owned()),
    });
    if !right.items.is_empty() {
        parts.push(items(right, say));
    }
    parts.join(" / ")
}

/// A right in full, in a sentence's length.
pub(super) fn whole(right: &DatabaseRight, say: &Texts) -> String {
    if *right == DatabaseRight::default() {
        return say.rights.everything.to_owned();
    }
    [actions(right, say), rows(right, say).to_owned(), format!("{}: {}", say.rights.items, items(right, say))]
        .join(" / ")
}

/// A database as pages of rights show it.
pub(super) struct DatabaseView {
    /// Its template.
    pub(super) template: Arc<Template>,
    /// Its word in paths.
    pub(super) word: String,
    /// What it is called.
    pub(super) title: String,
}

impl DatabaseView {
    pub(super) fn of(template: Arc<Template>, frame: &Frame) -> Self {
        let database = Database::of(&template);
        Self { title: database.title(frame), word: database.word, template }
    }
}

/// All databases.
pub(super) async fn databases(person: &Person) -> Result<Vec<DatabaseView>, Failure> {
    let templates = right_databases(&person.service, &person.context).await;
    let templates = templates.map_err(|error| person.failure(&error))?;
    Ok(templates.into_iter().map(|template| DatabaseView::of(template, &person.frame)).collect())
}
