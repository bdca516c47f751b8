//! All values of a record, in the order of the template.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::item::{ItemType, system};
use musubi_service::thread::thread_page;

use super::head::{Head, Shown};
use super::line::{Entry, TextPart, entries};
use super::value::Part;
use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::fill;

/// Characters of values that a page shows in all.
const CHARACTERS: usize = 9_000;
/// Entries of the line that are shown beside.
const ENTRIES: usize = 3;

#[derive(Template)]
#[template(path = "thread/overview.html")]
struct OverviewPage<'a> {
    frame: &'a Frame,
    head: Head,
    rows: Vec<Row>,
    empty: Vec<String>,
    has_more: bool,
    kept: Vec<Row>,
    entries: Vec<Entry>,
}

impl OverviewPage<'_> {
    fn empty_title(&self) -> String {
        fill(self.frame.say.thread.items_empty, &self.empty.len().to_string())
    }
}

/// An item with its value.
struct Row {
    label: String,
    parts: Vec<Part>,
    /// Texts of several lines take the whole width.
    is_wide: bool,
}

/// The part of the page.
pub(super) async fn show(person: &Person, shown: &Shown) -> Result<Response, Failure> {
    let frame = &person.frame;
    let (mut rows, mut empty, mut characters) = (Vec::new(), Vec::new(), 0);
    let mut has_more = false;
    for item in shown.seen.template.items() {
        if item.hidden || item.read_only && is_kept(item.id) || !shown.seen.sight.sees(item.number) {
            continue;
        }
        let parts = shown.values.parts(frame, item);
        if parts.is_empty() {
            empty.push(item.name.clone());
            continue;
        }
        characters += parts.iter().map(|part| part.text.chars().count()).sum::<usize>();
        if characters > CHARACTERS && !rows.is_empty() {
            has_more = true;
            break;
        }
        let is_wide = item.item_type == ItemType::TextMultiple;
        rows.push(Row { label: item.name.clone(), parts, is_wide });
    }
    let page = thread_page(&person.service, &person.context, &shown.database.name, shown.id(), None).await;
    let page = page.map_err(|error| person.failure(&error))?;
    let entries = entries(person, shown, page.entries.into_iter().take(ENTRIES).collect()).await?;
    let (head, kept) = (shown.head(person, super::OVERVIEW).await?, kept(person, shown).await?);
    person.page(StatusCode::OK, &OverviewPage { frame, head, rows, empty, has_more, kept, entries })
}

fn is_kept(id: uuid::Uuid) -> bool {
    [system::CREATED_AT, system::CREATED_BY, system::UPDATED_AT, system::UPDATED_BY].contains(&id)
}

/// What the system keeps beside the values.
async fn kept(person: &Person, shown: &Shown) -> Result<Vec<Row>, Failure> {
    let (frame, record) = (&person.frame, &shown.seen.record);
    let name = async |number| {
        let user = person.service.user(person.context.tenant, number).await.map_err(|error| person.failure(&error))?;
        Ok::<_, Failure>(user.map(|user| user.display_name()).unwrap_or_default())
    };
    let values = [
        (system::CREATED_AT, frame.moment(record.created_at).shown),
        (system::CREATED_BY, name(record.created_by).await?),
        (system::UPDATED_AT, frame.moment(record.updated_at).shown),
        (system::UPDATED_BY, name(record.updated_by).await?),
    ];
    let row = |(id, text)| {
        let item = shown.seen.template.item(id).filter(|item| shown.seen.sight.sees(item.number))?;
        let parts = vec![Part { text, ..Part::default() }];
        Some(Row { label: item.name.clone(), parts, is_wide: false })
    };
    Ok(values.into_iter().filter_map(row).collect())
}
