//! Inquiry routes (引合経路).

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::event::Operation;
use musubi_domain::item::InquiryRouteRef;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::inquiry_route::InquiryRouteNames;

use crate::context::Service;
use crate::record::check_name;

/// Adds a route to a category, which is made where there is none of its name; gives the ids of both.
///
/// # Errors
/// Invalid where a name cannot be used.
pub async fn inquiry_route_create(
    service: &Service,
    context: &Arc<Context>,
    category: String,
    name: String,
) -> Result<InquiryRouteRef> {
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
    tx.record_operation(&Operation::new("inquiry_route.create", name.to_owned()))?;
    Ok(InquiryRouteRef { category, route })
}

/// All routes, by the names of their categories and their own.
///
/// # Errors
/// Where the database does not answer.
pub async fn inquiry_route_list(
    service: &Service,
    context: &Arc<Context>,
) -> Result<Vec<(InquiryRouteRef, InquiryRouteNames)>> {
    service.db().page(context.tenant, store::inquiry_route::inquiry_route_list).await
}
