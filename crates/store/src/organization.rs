//! Organizations.

use musubi_domain::error::Result;
use musubi_domain::id::OrganizationNo;
use musubi_domain::organization::Organization;
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT organization_no, organization_id, parent_no, name, active FROM organization WHERE tenant_no = ?1 AND organization_id = ?2",
);
const PARENT: Point = Point::new("SELECT parent_no FROM organization WHERE tenant_no = ?1 AND organization_no = ?2");

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &PARENT];

const ACTIVE: &str = "SELECT organization_no, organization_id, parent_no, name, active FROM organization
     WHERE tenant_no = ?1 AND active = 1 ORDER BY organization_no LIMIT ?2 OFFSET ?3";

pub(crate) const PAGES: &[&str] = &[ACTIVE];

fn read(mut row: Row) -> Result<Organization> {
    Ok(Organization {
        number: OrganizationNo(row.take()?),
        id: row.take()?,
        parent: row.take::<Option<i64>>()?.map(OrganizationNo),
        name: row.take()?,
        active: row.take()?,
    })
}

/// The organization of an outside id.
///
/// # Errors
/// What the database says.
pub fn organization_by_id(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Option<Organization>> {
    keyed.point_one(&BY_ID, &[id.into()])?.map(read).transpose()
}

/// The one above.
///
/// # Errors
/// What the database says.
pub fn organization_parent(keyed: &mut Keyed<'_>, number: OrganizationNo) -> Result<Option<OrganizationNo>> {
    let row = keyed.point_one(&PARENT, &[number.0.into()])?;
    Ok(row.map(|mut row| row.take::<Option<i64>>()).transpose()?.flatten().map(OrganizationNo))
}

/// Organizations by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn organization_list(snapshot: &mut Snapshot<'_>, after: OrganizationNo, most: i64) -> Result<Vec<Organization>> {
    let sql = "SELECT organization_no, organization_id, parent_no, name, active FROM organization
               WHERE tenant_no = ?1 AND organization_no > ?2 ORDER BY organization_no LIMIT ?3";
    snapshot.rows(sql, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Organizations that can be chosen, in order of creation, without the first `offset`.
///
/// # Errors
/// What the database says.
pub fn organization_active_page(snapshot: &mut Snapshot<'_>, offset: i64, most: i64) -> Result<Vec<Organization>> {
    snapshot.rows(ACTIVE, &[most.into(), offset.into()])?.into_iter().map(read).collect()
}

/// Adds an organization.
///
/// # Errors
/// What the database says.
pub fn organization_insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    parent: Option<OrganizationNo>,
    name: &str,
) -> Result<OrganizationNo> {
    let number = counter_next(tx, "organization")?;
    let now = tx.context().now.micros();
    tx.execute(
        "INSERT INTO organization (tenant_no, organization_no, organization_id, parent_no, name, active, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)",
        &[number.into(), id.into(), parent.map(|parent| parent.0).into(), name.into(), now.into()],
    )?;
    tx.raise_epoch()?;
    Ok(OrganizationNo(number))
}

/// Changes name and place, and whether it can be chosen.
///
/// # Errors
/// What the database says.
pub fn organization_set(tx: &mut Tx<'_>, organization: &Organization) -> Result<()> {
    let parent = organization.parent.map(|parent| parent.0);
    tx.execute(
        "UPDATE organization SET name = ?3, parent_no = ?4, active = ?5 WHERE tenant_no = ?1 AND organization_no = ?2",
        &[organization.number.0.into(), organization.name.as_str().into(), parent.into(), organization.active.into()],
    )?;
    tx.raise_epoch()
}

/// Whether people belong to it or organizations stand below it.
///
/// # Errors
/// What the database says.
pub fn organization_is_used(snapshot: &mut Snapshot<'_>, number: OrganizationNo) -> Result<bool> {
    let rows = snapshot.rows(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM organization WHERE tenant_no = ?1 AND parent_no = ?2 AND active = 1)
         OR EXISTS (SELECT 1 FROM user_organization WHERE tenant_no = ?1 AND organization_no = ?2)",
        &[number.0.into()],
    )?;
    Ok(!rows.is_empty())
}
