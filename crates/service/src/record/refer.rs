//! What refers to a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_domain::item::{Item, Target};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::template::Template;
use musubi_domain::{client, contact, product};
use musubi_store as store;
use musubi_store::db::Snapshot;
use musubi_store::link::Referrer;
use uuid::Uuid;

use super::write::{RecordKey, record_find};
use crate::context::Service;

/// Referrers that one statement reads.
const PAGE: i64 = 500;

/// One record that refers to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referring {
    /// The name of its database.
    pub database: String,
    /// Its outside id.
    pub record: Uuid,
    /// The item that holds the reference, by its outside id.
    pub item: Uuid,
    /// What stands for it; none where the caller may not see it.
    pub display_name: Option<String>,
}

/// What refers to a record, at most `most`, and whether there is more. What the caller may not see is there without its name.
///
/// # Errors
/// NotFound at `path` where the key names nothing that the caller may see.
pub async fn record_referrers(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (key, path): (RecordKey, &str),
    most: i64,
) -> Result<(Vec<Referring>, bool)> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight(context, &template).await?;
    let found = service
        .db()
        .page(context.tenant, move |snapshot| {
            let Some(record) = record_find(snapshot, &sight, &template, &key)? else { return Ok(None) };
            store::link::referrers(snapshot, record.number, None, most + 1).map(Some)
        })
        .await?;
    let mut referrers = found.ok_or_else(|| Error::not_found(path))?;
    let wanted = usize::try_from(most).unwrap_or(usize::MAX);
    let more = referrers.len() > wanted;
    referrers.truncate(wanted);
    let mut referring = Vec::with_capacity(referrers.len());
    for Referrer { item, record } in referrers {
        let template = service.template_numbered(context.tenant, record.database()).await?;
        let sight = service.sight(context, &template).await?;
        // That something refers to it is told by whoever sees through which item.
        let item = template.item_numbered(item).filter(|item| sight.sees(item.number));
        let Some(item) = item.map(|item| item.id) else { continue };
        let (own_template, own_sight) = (Arc::clone(&template), sight.clone());
        let read = move |keyed: &mut store::db::Keyed<'_>| {
            let seen = store::record::record_by_number(keyed, &own_sight, &own_template, record)?;
            Ok((seen, store::record::record_identity(keyed, record)?))
        };
        let (seen, identity) = service.db().get(context.tenant, read).await?;
        let Some((id, _)) = identity else { continue };
        let display_name = seen.filter(|_| sight.sees_name(&template)).map(|record| record.display_name);
        referring.push(Referring { database: template.name.clone(), record: id, item, display_name });
    }
    Ok((referring, more))
}

/// Where the references of an item point.
pub(crate) enum PointsInto {
    /// Into a database that ships.
    Named(&'static str),
    /// Into a database that the item names.
    Numbered(DatabaseNo),
    /// At no records.
    Nothing,
}

/// Where the references of an item point.
pub(crate) fn target_database(item: &Item) -> PointsInto {
    match item.item_type.row().target {
        Some(Target::Client) => PointsInto::Named(client::DATABASE),
        Some(Target::Contact) => PointsInto::Named(contact::DATABASE),
        Some(Target::Product) => PointsInto::Named(product::DATABASE),
        Some(Target::Record) => item.refers_to.map_or(PointsInto::Nothing, PointsInto::Numbered),
        Some(Target::User | Target::Organization) | None => PointsInto::Nothing,
    }
}

/// Templates that a transaction has read, by database.
#[derive(Default)]
pub(crate) struct Templates {
    by_number: BTreeMap<DatabaseNo, Arc<Template>>,
    numbers: BTreeMap<&'static str, Option<DatabaseNo>>,
}

impl Templates {
    /// The database that the references of an item point into, where they point at records.
    pub(crate) fn points_into(&mut self, snapshot: &mut Snapshot<'_>, item: &Item) -> Result<Option<DatabaseNo>> {
        let name = match target_database(item) {
            PointsInto::Named(name) => name,
            PointsInto::Numbered(database) => return Ok(Some(database)),
            PointsInto::Nothing => return Ok(None),
        };
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = store::template::database_number(snapshot, name)?;
        self.numbers.insert(name, number);
        Ok(number)
    }

    /// The template of a database.
    pub(crate) fn of(&mut self, snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<Arc<Template>> {
        if let Some(template) = self.by_number.get(&database) {
            return Ok(Arc::clone(template));
        }
        let template = store::template::template_by_number(snapshot, database)?;
        let template = Arc::new(template.ok_or_else(|| Error::internal("a record of a database that is not there"))?);
        self.by_number.insert(database, Arc::clone(&template));
        Ok(template)
    }
}

/// All referrers of a record.
///
/// # Errors
/// Invalid where there are more than one action may touch.
pub(crate) fn referrers_in(tx: &mut Snapshot<'_>, target: RecordNo, path: &str) -> Result<Vec<Referrer>> {
    let mut all: Vec<Referrer> = Vec::new();
    loop {
        let page = store::link::referrers(tx, target, all.last().copied(), PAGE)?;
        let is_last = i64::try_from(page.len()).unwrap_or(i64::MAX) < PAGE;
        all.extend(page);
        if i64::try_from(all.len()).unwrap_or(i64::MAX) > limits::ACTION_REFERRERS {
            return Err(Error::invalid_at(path, Message::TooManyRecords { most: limits::ACTION_REFERRERS }));
        }
        if is_last {
            return Ok(all);
        }
    }
}
