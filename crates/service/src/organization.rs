//! Organizations.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::OrganizationNo;
use musubi_domain::messages::Message;
use musubi_domain::organization::Organization;
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::record::check_name;

/// Rows that a list of people or organizations reads at a time.
pub(crate) const CHUNK: i64 = 1_000;

/// Adds an organization below another, or at the top.
///
/// # Errors
/// Forbidden without the right. Invalid where the name cannot be used or there is no such parent.
pub async fn organization_create(
    service: &Service,
    context: &Arc<Context>,
    name: String,
    parent: Option<Uuid>,
) -> Result<Uuid> {
    service.check_named_right(context, named::PEOPLE).await?;
    check_name("--name", &name)?;
    service.db().write(context, Lane::Interactive, move |tx| organization_create_in(tx, &name, parent)).await
}

/// As [`organization_create`], within a transaction.
///
/// # Errors
/// As there.
pub fn organization_create_in(tx: &mut Tx<'_>, name: &str, parent: Option<Uuid>) -> Result<Uuid> {
    let parent = parent.map(|parent| known(tx, "--parent", parent)).transpose()?.map(|parent| parent.number);
    let id = tx.next_id();
    store::organization::organization_insert(tx, id, parent, name)?;
    note(tx, "organization.create", name)?;
    Ok(id)
}

/// Changes the name or the place of an organization. `parent`: `Some(None)` puts it at the top.
///
/// # Errors
/// Forbidden without the right. Invalid where the name cannot be used or the place is below itself; NotFound.
pub async fn organization_set(
    service: &Service,
    context: &Arc<Context>,
    id: Uuid,
    name: Option<String>,
    parent: Option<Option<Uuid>>,
) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    if let Some(name) = &name {
        check_name("--name", name)?;
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let mut organization =
                store::organization::organization_by_id(tx, id)?.ok_or_else(|| Error::not_found("ID"))?;
            if let Some(name) = &name {
                organization.name.clone_from(name);
            }
            if let Some(parent) = parent {
                organization.parent =
                    parent.map(|parent| known(tx, "--parent", parent)).transpose()?.map(|parent| parent.number);
                refuse_cycle(tx, &organization)?;
            }
            store::organization::organization_set(tx, &organization)?;
            note(tx, "organization.set", &organization.name)
        })
        .await
}

/// Removes an organization: it stays named where it stands and cannot be chosen any more.
///
/// # Errors
/// Forbidden without the right. Invalid where people belong to it or others stand below it; NotFound.
pub async fn organization_remove(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let found = store::organization::organization_by_id(tx, id)?.filter(|organization| organization.active);
            let mut organization = found.ok_or_else(|| Error::not_found("ID"))?;
            if store::organization::organization_is_used(tx, organization.number)? {
                return Err(Error::invalid_at("ID", Message::StillUsed));
            }
            organization.active = false;
            store::organization::organization_set(tx, &organization)?;
            note(tx, "organization.remove", &organization.name)
        })
        .await
}

/// A page of a list of organizations.
#[derive(Clone, Debug)]
pub struct OrganizationPage {
    /// The organizations.
    pub rows: Vec<Organization>,
    /// Whether further ones follow.
    pub more: bool,
}

/// Organizations that can be chosen, in order of creation.
///
/// # Errors
/// Where the database does not answer; Busy where it took too long.
pub async fn organization_page(
    service: &Service,
    context: &Arc<Context>,
    offset: i64,
    limit: i64,
) -> Result<OrganizationPage> {
    // One more than asked for tells whether there are further ones.
    let read = move |snapshot: &mut Snapshot<'_>| {
        store::organization::organization_active_page(snapshot, offset, limit.saturating_add(1))
    };
    let mut rows = service.db().page(context.tenant, read).await?;
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(OrganizationPage { rows, more })
}

/// The organizations to which whoever acts belongs, his first one first.
///
/// # Errors
/// Where the database does not answer.
pub async fn own_organization_list(service: &Service, context: &Arc<Context>) -> Result<Vec<Uuid>> {
    let user = context.actor.user;
    let read = move |snapshot: &mut Snapshot<'_>| store::user::user_organization_ids(snapshot, user);
    service.db().page(context.tenant, read).await
}

/// All organizations, removed ones included, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn organization_list(service: &Service, context: &Arc<Context>) -> Result<Vec<Organization>> {
    let mut organizations: Vec<Organization> = Vec::new();
    loop {
        let after = organizations.last().map_or(OrganizationNo(0), |last| last.number);
        let rows = service
            .db()
            .page(context.tenant, move |snapshot| store::organization::organization_list(snapshot, after, CHUNK))
            .await?;
        if rows.is_empty() {
            return Ok(organizations);
        }
        organizations.extend(rows);
    }
}

/// How many people belong to each organization that has some, active or not; not those below it.
///
/// # Errors
/// Forbidden without the right for people.
pub async fn organization_member_counts(
    service: &Service,
    context: &Arc<Context>,
) -> Result<HashMap<OrganizationNo, i64>> {
    service.check_named_right(context, named::PEOPLE).await?;
    let (mut counts, mut after) = (HashMap::new(), OrganizationNo(0));
    loop {
        let read = move |snapshot: &mut Snapshot<'_>| store::user::user_organization_counts(snapshot, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some((last, _)) = rows.last() else { return Ok(counts) };
        after = *last;
        counts.extend(rows);
    }
}

fn known(tx: &mut Tx<'_>, path: &str, id: Uuid) -> Result<Organization> {
    let found = store::organization::organization_by_id(tx, id)?.filter(|organization| organization.active);
    found.ok_or_else(|| Error::invalid_at(path, Message::NoSuchOrganization))
}

fn refuse_cycle(tx: &mut Tx<'_>, organization: &Organization) -> Result<()> {
    let mut above = organization.parent;
    while let Some(number) = above {
        if number == organization.number {
            return Err(Error::invalid_at("--parent", Message::Cycle));
        }
        above = store::organization::organization_parent(tx, number)?;
    }
    Ok(())
}

fn note(tx: &mut Tx<'_>, kind: &'static str, name: &str) -> Result<()> {
    tx.record_operation(&Operation::new(kind, name.to_owned()))
}
