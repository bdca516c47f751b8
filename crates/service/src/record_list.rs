//! Lists of records as callers get them: within a time, whatever has to be looked at.
//!
//! What an index answers is answered at once. Where records have to be looked at one by one, the first step runs like any page; the
//! further ones are scans, in chunks that hold no snapshot between them. A tenant has one scan at a time, and there are two in all,
//! so that whoever filters by an item without an index slows down nobody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use musubi_domain::condition::Condition;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{DatabaseNo, TenantNo};
use musubi_domain::record::RecordSummary;
use musubi_domain::sight::{Sight, not_seen};
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::query::{Cursor, Effort, RecordCount, RecordQuery, Step};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::context::Service;

/// Records that the first step looks at, among the pages.
const FIRST: i64 = 1_000;
/// Records that each further step looks at.
const FURTHER: i64 = 2_000;
/// Records whose names are read by their keys.
const FEW: usize = 8;
/// Scans at one time, of all tenants.
const SCANS: usize = 2;
/// How long a scan waits for its turn.
const TURN: Duration = Duration::from_secs(1);

/// How long somebody waits for a list, and what he wants when the time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// What has been found so far, and how far it has been looked.
    Part(Duration),
    /// All of it or nothing.
    Whole(Duration),
}

impl Patience {
    /// A person before a screen.
    pub const SCREEN: Self = Self::Part(Duration::from_secs(1));
    /// A program that calls.
    pub const CALL: Self = Self::Whole(Duration::from_secs(5));

    const fn limit(self) -> Duration {
        match self {
            Self::Part(limit) | Self::Whole(limit) => limit,
        }
    }

    /// Whether there is time left; Busy where there is none and a part is of no use.
    pub(crate) fn allows(self, begun: Instant) -> Result<bool> {
        match self {
            _ if begun.elapsed() < self.limit() => Ok(true),
            Self::Part(_) => Ok(false),
            Self::Whole(_) => Err(busy("looking at records one by one took longer than the caller waits")),
        }
    }
}

/// A page of a list, or as much of it as was found in time.
#[derive(Clone, Debug)]
pub struct RecordListPage {
    /// The records. One whose name the caller may not read says so in its place.
    pub rows: Vec<RecordSummary>,
    /// Whether more certainly follow.
    pub more: bool,
    /// Where the next page begins, or where a part goes on; `None` at the end of the list.
    pub next: Option<Cursor>,
    /// Where the time was up before the page was full: how far it has been looked.
    pub part: Option<Looked>,
}

/// How far a list has been looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Records that have been looked at, from the beginning of the list.
    pub looked: i64,
    /// Records that there are to look at. `None` for a caller who does not see all of them and all of each.
    pub total: Option<i64>,
}

/// What lists remember, and whose turn it is to scan.
#[derive(Debug)]
pub(crate) struct Lists {
    scans: Arc<Semaphore>,
    tenants: Mutex<HashMap<TenantNo, Arc<Semaphore>>>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { scans: Arc::new(Semaphore::new(SCANS)), tenants: Mutex::default() }
    }
}

/// A turn to scan. Another may scan when it is dropped.
#[derive(Debug)]
pub struct ScanTurn {
    _tenant: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Service {
    /// A turn to scan: one per tenant, two in all.
    ///
    /// # Errors
    /// Busy where others scan for longer than a second.
    pub async fn scan_turn(&self, tenant: TenantNo) -> Result<ScanTurn> {
        let own = {
            let mut tenants = self.lists().tenants.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(tenants.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(1))))
        };
        // The tenant's first: whoever waits for his own tenant keeps no other from scanning.
        let turn = async {
            let tenant = own.acquire_owned().await.ok()?;
            let all = Arc::clone(&self.lists().scans).acquire_owned().await.ok()?;
            Some(ScanTurn { _tenant: tenant, _all: all })
        };
        let turn = tokio::time::timeout(TURN, turn).await.ok().flatten();
        turn.ok_or_else(|| busy("others scan"))
    }

    /// What stands for these records, of one database or several, for a page that refers to them: one query per database, held to
    /// what the caller may see there. What he may not see says so; what is not there is not in the answer.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn display_names(
        &self,
        context: &Context,
        records: &[(DatabaseNo, Uuid)],
    ) -> Result<HashMap<(DatabaseNo, Uuid), String>> {
        let mut databases: HashMap<DatabaseNo, Vec<Uuid>> = HashMap::new();
        for (database, id) in records {
            databases.entry(*database).or_default().push(*id);
        }
        let mut names = HashMap::new();
        for (database, mut ids) in databases {
            ids.sort_unstable();
            ids.dedup();
            let template = match self.template_numbered(context.tenant, database).await {
                Ok(template) => template,
                Err(error) if error.kind() == Kind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let sight = self.sight(context, &template).await?;
            let found = if sight.rows().is_none() && ids.len() <= FEW {
                // Every row is seen: a few are read by their keys in place, without waiting for a reader.
                let sees_name = sight.sees_name(&template);
                let read = move |keyed: &mut store::db::Keyed<'_>| few_names(keyed, database, &ids, sees_name);
                self.db().get(context.tenant, read).await?
            } else {
                let read = move |snapshot: &mut store::db::Snapshot<'_>| {
                    store::query::record_names(snapshot, &sight, &template, &ids)
                };
                self.db().page(context.tenant, read).await?
            };
            for (id, name) in found {
                names.insert((database, id), name.unwrap_or_else(|| not_seen(context.locale).to_owned()));
            }
        }
        Ok(names)
    }
}

/// As [`store::query::record_names`], of a few records of which every one is seen.
fn few_names(
    keyed: &mut store::db::Keyed<'_>,
    database: DatabaseNo,
    ids: &[Uuid],
    sees_name: bool,
) -> Result<HashMap<Uuid, Option<String>>> {
    let mut names = HashMap::new();
    for id in ids {
        if let Some((_, name)) = store::record::record_reference(keyed, database, *id)? {
            names.insert(*id, Some(name).filter(|_| sees_name));
        }
    }
    Ok(names)
}

/// Refuses a list that asks for too much, for what is not there, or for what the caller may not see.
fn check(sight: &Sight, template: &Template, condition: &Condition, sorts: &[Sort], path: &str) -> Result<()> {
    let problems = template.query_problems(condition, sorts, path);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    sight.check(template, condition, sorts, path)
}

/// Gives a page of a list: from `query.offset` on, or from where `cursor` stands. The condition is settled
/// ([`Service::condition_settled`]); what is wrong with it is said of `path`.
///
/// # Errors
/// Invalid, for conditions and orders that are refused, `NeedsIndex` among them; Busy where it took too long.
pub async fn record_list(
    service: &Service,
    context: &Context,
    sight: &Sight,
    query: RecordQuery,
    cursor: Option<Cursor>,
    patience: Patience,
    path: &str,
) -> Result<RecordListPage> {
    check(sight, &query.template, &query.condition, &query.sorts, path)?;
    let (begun, limit, query) = (Instant::now(), query.limit, Arc::new(query));
    let (mut rows, mut turn) = (Vec::new(), None);
    let mut step = first_step(service, context, sight, &query, cursor.unwrap_or_default()).await?;
    let part = loop {
        rows.append(&mut step.rows);
        if step.finished {
            break None;
        }
        if !patience.allows(begun)? {
            let total = list_total(service, context, sight, &query).await?;
            break Some(Looked { looked: step.cursor.looked(), total });
        }
        if turn.is_none() {
            turn = Some(service.scan_turn(context.tenant).await?);
        }
        let left = limit - i64::try_from(rows.len()).unwrap_or(limit);
        step = further_step(service, context, sight, &query, step.cursor, left).await?;
    };
    drop(turn);
    if !sight.sees_name(&query.template) {
        rows.iter_mut().for_each(|row| not_seen(context.locale).clone_into(&mut row.display_name));
    }
    let next = (step.more || part.is_some()).then_some(step.cursor);
    Ok(RecordListPage { rows, more: step.more, next, part })
}

async fn first_step(
    service: &Service,
    context: &Context,
    sight: &Sight,
    query: &Arc<RecordQuery>,
    cursor: Cursor,
) -> Result<Step> {
    let (sight, query) = (sight.clone(), Arc::clone(query));
    let effort = Effort { looked: FIRST, ..Effort::default() };
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        store::query::record_list_step(snapshot, &sight, &query, &cursor, &effort)
    };
    service.db().page(context.tenant, read).await
}

async fn further_step(
    service: &Service,
    context: &Context,
    sight: &Sight,
    query: &RecordQuery,
    cursor: Cursor,
    limit: i64,
) -> Result<Step> {
    let (sight, query) = (sight.clone(), RecordQuery { limit, ..query.clone() });
    let effort = Effort { looked: FURTHER, ..Effort::default() };
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        store::query::record_list_step(snapshot, &sight, &query, &cursor, &effort)
    };
    service.db().scan(context.tenant, read).await
}

/// How many records there are to look at. Who does not see all of them, or not all of each, is not told.
async fn list_total(
    service: &Service,
    context: &Context,
    sight: &Sight,
    query: &Arc<RecordQuery>,
) -> Result<Option<i64>> {
    if !sight.is_all() {
        return Ok(None);
    }
    let (sight, query) = (sight.clone(), Arc::clone(query));
    let read = move |snapshot: &mut store::db::Snapshot<'_>| store::query::record_list_total(snapshot, &sight, &query);
    service.db().scan(context.tenant, read).await.map(Some)
}

/// Counts the records that meet a condition, up to `most`. The condition is settled, as in [`record_list`]. When a part is enough and
/// the time is up, the count is not exact.
///
/// # Errors
/// As [`record_list`].
pub async fn record_count(
    service: &Service,
    context: &Context,
    sight: &Sight,
    (template, condition): (&Arc<Template>, &Condition),
    most: i64,
    patience: Patience,
    path: &str,
) -> Result<RecordCount> {
    check(sight, template, condition, &[], path)?;
    let asked = Arc::new((Arc::clone(template), condition.clone()));
    let (begun, mut count, mut turn, mut cursor) = (Instant::now(), 0, None, Cursor::default());
    loop {
        let (sight, asked, own) = (sight.clone(), Arc::clone(&asked), cursor);
        let effort = Effort { looked: if turn.is_none() { FIRST } else { FURTHER }, ..Effort::default() };
        let read = move |snapshot: &mut store::db::Snapshot<'_>| {
            let of = (asked.0.as_ref(), &asked.1);
            store::query::record_count_step(snapshot, &sight, of, &own, &effort, most - count)
        };
        let step = match turn {
            None => service.db().page(context.tenant, read).await?,
            Some(_) => service.db().scan(context.tenant, read).await?,
        };
        count += step.count.count;
        if step.finished || !patience.allows(begun)? {
            return Ok(RecordCount { count, exact: step.finished && step.count.exact });
        }
        cursor = step.cursor;
        if turn.is_none() {
            turn = Some(service.scan_turn(context.tenant).await?);
        }
    }
}

fn busy(cause: &str) -> Error {
    Error::new(Kind::Busy).with_cause(cause)
}
