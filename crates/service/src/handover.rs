//! Handing over what somebody had, when he leaves, to somebody else: one change set, made by a job in slices, that can be undone as one.
//!
//! What can be handed over is a [`HandoverPart`]: the items of a database that point at people. A further kind of belonging (approvals,
//! schedules, connections) is a variant of it and a line in `parts` and `part_slice_in`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, JobNo, RecordNo};
use musubi_domain::item::{Item, ItemValue, Target};
use musubi_domain::job::NewJob;
use musubi_domain::messages::Message;
use musubi_domain::record::{Record, RecordChange};
use musubi_domain::rights::named;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::{Changes, Coming, Templates, change_by_system};
use crate::record_list::{Patience, record_count};

/// The kind of change set that handing over is, and of its job.
pub const HANDOVER: &str = "user.handover";
/// Records of one item that are counted at most.
const COUNTED: i64 = 100_000;
/// How long the records of one item are counted.
const COUNTING: Patience = Patience::Part(Duration::from_millis(300));

/// Something that belongs to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverPart {
    /// That items of the records of a database point at somebody.
    Records {
        /// The database.
        database: DatabaseNo,
        /// The items.
        items: Vec<ItemNo>,
    },
}

/// What is to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverOrder {
    /// The outside id of the person who had it.
    pub from: Uuid,
    /// The outside id of the person who is to have it.
    pub to: Uuid,
    /// The change set that it becomes.
    pub set: ChangeSetNo,
    /// What.
    pub parts: Vec<HandoverPart>,
}

/// How far a handover has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverCursor {
    /// Which part is being handed over.
    pub part: usize,
    /// Records of it up to this one are done.
    pub after: Option<RecordNo>,
    /// Records looked at, over all parts.
    pub looked: i64,
    /// Records changed, over all parts.
    pub changed: i64,
    /// Whether nothing is left.
    pub done: bool,
}

/// An item that points at people, and how many records of its database point at the person through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverCount {
    /// The number of the database.
    pub database: DatabaseNo,
    /// Its name.
    pub database_name: String,
    /// The number of the item.
    pub item: ItemNo,
    /// Its name.
    pub item_name: String,
    /// How many records.
    pub count: i64,
    /// Whether all were counted in the time that there is; otherwise there are as many at least.
    pub exact: bool,
}

/// The items that people fill and that point at people.
fn items_of_people(template: &Template) -> impl Iterator<Item = &Item> {
    template.items().iter().filter(|item| item.item_type.row().target == Some(Target::User) && !item.read_only)
}

/// What belongs to a person, by database and item, in their order; items of which he has nothing are left out.
///
/// # Errors
/// Forbidden without the right for people; NotFound where there is no such person; Busy where too many count at the same time.
pub async fn handover_preview(service: &Service, context: &Arc<Context>, from: Uuid) -> Result<Vec<HandoverCount>> {
    service.check_named_right(context, named::PEOPLE).await?;
    person(service, context, from).await?.ok_or_else(|| Error::not_found("from"))?;
    let mut counts = Vec::new();
    for template in templates(service, context).await? {
        for item in items_of_people(&template) {
            let condition = Condition::OneOf { field: Field::Item(item.number), values: vec![Operand::Id(from)] };
            let of = (&template, &condition);
            let counted = record_count(service, context, &Sight::all(), of, COUNTED, COUNTING, "from").await?;
            if counted.count > 0 || !counted.exact {
                counts.push(HandoverCount {
                    database: template.database,
                    database_name: template.name.clone(),
                    item: item.number,
                    item_name: item.name.clone(),
                    count: counted.count,
                    exact: counted.exact && counted.count < COUNTED,
                });
            }
        }
    }
    Ok(counts)
}

async fn templates(service: &Service, context: &Context) -> Result<Vec<Arc<Template>>> {
    let (mut templates, mut after) = (Vec::new(), DatabaseNo(0));
    loop {
        let read = move |snapshot: &mut Snapshot<'_>| store::template::database_list(snapshot, after);
        let page = service.db().page(context.tenant, read).await?;
        let Some(last) = page.last() else { return Ok(templates) };
        after = *last;
        for database in page {
            match service.template_numbered(context.tenant, database).await {
                Ok(template) => templates.push(template),
                Err(error) if error.kind() == Kind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
}

async fn person(service: &Service, context: &Context, id: Uuid) -> Result<Option<Arc<User>>> {
    Ok(service.user_named(context.tenant, id).await?.filter(|user| !user.system))
}

/// Begins to hand over what points at `from` through these items to `to`, as a job. Gives the job and the outside id of the change set.
///
/// # Errors
/// Forbidden without the right for people. Invalid at `to` where that is nobody, the same person or one who is not active, at `items` where
/// there is none that points at people; NotFound at `from` where there is no such person.
pub async fn handover_begin(
    service: &Service,
    context: &Arc<Context>,
    from: Uuid,
    to: Uuid,
    items: &[(DatabaseNo, ItemNo)],
) -> Result<(JobNo, Uuid)> {
    service.check_named_right(context, named::PEOPLE).await?;
    let from = person(service, context, from).await?.ok_or_else(|| Error::not_found("from"))?;
    let to = person(service, context, to).await?;
    let to = to.ok_or_else(|| Error::invalid_at("to", Message::NoSuchUser))?;
    if !to.active {
        return Err(Error::invalid_at("to", Message::InactiveUser));
    }
    if to.number == from.number {
        return Err(Error::invalid_at("to", Message::Repeated));
    }
    let parts = parts(&templates(service, context).await?, items);
    if parts.is_empty() {
        return Err(Error::invalid_at("items", Message::Required));
    }
    let total = total(service, context, &parts).await?;
    let target = format!("{} → {}", from.display_name(), to.display_name());
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, HANDOVER, None)?;
        changes.name_target(&target);
        let set = changes.leave_open(tx)?;
        let order = HandoverOrder { from: from.id, to: to.id, set, parts: parts.clone() };
        let payload = serde_json::to_value(&order).map_err(|error| Error::internal(error.to_string()))?;
        let job = job_enqueue_in(tx, &NewJob { total: Some(total), ..NewJob::new(HANDOVER, payload) })?;
        store::change_set::change_set_job_set(tx, set, job)?;
        let made = store::change_set::change_set_by_number(tx, set)?;
        let made = made.ok_or_else(|| Error::internal("a change set that was just made is not there"))?;
        Ok((job, made.id))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// The parts that these items are, those that point at people alone.
fn parts(templates: &[Arc<Template>], items: &[(DatabaseNo, ItemNo)]) -> Vec<HandoverPart> {
    let chosen = |template: &Template| {
        let is_chosen = |item: &&Item| items.contains(&(template.database, item.number));
        items_of_people(template).filter(is_chosen).map(|item| item.number).collect::<Vec<_>>()
    };
    let part =
        |template: &Arc<Template>| HandoverPart::Records { database: template.database, items: chosen(template) };
    let is_any = |part: &HandoverPart| match part {
        HandoverPart::Records { items, .. } => !items.is_empty(),
    };
    templates.iter().map(part).filter(is_any).collect()
}

/// How many records there are to look at.
async fn total(service: &Service, context: &Context, parts: &[HandoverPart]) -> Result<i64> {
    let mut total = 0;
    for part in parts {
        let HandoverPart::Records { database, .. } = part;
        let database = *database;
        let count = move |snapshot: &mut Snapshot<'_>| store::record::record_count_all(snapshot, database);
        total += service.db().scan(context.tenant, count).await?;
    }
    Ok(total)
}

/// Hands over a slice: of at most `most` records. Gives how far it has come.
///
/// # Errors
/// What the database says.
pub fn handover_slice_in(
    tx: &mut Tx<'_>,
    order: &HandoverOrder,
    cursor: HandoverCursor,
    most: i64,
) -> Result<HandoverCursor> {
    let Some(part) = order.parts.get(cursor.part) else {
        Changes::close(tx, order.set, HANDOVER)?;
        return Ok(HandoverCursor { done: true, ..cursor });
    };
    part_slice_in(tx, order, part, cursor, most)
}

fn part_slice_in(
    tx: &mut Tx<'_>,
    order: &HandoverOrder,
    part: &HandoverPart,
    cursor: HandoverCursor,
    most: i64,
) -> Result<HandoverCursor> {
    match part {
        HandoverPart::Records { database, items } => records_slice_in(tx, order, (*database, items), cursor, most),
    }
}

fn records_slice_in(
    tx: &mut Tx<'_>,
    order: &HandoverOrder,
    (database, items): (DatabaseNo, &[ItemNo]),
    cursor: HandoverCursor,
    most: i64,
) -> Result<HandoverCursor> {
    let mut templates = Templates::default();
    let template = templates.of(tx, database)?;
    let after = cursor.after.unwrap_or(RecordNo::range(database).0);
    let records = store::record::record_walk(tx, database, after, most)?;
    let Some(last) = records.last() else {
        return Ok(HandoverCursor { part: cursor.part + 1, after: None, ..cursor });
    };
    let last = last.number;
    let mut changes = Changes::go_on(order.set, HANDOVER);
    for record in records.iter().filter(|record| record.deleted_at.is_none()) {
        let change = moved(&template, record, items, order);
        if !change.is_empty() {
            change_by_system(tx, &mut changes, &mut templates, record, change, Coming::Nobody)?;
        }
    }
    let changed = cursor.changed + changes.end_slice(tx)?.total();
    let looked = cursor.looked + i64::try_from(records.len()).unwrap_or(i64::MAX);
    Ok(HandoverCursor { after: Some(last), looked, changed, ..cursor })
}

/// The change that has a record name the one person where it names the other. Nobody comes to be named twice.
fn moved(template: &Template, record: &Record, items: &[ItemNo], order: &HandoverOrder) -> RecordChange {
    let mut change = BTreeMap::new();
    for item in items.iter().filter_map(|number| template.item_numbered(*number)) {
        let stands = record.document.json(item.number).and_then(|json| ItemValue::read_json(item.item_type, json));
        let Some(ItemValue::References(ids)) = stands.filter(|value| names(value, order.from)) else { continue };
        let mut people: Vec<Uuid> = Vec::with_capacity(ids.len());
        for id in ids {
            let id = if id == order.from { order.to } else { id };
            if !people.contains(&id) {
                people.push(id);
            }
        }
        change.insert(item.number, Some(ItemValue::References(people)));
    }
    RecordChange { items: change, linkage: Vec::new() }
}

fn names(value: &ItemValue, person: Uuid) -> bool {
    matches!(value, ItemValue::References(ids) if ids.contains(&person))
}
