//! Indexes that a list asks for: where it would have to look at too many records.

use axum::extract::Path;
use axum::response::Response;
use musubi_domain::condition::{Condition, Field};
use musubi_domain::item::KeyKind;
use musubi_service::index::index_create;
use musubi_service::record_page::{DatabaseSeen, database_seen};

use super::asked::Asked;
use crate::error::{Failure, Wrong};
use crate::frame::lead;
use crate::person::PersonForm;
use crate::record::Database;

/// The ids of the items over which an index would give the list its order.
pub(super) fn of_order(seen: &DatabaseSeen, asked: &Asked) -> Vec<String> {
    let known = asked.sorts.iter().filter(|(id, _)| seen.template.shown_item(*id).is_some());
    known.map(|(id, _)| id.to_string()).collect()
}

/// The id of the first item without an index that is asked for by whole values: an index over it would find the records at once.
pub(super) fn of_conditions(seen: &DatabaseSeen, asked: &Asked) -> Vec<String> {
    let mut fields = Vec::new();
    by_values(&asked.condition(&seen.template), &mut fields);
    let lacks = |field: &Field| seen.template.indexes().iter().all(|index| index.fields.first() != Some(field));
    let field = fields.into_iter().find(lacks);
    let item = field.and_then(Field::item).and_then(|item| seen.template.item_numbered(item));
    item.filter(|item| item.item_type.row().key != KeyKind::User).map(|item| item.id.to_string()).into_iter().collect()
}

/// The fields that a condition compares with values, not with parts of texts.
fn by_values(condition: &Condition, fields: &mut Vec<Field>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| by_values(part, fields)),
        Condition::OneOf { field, .. }
        | Condition::Between { field, .. }
        | Condition::Within { field, .. }
        | Condition::Empty { field } => fields.push(*field),
        Condition::Not(_) | Condition::Contains { .. } => {}
    }
}

/// POST /records/{database}/index
pub(super) async fn make(Path(word): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let database = Database::of_word(&person, &word).await?;
    let failure = |error| person.failure(&error);
    let action = musubi_domain::rights::Action::Read;
    let seen = database_seen(&person.service, &person.context, &database.name, action).await.map_err(failure)?;
    let field = |id: &String| {
        let item = id.parse().ok().and_then(|id| seen.template.shown_item(id));
        item.map(|item| seen.template.field(item.number))
    };
    let fields: Option<Vec<Field>> = form.list("item[]").iter().map(field).collect();
    let fields = fields.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::BadRequest))?;
    let (_, job) = index_create(&person.service, &person.context, &database.name, fields).await.map_err(failure)?;
    Ok(lead(&job.map_or_else(|| database.path(), |job| format!("/jobs/{job}"))))
}
