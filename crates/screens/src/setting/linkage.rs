//! Linkage slots (システム連携ID): the names of the linked systems.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::limits::{LINKAGE_SLOT_FIRST, LINKAGE_SLOT_LAST};
use musubi_domain::rights::named;
use musubi_service::linkage::{linkage_slot_remove, linkage_slot_set, linkage_slot_uses};

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::setting::page::{ConfirmPage, Crumb, Said, tell, top_crumb};
use crate::texts::fill;
use crate::told::lead_told;

/// Records that are counted before a slot is taken down.
const COUNTED: i64 = 10_000;

struct Line {
    slot: i64,
    name: String,
    label: String,
    error: String,
    is_used: bool,
    remove_of: String,
}

#[derive(Template)]
#[template(path = "setting/linkage.html")]
struct LinkagePage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    lines: Vec<Line>,
    is_wrong: bool,
}

/// The names of the slots that have been set up.
async fn names(person: &Person) -> Result<BTreeMap<i64, String>, Failure> {
    let (service, context) = (&person.service, &person.context);
    service.check_named_right(context, named::SYSTEM).await.map_err(|error| person.failure(&error))?;
    let slots = service.linkage_slots(context.tenant).await.map_err(|error| person.failure(&error))?;
    Ok(slots.iter().cloned().collect())
}

/// GET /admin/linkage
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    tell(&mut person, &Form::of_query(query.as_deref()));
    let names = names(&person).await?;
    page(&person, &names, &names, &BTreeMap::new())
}

fn page(
    person: &Person,
    names: &BTreeMap<i64, String>,
    given: &BTreeMap<i64, String>,
    wrong: &BTreeMap<i64, String>,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let line = |slot: i64| Line {
        slot,
        name: given.get(&slot).cloned().unwrap_or_default(),
        label: fill(say.linkage_name_of, &slot.to_string()),
        error: wrong.get(&slot).cloned().unwrap_or_default(),
        is_used: names.contains_key(&slot),
        remove_of: fill(say.remove_of, names.get(&slot).map_or("", String::as_str)),
    };
    let lines = (LINKAGE_SLOT_FIRST..=LINKAGE_SLOT_LAST).map(line).collect();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = LinkagePage { frame, crumbs: vec![top_crumb(frame)], lines, is_wrong: !wrong.is_empty() };
    person.page(status, &page)
}

/// POST /admin/linkage
pub(crate) async fn change(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let names = names(&person).await?;
    let (mut given, mut wrong) = (BTreeMap::new(), BTreeMap::new());
    for slot in LINKAGE_SLOT_FIRST..=LINKAGE_SLOT_LAST {
        let name = form.get(&format!("name-{slot}")).trim().to_owned();
        given.insert(slot, name.clone());
        let known = names.get(&slot);
        if known.map_or(name.is_empty(), |known| *known == name) {
            continue;
        }
        if name.is_empty() {
            wrong.insert(slot, person.frame.say.setting.linkage_empty.to_owned());
        } else if let Err(error) = linkage_slot_set(&person.service, &person.context, slot, name).await {
            wrong.insert(slot, Said::of(&person, &error)?.rest());
        }
    }
    if wrong.is_empty() {
        Ok(lead_told("/admin/linkage", "saved", None))
    } else {
        page(&person, &names, &given, &wrong)
    }
}

/// GET /admin/linkage/{slot}/remove
pub(crate) async fn remove_ask(person: Person, Path(slot): Path<String>) -> Result<Response, Failure> {
    ask(&person, &slot, Said::default()).await
}

async fn ask(person: &Person, slot: &str, said: Said) -> Result<Response, Failure> {
    let names = names(person).await?;
    let missing = || Failure::new(person.frame.clone(), Wrong::NotFound);
    let slot: i64 = slot.parse().map_err(|_| missing())?;
    let name = names.get(&slot).ok_or_else(missing)?;
    let uses = linkage_slot_uses(&person.service, &person.context, slot, COUNTED).await;
    let uses = uses.map_err(|error| person.failure(&error))?;
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let used = fill(say.linkage_used, &uses.to_string());
    let lines = if uses == 0 { vec![say.linkage_free.to_owned(), say.cannot_undo.to_owned()] } else { Vec::new() };
    let page = ConfirmPage {
        frame,
        title: fill(say.linkage_remove_title, name),
        crumbs: vec![top_crumb(frame), ("/admin/linkage".to_owned(), say.linkage.to_owned())],
        lines,
        quote: String::new(),
        obstacles: if uses == 0 { Vec::new() } else { vec![used] },
        action: format!("/admin/linkage/{slot}/remove"),
        hidden: Vec::new(),
        submit: say.remove,
    };
    person.page(said.status(), &page)
}

/// POST /admin/linkage/{slot}/remove
pub(crate) async fn remove(Path(slot): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let number = slot.parse().unwrap_or(0);
    match linkage_slot_remove(&person.service, &person.context, number).await {
        Ok(()) => Ok(lead_told("/admin/linkage", "removed", None)),
        Err(error) => ask(&person, &slot, Said::of(&person, &error)?).await,
    }
}
