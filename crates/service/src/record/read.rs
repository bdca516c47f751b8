//! Reading one record and its history, as far as the caller may see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::history::{HistoryView, history_seen};
use musubi_domain::id::ItemNo;
use musubi_domain::item::ItemValue;
use musubi_domain::record::{Record, read_values};
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;

use super::write::{RecordKey, record_find};
use crate::context::Service;

/// A record as a caller sees it.
#[derive(Clone, Debug)]
pub struct RecordSeen {
    /// The template.
    pub template: Arc<Template>,
    /// What the caller may see of it.
    pub sight: Sight,
    /// The record.
    pub record: Record,
}

impl RecordSeen {
    /// The values of the items that the caller may see.
    #[must_use]
    pub fn values(&self) -> BTreeMap<ItemNo, ItemValue> {
        let mut values = read_values(&self.template, &self.record.document);
        values.retain(|item, _| self.sight.sees(*item));
        values
    }
}

/// Gives one record.
///
/// # Errors
/// NotFound at `path` where the key names nothing that the caller may see; Forbidden where he may not read the database.
pub async fn record_get(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    key: RecordKey,
    path: &str,
) -> Result<RecordSeen> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let (own_sight, own_template) = (sight.clone(), Arc::clone(&template));
    let find = move |keyed: &mut store::db::Keyed<'_>| record_find(keyed, &own_sight, &own_template, &key);
    let record = service.db().get(context.tenant, find).await?.ok_or_else(|| Error::not_found(path))?;
    Ok(RecordSeen { template, sight, record })
}

/// The newest changes of a record, newest first, at most `most`, with what stood before and after each.
///
/// # Errors
/// As [`record_get`].
pub async fn record_history(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (key, path): (RecordKey, &str),
    most: i64,
) -> Result<Vec<HistoryView>> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        let Some(record) = record_find(snapshot, &sight, &template, &key)? else { return Ok(None) };
        let entries = store::history::history_of_record(snapshot, record.number, most)?;
        Ok(Some(history_seen(&template, &sight, &record, &entries)))
    };
    service.db().page(context.tenant, read).await?.ok_or_else(|| Error::not_found(path))
}
