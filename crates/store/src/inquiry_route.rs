//! Inquiry routes in their categories.

use musubi_domain::error::Result;
use musubi_domain::item::InquiryRouteRef;
use uuid::Uuid;

use crate::db::{Keyed, Point, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT c.name, r.name FROM inquiry_route r JOIN inquiry_route_category c ON c.tenant_no = r.tenant_no AND c.category_id = r.category_id
     WHERE r.tenant_no = ?1 AND r.category_id = ?2 AND r.route_id = ?3",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID];

/// The names of a category and of a route in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryRouteNames {
    /// The category's.
    pub category: String,
    /// The route's.
    pub route: String,
}

/// The names of a route; `None` where there is none of these ids.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_names(keyed: &mut Keyed<'_>, route: InquiryRouteRef) -> Result<Option<InquiryRouteNames>> {
    let row = keyed.point_one(&BY_ID, &[route.category.into(), route.route.into()])?;
    row.map(|mut row| Ok(InquiryRouteNames { category: row.take()?, route: row.take()? })).transpose()
}

/// All routes, by the names of their categories and their own.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_list(snapshot: &mut Snapshot<'_>) -> Result<Vec<(InquiryRouteRef, InquiryRouteNames)>> {
    let rows = snapshot.rows(
        "SELECT r.category_id, r.route_id, c.name, r.name FROM inquiry_route r
         JOIN inquiry_route_category c ON c.tenant_no = r.tenant_no AND c.category_id = r.category_id
         WHERE r.tenant_no = ?1 ORDER BY c.name, r.name LIMIT 10000",
        &[],
    )?;
    let read = |mut row: crate::db::Row| {
        let route = InquiryRouteRef { category: row.take()?, route: row.take()? };
        Ok((route, InquiryRouteNames { category: row.take()?, route: row.take()? }))
    };
    rows.into_iter().map(read).collect()
}

/// The category of a name, made with `fresh` as its id where there is none.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_category(tx: &mut Tx<'_>, name: &str, fresh: Uuid) -> Result<Uuid> {
    let rows = tx.rows(
        "INSERT INTO inquiry_route_category (tenant_no, category_id, name) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_no, name) DO UPDATE SET name = excluded.name RETURNING category_id",
        &[fresh.into(), name.into()],
    )?;
    rows.into_iter().next().map_or(Ok(fresh), |mut row| row.take())
}

/// The route of a name within a category, made with `fresh` as its id where there is none.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_insert(tx: &mut Tx<'_>, category: Uuid, name: &str, fresh: Uuid) -> Result<Uuid> {
    let rows = tx.rows(
        "INSERT INTO inquiry_route (tenant_no, category_id, route_id, name) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, category_id, name) DO UPDATE SET name = excluded.name RETURNING route_id",
        &[category.into(), fresh.into(), name.into()],
    )?;
    tx.raise_epoch()?;
    rows.into_iter().next().map_or(Ok(fresh), |mut row| row.take())
}
