//! Permission templates: named sets of rights, and who has them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::permission_template::PermissionTemplate;
use musubi_domain::rights::named;
use musubi_domain::user::RIGHTS;
use musubi_service::permission_template::{
    permission_template_create, permission_template_list, permission_template_remove, permission_template_set,
};
use musubi_service::user_right::user_right_list;

use crate::continue_to::query_value;
use crate::control::{Choice, Control, Shape};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::directory::Texts;
use crate::texts::fill;
use crate::told::{done, lead_told};
use crate::user::{has, must};

const LIST: &str = "/admin/permission-templates";
const PLACES: [(&str, &str); 2] = [("--name", "name"), ("--right", "rights[]")];
/// People that are named where a template is changed.
const NAMED: usize = 10;

/// What a right is called.
pub(crate) fn right_label(say: &Texts, right: &str) -> &'static str {
    let labels = [
        say.right_system,
        say.right_people,
        say.right_grants,
        say.right_templates,
        say.right_databases,
        say.right_connections,
        say.right_contracts,
        say.right_ledger,
        say.right_audit,
    ];
    RIGHTS.iter().zip(labels).find(|(name, _)| **name == right).map_or("", |(_, label)| label)
}

/// A box for each right.
pub(crate) fn right_choices(say: &Texts, chosen: &[String]) -> Vec<Choice> {
    let hints = [
        say.right_system_hint,
        say.right_people_hint,
        say.right_grants_hint,
        say.right_templates_hint,
        say.right_databases_hint,
        say.right_connections_hint,
        say.right_contracts_hint,
        say.right_ledger_hint,
        say.right_audit_hint,
    ];
    let choice = |(right, hint): (&str, &str)| {
        Choice::new(right, right_label(say, right), chosen.iter().any(|own| own == right)).with_hint(hint)
    };
    RIGHTS.into_iter().zip(hints).map(choice).collect()
}

struct Line {
    template: PermissionTemplate,
    /// For each right, whether it has it.
    marks: Vec<bool>,
    people: usize,
    /// Its name as a value of a query.
    value: String,
}

#[derive(Template)]
#[template(path = "permission_template/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    rights: Vec<&'static str>,
    rows: Vec<Line>,
    may_see_people: bool,
}

async fn all(person: &Person) -> Result<Vec<PermissionTemplate>, Failure> {
    must(person, named::TEMPLATES).await?;
    permission_template_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))
}

/// The names of those who have each template and are active.
async fn holders(person: &Person) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let people = user_right_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in people.into_iter().filter(|one| one.user.active) {
        let name = one.user.display_name();
        holders.entry(one.user.permission_template).or_default().push(name);
    }
    Ok(holders)
}

/// GET /admin/permission-templates
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = &person.frame.say.directory;
    match done(&Form::of_query(query.as_deref())).0 {
        "created" => person.tell(say.template_created, None),
        "saved" => person.tell(say.saved, None),
        "removed" => person.tell(say.removed, None),
        _ => {}
    }
    let (all, holders) = (all(&person).await?, holders(&person).await?);
    let line = |template: PermissionTemplate| Line {
        marks: RIGHTS.iter().map(|right| template.rights.iter().any(|own| own == right)).collect(),
        people: holders.get(&template.name).map_or(0, Vec::len),
        value: query_value(&template.name),
        template,
    };
    let page = ListPage {
        frame: &person.frame,
        rights: RIGHTS.iter().map(|right| right_label(say, right)).collect(),
        rows: all.into_iter().map(line).collect(),
        may_see_people: has(&person, named::PEOPLE),
    };
    person.page(StatusCode::OK, &page)
}

fn controls(person: &Person, name: &str, rights: &[String]) -> Vec<Control> {
    let say = &person.frame.say.directory;
    let shape = Shape::Checks(right_choices(say, rights));
    vec![Control::line("name", say.template_name, name).required(), Control::new("rights[]", say.rights, shape)]
}

fn new_sheet(person: &Person, name: &str, rights: &[String]) -> Sheet {
    let say = &person.frame.say.directory;
    let sheet = Sheet::new(say.template_new, format!("{LIST}/new"), say.create).below(LIST, say.templates);
    sheet.with("", controls(person, name, rights))
}

/// GET /admin/permission-templates/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::TEMPLATES).await?;
    new_sheet(&person, "", &[]).answer(&person)
}

/// POST /admin/permission-templates/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    must(&person, named::TEMPLATES).await?;
    let (name, rights) = (form.get("name").trim().to_owned(), form.list("rights[]").to_vec());
    let made = permission_template_create(&person.service, &person.context, name.clone(), rights.clone()).await;
    match made {
        Ok(()) => Ok(lead_told(LIST, "created", None)),
        Err(error) => new_sheet(&person, &name, &rights).refused(&person, &error, &with_missing(&PLACES)),
    }
}

/// The places, and that who gives rights has to have the one to do so: said beside the rights.
fn with_missing<'a>(places: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    places.iter().copied().chain([("", "rights[]")]).collect()
}

async fn find(person: &Person, number: &str) -> Result<PermissionTemplate, Failure> {
    let found = all(person).await?.into_iter().find(|template| template.number.0.to_string() == number);
    found.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// Who is affected by a change, in words.
async fn affected(person: &Person, template: &PermissionTemplate) -> Result<String, Failure> {
    let say = &person.frame.say.directory;
    let holders = holders(person).await?;
    let names = holders.get(&template.name).map_or(&[][..], Vec::as_slice);
    if names.is_empty() {
        return Ok(say.template_nobody.to_owned());
    }
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let shown = shown.join(person.frame.say.list_comma);
    let more = names.len().saturating_sub(NAMED);
    let rest = if more > 0 { fill(say.and_more, &more.to_string()) } else { String::new() };
    Ok(fill(say.template_affects, &format!("{shown}{rest}")))
}

async fn edit_sheet(
    person: &Person,
    own: &PermissionTemplate,
    name: &str,
    rights: &[String],
) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    Ok(Sheet::new(say.template_edit, format!("{LIST}/{}", own.number), say.save)
        .below(LIST, say.templates)
        .with_effects(vec![affected(person, own).await?])
        .with("", controls(person, name, rights)))
}

/// GET /admin/permission-templates/{number}
pub(crate) async fn show(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    let own = find(&person, &number).await?;
    edit_sheet(&person, &own, &own.name, &own.rights).await?.answer(&person)
}

/// POST /admin/permission-templates/{number}
pub(crate) async fn change(
    Path(number): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let own = find(&person, &number).await?;
    let (name, rights) = (form.get("name").trim().to_owned(), form.list("rights[]").to_vec());
    let (service, context) = (&person.service, &person.context);
    let given = (Some(name.clone()), Some(rights.clone()));
    match permission_template_set(service, context, own.name.clone(), given.0, given.1).await {
        Ok(()) => Ok(lead_told(LIST, "saved", None)),
        Err(error) => edit_sheet(&person, &own, &name, &rights).await?.refused(&person, &error, &PLACES),
    }
}

async fn remove_sheet(person: &Person, own: &PermissionTemplate) -> Result<Sheet, Failure> {
    let say = &person.frame.say.directory;
    Ok(Sheet::danger(fill(say.remove_of, &own.name), format!("{LIST}/{}/remove", own.number), say.remove)
        .below(LIST, say.templates)
        .with_effects(vec![affected(person, own).await?]))
}

/// GET /admin/permission-templates/{number}/remove
pub(crate) async fn ask(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    let own = find(&person, &number).await?;
    remove_sheet(&person, &own).await?.answer(&person)
}

/// POST /admin/permission-templates/{number}/remove
pub(crate) async fn remove(Path(number): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let own = find(&person, &number).await?;
    match permission_template_remove(&person.service, &person.context, own.name.clone()).await {
        Ok(()) => Ok(lead_told(LIST, "removed", None)),
        Err(error) => remove_sheet(&person, &own).await?.refused(&person, &error, &[]),
    }
}
