//! What a deletion will touch, told before it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Snapshot;

use super::refer::Templates;
use super::trash::with_owned;
use super::write::{RecordKey, record_find};
use crate::context::Service;

/// Names that are told of each group.
const NAMES: usize = 10;

/// Records of one database that a deletion touches.
#[derive(Clone, Debug)]
pub struct Touched {
    /// The template of the database.
    pub template: Arc<Template>,
    /// How many they are.
    pub count: usize,
    /// Some of them that the caller may see, by id and name.
    pub some: Vec<(uuid::Uuid, String)>,
}

/// What a deletion will touch.
#[derive(Clone, Debug)]
pub struct DeleteEffect {
    /// The record.
    pub record: Record,
    /// What belongs to it and goes with it.
    pub owned: Vec<Touched>,
    /// What refers to it and stands in the way; emptied where it is deleted all the same.
    pub blocking: Vec<Touched>,
    /// What refers to it, stands in nobody's way, and is emptied.
    pub emptied: Vec<Touched>,
}

/// Numbers of records by their databases.
type ByDatabase = BTreeMap<DatabaseNo, BTreeSet<RecordNo>>;

/// What the deletion of a record will touch. Counts are of all records; names are of those that the caller may see.
///
/// # Errors
/// NotFound at `path`; Invalid where it would touch too much; Forbidden where the caller may not delete in the database.
pub async fn record_delete_effect(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (key, path): (RecordKey, &str),
) -> Result<DeleteEffect> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Delete).await?;
    let path = path.to_owned();
    let read = move |snapshot: &mut Snapshot<'_>| {
        let record = record_find(snapshot, &sight, &template, &key)?.ok_or_else(|| Error::not_found(path.clone()))?;
        let mut templates = Templates::default();
        let going = with_owned(snapshot, &mut templates, vec![(record.clone(), path.clone())])?;
        let [mut owned, mut blocking, mut emptied] = [ByDatabase::new(), ByDatabase::new(), ByDatabase::new()];
        for (number, gone) in &going {
            if *number != record.number {
                owned.entry(gone.template.database).or_default().insert(*number);
            }
            for referrer in gone.referrers.iter().filter(|referrer| !going.contains_key(&referrer.record)) {
                let template = templates.of(snapshot, referrer.record.database())?;
                let yields = template.item_numbered(referrer.item).is_some_and(|item| item.yields);
                let group = if yields { &mut emptied } else { &mut blocking };
                group.entry(template.database).or_default().insert(referrer.record);
            }
        }
        Ok((record, [owned, blocking, emptied]))
    };
    let (record, groups) = service.db().page(context.tenant, read).await?;
    let mut told = Vec::with_capacity(groups.len());
    for group in groups {
        told.push(touched(service, context, group).await?);
    }
    let mut told = told.into_iter();
    let mut next = || told.next().unwrap_or_default();
    Ok(DeleteEffect { record, owned: next(), blocking: next(), emptied: next() })
}

async fn touched(service: &Service, context: &Arc<Context>, group: ByDatabase) -> Result<Vec<Touched>> {
    let mut all = Vec::with_capacity(group.len());
    for (database, numbers) in group {
        let template = service.template_numbered(context.tenant, database).await?;
        let sight = service.sight(context, &template).await?;
        let count = numbers.len();
        let some = if sight.sees_name(&template) {
            let (own, first) = (Arc::clone(&template), numbers.into_iter().take(NAMES).collect::<Vec<_>>());
            let read = move |snapshot: &mut Snapshot<'_>| store::query::record_whole(snapshot, &sight, &own, &first);
            let found = service.db().page(context.tenant, read).await?;
            let ordered: BTreeMap<_, _> = found.into_iter().collect();
            ordered.into_values().map(|record| (record.id, record.display_name)).collect()
        } else {
            Vec::new()
        };
        all.push(Touched { template, count, some });
    }
    Ok(all)
}
