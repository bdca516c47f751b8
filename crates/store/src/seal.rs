//! Feeds and their seal.
//!
//! Events and operations are noted inside the transaction that they speak of. Their number comes when the order of
//! commits is known: on SQLite the writer gives it at the end of a batch, on PostgreSQL a keeper at most a quarter of a
//! second later, from a table of pending entries. So a feed has no hole and grows at its end only. The operation log is
//! chained as well: each block carries an HMAC over its entries and the block before.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::{Event, Operation, calls_webhooks};
use musubi_domain::id::TenantNo;
use uuid::Uuid;

use crate::db::{FromValue, Lent, Row, Snapshot, Tx, Value};

/// Entries that are sealed in one transaction at most.
const BLOCK: i64 = 1_000;

/// The key of the chain, and its version.
#[derive(Clone)]
pub struct SealKey {
    version: i64,
    key: hmac::Key,
}

impl SealKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(version: i64, bytes: &[u8]) -> Self {
        Self { version, key: hmac::Key::new(hmac::HMAC_SHA256, bytes) }
    }
}

/// A feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Feed {
    Event,
    Operation,
}

/// What a feed is stored in. All SQL of the module is made of this.
struct FeedTable {
    word: &'static str,
    table: &'static str,
    pending: &'static str,
    columns: &'static str,
    insert: &'static str,
    insert_pending: &'static str,
    chained: bool,
}

const EVENT: FeedTable = FeedTable {
    word: "event",
    table: "event",
    pending: "event_pending",
    columns: "event_id, at, kind, record_no, record_id, version, door",
    insert: "INSERT INTO event (tenant_no, number, event_id, at, kind, record_no, record_id, version, door)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    insert_pending: "INSERT INTO event_pending (tenant_no, event_id, at, kind, record_no, record_id, version, door)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    chained: false,
};

const OPERATION: FeedTable = FeedTable {
    word: "operation_log",
    table: "operation_log",
    pending: "operation_log_pending",
    columns: "operation_id, at, kind, user_no, door, request_id, database_no, target, record_count",
    insert: "INSERT INTO operation_log (tenant_no, number, operation_id, at, kind, user_no, door, request_id, database_no, target, record_count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    insert_pending: "INSERT INTO operation_log_pending (tenant_no, operation_id, at, kind, user_no, door, request_id, database_no, target, record_count)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    chained: true,
};

impl Feed {
    const fn table(self) -> &'static FeedTable {
        match self {
            Self::Event => &EVENT,
            Self::Operation => &OPERATION,
        }
    }
}

/// An entry on its way into a feed: its columns after tenant and number.
#[derive(Clone, Debug)]
pub struct Entry {
    feed: Feed,
    tenant: TenantNo,
    columns: Vec<Value>,
}

impl Entry {
    /// An entry of the feed of events.
    pub(crate) fn event(id: Uuid, context: &Context, event: &Event) -> Self {
        let columns = vec![
            id.into(),
            context.now.micros().into(),
            event.kind.into(),
            event.record.0.into(),
            event.record_id.into(),
            event.version.into(),
            context.actor.door.word().into(),
        ];
        Self { feed: Feed::Event, tenant: context.tenant, columns }
    }

    /// An entry of the operation log.
    pub(crate) fn operation(id: Uuid, context: &Context, operation: &Operation) -> Self {
        let columns = vec![
            id.into(),
            context.now.micros().into(),
            operation.kind.into(),
            context.actor.user.0.into(),
            context.actor.door.word().into(),
            context.request_id.into(),
            operation.database.map(|database| database.0).into(),
            operation.target.as_str().into(),
            operation.count.into(),
        ];
        Self { feed: Feed::Operation, tenant: context.tenant, columns }
    }
}

/// Notes an entry that the keeper will number.
pub(crate) fn insert_pending(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    tx.execute(entry.feed.table().insert_pending, &entry.columns).map(drop)
}

/// Numbers entries in this order, and chains them. The caller alone does so at this moment: the writer, or the keeper
/// that holds the lock.
pub(crate) fn append(lent: &mut Lent<'_>, key: &SealKey, entries: &[Entry]) -> Result<()> {
    let mut groups: BTreeMap<(TenantNo, Feed), Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry((entry.tenant, entry.feed)).or_default().push(entry);
    }
    groups.into_iter().try_for_each(|((tenant, feed), entries)| append_group(lent, key, tenant, feed.table(), &entries))
}

fn append_group(
    lent: &mut Lent<'_>,
    key: &SealKey,
    tenant: TenantNo,
    feed: &FeedTable,
    entries: &[&Entry],
) -> Result<()> {
    let end = lent.query(
        "SELECT last_number, chain FROM seal WHERE tenant_no = ?1 AND feed = ?2",
        &[tenant.0.into(), feed.word.into()],
    )?;
    let (last, mut chain): (i64, Vec<u8>) = match end.into_iter().next() {
        Some(mut row) => (row.take()?, row.take()?),
        None => (0, Vec::new()),
    };
    let mut number = last;
    let mut link = begin_link(key, tenant, &chain);
    for entry in entries {
        number += 1;
        let mut columns = Vec::with_capacity(entry.columns.len() + 2);
        columns.extend([Value::Integer(tenant.0), Value::Integer(number)]);
        columns.extend(entry.columns.iter().cloned());
        feed_link(&mut link, columns.iter().skip(1));
        lent.execute(feed.insert, &columns)?;
    }
    if feed.chained {
        chain = link.sign().as_ref().to_vec();
        lent.execute(
            "INSERT INTO operation_log_block (tenant_no, last_number, first_number, key_version, chain) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[tenant.0.into(), number.into(), (last + 1).into(), key.version.into(), chain.clone().into()],
        )?;
    }
    lent.execute(
        "INSERT INTO seal (tenant_no, feed, last_number, chain) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, feed) DO UPDATE SET last_number = excluded.last_number, chain = excluded.chain",
        &[tenant.0.into(), feed.word.into(), number.into(), chain.into()],
    )
    .map(drop)
}

/// Begins a link: it hangs on the one before and on its tenant, so that no log passes for another's.
fn begin_link(key: &SealKey, tenant: TenantNo, chain: &[u8]) -> hmac::Context {
    let mut link = hmac::Context::with_key(&key.key);
    feed_link(&mut link, [Value::Integer(tenant.0), Value::Blob(chain.to_vec())].iter());
    link
}

/// Feeds the columns of an entry into a link, each with its kind and length, so that no two entries read alike.
fn feed_link<'a>(link: &mut hmac::Context, columns: impl Iterator<Item = &'a Value>) {
    for column in columns {
        let (kind, bytes) = match column {
            Value::Null => (0_u8, Vec::new()),
            Value::Integer(number) => (1, number.to_be_bytes().to_vec()),
            Value::Text(text) => (2, text.as_bytes().to_vec()),
            Value::Blob(bytes) => (3, bytes.clone()),
        };
        link.update(&[kind]);
        link.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        link.update(&bytes);
    }
}

/// PostgreSQL: numbers pending entries that are committed, unless another instance is doing so; whether there may be more.
pub(crate) fn seal_pending(lent: &mut Lent<'_>, key: &SealKey) -> Result<bool> {
    let locked = lent.query("SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), 2)", &[])?;
    if !locked.into_iter().next().map_or(Ok(false), |mut row| row.take::<bool>())? {
        return Ok(false);
    }
    let mut taken = 0;
    for feed in [Feed::Event, Feed::Operation] {
        let table = feed.table();
        let sql = format!(
            "DELETE FROM {pending} USING (SELECT tenant_no AS t, pending_no AS n FROM {pending} ORDER BY pending_no LIMIT {BLOCK}) taken
             WHERE tenant_no = taken.t AND pending_no = taken.n RETURNING pending_no, tenant_no, {columns}",
            pending = table.pending,
            columns = table.columns,
        );
        let mut entries =
            lent.query(&sql, &[])?.into_iter().map(|row| pending_entry(feed, row)).collect::<Result<Vec<_>>>()?;
        // What came of something that was already committed has a higher number than it.
        entries.sort_by_key(|(pending_no, _)| *pending_no);
        taken += entries.len();
        append(lent, key, &entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>())?;
    }
    Ok(i64::try_from(taken).unwrap_or(i64::MAX) >= BLOCK)
}

fn pending_entry(feed: Feed, mut row: Row) -> Result<(i64, Entry)> {
    let (pending_no, tenant) = (row.take()?, TenantNo(row.take()?));
    let count = feed.table().columns.split(',').count();
    let columns = (0..count).map(|_| row.take::<Value>()).collect::<Result<_>>()?;
    Ok((pending_no, Entry { feed, tenant, columns }))
}

impl FromValue for Value {
    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

/// One sealed event of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEvent {
    /// Its number: the numbers of a tenant's feed have no hole.
    pub number: i64,
    /// What happened.
    pub kind: String,
    /// The record.
    pub record_id: Uuid,
    /// The version that it had afterwards.
    pub version: i64,
    /// Whether webhooks are called for it.
    pub calls_webhooks: bool,
}

/// Sealed events after `number`, at most `most` of them, oldest first.
///
/// # Errors
/// What the database says.
pub fn events_after(snapshot: &mut Snapshot<'_>, number: i64, most: i64) -> Result<Vec<SealedEvent>> {
    let rows = snapshot.rows(
        "SELECT number, kind, record_id, version, door FROM event WHERE tenant_no = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
        &[number.into(), most.into()],
    )?;
    rows.into_iter()
        .map(|mut row| {
            let (number, kind, record_id, version) = (row.take()?, row.take::<String>()?, row.take()?, row.take()?);
            let calls_webhooks = calls_webhooks(&kind, &row.take::<String>()?);
            Ok(SealedEvent { number, kind, record_id, version, calls_webhooks })
        })
        .collect()
}

/// Follows the chain of the operation log from its beginning. `None` where it holds, else the number of the first entry of
/// the first block that does not, or of an entry that no block holds. Reads block by block.
///
/// Who can write to the database can cut off its end together with the seal that says where the end is: against that only a
/// number kept elsewhere helps.
///
/// # Errors
/// What the database says.
pub fn log_chain_break(snapshot: &mut Snapshot<'_>, key: &SealKey) -> Result<Option<i64>> {
    let mut place = Some(ChainPlace::default());
    while let Some(at) = place {
        let step = chain_step(snapshot, key, at)?;
        if let Some(found) = step.breaks.first() {
            return Ok(Some(found.number()));
        }
        place = step.next;
    }
    Ok(None)
}

/// Blocks that one step along the chain looks at.
const STEP: i64 = 100;

/// How far the chain of the operation log has been followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPlace {
    /// The last entry of the last block.
    last: i64,
    /// The links that the next block may hang on: one, or the stored and the right one where those differ. None where the block before is
    /// not there: then the next cannot be judged.
    links: Vec<Vec<u8>>,
}

impl Default for ChainPlace {
    fn default() -> Self {
        Self { last: 0, links: vec![Vec::new()] }
    }
}

/// A place where the operation log does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChainBreak {
    /// Entries from the first number to the last are not there, or some of them.
    Missing(i64, i64),
    /// Entries from the first number to the last are not those that were sealed, or no block holds them.
    Changed(i64, i64),
    /// The seal does not follow from the last block; the number is the one after the end.
    Seal(i64),
    /// An entry, or a block, that the seal knows nothing of.
    Beyond(i64),
}

impl ChainBreak {
    /// The number of the entry at which it begins.
    const fn number(self) -> i64 {
        match self {
            Self::Missing(number, _) | Self::Changed(number, _) | Self::Seal(number) | Self::Beyond(number) => number,
        }
    }
}

/// What a step along the chain came to.
#[derive(Debug)]
pub(crate) struct ChainStep {
    pub(crate) breaks: Vec<ChainBreak>,
    /// How many entries were passed.
    pub(crate) count: i64,
    /// Where the next step begins; none: the end is reached.
    pub(crate) next: Option<ChainPlace>,
}

/// One link of the chain as it is stored.
struct Block {
    first: i64,
    last: i64,
    key_version: i64,
    link: Vec<u8>,
}

/// Follows the chain by up to 100 blocks. A break does not end it: what follows a block is judged by the link that is stored for it.
pub(crate) fn chain_step(snapshot: &mut Snapshot<'_>, key: &SealKey, mut place: ChainPlace) -> Result<ChainStep> {
    let (end, end_link, stray) = log_end(snapshot)?;
    let begun = place.last;
    let rows = snapshot.rows(
        "SELECT first_number, last_number, key_version, chain FROM operation_log_block
         WHERE tenant_no = ?1 AND last_number > ?2 AND last_number <= ?3 ORDER BY last_number LIMIT ?4",
        &[place.last.into(), end.into(), STEP.into()],
    )?;
    let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < STEP;
    let mut breaks = Vec::new();
    for mut row in rows {
        let (first, last) = (row.take()?, row.take()?);
        let block = Block { first, last, key_version: row.take()?, link: row.take()? };
        breaks.extend(block_break(snapshot, key, &mut place, block)?);
    }
    if !is_last {
        return Ok(ChainStep { breaks, count: place.last - begun, next: Some(place) });
    }
    if place.last < end {
        breaks.push(unheld(snapshot, place.last + 1, end)?);
    } else if !place.links.is_empty() && !place.links.contains(&end_link) {
        breaks.push(ChainBreak::Seal(place.last + 1));
    }
    let beyond = if stray.is_some() { stray } else { block_beyond(snapshot, end)? };
    breaks.extend(beyond.map(ChainBreak::Beyond));
    Ok(ChainStep { breaks, count: end - begun, next: None })
}

/// What does not hold of a block that follows `place`, which moves on.
fn block_break(
    snapshot: &mut Snapshot<'_>,
    key: &SealKey,
    place: &mut ChainPlace,
    block: Block,
) -> Result<Option<ChainBreak>> {
    let (links, expected) = (std::mem::take(&mut place.links), place.last + 1);
    place.last = block.last;
    if block.first != expected {
        place.links = vec![block.link];
        return if block.first > expected {
            unheld(snapshot, expected, block.first - 1).map(Some)
        } else {
            Ok(Some(ChainBreak::Changed(block.first, block.last)))
        };
    }
    let entries = entries_between(snapshot, block.first, block.last)?;
    if let Some(missing) = first_missing(&entries, block.first, block.last) {
        place.links = vec![block.link];
        return Ok(Some(ChainBreak::Missing(missing, block.last)));
    }
    let made: Vec<_> = links.iter().map(|link| link_of(key, snapshot.tenant(), link, &entries)).collect();
    let is_right = links.is_empty() || (block.key_version == key.version && made.contains(&block.link));
    place.links = if is_right { vec![block.link] } else { std::iter::once(block.link).chain(made).collect() };
    Ok((!is_right).then_some(ChainBreak::Changed(block.first, block.last)))
}

/// Entries that no block holds: missing, or there and not to be judged.
fn unheld(snapshot: &mut Snapshot<'_>, first: i64, last: i64) -> Result<ChainBreak> {
    let rows = snapshot.rows(
        "SELECT number FROM operation_log WHERE tenant_no = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number LIMIT ?4",
        &[first.into(), last.into(), BLOCK.into()],
    )?;
    let numbers = rows.into_iter().map(|mut row| row.take()).collect::<Result<Vec<i64>>>()?;
    let missing = (first..=last).zip(&numbers).find(|(wanted, number)| wanted != *number).map(|(wanted, _)| wanted);
    let is_whole = i64::try_from(numbers.len()).unwrap_or(i64::MAX) >= (last - first + 1).min(BLOCK);
    let after = numbers.last().map_or(first, |number| number + 1);
    Ok(match missing {
        Some(missing) => ChainBreak::Missing(missing, last),
        None if is_whole => ChainBreak::Changed(first, last),
        None => ChainBreak::Missing(after, last),
    })
}

fn block_beyond(snapshot: &mut Snapshot<'_>, end: i64) -> Result<Option<i64>> {
    let rows = snapshot.rows(
        "SELECT min(first_number) FROM operation_log_block WHERE tenant_no = ?1 AND last_number > ?2",
        &[end.into()],
    )?;
    rows.into_iter().next().map_or(Ok(None), |mut row| row.take())
}

/// Where the log ends, with what link, and the first entry outside of it if there is one: all of one moment, since a
/// keeper may be sealing meanwhile.
fn log_end(snapshot: &mut Snapshot<'_>) -> Result<(i64, Vec<u8>, Option<i64>)> {
    let rows = snapshot.rows(
        "SELECT coalesce(s.last_number, 0), s.chain, (SELECT min(o.number) FROM operation_log o WHERE o.tenant_no = ?1 AND o.number < 1),
           (SELECT min(o.number) FROM operation_log o WHERE o.tenant_no = ?1 AND o.number > coalesce(s.last_number, 0))
         FROM (SELECT CAST(?1 AS BIGINT) AS tenant_no) t LEFT JOIN seal s ON s.tenant_no = t.tenant_no AND s.feed = ?2",
        &[OPERATION.word.into()],
    )?;
    let mut row = rows.into_iter().next().ok_or_else(|| Error::internal("a log has no end"))?;
    let (end, link) = (row.take()?, row.take::<Option<Vec<u8>>>()?.unwrap_or_default());
    let (before, after): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    Ok((end, link, before.or(after)))
}

/// The number up to which events are sealed.
pub(crate) fn events_sealed(snapshot: &mut Snapshot<'_>) -> Result<i64> {
    let sql = "SELECT last_number FROM seal WHERE tenant_no = ?1 AND feed = ?2";
    snapshot.rows(sql, &[EVENT.word.into()])?.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// The entries of a block, each as number and columns, as far as they are there.
fn entries_between(snapshot: &mut Snapshot<'_>, first: i64, last: i64) -> Result<Vec<Vec<Value>>> {
    let sql = format!(
        "SELECT number, {} FROM {} WHERE tenant_no = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number",
        OPERATION.columns, OPERATION.table
    );
    let count = 1 + OPERATION.columns.split(',').count();
    let read = |mut row: Row| (0..count).map(|_| row.take::<Value>()).collect::<Result<Vec<_>>>();
    snapshot.rows(&sql, &[first.into(), last.into()])?.into_iter().map(read).collect()
}

fn first_missing(entries: &[Vec<Value>], first: i64, last: i64) -> Option<i64> {
    let mut numbers = entries.iter().map(|entry| entry.first());
    (first..=last).find(|wanted| numbers.next().flatten() != Some(&Value::Integer(*wanted)))
}

/// The link that entries give which hang on another.
fn link_of(key: &SealKey, tenant: TenantNo, before: &[u8], entries: &[Vec<Value>]) -> Vec<u8> {
    let mut link = begin_link(key, tenant, before);
    entries.iter().for_each(|entry| feed_link(&mut link, entry.iter()));
    link.sign().as_ref().to_vec()
}
