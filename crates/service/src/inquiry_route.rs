//! Inquiry routes (引合経路).

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::item::InquiryRouteRef;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use musubi_store::inquiry_route::{InquiryRouteNames, InquiryRouteSpot};
use uuid::Uuid;

use crate::context::Service;
use crate::record::check_name;

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
