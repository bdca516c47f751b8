//! What a bulk edit would do, tried in a transaction that is undone.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::item::{Item, ItemValue};
use musubi_domain::limits;
use musubi_domain::record::Record;
use musubi_store::db::{Lane, Tx};

use super::{Bulk, BulkCursor, BulkLine, BulkRecords, Bulker};
use crate::context::Service;
use crate::record::{Changes, Judged};
use crate::record_list::Patience;
use crate::record_page::{DatabaseSeen, RecordCount, records_count, records_whole, value_of};
use crate::value_name::{ValueNames, value_names};

/// Records of a preview.
pub const PREVIEWED: i64 = 20;

/// A record of a preview.
#[derive(Clone, Debug)]
pub struct BulkRow {
    /// What would become of it.
    pub line: BulkLine,
    /// The values that stand there now, of the items that are to be changed.
    pub before: BTreeMap<ItemNo, ItemValue>,
}

/// What a bulk edit would do.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// How many records.
    pub count: RecordCount,
    /// The first of them.
    pub rows: Vec<BulkRow>,
    /// The values that items are to have.
    pub after: Vec<(ItemNo, Option<ItemValue>)>,
    /// What stands for what the values point at.
    pub names: ValueNames,
}

/// Says what a bulk edit would do: how many records there are, and what would become of the first. Nothing is written.
///
/// # Errors
/// As [`Bulker::new`]; where the database does not answer.
pub async fn bulk_preview(service: &Service, context: &Arc<Context>, bulk: Bulk) -> Result<BulkPreview> {
    let bulker = Arc::new(Bulker::new(service, context, bulk).await?);
    let count = count(service, context, &bulker).await?;
    let most = usize::try_from(PREVIEWED).unwrap_or(usize::MAX);
    let (mut numbers, mut cursor, begun) = (Vec::new(), BulkCursor::default(), Instant::now());
    while numbers.len() < most && !cursor.done {
        let (found, next) = bulker.next(service, context, &cursor, most - numbers.len()).await?;
        numbers.extend(found);
        cursor = next;
        if !Patience::SCREEN.allows(begun)? {
            break;
        }
    }
    let lines = tried(service, context, &bulker, numbers.clone()).await?;
    let records = records_whole(service, context, &bulker.seen, numbers).await?;
    let after = bulker.judged.as_ref().map(after_of).unwrap_or_default();
    let rows: Vec<BulkRow> = lines.into_iter().map(|line| row(&bulker, &records, &after, line)).collect();
    let names = names(service, context, &bulker, &rows, &after).await?;
    Ok(BulkPreview { count, rows, after, names })
}

/// How many records a bulk edit is about.
pub(super) async fn count(service: &Service, context: &Arc<Context>, bulker: &Bulker) -> Result<RecordCount> {
    match &bulker.bulk.records {
        BulkRecords::These(numbers) => {
            Ok(RecordCount { count: i64::try_from(numbers.len()).unwrap_or(i64::MAX), exact: true })
        }
        BulkRecords::Matching { condition, .. } => {
            records_count(service, context, &bulker.seen, condition, limits::COUNTED).await
        }
    }
}

/// Tries records in a transaction that is undone.
async fn tried(
    service: &Service,
    context: &Arc<Context>,
    bulker: &Arc<Bulker>,
    numbers: Vec<RecordNo>,
) -> Result<Vec<BulkLine>> {
    const UNDONE: &str = "a preview writes nothing";
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (own, bulker) = (Arc::clone(&lines), Arc::clone(bulker));
    let attempt = move |tx: &mut Tx<'_>| -> Result<()> {
        let mut changes = Changes::begin(tx, bulker.kind(), Some(bulker.seen.template.database))?;
        *own.lock().unwrap_or_else(PoisonError::into_inner) = bulker.apply(tx, &mut changes, &numbers)?;
        Err(Error::new(Kind::Conflict).with_cause(UNDONE))
    };
    match service.db().write(context, Lane::Interactive, attempt).await {
        Err(error) if error.cause().is_some_and(|cause| cause.for_log() == UNDONE) => {}
        Err(error) => return Err(error),
        Ok(()) => return Err(Error::internal("a preview was kept")),
    }
    Ok(std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn after_of(judged: &Judged) -> Vec<(ItemNo, Option<ItemValue>)> {
    judged.items.iter().map(|given| (given.item, given.value.clone())).collect()
}

fn row(
    bulker: &Bulker,
    records: &HashMap<RecordNo, Record>,
    after: &[(ItemNo, Option<ItemValue>)],
    line: BulkLine,
) -> BulkRow {
    let DatabaseSeen { template, sight } = &bulker.seen;
    let record = records.get(&line.number);
    let value = |(item, _): &(ItemNo, Option<ItemValue>)| {
        let item = template.item_numbered(*item).filter(|item| sight.sees(item.number))?;
        Some((item.number, value_of(record?, item)?))
    };
    BulkRow { before: after.iter().filter_map(value).collect(), line }
}

async fn names(
    service: &Service,
    context: &Context,
    bulker: &Bulker,
    rows: &[BulkRow],
    after: &[(ItemNo, Option<ItemValue>)],
) -> Result<ValueNames> {
    let template = &bulker.seen.template;
    let before = rows.iter().flat_map(|row| &row.before).map(|(item, value)| (*item, value.clone()));
    let after = after.iter().filter_map(|(item, value)| Some((*item, value.clone()?)));
    let values: Vec<(&Item, ItemValue)> =
        before.chain(after).filter_map(|(item, value)| Some((template.item_numbered(item)?, value))).collect();
    value_names(service, context, &values).await
}
