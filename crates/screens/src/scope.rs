//! Scopes: those that open calls, and those that speak of the person.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::claims::CLAIMS;
use musubi_domain::rights::named;
use musubi_domain::scope::SHIPPED;
use musubi_domain::system_scope::SystemScope;
use musubi_service::api_scope::{api_scope_create, api_scope_enable, api_scope_list, api_scope_remove};
use musubi_service::system_scope::{SystemScopeSet, system_scope_enable, system_scope_remove, system_scope_set};

use crate::continue_to::query_value;
use crate::control::{Choice, Control, Shape};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::sheet::Sheet;
use crate::texts::fill;
use crate::told::{done, lead_told};
use crate::user::must;

const LIST: &str = "/admin/openid/scopes";
const PLACES: [(&str, &str); 5] = [
    ("--name", "name"),
    ("--api", "paths[]"),
    ("--claims", "claims[]"),
    ("--title-ja", "title_ja"),
    ("--title-en", "title_en"),
];

/// A scope of a list.
struct Line {
    name: String,
    title: String,
    enabled: bool,
    /// What it opens, or releases.
    parts: Vec<String>,
    /// It ships: it can be disabled and not removed.
    ships: bool,
    path: String,
}

#[derive(Template)]
#[template(path = "openid/scopes.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    /// Heading, what it is about, what the parts are, and the scopes.
    lists: Vec<(&'static str, &'static str, &'static str, Vec<Line>)>,
}

/// The path of the page of a scope.
fn path_of(name: &str) -> String {
    format!("{LIST}/{}", query_value(name).replace('/', "%2F").replace('?', "%3F"))
}

/// What there is: the scopes of the person, and those that open calls with their paths.
struct All {
    system: Vec<SystemScope>,
    api: Vec<(String, bool, Vec<String>)>,
}

async fn all(person: &Person) -> Result<All, Failure> {
    must(person, named::SYSTEM).await?;
    let failure = |error| person.failure(&error);
    let system = person.service.scopes(person.context.tenant).await.map_err(failure)?.system.clone();
    Ok(All { system, api: api_scope_list(&person.service, &person.context).await.map_err(failure)? })
}

fn ships(name: &str) -> bool {
    SHIPPED.iter().any(|(_, shipped)| *shipped == name)
}

/// GET /admin/openid/scopes
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let say = &person.frame.say;
    match done(&Form::of_query(query.as_deref())).0 {
        "on" => person.tell(say.openid.scope_on_done, None),
        "off" => person.tell(say.openid.scope_off_done, None),
        "saved" => person.tell(say.directory.saved, None),
        "removed" => person.tell(say.directory.removed, None),
        _ => {}
    }
    let all = all(&person).await?;
    let locale = person.frame.locale;
    let system = all.system.into_iter().map(|scope| Line {
        title: scope.title(locale).to_owned(),
        enabled: scope.enabled,
        parts: scope.claims().into_iter().map(str::to_owned).collect(),
        ships: scope.standard().is_some(),
        path: path_of(&scope.name),
        name: scope.name,
    });
    let api = all.api.into_iter().map(|(name, enabled, parts)| Line {
        title: musubi_domain::system_scope::call_title(&name, locale).to_owned(),
        enabled,
        parts,
        ships: ships(&name),
        path: path_of(&name),
        name,
    });
    let say = &person.frame.say.openid;
    let lists = vec![
        (say.scope_system, say.scope_system_hint, say.scope_claims, system.collect()),
        (say.scope_api, say.scope_api_hint, say.scope_paths, api.collect()),
    ];
    let page = ListPage { frame: &person.frame, lists };
    person.page(StatusCode::OK, &page)
}

/// POST /admin/openid/scopes
pub(crate) async fn enable(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let (name, enabled) = (form.get("name").to_owned(), form.get("enabled") == "true");
    let is_system = all(&person).await?.system.iter().any(|scope| scope.name == name);
    let set = if is_system {
        system_scope_enable(&person.service, &person.context, name, enabled).await
    } else {
        api_scope_enable(&person.service, &person.context, name, enabled).await
    };
    set.map_err(|error| person.failure(&error))?;
    Ok(lead_told(LIST, if enabled { "on" } else { "off" }, None))
}

/// What stands in the form.
#[derive(Default)]
struct Entry {
    name: String,
    is_api: bool,
    claims: Vec<String>,
    paths: Vec<String>,
    title_ja: String,
    title_en: String,
}

impl Entry {
    fn read(form: &Form) -> Self {
        let text = |name: &str| form.get(name).trim().to_owned();
        Self {
            name: text("name"),
            is_api: form.get("kind") == "api",
            claims: form.list("claims[]").to_vec(),
            paths: form.list("paths[]").to_vec(),
            title_ja: text("title_ja"),
            title_en: text("title_en"),
        }
    }

    fn set(&self) -> SystemScopeSet {
        let Self { name, claims, title_ja, title_en, .. } = self;
        SystemScopeSet {
            name: name.clone(),
            claims: claims.clone(),
            title_ja: title_ja.clone(),
            title_en: title_en.clone(),
        }
    }
}

fn claims_control(person: &Person, entry: &Entry) -> Control {
    let choice = |claim: &str| Choice::new(claim, claim, entry.claims.iter().any(|own| own == claim));
    let say = &person.frame.say.openid;
    Control::new("claims[]", say.scope_claims, Shape::Checks(CLAIMS.into_iter().map(choice).collect()))
}

fn paths_control(person: &Person, entry: &Entry) -> Control {
    let choice =
        |(path, _): (&'static str, &'static str)| Choice::new(path, path, entry.paths.iter().any(|own| own == path));
    let say = &person.frame.say.openid;
    Control::new("paths[]", say.scope_paths, Shape::Checks(SHIPPED.into_iter().map(choice).collect()))
}

fn title_controls(person: &Person, entry: &Entry) -> Vec<Control> {
    let say = &person.frame.say.openid;
    vec![
        Control::line("title_ja", say.scope_title_ja, &entry.title_ja).with_hint(say.scope_title_hint),
        Control::line("title_en", say.scope_title_en, &entry.title_en),
    ]
}

fn new_sheet(person: &Person, entry: &Entry) -> Sheet {
    let say = &person.frame.say.openid;
    let kinds = vec![
        Choice::new("system", say.scope_system, !entry.is_api).with_hint(say.scope_system_hint),
        Choice::new("api", say.scope_api, entry.is_api).with_hint(say.scope_api_hint),
    ];
    let first = vec![
        Control::line("name", say.scope_name, &entry.name).required().with_hint(say.scope_name_hint),
        Control::new("kind", say.kind, Shape::Radios(kinds)),
    ];
    let mut released = vec![claims_control(person, entry)];
    released.extend(title_controls(person, entry));
    Sheet::new(say.scope_new, format!("{LIST}/new"), person.frame.say.directory.create)
        .below(LIST, say.scopes)
        .with("", first)
        .with(say.scope_system, released)
        .with(say.scope_api, vec![paths_control(person, entry)])
}

/// GET /admin/openid/scopes/new
pub(crate) async fn new(person: Person) -> Result<Response, Failure> {
    must(&person, named::SYSTEM).await?;
    new_sheet(&person, &Entry::default()).answer(&person)
}

/// POST /admin/openid/scopes/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let entry = Entry::read(&form);
    let all = all(&person).await?;
    let is_taken =
        all.system.iter().any(|scope| scope.name == entry.name) || all.api.iter().any(|own| own.0 == entry.name);
    if is_taken {
        return new_sheet(&person, &entry).refuse("name", person.frame.say.openid.scope_taken).wrong(&person);
    }
    let made = if entry.is_api {
        api_scope_create(&person.service, &person.context, entry.name.clone(), entry.paths.clone()).await
    } else {
        system_scope_set(&person.service, &person.context, entry.set()).await
    };
    match made {
        Ok(()) => Ok(lead_told(LIST, "saved", None)),
        Err(error) => new_sheet(&person, &entry).refused(&person, &error, &PLACES),
    }
}

/// A scope of the tenant's own that can be changed: what it releases and is called, or which paths it opens.
fn find(person: &Person, all: &All, name: &str) -> Result<Entry, Failure> {
    let own = all.system.iter().find(|scope| scope.name == name && scope.standard().is_none());
    if let Some(scope) = own {
        return Ok(Entry {
            name: scope.name.clone(),
            claims: scope.claims().into_iter().map(str::to_owned).collect(),
            title_ja: scope.title_ja.clone(),
            title_en: scope.title_en.clone(),
            ..Entry::default()
        });
    }
    let api = all.api.iter().find(|(own, ..)| own == name);
    let entry = |(name, _, paths): &(String, bool, Vec<String>)| Entry {
        name: name.clone(),
        is_api: true,
        paths: paths.clone(),
        ..Entry::default()
    };
    api.map(entry).ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

fn edit_sheet(person: &Person, entry: &Entry) -> Sheet {
    let say = &person.frame.say.openid;
    let controls = if entry.is_api {
        vec![paths_control(person, entry).with_hint(say.scope_paths_hint)]
    } else {
        let mut controls = vec![claims_control(person, entry)];
        controls.extend(title_controls(person, entry));
        controls
    };
    Sheet::new(fill(say.scope_edit_of, &entry.name), path_of(&entry.name), person.frame.say.directory.save)
        .below(LIST, say.scopes)
        .with("", controls)
}

/// GET /admin/openid/scopes/{name}
pub(crate) async fn show(person: Person, Path(name): Path<String>) -> Result<Response, Failure> {
    let all = all(&person).await?;
    edit_sheet(&person, &find(&person, &all, &name)?).answer(&person)
}

/// POST /admin/openid/scopes/{name}
pub(crate) async fn change(
    Path(name): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let all = all(&person).await?;
    let stands = find(&person, &all, &name)?;
    let entry = Entry { name: stands.name, is_api: stands.is_api, ..Entry::read(&form) };
    let set = if entry.is_api {
        let more = entry.paths.iter().filter(|path| !stands.paths.contains(path)).cloned().collect();
        api_scope_create(&person.service, &person.context, entry.name.clone(), more).await
    } else {
        system_scope_set(&person.service, &person.context, entry.set()).await
    };
    match set {
        Ok(()) => Ok(lead_told(LIST, "saved", None)),
        Err(error) => edit_sheet(&person, &entry).refused(&person, &error, &PLACES),
    }
}

fn remove_sheet(person: &Person, entry: &Entry) -> Sheet {
    let (say, common) = (&person.frame.say.openid, &person.frame.say.directory);
    let blocks = if ships(&entry.name) { vec![say.scope_ships.to_owned()] } else { Vec::new() };
    Sheet::danger(fill(common.remove_of, &entry.name), format!("{}/remove", path_of(&entry.name)), common.remove)
        .below(LIST, say.scopes)
        .with_effects(vec![if entry.is_api { say.scope_gone_api } else { say.scope_gone_system }.to_owned()])
        .with_blocks(blocks)
}

/// GET /admin/openid/scopes/{name}/remove
pub(crate) async fn ask(person: Person, Path(name): Path<String>) -> Result<Response, Failure> {
    let all = all(&person).await?;
    remove_sheet(&person, &find(&person, &all, &name)?).answer(&person)
}

/// POST /admin/openid/scopes/{name}/remove
pub(crate) async fn remove(Path(name): Path<String>, PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let all = all(&person).await?;
    let entry = find(&person, &all, &name)?;
    let removed = if entry.is_api {
        api_scope_remove(&person.service, &person.context, name).await
    } else {
        system_scope_remove(&person.service, &person.context, name).await
    };
    match removed {
        Ok(()) => Ok(lead_told(LIST, "removed", None)),
        Err(error) => remove_sheet(&person, &entry).refused(&person, &error, &[]),
    }
}
