//! Saved views of lists: kept, renamed, shared, removed, and the one with which somebody's list begins.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, SavedViewNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{Action, named};
use musubi_domain::saved_view::{SavedView, check};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::record_page::database_seen;

/// A view that is to be kept.
#[derive(Clone, Debug)]
pub struct SavedViewGiven {
    /// What it is called.
    pub name: String,
    /// The query of the link that shows it.
    pub query: String,
    /// Whether it is offered to everybody who may read the database.
    pub shared: bool,
    /// Whether the list of whoever keeps it begins with it.
    pub first: bool,
}

/// The views that whoever acts can use in a database, his own first, and the id of the one with which his list begins.
///
/// # Errors
/// NotFound where there is no such database; Forbidden where he may not read it.
pub async fn saved_view_list(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
) -> Result<(Vec<SavedView>, Option<Uuid>)> {
    let number = database_seen(service, context, database, Action::Read).await?.template.database;
    let (user, most) = (context.actor.user, limits::SAVED_VIEWS);
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        let views = store::saved_view::saved_view_list(snapshot, number, user, most)?;
        let first = store::saved_view::saved_view_first(snapshot, user, number)?;
        Ok((views, first.map(|view| view.id)))
    };
    service.db().page(context.tenant, read).await
}

/// Keeps a view: a new one, or in place of the one of this id.
///
/// # Errors
/// Invalid where name or query cannot be kept, or there are too many; Forbidden where a shared view is kept or changed without the right
/// to databases; NotFound where there is no such view that whoever acts can use.
pub async fn saved_view_put(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    id: Option<Uuid>,
    given: SavedViewGiven,
) -> Result<Uuid> {
    let number = database_seen(service, context, database, Action::Read).await?.template.database;
    check(&given.name, &given.query)?;
    let may_share = service.has_named_right(context, named::DATABASES).await?;
    let write = move |tx: &mut Tx<'_>| put_in(tx, number, id, &given, may_share);
    service.db().write(context, Lane::Interactive, write).await
}

fn put_in(
    tx: &mut Tx<'_>,
    database: DatabaseNo,
    id: Option<Uuid>,
    given: &SavedViewGiven,
    may_share: bool,
) -> Result<Uuid> {
    let user = tx.context().actor.user;
    let standing = id.map(|id| usable(tx, database, id)).transpose()?;
    let is_shared = given.shared || standing.as_ref().is_some_and(|view| view.shared);
    if is_shared && !may_share {
        return Err(Error::forbidden("shared", Message::NoNamedRight { right: named::DATABASES }));
    }
    let fresh = SavedView {
        number: SavedViewNo(0),
        id: tx.next_id(),
        database,
        user,
        shared: given.shared,
        name: given.name.trim().to_owned(),
        query: given.query.clone(),
    };
    let view = match standing {
        Some(standing) => {
            let view = SavedView { number: standing.number, id: standing.id, user: standing.user, ..fresh };
            store::saved_view::saved_view_set(tx, &view)?;
            view
        }
        None => {
            check_room(tx, database)?;
            let number = store::saved_view::saved_view_insert(tx, &fresh)?;
            SavedView { number, ..fresh }
        }
    };
    set_first(tx, &view, given.first)?;
    if is_shared {
        note(tx, "saved_view.share", &view)?;
    }
    Ok(view.id)
}

/// Takes the list of whoever acts to begin with a view, or no longer.
fn set_first(tx: &mut Tx<'_>, view: &SavedView, first: bool) -> Result<()> {
    let user = tx.context().actor.user;
    if first {
        return store::saved_view::saved_view_first_set(tx, user, view.database, Some(view.number));
    }
    let standing = store::saved_view::saved_view_first(tx, user, view.database)?;
    if standing.is_some_and(|standing| standing.number == view.number) {
        store::saved_view::saved_view_first_set(tx, user, view.database, None)?;
    }
    Ok(())
}

fn check_room(tx: &mut Tx<'_>, database: DatabaseNo) -> Result<()> {
    let (user, most) = (tx.context().actor.user, limits::SAVED_VIEWS);
    let views = store::saved_view::saved_view_list(tx, database, user, most)?;
    let own = views.iter().filter(|view| view.user == user).count();
    if i64::try_from(own).unwrap_or(i64::MAX) >= most {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        return Err(Error::invalid_at("name", Message::TooMany { most }));
    }
    Ok(())
}

/// Removes a view.
///
/// # Errors
/// Forbidden where it is shared and whoever acts has not the right to databases; NotFound where there is no such view that he can use.
pub async fn saved_view_delete(service: &Service, context: &Arc<Context>, database: &str, id: Uuid) -> Result<()> {
    let number = database_seen(service, context, database, Action::Read).await?.template.database;
    let may_share = service.has_named_right(context, named::DATABASES).await?;
    let write = move |tx: &mut Tx<'_>| {
        let view = usable(tx, number, id)?;
        if view.shared && !may_share {
            return Err(Error::forbidden("shared", Message::NoNamedRight { right: named::DATABASES }));
        }
        store::saved_view::saved_view_delete(tx, view.number)?;
        if view.shared { note(tx, "saved_view.remove", &view) } else { Ok(()) }
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Lets the list of whoever acts begin with a view that he can use; none: as from the beginning.
///
/// # Errors
/// NotFound where there is no such view that he can use.
pub async fn saved_view_first_set(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    id: Option<Uuid>,
) -> Result<()> {
    let number = database_seen(service, context, database, Action::Read).await?.template.database;
    let write = move |tx: &mut Tx<'_>| {
        let user = tx.context().actor.user;
        let view = id.map(|id| usable(tx, number, id)).transpose()?.map(|view| view.number);
        store::saved_view::saved_view_first_set(tx, user, number, view)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// A view of a database that is whoever acts's own or shared.
fn usable(tx: &mut Tx<'_>, database: DatabaseNo, id: Uuid) -> Result<SavedView> {
    let user = tx.context().actor.user;
    let found = store::saved_view::saved_view_by_id(tx, id)?;
    let found = found.filter(|view| view.database == database && (view.user == user || view.shared));
    found.ok_or_else(|| Error::not_found("view"))
}

fn note(tx: &mut Tx<'_>, kind: &'static str, view: &SavedView) -> Result<()> {
    tx.record_operation(&Operation { kind, database: Some(view.database), target: view.name.clone(), count: 1 })
}
