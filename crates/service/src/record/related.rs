//! The records of a database that refer to a record through one item: the contacts of a client, its cards.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::RecordNo;
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Snapshot;
use uuid::Uuid;

use crate::context::Service;

/// Referrers that are looked through for a page of those that the caller may see, for each row of it.
const LOOKS: i64 = 20;

/// A page of them, in order of creation.
#[derive(Clone, Debug)]
pub struct Related {
    /// Their template.
    pub template: Arc<Template>,
    /// What the caller may see of them.
    pub sight: Sight,
    /// The records.
    pub records: Vec<Record>,
    /// After which of them the next page goes on; none where nothing follows.
    pub next: Option<RecordNo>,
}

/// The records of the database `of` that refer through `item` to a record, after one, at most `most`. Those that the caller may not see
/// are left out.
///
/// # Errors
/// NotFound at `record` where the caller may not see the record; Forbidden where he may not read one of the databases.
pub async fn record_related(
    service: &Service,
    context: &Arc<Context>,
    (database, record): (&str, Uuid),
    (of, item): (&str, Uuid),
    (after, most): (RecordNo, i64),
) -> Result<Related> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let theirs = service.template(context.tenant, of).await?;
    let their_sight = service.sight_for(context, &theirs, Action::Read).await?;
    let item = theirs.item(item).map(|item| item.number).filter(|item| their_sight.sees(*item));
    let Some(item) = item else {
        return Ok(Related { template: theirs, sight: their_sight, records: Vec::new(), next: None });
    };
    let (own, own_sight) = (Arc::clone(&theirs), their_sight.clone());
    let read = move |snapshot: &mut Snapshot<'_>| {
        let found = store::record::record_by_id(snapshot, &sight, &template, record)?;
        let target = found.ok_or_else(|| Error::not_found("record"))?.number;
        let numbers = store::link::referrers_by_item(snapshot, target, item, after, most * LOOKS)?;
        let (mut records, mut looked) = (Vec::new(), 0);
        for number in &numbers {
            if i64::try_from(records.len()).unwrap_or(most) >= most {
                break;
            }
            looked += 1;
            records.extend(store::record::record_by_number(snapshot, &own_sight, &own, *number)?);
        }
        let is_cut = looked < numbers.len() || i64::try_from(numbers.len()).unwrap_or(i64::MAX) >= most * LOOKS;
        let last = numbers.get(looked.saturating_sub(1)).copied();
        Ok((records, last.filter(|_| is_cut)))
    };
    let (records, next) = service.db().page(context.tenant, read).await?;
    Ok(Related { template: theirs, sight: their_sight, records, next })
}
