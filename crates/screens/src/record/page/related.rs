//! What refers to a record: its contacts, its cards, and everything else.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::error::Kind;
use musubi_domain::id::RecordNo;
use musubi_domain::item::Item;
use musubi_domain::rights::Action;
use musubi_domain::sight::not_seen;
use musubi_domain::{business_card, client, contact};
use musubi_service::record::{RecordKey, RecordSeen, Related, record_referrers, record_related};
use uuid::Uuid;

use super::head::{Head, Shown};
use super::value::{Part, Values};
use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::record::condition::Conditions;

/// Rows of a page.
const ROWS: i64 = 30;
/// Referrers that are shown.
const REFERRERS: i64 = 100;

#[derive(Template)]
#[template(path = "thread/related.html")]
struct RelatedPage<'a> {
    frame: &'a Frame,
    head: Head,
    title: &'static str,
    none: &'static str,
    columns: Vec<String>,
    rows: Vec<Row>,
    next: String,
    /// Where all of them are in a list; "" nowhere.
    all: String,
    /// Where another is registered; "" nowhere.
    add: String,
}

/// A record with the values of the columns.
struct Row {
    href: String,
    name: String,
    cells: Vec<(String, Vec<Part>)>,
}

/// The contacts of a client.
pub(super) async fn contacts(person: &Person, shown: &Shown, query: &Form) -> Result<Response, Failure> {
    let columns = [contact::DEPARTMENT, contact::TITLE, contact::PHONE, contact::MOBILE, contact::MAIL];
    let say = &person.frame.say.thread;
    let words = (super::CONTACTS, say.contacts, say.contacts_none);
    related(person, shown, query, (contact::DATABASE, contact::CLIENT), &columns, words).await
}

/// The cards of a client or a contact.
pub(super) async fn cards(person: &Person, shown: &Shown, query: &Form) -> Result<Response, Failure> {
    let is_client = shown.database.name == client::DATABASE;
    let item = if is_client { business_card::CLIENT } else { business_card::CONTACT };
    let columns = [
        business_card::DEPARTMENT,
        business_card::TITLE,
        business_card::PHONE,
        business_card::MAIL,
        business_card::EXCHANGED_ON,
    ];
    let say = &person.frame.say.thread;
    let words = (super::CARDS, say.cards, say.cards_none);
    related(person, shown, query, (business_card::DATABASE, item), &columns, words).await
}

async fn related(
    person: &Person,
    shown: &Shown,
    query: &Form,
    (of, item): (&'static str, Uuid),
    columns: &[Uuid],
    (tab, title, none): (&'static str, &'static str, &'static str),
) -> Result<Response, Failure> {
    let after = RecordNo(query.given("after").and_then(|number| number.parse().ok()).unwrap_or(0));
    let record = (shown.database.name.as_str(), shown.id());
    let found = record_related(&person.service, &person.context, record, (of, item), (after, ROWS)).await;
    let head = shown.head(person, tab).await?;
    let page = match found {
        Ok(found) => {
            let next = found.next.map(|number| format!("{}?tab={tab}&after={number}", shown.path()));
            let database = Database::of(&found.template);
            let shown_items: Vec<&Item> = columns
                .iter()
                .filter_map(|id| found.template.shown_item(*id).filter(|item| found.sight.sees(item.number)))
                .collect();
            let is_contact = of == contact::DATABASE && !head.new_contact.is_empty();
            RelatedPage {
                frame: &person.frame,
                title,
                none,
                columns: shown_items.iter().map(|item| item.name.clone()).collect(),
                rows: rows(person, &database, &found, &shown_items).await?,
                next: next.unwrap_or_default(),
                all: all_of(&database, &found, item, shown.id()),
                add: if is_contact { head.new_contact.clone() } else { String::new() },
                head,
            }
        }
        // Who may not read that database sees none of its records.
        Err(error) if error.kind() == Kind::Forbidden => RelatedPage {
            frame: &person.frame,
            head,
            title,
            none,
            columns: Vec::new(),
            rows: Vec::new(),
            next: String::new(),
            all: String::new(),
            add: String::new(),
        },
        Err(error) => return Err(person.failure(&error)),
    };
    person.page(StatusCode::OK, &page)
}

async fn rows(person: &Person, database: &Database, found: &Related, columns: &[&Item]) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::with_capacity(found.records.len());
    for record in &found.records {
        let (template, sight, record) = (found.template.clone(), found.sight.clone(), record.clone());
        let sees_name = sight.sees_name(&template);
        let seen = RecordSeen { template, sight, record };
        let values = Values::of(person, &seen).await?;
        let cell = |item: &&Item| (item.name.clone(), values.parts(&person.frame, item));
        let hidden = || not_seen(person.frame.locale).to_owned();
        rows.push(Row {
            href: database.record_path(seen.record.id),
            name: if sees_name { seen.record.display_name.clone() } else { hidden() },
            cells: columns.iter().map(cell).collect(),
        });
    }
    Ok(rows)
}

/// The list of all of them.
fn all_of(database: &Database, found: &Related, item: Uuid, record: Uuid) -> String {
    let Some(item) = found.template.item(item) else { return String::new() };
    let condition = Condition::OneOf { field: Field::Item(item.number), values: vec![Operand::Id(record)] };
    let Some(conditions) = Conditions::of(&found.template, &condition) else { return String::new() };
    let pairs: Vec<String> = conditions
        .pairs()
        .iter()
        .map(|(name, value)| format!("{}={}", query_value(name), query_value(value)))
        .collect();
    format!("{}?{}", database.path(), pairs.join("&"))
}

#[derive(Template)]
#[template(path = "thread/referrers.html")]
struct ReferrersPage<'a> {
    frame: &'a Frame,
    head: Head,
    groups: Vec<Group>,
    has_more: bool,
}

/// Records of one database that refer through one item.
struct Group {
    title: String,
    rows: Vec<(String, String)>,
}

/// Everything that refers to the record.
pub(super) async fn referrers(person: &Person, shown: &Shown) -> Result<Response, Failure> {
    let failure = |error| person.failure(&error);
    let key = (RecordKey::Id(shown.id()), "record");
    let found = record_referrers(&person.service, &person.context, &shown.database.name, key, REFERRERS).await;
    let (found, has_more) = found.map_err(failure)?;
    let mut groups: Vec<Group> = Vec::new();
    for referring in found {
        let template = person.service.template(person.context.tenant, &referring.database).await.map_err(failure)?;
        let database = Database::of(&template);
        let item = template.item(referring.item).map(|item| item.name.clone()).unwrap_or_default();
        let title = format!("{} / {item}", database.title(&person.frame));
        let may_read = person.service.check_right(&person.context, &template, Action::Read).await.is_ok();
        let is_seen = referring.display_name.is_some() && may_read;
        let href = if is_seen { database.record_path(referring.record) } else { String::new() };
        let name = referring.display_name.unwrap_or_else(|| not_seen(person.frame.locale).to_owned());
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push((href, name)),
            None => groups.push(Group { title, rows: vec![(href, name)] }),
        }
    }
    let head = shown.head(person, super::REFERRERS).await?;
    person.page(StatusCode::OK, &ReferrersPage { frame: &person.frame, head, groups, has_more })
}
