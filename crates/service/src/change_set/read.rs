//! What change sets did, as far as the caller may see it: which there are, their records with what stood before and after, and what an
//! undo left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use musubi_domain::change_set::{ChangeSet, LeftReason};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::history::{HistoryView, history_seen};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, RecordNo, UserNo};
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::Snapshot;
use uuid::Uuid;

use super::{is_open_to, may_undo};
use crate::context::Service;

/// Change sets that one page of the list looks at, in steps of so many.
const LOOKED: usize = 4_000;
const STEP: i64 = 200;
/// Changes of a record that are gone through to find those of a change set.
const HISTORY: i64 = 500;

/// Which change sets are looked for. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSetFilter {
    /// Whose they are.
    pub user: Option<UserNo>,
    /// The database in which they began.
    pub database: Option<DatabaseNo>,
    /// The last word of their kind: `update` of `client.update`; "" does not matter.
    pub verb: String,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Up to this moment.
    pub to: Option<Timestamp>,
}

impl ChangeSetFilter {
    fn matches(&self, set: &ChangeSet) -> bool {
        self.user.is_none_or(|user| set.user == user)
            && self.database.is_none_or(|database| set.database == Some(database))
            && (self.verb.is_empty() || set.kind.rsplit('.').next() == Some(self.verb.as_str()))
            && self.from.is_none_or(|from| set.at >= from)
            && self.to.is_none_or(|to| set.at <= to)
    }
}

/// A page of change sets.
#[derive(Clone, Debug, Default)]
pub struct ChangeSetPage {
    /// They, the newest first.
    pub sets: Vec<ChangeSet>,
    /// From where to look on; none where nothing is left.
    pub next: Option<ChangeSetNo>,
}

/// The change sets before one that the caller may look at and that a filter means, the newest first, at most `most`. After so many that
/// are not meant the page ends where it is, and the next goes on there.
///
/// # Errors
/// Busy; where the database does not answer.
pub async fn change_set_find(
    service: &Service,
    context: &Arc<Context>,
    filter: &ChangeSetFilter,
    before: Option<ChangeSetNo>,
    most: usize,
) -> Result<ChangeSetPage> {
    let mut page = ChangeSetPage { sets: Vec::new(), next: before };
    let (mut looked, mut free) = (0, BTreeMap::<Option<DatabaseNo>, bool>::new());
    while looked < LOOKED {
        let from = page.next;
        let list = move |snapshot: &mut Snapshot<'_>| store::change_set::change_set_list(snapshot, from, STEP);
        let sets = service.db().page(context.tenant, list).await?;
        if sets.is_empty() {
            page.next = None;
            return Ok(page);
        }
        for set in sets {
            looked += 1;
            if filter.from.is_some_and(|from| set.at < from) {
                // They are numbered as they came, so nothing that is meant is further back but by the clocks of two machines.
                page.next = None;
                return Ok(page);
            }
            page.next = Some(set.number);
            if !filter.matches(&set) {
                continue;
            }
            let is_open = if set.user == context.actor.user {
                true
            } else if let Some(known) = free.get(&set.database) {
                *known
            } else {
                let is_open = is_open_to(service, context, &set).await?;
                free.insert(set.database, is_open);
                is_open
            };
            if is_open {
                page.sets.push(set);
                if page.sets.len() >= most {
                    return Ok(page);
                }
            }
        }
    }
    Ok(page)
}

/// Whether the caller may undo a change set.
///
/// # Errors
/// Where the database does not answer.
pub async fn change_set_may_undo(service: &Service, context: &Arc<Context>, set: &ChangeSet) -> Result<bool> {
    may_undo(service, context, set).await
}

/// A record that a change set touched.
#[derive(Clone, Debug)]
pub struct ChangedRecord {
    /// Its number: where the next page goes on.
    pub number: RecordNo,
    /// The template of its database.
    pub template: Arc<Template>,
    /// What the caller may see of it; none where he may not see it, or it is no longer kept.
    pub seen: Option<ChangedSeen>,
    /// Why an undo left it, where one did.
    pub left: Vec<LeftReason>,
}

/// What a caller may see of a record that was touched.
#[derive(Clone, Debug)]
pub struct ChangedSeen {
    /// Its outside id.
    pub id: Uuid,
    /// What stands for it; none where he may not see that.
    pub name: Option<String>,
    /// Whether it is in the trash.
    pub is_in_trash: bool,
    /// Whether the change set registered it.
    pub is_created: bool,
    /// What the change set changed of it, the newest first.
    pub changes: Vec<HistoryView>,
}

/// The records that a change set touched, below one, from the highest number down, at most `most`.
///
/// # Errors
/// NotFound at `path`; Forbidden where it is another's and the caller may not do everything in its database.
pub async fn change_set_records(
    service: &Service,
    context: &Arc<Context>,
    (id, path): (Uuid, &str),
    before: Option<RecordNo>,
    most: i64,
) -> Result<Vec<ChangedRecord>> {
    let set = open_set(service, context, id, path).await?;
    let list =
        move |snapshot: &mut Snapshot<'_>| store::change_set::change_set_records(snapshot, set.number, before, most);
    let numbers = service.db().page(context.tenant, list).await?;
    looked_at(service, context, set.number, numbers.into_iter().map(|number| (number, Vec::new())).collect()).await
}

/// The records that an undo left as they were, or could not restore whole, after one, at most `most`.
///
/// # Errors
/// As [`change_set_records`].
pub async fn change_set_left_records(
    service: &Service,
    context: &Arc<Context>,
    (id, path): (Uuid, &str),
    after: RecordNo,
    most: i64,
) -> Result<Vec<ChangedRecord>> {
    let set = open_set(service, context, id, path).await?;
    let list = move |snapshot: &mut Snapshot<'_>| store::change_set::change_set_left(snapshot, set.number, after, most);
    let mut left: BTreeMap<RecordNo, Vec<LeftReason>> = BTreeMap::new();
    for (number, reason) in service.db().page(context.tenant, list).await? {
        left.entry(number).or_default().push(reason);
    }
    looked_at(service, context, set.number, left.into_iter().collect()).await
}

/// A change set of which the caller may know what it did.
async fn open_set(service: &Service, context: &Arc<Context>, id: Uuid, path: &str) -> Result<ChangeSet> {
    let set = super::change_set_get(service, context, id, path).await?;
    if is_open_to(service, context, &set).await? { Ok(set) } else { Err(Error::forbidden(path, Message::NoRight)) }
}

async fn looked_at(
    service: &Service,
    context: &Arc<Context>,
    set: ChangeSetNo,
    numbers: Vec<(RecordNo, Vec<LeftReason>)>,
) -> Result<Vec<ChangedRecord>> {
    let databases: BTreeSet<DatabaseNo> = numbers.iter().map(|(number, _)| number.database()).collect();
    let mut sights = BTreeMap::new();
    for database in databases {
        let template = service.template_numbered(context.tenant, database).await?;
        let sight = match service.sight_for(context, &template, Action::Read).await {
            Ok(sight) => Some(sight),
            Err(error) if error.kind() == Kind::Forbidden => None,
            Err(error) => return Err(error),
        };
        sights.insert(database, (template, sight));
    }
    let look = move |snapshot: &mut Snapshot<'_>| {
        let mut records = Vec::with_capacity(numbers.len());
        for (number, left) in &numbers {
            let Some((template, sight)) = sights.get(&number.database()) else { continue };
            let seen = match sight {
                Some(sight) => changed_seen(snapshot, template, sight, set, *number)?,
                None => None,
            };
            let (template, left) = (Arc::clone(template), left.clone());
            records.push(ChangedRecord { number: *number, template, seen, left });
        }
        Ok(records)
    };
    service.db().page(context.tenant, look).await
}

fn changed_seen(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    sight: &Sight,
    set: ChangeSetNo,
    number: RecordNo,
) -> Result<Option<ChangedSeen>> {
    let Some(record) = store::record::record_or_trash_by_number(snapshot, sight, template, number)? else {
        return Ok(None);
    };
    let entries = store::history::history_of_record(snapshot, number, HISTORY)?;
    let mut changes = history_seen(template, sight, &record, &entries);
    changes.retain(|change| change.change_set == set);
    Ok(Some(ChangedSeen {
        id: record.id,
        name: sight.sees_name(template).then(|| record.display_name.clone()),
        is_in_trash: record.deleted_at.is_some(),
        is_created: store::change_set::change_set_created(snapshot, set, number)?,
        changes,
    }))
}
