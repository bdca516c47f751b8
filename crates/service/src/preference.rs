//! What somebody prefers at the pages, and the records that he looked at last.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{RecordNo, TenantNo, UserNo};
use musubi_domain::limits;
use musubi_domain::preference::Preference;
use musubi_domain::sight::not_seen;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use crate::cache::Cache;
use crate::context::Service;

/// What is remembered of what people prefer.
#[derive(Debug, Default)]
pub(crate) struct PreferenceCache(Cache<(TenantNo, UserNo), Preference>);

impl Service {
    /// What whoever acts prefers.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn preference(&self, context: &Context) -> Result<Preference> {
        let (tenant, user) = (context.tenant, context.actor.user);
        let load = async {
            let get = move |keyed: &mut store::db::Keyed<'_>| store::preference::preference_of_user(keyed, user);
            Ok(Some(self.db().get(tenant, get).await?.unwrap_or_default()))
        };
        Ok(self.preferences().0.get(&(tenant, user), self.epoch(tenant), load).await?.unwrap_or_default())
    }
}

/// Keeps what whoever acts prefers.
///
/// # Errors
/// Where the database does not answer.
pub async fn preference_set(service: &Service, context: &Arc<Context>, preference: Preference) -> Result<()> {
    let write = move |tx: &mut Tx<'_>| {
        let user = tx.context().actor.user;
        store::preference::preference_set(tx, user, preference)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Notes that whoever acts has opened the page of a record. Where it cannot be noted, the page is shown all the same.
pub async fn visit_note(service: &Service, context: &Arc<Context>, record: RecordNo) {
    let write = move |tx: &mut Tx<'_>| {
        let user = tx.context().actor.user;
        store::preference::visit_note(tx, user, record, limits::VISITS)
    };
    if let Err(error) = service.db().write(context, Lane::Interactive, write).await {
        tracing::warn!(record = record.0, ?error, "it could not be noted who looked at a record");
    }
}

/// A record that somebody looked at.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The template of its database.
    pub template: Arc<Template>,
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
}

/// The records that whoever acts looked at last and may still see, the last first, at most `most`.
///
/// # Errors
/// Where the database does not answer.
pub async fn visit_list(service: &Service, context: &Arc<Context>, most: usize) -> Result<Vec<Visit>> {
    let user = context.actor.user;
    let list =
        move |snapshot: &mut store::db::Snapshot<'_>| store::preference::visit_list(snapshot, user, limits::VISITS);
    let mut visits = Vec::new();
    for number in service.db().page(context.tenant, list).await? {
        if visits.len() == most {
            break;
        }
        visits.extend(visited(service, context, number).await?);
    }
    Ok(visits)
}

/// A record by its number; `None` where it is gone or the caller may not see it any more.
async fn visited(service: &Service, context: &Arc<Context>, number: RecordNo) -> Result<Option<Visit>> {
    let template = service.template_numbered(context.tenant, number.database()).await?;
    // Who may not read the database sees no row of it.
    let sight = service.sight(context, &template).await?;
    let own = (sight.clone(), Arc::clone(&template));
    let find = move |keyed: &mut store::db::Keyed<'_>| store::record::record_by_number(keyed, &own.0, &own.1, number);
    let Some(record) = service.db().get(context.tenant, find).await? else { return Ok(None) };
    let name = if sight.sees_name(&template) { record.display_name } else { not_seen(context.locale).to_owned() };
    Ok(Some(Visit { template, id: record.id, name }))
}
