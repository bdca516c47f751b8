//! Registering records, and changing them by difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::condition::Field;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Problem, Result};
use musubi_domain::event::RecordEvent;
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::item::{Form, Item, ItemValue, has_part};
use musubi_domain::limits;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::messages::Message;
use musubi_domain::record::{Facts, NewRecord, Record, RecordChange};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use musubi_store::record::LinkChange;
use uuid::Uuid;

use super::change::Changes;
use super::judge::{GivenRecord, Judged, JudgedItem, record_judge, take_numbers};
use super::system::link_difference;
use super::unique::{changed_keys, hold, key_problem, linkage_problem};
use crate::context::Service;
use crate::webhook::note::NotedItems;

/// How a record is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordKey {
    /// By its id.
    Id(Uuid),
    /// By its value in a linkage slot.
    Linkage {
        /// The slot.
        slot: i64,
        /// The value.
        value: String,
    },
    /// By its id and that of the record that it belongs to.
    Owned {
        /// What it belongs to.
        owner: Uuid,
        /// Its id.
        id: Uuid,
    },
    /// By its number, within the product.
    Number(RecordNo),
}

/// What a caller takes for granted about the record that he changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The version that he has read; none: whatever it is.
    pub version: Option<i64>,
}

/// A record that was registered or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub number: RecordNo,
    /// Its outside id.
    pub id: Uuid,
    /// Its version now.
    pub version: i64,
    /// Whether anything changed.
    pub changed: bool,
    /// The change set that undoes it, once it is closed; none where nothing changed.
    pub change_set: Option<Uuid>,
}

/// How often a use case judges anew what was judged by a template that has changed since.
pub(crate) const JUDGEMENTS: usize = 3;

/// The record that a key names, if the caller may see it.
///
/// # Errors
/// What the database says.
pub fn record_find(
    keyed: &mut Keyed<'_>,
    sight: &Sight,
    template: &Template,
    key: &RecordKey,
) -> Result<Option<Record>> {
    let number = match key {
        RecordKey::Id(id) => return store::record::record_by_id(keyed, sight, template, *id),
        RecordKey::Owned { owner, id } => {
            // Who may not know what a record belongs to does not learn it by trying.
            if template.detail.owner_item.is_none_or(|item| !sight.sees(item)) {
                return Ok(None);
            }
            let record = store::record::record_by_id(keyed, sight, template, *id)?;
            return Ok(record.filter(|record| record.owner(template) == Some(*owner)));
        }
        RecordKey::Linkage { slot, value } => store::unique::unique_holder(keyed, template.database, *slot, value)?,
        RecordKey::Number(number) => Some(*number),
    };
    let number = number.filter(|number| number.database() == template.database);
    number.map_or(Ok(None), |number| store::record::record_by_number(keyed, sight, template, number))
}

/// Registers a record in a database, as a change set of its own.
///
/// # Errors
/// Invalid, with everything that is wrong at once; Forbidden where the caller may not write in the database.
pub async fn record_register(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    kind: &'static str,
    given: GivenRecord,
) -> Result<Written> {
    for attempt in 1..=JUDGEMENTS {
        let mut judged = record_judge(service, context, database, given.clone()).await?;
        take_numbers(service, context, &mut judged).await?;
        let write = move |tx: &mut Tx<'_>| {
            let mut changes = Changes::begin(tx, kind, Some(judged.template.database))?;
            let written = record_register_in(tx, &mut changes, &judged)?;
            let (_, change_set) = changes.finish_named(tx)?;
            Ok(Written { change_set, ..written })
        };
        let written = service.db().write(context, Lane::Interactive, write).await;
        if !judges_again(attempt, &written) {
            return written;
        }
    }
    Err(outdated())
}

/// Changes a record by difference, as a change set of its own: what is not given stays. A change of nothing changes nothing, its
/// version and the moment of its last change included.
///
/// # Errors
/// NotFound at `key_path` where the key names nothing that the caller may see; Conflict where the record is of another version than
/// expected; Invalid, with everything that is wrong at once; Forbidden where the caller may not write in the database.
pub async fn record_update(
    service: &Service,
    context: &Arc<Context>,
    (database, kind): (&str, &'static str),
    (key, key_path): (RecordKey, &str),
    expected: Expected,
    given: GivenRecord,
) -> Result<Written> {
    for attempt in 1..=JUDGEMENTS {
        let judged = record_judge(service, context, database, given.clone()).await?;
        let (key, key_path) = (key.clone(), key_path.to_owned());
        let write = move |tx: &mut Tx<'_>| {
            let mut changes = Changes::begin(tx, kind, Some(judged.template.database))?;
            let record = record_find(tx, &judged.sight, &judged.template, &key)?;
            let record = record.ok_or_else(|| Error::not_found(key_path.clone()))?;
            let written = record_update_in(tx, &mut changes, &judged, &record, expected)?;
            let (_, change_set) = changes.finish_named(tx)?;
            Ok(Written { change_set, ..written })
        };
        let written = service.db().write(context, Lane::Interactive, write).await;
        if !judges_again(attempt, &written) {
            return written;
        }
    }
    Err(outdated())
}

/// Whether to judge and write once more: the template has changed in between, and has not done so too often.
pub(crate) fn judges_again<T>(attempt: usize, written: &Result<T>) -> bool {
    attempt < JUDGEMENTS && written.as_ref().is_err_and(is_outdated)
}

/// What a transaction answers that was judged by a template that has changed since.
pub(crate) fn outdated() -> Error {
    Error::new(Kind::Busy).with_cause("the template has changed since the values were judged")
}

fn is_outdated(error: &Error) -> bool {
    error.kind() == Kind::Busy
        && error.cause().is_some_and(|cause| cause.for_log().starts_with("the template has changed"))
}

/// Refuses what was judged by another version of the template: an index may have been added, an item changed its choices.
pub(crate) fn check_template(tx: &mut Tx<'_>, template: &Template) -> Result<()> {
    let version = store::template::template_version(tx, template.database)?;
    if version == Some(template.version) { Ok(()) } else { Err(outdated()) }
}

/// As [`record_register`], within a transaction and a change set.
///
/// # Errors
/// As there; Busy where the template has changed since the values were judged.
pub fn record_register_in(tx: &mut Tx<'_>, changes: &mut Changes, judged: &Judged) -> Result<Written> {
    let ready = ready_in(tx, judged)?;
    register_ready(tx, changes, judged, ready)
}

/// A record that nothing stands in the way of any more.
pub(crate) struct Ready {
    pub(crate) values: BTreeMap<ItemNo, ItemValue>,
    pub(crate) links: Vec<(ItemNo, RecordNo)>,
    linkage: Vec<LinkageValue>,
}

/// Asks what only the database knows of a record that is to be registered.
///
/// # Errors
/// Invalid, with everything that is wrong at once; Busy where the template has changed since the values were judged.
pub(crate) fn ready_in(tx: &mut Tx<'_>, judged: &Judged) -> Result<Ready> {
    let template = &judged.template;
    check_template(tx, template)?;
    let mut problems = judged.problems.clone();
    let mut values: BTreeMap<ItemNo, ItemValue> = BTreeMap::new();
    let mut links = Vec::new();
    for given in &judged.items {
        problems.extend(problems_of(judged, given, None));
        let Some(value) = &given.value else { continue };
        let found = targets_in(tx, judged, given, None, &mut problems)?;
        links.extend(found.into_iter().map(|target| (given.item, target)));
        values.insert(given.item, value.clone());
    }
    values.extend(judged.numbers.iter().cloned());
    problems.extend(missing(judged, &values));
    let held: Vec<_> = judged.linkage.iter().filter(|given| !given.value.value.is_empty()).collect();
    for given in &held {
        problems.extend(linkage_problem(tx, template, None, &given.path, &given.value)?);
    }
    let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
    for (item, key) in facts.unique_keys(template) {
        problems.extend(key_problem(tx, judged, None, item, &key)?);
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let linkage = held.into_iter().map(|given| given.value.clone()).collect();
    Ok(Ready { values: facts.values, links, linkage })
}

/// Registers a record that nothing stands in the way of.
///
/// # Errors
/// What the database says.
pub(crate) fn register_ready(tx: &mut Tx<'_>, changes: &mut Changes, judged: &Judged, ready: Ready) -> Result<Written> {
    let template = &judged.template;
    let facts = Facts::new(ready.values, tx.context().now, tx.context().actor.user);
    let unique = facts.unique_keys(template);
    let links = ready.links;
    let record = NewRecord { id: tx.next_id(), facts, linkage: ready.linkage };
    changes.name_target(&record.facts.display_name(template));
    let number = store::record::record_insert(tx, template, &record, &links, changes.number())?;
    hold(tx, judged, number, &unique, &record.linkage)?;
    changes.note(tx, template, RecordEvent::Created, (number, record.id, 1), NotedItems::New(&record.facts.values))?;
    Ok(Written { number, id: record.id, version: 1, changed: true, change_set: None })
}

/// As [`record_update`], within a transaction and a change set, of a record that the transaction has read.
///
/// # Errors
/// As there; Busy where the template has changed since the values were judged.
pub fn record_update_in(
    tx: &mut Tx<'_>,
    changes: &mut Changes,
    judged: &Judged,
    record: &Record,
    expected: Expected,
) -> Result<Written> {
    let template = &judged.template;
    check_template(tx, template)?;
    if expected.version.is_some_and(|version| version != record.version) {
        return Err(changed_meanwhile());
    }
    let mut problems = judged.problems.clone();
    let (mut change, mut links) = (RecordChange::default(), LinkChange::default());
    for given in &judged.items {
        match standing(template, record, given) {
            Standing::Same => continue,
            Standing::BySystem => {
                problems.push(problem(judged, given.item, &given.path, Message::ReadOnly));
                continue;
            }
            Standing::Other => {}
        }
        let stands = template.item_numbered(given.item).zip(record.document.json(given.item));
        let stands = stands.and_then(|(item, json)| ItemValue::read_json(item.item_type, json));
        if is_same_set(template, given, stands.as_ref()) {
            continue;
        }
        problems.extend(problems_of(judged, given, stands.as_ref()));
        let targets = targets_in(tx, judged, given, stands.as_ref(), &mut problems)?;
        if given.points_into.is_some() {
            link_difference(tx, record.number, given.item, targets, &mut links)?;
        }
        change.items.insert(given.item, given.value.clone());
    }
    problems.extend(cycle_problem(tx, judged, record, &links)?);
    for given in &judged.linkage {
        let held = record.linkage.iter().find(|held| held.slot == given.value.slot).map_or("", |held| &held.value);
        if held != given.value.value {
            problems.extend(linkage_problem(tx, template, Some(record.number), &given.path, &given.value)?);
            change.linkage.push(given.value.clone());
        }
    }
    let unique = changed_keys(template, &change);
    for (item, key) in &unique {
        problems.extend(key_problem(tx, judged, Some(record.number), *item, key)?);
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    if change.is_empty() {
        let (number, id, version) = (record.number, record.id, record.version);
        return Ok(Written { number, id, version, changed: false, change_set: None });
    }
    let version = store::record::record_update(tx, template, record, &change, &links, changes.number())?;
    let version = version.ok_or_else(changed_meanwhile)?;
    let linkage: Vec<_> = change.linkage.into_iter().filter(|value| !value.value.is_empty()).collect();
    hold(tx, judged, record.number, &unique, &linkage)?;
    changes.name_target(&record.display_name);
    let items = NotedItems::Changed(&change.items);
    changes.note(tx, template, RecordEvent::Updated, (record.number, record.id, version), items)?;
    Ok(Written { number: record.number, id: record.id, version, changed: true, change_set: None })
}

/// How what is given for an item stands to what the record holds.
enum Standing {
    /// The same text stands there.
    Same,
    /// Something else stands there, and only the system may fill it.
    BySystem,
    /// Something else, or nothing.
    Other,
}

/// Compares what is given with what stands there, in the document or beside it, as callers are answered it. As texts: 1.5 and 1.50 are
/// one number and two values.
fn standing(template: &Template, record: &Record, given: &JudgedItem) -> Standing {
    let moment = |moment: Timestamp| given.value == Some(ItemValue::Datetime(moment.whole_seconds()));
    let is_same = match template.field(given.item) {
        Field::CreatedAt => moment(record.created_at),
        Field::UpdatedAt => moment(record.updated_at),
        Field::CreatedBy => given.person == Some(record.created_by),
        Field::UpdatedBy => given.person == Some(record.updated_by),
        Field::Item(_) | Field::Likeness { .. } => {
            let value = given.value.as_ref().map(ItemValue::to_json);
            let is_same = value.as_deref() == record.document.json(given.item);
            return if is_same { Standing::Same } else { Standing::Other };
        }
    };
    if is_same { Standing::Same } else { Standing::BySystem }
}

/// Whether what is given is the set that stands, in whatever order. The levels of a path are no set.
fn is_same_set(template: &Template, given: &JudgedItem, stands: Option<&ItemValue>) -> bool {
    fn same<T: Ord + Clone>(one: &[T], other: &[T]) -> bool {
        let sorted = |values: &[T]| values.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        one.len() == other.len() && sorted(one) == sorted(other)
    }
    let form = template.item_numbered(given.item).map(|item| item.item_type.row().form);
    match (form, &given.value, stands) {
        (Some(Form::ChoiceSet), Some(ItemValue::Choices(one)), Some(ItemValue::Choices(other))) => same(one, other),
        _ => false,
    }
}

/// Somebody was faster.
pub(crate) fn changed_meanwhile() -> Error {
    Error::conflict("version", Message::ChangedMeanwhile)
}

pub(super) fn problem(judged: &Judged, item: ItemNo, path: &str, message: Message) -> Problem {
    let id = judged.template.item_numbered(item).map(|item| item.id);
    Problem { path: path.to_owned(), item: id, message }
}

/// What may not be set anew, but for what stands there already, and what may not be cleared.
fn problems_of(judged: &Judged, given: &JudgedItem, stands: Option<&ItemValue>) -> Vec<Problem> {
    let stays = |part| stands.is_some_and(|stands| has_part(stands, part));
    // Nothing given for what nothing stands in is no change.
    let is_change = given.value.is_some() || stands.is_some();
    let refused = given.refused.iter().filter(|(part, _)| is_change && !stays(*part));
    let mut problems: Vec<_> =
        refused.map(|(_, message)| problem(judged, given.item, &given.path, message.clone())).collect();
    let is_required = judged.template.item_numbered(given.item).is_some_and(Item::is_demanded);
    if is_required && !judged.by_system && given.value.is_none() && problems.is_empty() && stands.is_some() {
        problems.push(problem(judged, given.item, &given.path, Message::Required));
    }
    problems
}

/// The required items that a new record has no value for.
fn missing(judged: &Judged, values: &BTreeMap<ItemNo, ItemValue>) -> Vec<Problem> {
    let is_missing = |item: &&Item| {
        let given = judged.items.iter().find(|given| given.item == item.number);
        item.is_demanded() && !values.contains_key(&item.number) && (given.is_some() || !judged.gives(item))
    };
    let path = |item: &Item| {
        let given = judged.items.iter().find(|given| given.item == item.number);
        given.map_or_else(|| judged.items_path.clone(), |given| given.path.clone())
    };
    if judged.by_system {
        return Vec::new();
    }
    let missing = judged.template.items().iter().filter(is_missing);
    missing.map(|item| Problem { path: path(item), item: Some(item.id), message: Message::Required }).collect()
}

/// The records that a value refers to. One that does not exist is a problem, unless the value referred to it already.
fn targets_in(
    tx: &mut Tx<'_>,
    judged: &Judged,
    given: &JudgedItem,
    stands: Option<&ItemValue>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<RecordNo>> {
    let (Some(ItemValue::References(ids)), Some(database)) = (&given.value, given.points_into) else {
        return Ok(Vec::new());
    };
    let stood: &[Uuid] = if let Some(ItemValue::References(ids)) = stands { ids } else { &[] };
    let mut targets = Vec::with_capacity(ids.len());
    for id in ids {
        match store::record::record_reference(tx, database, *id)? {
            Some((number, _)) => targets.push(number),
            None if stood.contains(id) => {}
            None => problems.push(problem(judged, given.item, &given.path, Message::NoSuchRecord)),
        }
    }
    Ok(targets)
}

/// Whether the record would come to stand below itself.
fn cycle_problem(tx: &mut Tx<'_>, judged: &Judged, record: &Record, links: &LinkChange) -> Result<Option<Problem>> {
    let Some(parent_item) = judged.template.detail.parent_item else { return Ok(None) };
    let Some((_, mut above)) = links.added.iter().find(|(item, _)| *item == parent_item).copied() else {
        return Ok(None);
    };
    for _ in 0..limits::PARENT_LEVELS {
        if above == record.number {
            break;
        }
        match store::link::links_of_item(tx, above, parent_item)?.first() {
            Some(next) => above = *next,
            None => return Ok(None),
        }
    }
    let path = judged.items.iter().find(|given| given.item == parent_item).map_or("", |given| &given.path);
    Ok(Some(problem(judged, parent_item, path, Message::RecordCycle)))
}
