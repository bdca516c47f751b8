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
use musubi_domain::event::{Event, Operation};
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
}

/// Sealed events after `number`, at most `most` of them, oldest first.
///
/// # Errors
/// What the database says.
pub fn events_after(snapshot: &mut Snapshot<'_>, number: i64, most: i64) -> Result<Vec<SealedEvent>> {
    let rows = snapshot.rows(
        "SELECT number, kind, record_id, version FROM event WHERE tenant_no = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
        &[number.into(), most.into()],
    )?;
    rows.into_iter()
        .map(|mut row| {
            Ok(SealedEvent { number: row.take()?, kind: row.take()?, record_id: row.take()?, version: row.take()? })
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
    let (end, end_chain, stray) = log_end(snapshot)?;
    let mut last = 0;
    let mut chain = Vec::new();
    while last < end {
        let blocks = snapshot.rows(
            "SELECT first_number, last_number, key_version, chain FROM operation_log_block
             WHERE tenant_no = ?1 AND last_number > ?2 AND last_number <= ?3 ORDER BY last_number LIMIT 100",
            &[last.into(), end.into()],
        )?;
        if blocks.is_empty() {
            return Ok(Some(last + 1));
        }
        for mut block in blocks {
            let (first, until): (i64, i64) = (block.take()?, block.take()?);
            let (version, stored): (i64, Vec<u8>) = (block.take()?, block.take()?);
            if first != last + 1 || version != key.version {
                return Ok(Some(last + 1));
            }
            if block_link(snapshot, key, &chain, (first, until))?.as_ref() != Some(&stored) {
                return Ok(Some(first));
            }
            (last, chain) = (until, stored);
        }
    }
    Ok(if chain == end_chain { stray } else { Some(last + 1) })
}

/// Where the log ends, with what link, and the first entry outside of it if there is one: all of one moment, since a
/// keeper may be sealing meanwhile.
fn log_end(snapshot: &mut Snapshot<'_>) -> Result<(i64, Vec<u8>, Option<i64>)> {
    let rows = snapshot.rows(
        "SELECT coalesce(s.last_number, 0), s.chain, (SELECT min(o.number) FROM operation_log o
           WHERE o.tenant_no = ?1 AND (o.number < 1 OR o.number > coalesce(s.last_number, 0)))
         FROM (SELECT CAST(?1 AS BIGINT) AS tenant_no) t LEFT JOIN seal s ON s.tenant_no = t.tenant_no AND s.feed = ?2",
        &[OPERATION.word.into()],
    )?;
    let mut row = rows.into_iter().next().ok_or_else(|| Error::internal("a log has no end"))?;
    Ok((row.take()?, row.take::<Option<Vec<u8>>>()?.unwrap_or_default(), row.take()?))
}

/// The link that the entries of a block give; `None` where entries are missing.
fn block_link(
    snapshot: &mut Snapshot<'_>,
    key: &SealKey,
    chain: &[u8],
    (first, last): (i64, i64),
) -> Result<Option<Vec<u8>>> {
    let sql = format!(
        "SELECT number, {} FROM {} WHERE tenant_no = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number",
        OPERATION.columns, OPERATION.table
    );
    let rows = snapshot.rows(&sql, &[first.into(), last.into()])?;
    if i64::try_from(rows.len()).map_err(|_| Error::internal("a block of the log is too long"))? != last - first + 1 {
        return Ok(None);
    }
    let mut link = begin_link(key, snapshot.tenant(), chain);
    let count = 1 + OPERATION.columns.split(',').count();
    for mut row in rows {
        let columns = (0..count).map(|_| row.take::<Value>()).collect::<Result<Vec<_>>>()?;
        feed_link(&mut link, columns.iter());
    }
    Ok(Some(link.sign().as_ref().to_vec()))
}
