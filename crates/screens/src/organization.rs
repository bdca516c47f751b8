//! Organizations: the tree.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Error;
use musubi_domain::id::OrganizationNo;
use musubi_domain::organization::Organization;
use musubi_domain::rights::named;
use musubi_service::organization::{
    organization_create, organization_list, organization_member_counts, organization_remove, organization_set,
};
use uuid::Uuid;

use crate::control::{Choice, Control, Shape};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::fill;
use crate::told::{done, lead_told};
use crate::user::must;

const LIST: &str = "/admin/organizations";
const PLACES: [(&str, &str); 2] = [("--name", "name"), ("--parent", "parent")];

/// The organizations that can be chosen, each below the one above it, with how many stand above it.
pub(crate) fn tree(all: &[Organization]) -> Vec<(&Organization, usize)> {
    let mut placed = Vec::with_capacity(all.len());
    // One whose upper one was removed stands at the top.
    let is_there = |number| all.iter().any(|other| other.number == number && other.active);
    let tops = all.iter().rev().filter(|own| own.active && !own.parent.is_some_and(is_there));
    let mut open: Vec<(&Organization, usize)> = tops.map(|top| (top, 0)).collect();
    while let Some((organization, level)) = open.pop() {
        placed.push((organization, level));
        let below = all.iter().rev().filter(|own| own.active && own.parent == Some(organization.number));
        open.extend(below.map(|own| (own, level + 1)));
    }
    placed
}

/// The names of the organizations above one, and its own.
pub(crate) fn path<'a>(all: &'a [Organization], organization: &'a Organization) -> Vec<&'a str> {
    let mut names = vec![organization.name.as_str()];
    let mut above = organization.parent;
    while let Some(upper) = above.and_then(|number| all.iter().find(|own| own.number == number)) {
        names.insert(0, &upper.name);
        above = upper.parent.filter(|_| names.len() <= all.len());
    }
    names
}

struct Line<'a> {
    organization: &'a Organization,
    level: usize,
    people: i64,
}

#[derive(Template)]
#[template(path = "organization/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    rows: Vec<Line<'a>>,
}

async fn all(person: &Person) -> Result<Vec<Organization>, Failure> {
    must(person, named::PEOPLE).await?;
    organization_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))
}

/// GET /admin/organizations
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = &person.frame.say.directory;
    match done(&Form::of_query(query.as_deref())).0 {
        "created" => person.tell(say.organization_created, None),
        "saved" => person.tell(say.saved, None),
        "removed" => person.tell(say.removed, None),
        _ => {}
    }
    let all = all(&person).await?;
    let counts = organization_member_counts(&person.service, &person.context).await;
    let counts = counts.map_err(|error| person.failure(&error))?;
    let people = |number: OrganizationNo| counts.get(&number).copied().unwrap_or(0);
    let line = |(organization, level): (_, usize)| line_of(organization, level, people);
    let page = ListPage { frame: &person.frame, rows: tree(&all).into_iter().map(line).collect() };
    person.page(StatusCode::OK, &page)
}

fn line_of(organization: &Organization, level: usize, people: impl Fn(OrganizationNo) -> i64) -> Line<'_> {
    Line { organization, level: level.min(8), people: people(organization.number) }
}

/// The control that says what an organization stands below; those below itself are not offered.
fn parent_control(person: &Person, all: &[Organization], chosen: &str, own: Option<&Organization>) -> Control {
    let say = &person.frame.say.directory;
    let is_own = |organization: &Organization| {
        let mut above = Some(organization);
        let mut steps = 0;
        while let Some(upper) = above.filter(|_| steps <= all.len()) {
            if own.is_some_and(|own| own.number == upper.number) {
                return true;
            }
            above = upper.parent.and_then(|number| all.iter().find(|other| other.number == number));
            steps += 1;
        }
        false
    };
    let mut choices = vec![Choice::new("", say.organization_top, chosen.is_empty())];
    for (organization, level) in tree(all).into_iter().filter(|(organization, _)| !is_own(organization)) {
        let id = organization.id.hyphenated().to_string();
        let label = format!("{}{}", "\u{3000}".repeat(level), organization.name);
        choices.push(Choice::new(id.as_str(), label, id == chosen));
    }
    Control::new("parent", say.organization_above, Shape::Select(choices))
}

fn new_sheet(person: &Person, all: &[Organization], name: &str, parent: &str) -> Sheet {
    let say = &person.frame.say.directory;
    let controls =
        vec![Control::line("name", say.organization_name, name).required(), parent_control(person, all, parent, None)];
    Sheet::new(say.organization_new, format!("{LIST}/new"), say.create)
        .below(LIST, say.organizations)
        .with("", controls)
}

/// GET /admin/organizations/new
pub(crate) async fn new(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let all = all(&person).await?;
    new_sheet(&person, &all, "", Form::of_query(query.as_deref()).get("parent")).answer(&person)
}

/// The organization that a form places another below; a text that is no id stands for none, and is refused as such.
fn parent_of(form: &Form) -> Option<Uuid> {
    form.given("parent").map(|id| id.parse().unwrap_or(Uuid::nil()))
}

/// POST /admin/organizations/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let name = form.get("name").trim();
    match organization_create(&person.service, &person.context, name.to_owned(), parent_of(&form)).await {
        Ok(_) => Ok(lead_told(LIST, "created", None)),
        Err(error) => {
            new_sheet(&person, &all(&person).await?, name, form.get("parent")).refused(&person, &error, &PLACES)
        }
    }
}

fn find<'a>(person: &Person, all: &'a [Organization], id: &str) -> Result<&'a Organization, Failure> {
    let id: Option<Uuid> = id.parse().ok();
    let found = all.iter().find(|organization| organization.active && Some(organization.id) == id);
    found.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

fn edit_sheet(person: &Person, all: &[Organization], own: &Organization, name: &str, parent: &str) -> Sheet {
    let say = &person.frame.say.directory;
    let controls = vec![
        Control::line("name", say.organization_name, name).required(),
        parent_control(person, all, parent, Some(own)),
    ];
    Sheet::new(say.organization_edit, format!("{LIST}/{}", own.id), say.save)
        .below(LIST, say.organizations)
        .with_lead(path(all, own).join(" › "))
        .with("", controls)
}

/// GET /admin/organizations/{id}
pub(crate) async fn show(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let all = all(&person).await?;
    let own = find(&person, &all, &id)?;
    let parent = own.parent.and_then(|number| all.iter().find(|other| other.number == number));
    let parent = parent.map(|parent| parent.id.hyphenated().to_string()).unwrap_or_default();
    edit_sheet(&person, &all, own, &own.name, &parent).answer(&person)
}

/// POST /admin/organizations/{id}
pub(crate) async fn change(Path(id): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let all = all(&person).await?;
    let own = find(&person, &all, &id)?;
    let (name, parent) = (form.get("name").trim(), parent_of(&form));
    let set = organization_set(&person.service, &person.context, own.id, Some(name.to_owned()), Some(parent)).await;
    match set {
        Ok(()) => Ok(lead_told(LIST, "saved", None)),
        Err(error) => edit_sheet(&person, &all, own, name, form.get("parent")).refused(&person, &error, &PLACES),
    }
}

async fn remove_sheet(person: &Person, all: &[Organization], own: &Organization) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    let counts = organization_member_counts(&person.service, &person.context).await;
    let people = counts.map_err(|error| person.failure(&error))?.get(&own.number).copied().unwrap_or(0);
    let below = all.iter().filter(|other| other.active && other.parent == Some(own.number)).count();
    let mut blocks = Vec::new();
    if people > 0 {
        blocks.push(fill(say.organization_people, &people.to_string()));
    }
    if below > 0 {
        blocks.push(fill(say.organization_below, &below.to_string()));
    }
    Ok(Sheet::danger(fill(say.remove_of, &own.name), format!("{LIST}/{}/remove", own.id), say.remove)
        .below(LIST, say.organizations)
        .with_lead(path(all, own).join(" › "))
        .with_effects(vec![say.organization_stays.to_owned()])
        .with_blocks(blocks))
}

/// GET /admin/organizations/{id}/remove
pub(crate) async fn ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let all = all(&person).await?;
    remove_sheet(&person, &all, find(&person, &all, &id)?).await?.answer(&person)
}

/// POST /admin/organizations/{id}/remove
pub(crate) async fn remove(Path(id): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let all = all(&person).await?;
    let own = find(&person, &all, &id)?;
    let removed: Result<(), Error> = organization_remove(&person.service, &person.context, own.id).await;
    match removed {
        Ok(()) => Ok(lead_told(LIST, "removed", None)),
        Err(error) => remove_sheet(&person, &all, own).await?.refused(&person, &error, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(number: i64, parent: Option<i64>) -> Organization {
        Organization {
            number: OrganizationNo(number),
            id: Uuid::from_u128(u128::from(number.unsigned_abs())),
            parent: parent.map(OrganizationNo),
            name: number.to_string(),
            active: number != 4,
        }
    }

    #[test]
    fn everything_stands_below_what_is_above_it() {
        let given = [(1, None), (2, None), (3, Some(1)), (4, None), (5, Some(4)), (6, Some(3)), (7, Some(1))];
        let all: Vec<_> = given.into_iter().map(|(number, parent)| organization(number, parent)).collect();
        let placed: Vec<_> = tree(&all).into_iter().map(|(own, level)| (own.number.0, level)).collect();
        assert_eq!(placed, [(1, 0), (3, 1), (6, 2), (7, 1), (2, 0), (5, 0)]);
        assert_eq!(path(&all, &all[5]), ["1", "3", "6"]);
    }
}
