//! Registering a record.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::business_card;
use musubi_domain::error::{Error, Kind};
use musubi_domain::item::{Item, Target};
use musubi_domain::rights::Action;
use musubi_service::business_card::{CardOutcome, card_register};
use musubi_service::organization::own_organization_list;
use musubi_service::record::{GivenRecord, record_register};
use uuid::Uuid;

use super::sheet::{Readings, Sheet};
use super::view::{Filling, answer};
use super::{duplicate, told};
use crate::error::Failure;
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::record::database;
use crate::record::entry::Entry;
use crate::record::reading::read_entry;
use crate::told::lead_told;

/// GET /records/{database}/new
pub(crate) async fn show(
    mut person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Write).await?;
    let query = Form::of_query(query.as_deref());
    told::tell(&mut person, &query);
    let readings = prefilled(&person, &sheet, &query).await?;
    let filling = Filling { readings, begins: true, ..Filling::default() };
    answer(&person, &sheet, StatusCode::OK, None, filling).await
}

/// What an empty form is filled with: what its link says (`?client=ID`, `?i12=...`), and oneself where somebody must be responsible.
async fn prefilled(person: &Person, sheet: &Sheet, query: &Form) -> Result<Readings, Failure> {
    let own = own_organization_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let mut readings = Readings::new();
    for item in sheet.filled() {
        let mut entry = Entry::of_form(item, query);
        if entry.is_empty() {
            entry.chosen.extend(by_target(item, query).or_else(|| own_value(person, item, &own)));
        }
        if !entry.is_empty() {
            readings.insert(item.number, read_entry(person, item, entry).await?);
        }
    }
    Ok(readings)
}

/// What a link names by what it is: `?client=ID`.
fn by_target(item: &Item, query: &Form) -> Option<String> {
    let name = match item.item_type.row().target? {
        Target::Client => "client",
        Target::Contact => "contact",
        Target::Product => "product",
        Target::User | Target::Organization | Target::Record => return None,
    };
    // A parent is another one than the client that something is of.
    let wanted = if item.id == musubi_domain::client::PARENT { "parent" } else { name };
    query.given(wanted).filter(|id| id.parse::<Uuid>().is_ok()).map(str::to_owned)
}

fn own_value(person: &Person, item: &Item, organizations: &[Uuid]) -> Option<String> {
    let is_own = item.is_demanded() && !item.item_type.row().multiple;
    match item.item_type.row().target.filter(|_| is_own)? {
        Target::User => Some(person.session.user.id.to_string()),
        Target::Organization => organizations.first().map(ToString::to_string),
        Target::Client | Target::Contact | Target::Product | Target::Record => None,
    }
}

/// POST /records/{database}/new
pub(crate) async fn sent(Path(word): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Write).await?;
    let readings = sheet.read(&person, &form).await?;
    let duplicates = duplicate::find(&person, &sheet, &readings).await?;
    let seen: Vec<&str> = form.get("seen").split(',').collect();
    let are_known = duplicates.iter().all(|line| seen.contains(&line.id.to_string().as_str()));
    let given = sheet.given(sheet.filled().filter_map(|item| Some((item, readings.get(&item.number)?))));
    let mut filling = Filling { readings, ..Filling::default() };
    if given.problems.is_empty() && !are_known && form.get("anyway").is_empty() {
        filling.duplicates = duplicates;
        filling.stopped = true;
        return answer(&person, &sheet, StatusCode::UNPROCESSABLE_ENTITY, None, filling).await;
    }
    match register(&person, &sheet, given).await {
        Ok(registered) => Ok(lead_on(&sheet, &form, &registered)),
        Err(error) if error.kind() == Kind::Invalid => {
            filling.duplicates = duplicates;
            filling.take_problems(&person, &sheet, error.problems());
            let gone = sheet.gone(&form);
            filling.notes.extend(told::gone(&person, gone));
            answer(&person, &sheet, StatusCode::UNPROCESSABLE_ENTITY, None, filling).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}

/// A record that was registered.
struct Registered {
    id: Uuid,
    change_set: Option<Uuid>,
    word: &'static str,
}

async fn register(person: &Person, sheet: &Sheet, given: GivenRecord) -> Result<Registered, Error> {
    let (service, context) = (&person.service, &person.context);
    if sheet.database.name == business_card::DATABASE {
        let card = card_register(service, context, given).await?;
        let word = if card.outcome == CardOutcome::Review { "registered-review" } else { "registered" };
        return Ok(Registered { id: card.id, change_set: card.change_set, word });
    }
    let kind = sheet.database.kind(database::Action::Register);
    let written = record_register(service, context, &sheet.database.name, kind, given).await?;
    Ok(Registered { id: written.id, change_set: written.change_set, word: "registered" })
}

/// To the record, or to the next empty form.
fn lead_on(sheet: &Sheet, form: &Form, registered: &Registered) -> Response {
    if form.get("then") == "new" {
        let kept = form.given("client").filter(|id| id.parse::<Uuid>().is_ok());
        let kept = kept.map(|id| format!("?client={id}")).unwrap_or_default();
        return lead_told(&format!("{}/new{kept}", sheet.database.path()), registered.word, registered.change_set);
    }
    lead_told(&sheet.database.record_path(registered.id), registered.word, registered.change_set)
}
