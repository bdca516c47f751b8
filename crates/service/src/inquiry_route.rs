//! Inquiry routes (引合経路).

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::{InquiryRouteRef, ItemType};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::record::Record;
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use musubi_store::inquiry_route::{InquiryRouteNames, InquiryRouteSpot};
use uuid::Uuid;

use crate::context::Service;
use crate::record::check_name;

/// Records of a database that are looked at for a route.
const LOOKED: i64 = 10_000;
/// Records of one look.
const CHUNK: i64 = 500;

/// Adds a route to a category, which is made where there is none of its name; gives the ids of both.
///
/// # Errors
/// Forbidden without the right. Invalid where a name cannot be used, or there are too many routes.
pub async fn inquiry_route_create(
    service: &Service,
    context: &Arc<Context>,
    category: String,
    name: String,
) -> Result<InquiryRouteRef> {
    service.check_named_right(context, named::SYSTEM).await?;
    check_name("--category", &category)?;
    check_name("--name", &name)?;
    let write = move |tx: &mut Tx<'_>| inquiry_route_create_in(tx, &category, &name);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`inquiry_route_create`], within a transaction; the names have been checked.
pub(crate) fn inquiry_route_create_in(tx: &mut Tx<'_>, category: &str, name: &str) -> Result<InquiryRouteRef> {
    let (fresh_category, fresh_route) = (tx.next_id(), tx.next_id());
    let category = store::inquiry_route::inquiry_route_category(tx, category, fresh_category)?;
    let route = store::inquiry_route::inquiry_route_insert(tx, category, name, fresh_route)?;
    // Lists end at the limit: one more would not be in them.
    if route == fresh_route && store::inquiry_route::inquiry_route_count(tx)? > limits::INQUIRY_ROUTES {
        let most = usize::try_from(limits::INQUIRY_ROUTES).unwrap_or(usize::MAX);
        return Err(Error::invalid_at("--name", Message::TooMany { most }));
    }
    tx.record_operation(&Operation::new("inquiry_route.create", name.to_owned()))?;
    Ok(InquiryRouteRef { category, route })
}

/// Renames what an id names, a category or a route.
///
/// # Errors
/// Forbidden without the right. NotFound; Invalid where the name cannot be used or another one is called so.
pub async fn inquiry_route_set(service: &Service, context: &Arc<Context>, id: Uuid, name: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    check_name("--name", &name)?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let is_free = match store::inquiry_route::inquiry_route_spot(tx, id)? {
                None => return Err(Error::not_found("ID")),
                Some(InquiryRouteSpot::Category(_)) => {
                    store::inquiry_route::inquiry_route_category_rename(tx, id, &name)?
                }
                Some(InquiryRouteSpot::Route(category, _)) => {
                    let route = InquiryRouteRef { category, route: id };
                    store::inquiry_route::inquiry_route_rename(tx, route, &name)?
                }
            };
            if !is_free {
                return Err(Error::invalid_at("--name", Message::Taken));
            }
            tx.record_operation(&Operation::new("inquiry_route.set", name.clone()))
        })
        .await
}

/// Removes what an id names: a route, or a category with its routes. Records keep what they hold; it cannot be given anew.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn inquiry_route_remove(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let name = match store::inquiry_route::inquiry_route_spot(tx, id)? {
                None => return Err(Error::not_found("ID")),
                Some(InquiryRouteSpot::Category(name)) => {
                    store::inquiry_route::inquiry_route_category_remove(tx, id)?;
                    name
                }
                Some(InquiryRouteSpot::Route(category, name)) => {
                    store::inquiry_route::inquiry_route_remove(tx, InquiryRouteRef { category, route: id })?;
                    name
                }
            };
            tx.record_operation(&Operation::new("inquiry_route.remove", name))
        })
        .await
}

/// The routes in the order in which their categories and they themselves were made; those that were removed too where `removed`.
///
/// # Errors
/// Where the database does not answer.
pub async fn inquiry_route_list(
    service: &Service,
    context: &Arc<Context>,
    removed: bool,
) -> Result<Vec<(InquiryRouteRef, InquiryRouteNames)>> {
    let list = move |snapshot: &mut Snapshot<'_>| store::inquiry_route::inquiry_route_list(snapshot, removed);
    service.db().page(context.tenant, list).await
}

/// Moves what an id names, a category or a route, one place up or down among its like. What is at the end already stays.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn inquiry_route_move(service: &Service, context: &Arc<Context>, id: Uuid, up: bool) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let (category, name) = match store::inquiry_route::inquiry_route_spot(tx, id)? {
                None => return Err(Error::not_found("ID")),
                Some(InquiryRouteSpot::Category(name)) => (None, name),
                Some(InquiryRouteSpot::Route(category, name)) => (Some(category), name),
            };
            let places = store::inquiry_route::inquiry_route_places(tx, category)?;
            let at = places.iter().position(|(other, _)| *other == id);
            let other = at.and_then(|at| if up { at.checked_sub(1) } else { Some(at + 1) });
            let pair = at.and_then(|at| places.get(at)).zip(other.and_then(|other| places.get(other)));
            if let Some(((own, own_place), (other, other_place))) = pair {
                store::inquiry_route::inquiry_route_place_set(tx, category, *own, *other_place)?;
                store::inquiry_route::inquiry_route_place_set(tx, category, *other, *own_place)?;
            }
            tx.record_operation(&Operation::new("inquiry_route.move", name))
        })
        .await
}

/// In how many records a route is given, among the first ten thousand of each database that has such items; and whether there are more
/// records than that.
///
/// # Errors
/// Forbidden without the right.
pub async fn inquiry_route_uses(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<(i64, bool)> {
    service.check_named_right(context, named::SYSTEM).await?;
    let text = id.hyphenated().to_string();
    let list = |snapshot: &mut Snapshot<'_>| store::template::database_list(snapshot, DatabaseNo(0));
    let (mut count, mut more) = (0, false);
    for database in service.db().page(context.tenant, list).await? {
        let template = service.template_numbered(context.tenant, database).await?;
        let items: Vec<ItemNo> = template
            .items()
            .iter()
            .filter(|item| item.item_type == ItemType::InquiryRoute)
            .map(|item| item.number)
            .collect();
        let (mut after, mut looked) = (RecordNo::range(database).0, 0);
        while !items.is_empty() {
            let walk = move |snapshot: &mut Snapshot<'_>| store::record::record_walk(snapshot, database, after, CHUNK);
            let records = service.db().page(context.tenant, walk).await?;
            let Some(last) = records.last() else { break };
            after = last.number;
            looked += CHUNK;
            let holds =
                |item: &ItemNo, record: &Record| record.document.json(*item).is_some_and(|json| json.contains(&text));
            let holding = records.iter().filter(|record| items.iter().any(|item| holds(item, record))).count();
            count += i64::try_from(holding).unwrap_or(i64::MAX);
            if looked >= LOOKED {
                more = true;
                break;
            }
        }
    }
    Ok((count, more))
}
