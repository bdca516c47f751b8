//! Records that may be the one that is about to be registered.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::matching::{Score, THRESHOLDS};
use musubi_domain::rights::Action;
use musubi_domain::{client, contact};
use musubi_service::business_card::{Duplicate, record_duplicates};

use super::sheet::{Readings, Sheet, Values, value_of};
use crate::error::Failure;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;

/// How many are shown.
const MOST: usize = 5;

/// A record that may be the same.
pub(crate) struct DuplicateLine {
    pub(crate) id: uuid::Uuid,
    pub(crate) path: String,
    pub(crate) name: String,
    /// It is almost certainly the same.
    pub(crate) strong: bool,
    /// What speaks for it.
    pub(crate) reasons: String,
    /// What speaks against it.
    pub(crate) against: String,
}

/// The list alone, which the script asks for.
#[derive(Template)]
#[template(path = "record/duplicate_part.html")]
struct DuplicatePart<'a> {
    frame: &'a Frame,
    duplicates: Vec<DuplicateLine>,
    seen: String,
    stopped: bool,
}

/// Whether there are rules for the records of a database.
pub(crate) fn has_rules(database: &Database) -> bool {
    [client::DATABASE, contact::DATABASE].contains(&database.name.as_str())
}

/// What may be the record that these readings say.
pub(crate) async fn find(person: &Person, sheet: &Sheet, readings: &Readings) -> Result<Vec<DuplicateLine>, Failure> {
    if !has_rules(&sheet.database) {
        return Ok(Vec::new());
    }
    let value = |item: &musubi_domain::item::Item| Some((item.number, value_of(item, readings.get(&item.number)?)?));
    let values: Values = sheet.filled().filter_map(value).collect();
    let found = record_duplicates(&person.service, &person.context, &sheet.database.name, None, values, MOST).await;
    let found = match found {
        Ok(found) => found,
        // Who may register and not read learns nothing.
        Err(error) if error.kind() == musubi_domain::error::Kind::Forbidden => Vec::new(),
        Err(error) => return Err(person.failure(&error)),
    };
    Ok(found.into_iter().map(|duplicate| line(person, &sheet.database, duplicate)).collect())
}

fn line(person: &Person, database: &Database, duplicate: Duplicate) -> DuplicateLine {
    let Duplicate { id, display_name, score } = duplicate;
    let Score { points, reasons, is_barred } = score;
    let texts = |wanted: fn(i32) -> bool| {
        let said = reasons.iter().filter(|reason| wanted(reason.points));
        let said: Vec<_> = said.map(|reason| reason.code.text(person.frame.locale)).collect();
        said.join(person.frame.say.list_comma)
    };
    DuplicateLine {
        id,
        path: database.record_path(id),
        name: display_name,
        strong: points >= THRESHOLDS.accept && !is_barred,
        reasons: texts(|points| points > 0),
        against: texts(|points| points < 0),
    }
}

/// POST /records/{database}/duplicates: what is typed so far, while it is typed. Nothing is kept.
pub(crate) async fn while_typing(
    Path(word): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let sheet = Sheet::open(&person, &word, Action::Write).await?;
    let readings = sheet.read(&person, &form).await?;
    let duplicates = find(&person, &sheet, &readings).await?;
    let seen = duplicates.iter().map(|line| line.id.to_string()).collect::<Vec<_>>().join(",");
    let part = DuplicatePart { frame: &person.frame, duplicates, seen, stopped: false };
    person.page(StatusCode::OK, &part)
}
