//! Pages of a list as people see them: rows with the values of the items that they asked for, and what stands for what those point at.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::condition::{Condition, Field};
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{ItemNo, RecordNo, TenantNo};
use musubi_domain::item::{Item, ItemValue, system};
use musubi_domain::record::{Record, RecordSummary};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Snapshot;
pub use musubi_store::query::RecordCount;
use musubi_store::query::{Cursor, RecordQuery};
use uuid::Uuid;

use crate::context::Service;
use crate::record_list::{Looked, Patience, RecordListPage, record_count, record_list};
use crate::value_name::{ValueNames, value_names};

/// The purpose under which cursors are sealed: they hold keys of records that a caller may not see.
const CURSOR: &str = "cursor of a list";

/// A database as somebody sees it.
#[derive(Clone, Debug)]
pub struct DatabaseSeen {
    /// The template.
    pub template: Arc<Template>,
    /// What he sees.
    pub sight: Sight,
}

/// Which records, in which order, from where, how many, and of which items the values.
#[derive(Clone, Debug)]
pub struct RecordsAsked {
    /// What they must meet, in words that may speak of whoever looks.
    pub condition: Condition,
    /// The order.
    pub sorts: Vec<Sort>,
    /// How many to pass over, where no cursor is given.
    pub offset: i64,
    /// How many.
    pub limit: i64,
    /// Where a page ended, as it was given out.
    pub after: Option<String>,
    /// The items. Those that the caller may not see are left out.
    pub items: Vec<ItemNo>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct ListedRecord {
    /// The number.
    pub number: RecordNo,
    /// The outside id.
    pub id: Uuid,
    /// What stands for it.
    pub name: String,
    /// The reading of that; "" where there is none.
    pub reading: String,
    /// The version.
    pub version: i64,
    /// The values of the items that were asked for.
    pub values: BTreeMap<ItemNo, ItemValue>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct RecordsPage {
    /// The rows, in order.
    pub rows: Vec<ListedRecord>,
    /// What stands for what their values point at.
    pub names: ValueNames,
    /// Whether more certainly follow.
    pub more: bool,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// Where the time was up before the page was full.
    pub part: Option<Looked>,
}

/// What somebody sees of a database.
///
/// # Errors
/// NotFound where there is no such database; Forbidden where he may not do this in it.
pub async fn database_seen(
    service: &Service,
    context: &Context,
    database: &str,
    action: Action,
) -> Result<DatabaseSeen> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, action).await?;
    Ok(DatabaseSeen { template, sight })
}

/// Gives a page of the records of a database.
///
/// # Errors
/// As [`record_list`].
pub async fn records_page(
    service: &Service,
    context: &Arc<Context>,
    seen: &DatabaseSeen,
    asked: RecordsAsked,
) -> Result<RecordsPage> {
    let DatabaseSeen { template, sight } = seen;
    let condition = service.condition_settled(context, template, &asked.condition).await?;
    let cursor = asked.after.as_deref().and_then(|after| cursor_of(service, context.tenant, after));
    // A page that begins behind another is found by its cursor alone.
    let offset = if cursor.is_some() { 0 } else { asked.offset };
    let query =
        RecordQuery { template: Arc::clone(template), condition, sorts: asked.sorts, offset, limit: asked.limit };
    let RecordListPage { rows, more, next, part } =
        record_list(service, context, sight, query, cursor, Patience::SCREEN, "conditions").await?;
    let next = next.map(|next| cursor_text(service, context.tenant, &next)).transpose()?;
    let rows = listed(service, context, seen, &asked.items, rows).await?;
    let names = names_of(service, context, template, &rows).await?;
    Ok(RecordsPage { rows, names, more, next, part })
}

/// Counts the records that meet a condition: those that an index gives up to `most`, of others only what a first look finds.
///
/// # Errors
/// As [`record_count`].
pub async fn records_count(
    service: &Service,
    context: &Arc<Context>,
    seen: &DatabaseSeen,
    condition: &Condition,
    most: i64,
) -> Result<RecordCount> {
    let DatabaseSeen { template, sight } = seen;
    let condition = service.condition_settled(context, template, condition).await?;
    let patience = Patience::Part(Duration::ZERO);
    record_count(service, context, sight, (template, &condition), most, patience, "conditions").await
}

/// The rows of a page with the values of these items.
async fn listed(
    service: &Service,
    context: &Arc<Context>,
    seen: &DatabaseSeen,
    items: &[ItemNo],
    rows: Vec<RecordSummary>,
) -> Result<Vec<ListedRecord>> {
    let numbers: Vec<RecordNo> = rows.iter().map(|row| row.number).collect();
    let records = records_whole(service, context, seen, numbers).await?;
    let mut people = HashMap::new();
    let by_people = |item: &&ItemNo| matches!(seen.template.field(**item), Field::CreatedBy | Field::UpdatedBy);
    if items.iter().any(|item| by_people(&item)) {
        for number in records.values().flat_map(|record| [record.created_by, record.updated_by]) {
            if !people.contains_key(&number)
                && let Some(user) = service.user(context.tenant, number).await?
            {
                people.insert(number, user.id);
            }
        }
    }
    let listed = |row: RecordSummary| {
        let record = records.get(&row.number)?;
        let value = |item: &ItemNo| {
            let item = seen.template.item_numbered(*item).filter(|item| seen.sight.sees(item.number))?;
            let value = match seen.template.field(item.number) {
                Field::CreatedAt => ItemValue::Datetime(record.created_at),
                Field::UpdatedAt => ItemValue::Datetime(record.updated_at),
                Field::CreatedBy => ItemValue::References(vec![*people.get(&record.created_by)?]),
                Field::UpdatedBy => ItemValue::References(vec![*people.get(&record.updated_by)?]),
                Field::Item(_) | Field::Likeness { .. } => value_of(record, item)?,
            };
            Some((item.number, value))
        };
        let values = items.iter().filter_map(value).collect();
        let reading = reading_of(seen, record);
        Some(ListedRecord {
            number: row.number,
            id: row.id,
            name: row.display_name,
            reading,
            version: record.version,
            values,
        })
    };
    Ok(rows.into_iter().filter_map(listed).collect())
}

/// The records of these numbers, those that the caller may not see left out.
///
/// # Errors
/// Where the database does not answer.
pub(crate) async fn records_whole(
    service: &Service,
    context: &Context,
    seen: &DatabaseSeen,
    numbers: Vec<RecordNo>,
) -> Result<HashMap<RecordNo, Record>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let DatabaseSeen { template, sight } = seen.clone();
    let read = move |snapshot: &mut Snapshot<'_>| store::query::record_whole(snapshot, &sight, &template, &numbers);
    service.db().page(context.tenant, read).await
}

/// The value of an item in a document.
pub(crate) fn value_of(record: &Record, item: &Item) -> Option<ItemValue> {
    ItemValue::read_json(item.item_type, record.document.json(item.number)?)
}

/// The readings of what stands for a record, put together; "" where its name may not be read.
fn reading_of(seen: &DatabaseSeen, record: &Record) -> String {
    if !seen.sight.sees_name(&seen.template) {
        return String::new();
    }
    let items = seen.template.detail.display_items.iter().filter_map(|item| seen.template.item_numbered(*item));
    let reading = |item: &Item| match value_of(record, item) {
        Some(ItemValue::Ruby { ruby, .. }) if !ruby.is_empty() => Some(ruby),
        _ => None,
    };
    items.filter_map(reading).collect::<Vec<_>>().join(" ")
}

/// What stands for what the values of rows point at.
async fn names_of(
    service: &Service,
    context: &Context,
    template: &Template,
    rows: &[ListedRecord],
) -> Result<ValueNames> {
    let points = |value: &ItemValue| matches!(value, ItemValue::References(_) | ItemValue::InquiryRoutes(_));
    let values = rows.iter().flat_map(|row| &row.values).filter(|(_, value)| points(value));
    let values: Vec<(&Item, ItemValue)> =
        values.filter_map(|(item, value)| Some((template.item_numbered(*item)?, value.clone()))).collect();
    value_names(service, context, &values).await
}

/// Whether an item is filled by the system whatever the database is.
#[must_use]
pub fn is_by_system(item: &Item) -> bool {
    [system::CREATED_AT, system::CREATED_BY, system::UPDATED_AT, system::UPDATED_BY].contains(&item.id)
}

fn cursor_text(service: &Service, tenant: TenantNo, cursor: &Cursor) -> Result<String> {
    let json = serde_json::to_vec(cursor).map_err(|error| musubi_domain::error::Error::internal(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(service.seal(CURSOR, tenant, &json)?))
}

/// The cursor that was given out; none where the text is not one of ours.
fn cursor_of(service: &Service, tenant: TenantNo, text: &str) -> Option<Cursor> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&service.unseal(CURSOR, tenant, &sealed).ok()?).ok()
}
