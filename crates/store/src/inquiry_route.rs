//! Inquiry routes in their categories. What was removed keeps its name where records hold it.

use musubi_domain::error::Result;
use musubi_domain::item::InquiryRouteRef;
use musubi_domain::limits;
use uuid::Uuid;

use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT coalesce(c.removed_name, c.name), coalesce(r.removed_name, r.name), r.removed_name IS NULL FROM inquiry_route r
     JOIN inquiry_route_category c ON c.tenant_no = r.tenant_no AND c.category_id = r.category_id
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
    /// Whether it can be given anew: it has not been removed.
    pub active: bool,
}

impl InquiryRouteNames {
    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { category: row.take()?, route: row.take()?, active: row.take()? })
    }
}

/// What an id names that has not been removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InquiryRouteSpot {
    /// A category of this name.
    Category(String),
    /// A route of this name in a category.
    Route(Uuid, String),
}

/// The names of a route, removed or not; `None` where there is none of these ids.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_names(keyed: &mut Keyed<'_>, route: InquiryRouteRef) -> Result<Option<InquiryRouteNames>> {
    let row = keyed.point_one(&BY_ID, &[route.category.into(), route.route.into()])?;
    row.map(|mut row| InquiryRouteNames::read(&mut row)).transpose()
}

/// The routes in the order in which their categories and they themselves were made; those that were removed only where `removed`.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_list(
    snapshot: &mut Snapshot<'_>,
    removed: bool,
) -> Result<Vec<(InquiryRouteRef, InquiryRouteNames)>> {
    let rows = snapshot.rows(
        "SELECT r.category_id, r.route_id, coalesce(c.removed_name, c.name), coalesce(r.removed_name, r.name), r.removed_name IS NULL
         FROM inquiry_route r
         JOIN inquiry_route_category c ON c.tenant_no = r.tenant_no AND c.category_id = r.category_id
         WHERE r.tenant_no = ?1 AND (?2 = 1 OR r.removed_name IS NULL)
         ORDER BY c.place, c.category_id, r.place, r.route_id LIMIT ?3",
        &[i64::from(removed).into(), limits::INQUIRY_ROUTES.into()],
    )?;
    let read = |mut row: Row| {
        let route = InquiryRouteRef { category: row.take()?, route: row.take()? };
        Ok((route, InquiryRouteNames::read(&mut row)?))
    };
    rows.into_iter().map(read).collect()
}

/// What an id names: a category or a route that has not been removed.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_spot(snapshot: &mut Snapshot<'_>, id: Uuid) -> Result<Option<InquiryRouteSpot>> {
    let category =
        "SELECT name FROM inquiry_route_category WHERE tenant_no = ?1 AND category_id = ?2 AND removed_name IS NULL";
    if let Some(mut row) = snapshot.rows(category, &[id.into()])?.into_iter().next() {
        return Ok(Some(InquiryRouteSpot::Category(row.take()?)));
    }
    let route = "SELECT category_id, name FROM inquiry_route
                 WHERE tenant_no = ?1 AND route_id = ?2 AND removed_name IS NULL LIMIT 1";
    let row = snapshot.rows(route, &[id.into()])?.into_iter().next();
    row.map(|mut row| Ok(InquiryRouteSpot::Route(row.take()?, row.take()?))).transpose()
}

/// The category of a name, made with `fresh` as its id where there is none.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_category(tx: &mut Tx<'_>, name: &str, fresh: Uuid) -> Result<Uuid> {
    let rows = tx.rows(
        "INSERT INTO inquiry_route_category (tenant_no, category_id, name, place)
         VALUES (?1, ?2, ?3, (SELECT coalesce(max(place), 0) + 1 FROM inquiry_route_category WHERE tenant_no = ?1))
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
        "INSERT INTO inquiry_route (tenant_no, category_id, route_id, name, place)
         VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(place), 0) + 1 FROM inquiry_route WHERE tenant_no = ?1))
         ON CONFLICT (tenant_no, category_id, name) DO UPDATE SET name = excluded.name RETURNING route_id",
        &[category.into(), fresh.into(), name.into()],
    )?;
    tx.raise_epoch()?;
    rows.into_iter().next().map_or(Ok(fresh), |mut row| row.take())
}

/// Renames a category; false where another one is called so.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_category_rename(tx: &mut Tx<'_>, category: Uuid, name: &str) -> Result<bool> {
    let count = tx.execute(
        "UPDATE inquiry_route_category SET name = ?3 WHERE tenant_no = ?1 AND category_id = ?2 AND NOT EXISTS (
           SELECT 1 FROM inquiry_route_category o WHERE o.tenant_no = ?1 AND o.name = ?3 AND o.category_id <> ?2)",
        &[category.into(), name.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Renames a route; false where another one of its category is called so.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_rename(tx: &mut Tx<'_>, route: InquiryRouteRef, name: &str) -> Result<bool> {
    let count = tx.execute(
        "UPDATE inquiry_route SET name = ?4 WHERE tenant_no = ?1 AND category_id = ?2 AND route_id = ?3 AND NOT EXISTS (
           SELECT 1 FROM inquiry_route o
           WHERE o.tenant_no = ?1 AND o.category_id = ?2 AND o.name = ?4 AND o.route_id <> ?3)",
        &[route.category.into(), route.route.into(), name.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// How many routes there are, those that were removed too.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_count(snapshot: &mut Snapshot<'_>) -> Result<i64> {
    let rows = snapshot.rows("SELECT count(*) FROM inquiry_route WHERE tenant_no = ?1", &[])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// What is put behind the name of what is removed: no name that somebody gives has a control character.
fn mark(id: Uuid) -> String {
    format!("\u{1f}{id}")
}

/// Removes a category with its routes: none of them can be given anew.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_category_remove(tx: &mut Tx<'_>, category: Uuid) -> Result<()> {
    for sql in [
        "UPDATE inquiry_route_category SET removed_name = name, name = name || ?3
         WHERE tenant_no = ?1 AND category_id = ?2 AND removed_name IS NULL",
        "UPDATE inquiry_route SET removed_name = name, name = name || ?3
         WHERE tenant_no = ?1 AND category_id = ?2 AND removed_name IS NULL",
    ] {
        tx.execute(sql, &[category.into(), mark(category).into()])?;
    }
    tx.raise_epoch()
}

/// Removes a route: it cannot be given anew.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_remove(tx: &mut Tx<'_>, route: InquiryRouteRef) -> Result<()> {
    tx.execute(
        "UPDATE inquiry_route SET removed_name = name, name = name || ?4
         WHERE tenant_no = ?1 AND category_id = ?2 AND route_id = ?3 AND removed_name IS NULL",
        &[route.category.into(), route.route.into(), mark(route.route).into()],
    )?;
    tx.raise_epoch()
}

/// Categories, or the routes of one, in their order, each with its place.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_places(snapshot: &mut Snapshot<'_>, category: Option<Uuid>) -> Result<Vec<(Uuid, i64)>> {
    let rows = match category {
        None => snapshot.rows(
            "SELECT category_id, place FROM inquiry_route_category WHERE tenant_no = ?1 AND removed_name IS NULL
             ORDER BY place, category_id LIMIT ?2",
            &[limits::INQUIRY_ROUTES.into()],
        )?,
        Some(category) => snapshot.rows(
            "SELECT route_id, place FROM inquiry_route WHERE tenant_no = ?1 AND category_id = ?2 AND removed_name IS NULL
             ORDER BY place, route_id LIMIT ?3",
            &[category.into(), limits::INQUIRY_ROUTES.into()],
        )?,
    };
    rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
}

/// Puts a category, or a route of one, into a place.
///
/// # Errors
/// What the database says.
pub fn inquiry_route_place_set(tx: &mut Tx<'_>, category: Option<Uuid>, id: Uuid, place: i64) -> Result<()> {
    match category {
        None => tx.execute(
            "UPDATE inquiry_route_category SET place = ?3 WHERE tenant_no = ?1 AND category_id = ?2",
            &[id.into(), place.into()],
        )?,
        Some(category) => tx.execute(
            "UPDATE inquiry_route SET place = ?4 WHERE tenant_no = ?1 AND category_id = ?2 AND route_id = ?3",
            &[category.into(), id.into(), place.into()],
        )?,
    };
    tx.raise_epoch()
}
