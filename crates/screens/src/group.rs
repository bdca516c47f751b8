//! Groups of people, and from where their members may come.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::rights::named;
use musubi_service::group::{GroupCreate, GroupRow, GroupSet, group_create, group_list, group_remove, group_set};

use crate::control::Control;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::fill;
use crate::told::{done, lead_told};
use crate::user::{has, must};

const LIST: &str = "/admin/groups";
const PLACES: [(&str, &str); 4] =
    [("--name", "name"), ("--member", "members"), ("--remove-member", "members"), ("--address", "addresses")];

#[derive(Template)]
#[template(path = "group/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    rows: Vec<GroupRow>,
}

async fn all(person: &Person) -> Result<Vec<GroupRow>, Failure> {
    must(person, named::PEOPLE).await?;
    group_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))
}

/// GET /admin/groups
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = &person.frame.say.directory;
    match done(&Form::of_query(query.as_deref())).0 {
        "created" => person.tell(say.group_created, None),
        "saved" => person.tell(say.saved, None),
        "removed" => person.tell(say.removed, None),
        _ => {}
    }
    let rows = all(&person).await?;
    person.page(StatusCode::OK, &ListPage { frame: &person.frame, rows })
}

/// What a form holds, one in a line or parted by spaces or commas.
pub(crate) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|sign: char| sign.is_whitespace() || [',', '、'].contains(&sign));
    let mut words: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if words.iter().all(|own| own != part) {
            words.push(part.to_owned());
        }
    }
    words
}

/// What stands in the form.
struct Entry<'a> {
    name: &'a str,
    members: String,
    addresses: String,
}

impl<'a> Entry<'a> {
    fn read(form: &'a Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self { name: form.get("name").trim(), members: text("members"), addresses: text("addresses") }
    }

    fn sheet(&self, person: &Person, title: &str, action: String, submit: &str) -> Sheet {
        let say = &person.frame.say.directory;
        let mut controls = vec![
            Control::line("name", say.group_name, self.name).required(),
            Control::lines("members", say.group_members, &self.members).with_hint(say.group_members_hint),
        ];
        // Addresses are a setting of the tenant.
        if has(person, named::SYSTEM) {
            let control = Control::lines("addresses", say.group_addresses, &self.addresses);
            controls.push(control.with_hint(say.group_addresses_hint));
        }
        Sheet::new(title, action, submit).below(LIST, say.groups).with("", controls)
    }
}

fn new_sheet(person: &Person, entry: &Entry<'_>) -> Sheet {
    let say = &person.frame.say.directory;
    entry.sheet(person, say.group_new, format!("{LIST}/new"), say.create)
}

/// GET /admin/groups/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::PEOPLE).await?;
    new_sheet(&person, &Entry::read(&Form::default())).answer(&person)
}

/// POST /admin/groups/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let entry = Entry::read(&form);
    let command = GroupCreate {
        name: entry.name.to_owned(),
        members: words(&entry.members),
        allowed_addresses: words(&entry.addresses),
    };
    match group_create(&person.service, &person.context, command).await {
        Ok(()) => Ok(lead_told(LIST, "created", None)),
        Err(error) => new_sheet(&person, &entry).refused(&person, &error, &PLACES),
    }
}

async fn find(person: &Person, number: &str) -> Result<GroupRow, Failure> {
    let found = all(person).await?.into_iter().find(|row| row.group.number.0.to_string() == number);
    found.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

fn edit_sheet(person: &Person, row: &GroupRow, entry: &Entry<'_>) -> Sheet {
    let say = &person.frame.say.directory;
    entry.sheet(person, say.group_edit, format!("{LIST}/{}", row.group.number), say.save)
}

/// GET /admin/groups/{number}
pub(crate) async fn show(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    let row = find(&person, &number).await?;
    let (members, addresses) = (row.members.join("\n"), row.group.allowed_addresses.join("\n"));
    edit_sheet(&person, &row, &Entry { name: &row.group.name, members, addresses }).answer(&person)
}

/// POST /admin/groups/{number}
pub(crate) async fn change(
    Path(number): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let row = find(&person, &number).await?;
    let (entry, given) = (Entry::read(&form), words(form.get("members")));
    let is_same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
    let lacks = |list: &[String], login: &String| !list.iter().any(|own| is_same(own, login));
    let addresses = words(&entry.addresses);
    let change = GroupSet {
        name: Some(entry.name.to_owned()),
        members: given.iter().filter(|login| lacks(&row.members, login)).cloned().collect(),
        removed_members: row.members.iter().filter(|login| lacks(&given, login)).cloned().collect(),
        allowed_addresses: (has(&person, named::SYSTEM) && addresses != row.group.allowed_addresses)
            .then_some(addresses),
    };
    match group_set(&person.service, &person.context, row.group.name.clone(), change).await {
        Ok(()) => Ok(lead_told(LIST, "saved", None)),
        Err(error) => edit_sheet(&person, &row, &entry).refused(&person, &error, &PLACES),
    }
}

fn remove_sheet(person: &Person, row: &GroupRow) -> Sheet {
    let say = &person.frame.say.directory;
    let mut effects = vec![fill(say.group_members_stay, &row.members.len().to_string())];
    if !row.group.allowed_addresses.is_empty() {
        effects.push(say.group_opens.to_owned());
    }
    Sheet::danger(fill(say.remove_of, &row.group.name), format!("{LIST}/{}/remove", row.group.number), say.remove)
        .below(LIST, say.groups)
        .with_effects(effects)
}

/// GET /admin/groups/{number}/remove
pub(crate) async fn ask(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    remove_sheet(&person, &find(&person, &number).await?).answer(&person)
}

/// POST /admin/groups/{number}/remove
pub(crate) async fn remove(Path(number): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let row = find(&person, &number).await?;
    match group_remove(&person.service, &person.context, row.group.name.clone()).await {
        Ok(()) => Ok(lead_told(LIST, "removed", None)),
        Err(error) => remove_sheet(&person, &row).refused(&person, &error, &[("NAME", "")]),
    }
}
