//! Moving a record to the trash, after what will be affected has been shown.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_service::record::{DeleteEffect, RecordKey, Touched, record_delete, record_delete_effect};
use uuid::Uuid;

use super::sheet::Sheet;
use crate::error::{Failure, Wrong};
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::{Database, database};
use crate::texts::fill;
use crate::told::lead_told;

/// Records of a database that a deletion touches.
struct Group {
    title: String,
    count: String,
    some: Vec<(String, String)>,
    /// There are more than those that are named.
    more: bool,
}

#[derive(Template)]
#[template(path = "record/delete.html")]
struct DeletePage<'a> {
    frame: &'a Frame,
    title: String,
    list: (String, String),
    record: (String, String),
    days: String,
    /// What is affected: a title, a hint, the records by database.
    parts: Vec<(&'static str, &'static str, Vec<Group>)>,
    /// Something stands in the way.
    is_blocked: bool,
    wrong: String,
}

/// GET /records/{database}/{id}/delete
pub(crate) async fn show(person: Person, Path((word, id)): Path<(String, String)>) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Delete).await?;
    page(&person, &sheet, &id, StatusCode::OK, String::new()).await
}

fn parsed(person: &Person, id: &str) -> Result<Uuid, Failure> {
    id.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))
}

async fn page(
    person: &Person,
    sheet: &Sheet,
    id: &str,
    status: StatusCode,
    wrong: String,
) -> Result<Response, Failure> {
    let key = (RecordKey::Id(parsed(person, id)?), "id");
    let effect = record_delete_effect(&person.service, &person.context, &sheet.database.name, key).await;
    let (effect, wrong) = match effect {
        Ok(effect) => (effect, wrong),
        Err(error) => return Err(person.failure(&error)),
    };
    let DeleteEffect { record, owned, blocking, emptied } = effect;
    let say = &person.frame.say.record;
    let is_blocked = !blocking.is_empty();
    let parts = [
        (say.delete_owned, "", owned),
        (say.delete_blocking, say.delete_blocking_hint, blocking),
        (say.delete_emptied, "", emptied),
    ];
    let groups = |touched: Vec<Touched>| touched.into_iter().map(|touched| group(person, touched)).collect();
    let parts = parts.into_iter().filter(|(.., touched)| !touched.is_empty());
    let parts = parts.map(|(title, hint, touched)| (title, hint, groups(touched))).collect();
    let kind = sheet.database.title(&person.frame);
    let is_seen = sheet.sight.sees_name(&sheet.template);
    let name = if is_seen && !record.display_name.is_empty() { record.display_name } else { kind.clone() };
    let title = fill(person.frame.say.record.delete, &kind);
    let title = if wrong.is_empty() { title } else { fill(person.frame.say.error_prefix, &title) };
    let page = DeletePage {
        frame: &person.frame,
        title,
        list: (sheet.database.path(), kind),
        record: (sheet.database.record_path(record.id), name),
        days: fill(person.frame.say.record.delete_days, &limits::TRASH_DAYS.to_string()),
        parts,
        is_blocked,
        wrong,
    };
    person.page(status, &page)
}

fn group(person: &Person, touched: Touched) -> Group {
    let database = Database::of(&touched.template);
    let some: Vec<_> = touched.some.into_iter().map(|(id, name)| (database.record_path(id), name)).collect();
    let count = fill(person.frame.say.record.count, &touched.count.to_string());
    Group { title: database.title(&person.frame), count, more: touched.count > some.len(), some }
}

/// POST /records/{database}/{id}/delete
pub(crate) async fn sent(
    Path((word, id)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Delete).await?;
    let key = (RecordKey::Id(parsed(&person, &id)?), "id".to_owned());
    let kind = (sheet.database.name.as_str(), sheet.database.kind(database::Action::Delete));
    let force = !form.get("force").is_empty();
    match record_delete(&person.service, &person.context, kind, vec![key], force).await {
        Ok(deleted) => Ok(lead_told(&sheet.database.path(), "deleted", deleted.change_set)),
        Err(error) if error.kind() == Kind::Invalid => {
            let said = error.problems().first().map(|problem| problem.message.text(person.frame.locale));
            page(&person, &sheet, &id, StatusCode::UNPROCESSABLE_ENTITY, said.unwrap_or_default()).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}
