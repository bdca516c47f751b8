//! Tenants and their host names.

use musubi_domain::claims::Company;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::id::TenantNo;
use musubi_domain::tenant::TenantSettings;
use uuid::Uuid;

use crate::db::{Keyed, Point, Tx, Unscoped};

const BY_HOST: Point = Point::new("SELECT tenant_no FROM tenant_host WHERE host = ?1");
const FIRST_TWO: Point = Point::new("SELECT tenant_no FROM tenant WHERE tenant_no > ?1 ORDER BY tenant_no LIMIT 2");
const BY_CODE: Point = Point::new("SELECT tenant_no FROM tenant WHERE code = ?1");
const SETTINGS: Point = Point::new("SELECT settings FROM tenant WHERE tenant_no = ?1");
const ABOUT: Point = Point::new("SELECT code, name, settings FROM tenant WHERE tenant_no = ?1");
const LIST: Point =
    Point::new("SELECT tenant_no, code, name, settings FROM tenant WHERE tenant_no > ?1 ORDER BY tenant_no LIMIT 200");
const HOSTS: Point = Point::new("SELECT host FROM tenant_host WHERE tenant_no = ?1 ORDER BY host LIMIT 200");

pub(crate) const POINTS: &[&Point] = &[&BY_HOST, &FIRST_TWO, &BY_CODE, &SETTINGS, &ABOUT, &LIST, &HOSTS];

/// A tenant as commands show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// Its short name (企業UID).
    pub code: String,
    /// Its name.
    pub name: String,
    /// The host names that lead to it.
    pub hosts: Vec<String>,
    /// What it has decided.
    pub settings: TenantSettings,
}

/// The tenant of a host name.
///
/// # Errors
/// What the database says.
pub fn tenant_by_host(unscoped: &mut Unscoped<'_>, host: &str) -> Result<Option<TenantNo>> {
    first(unscoped.point(&BY_HOST, &[host.into()])?)
}

/// The tenant of a code.
///
/// # Errors
/// What the database says.
pub fn tenant_by_code(unscoped: &mut Unscoped<'_>, code: &str) -> Result<Option<TenantNo>> {
    first(unscoped.point(&BY_CODE, &[code.into()])?)
}

/// The tenant, where there is exactly one; `Err(count)` with 0 or 2 (two or more) otherwise.
///
/// # Errors
/// What the database says.
pub fn tenant_alone(unscoped: &mut Unscoped<'_>) -> Result<std::result::Result<TenantNo, usize>> {
    let rows = unscoped.point(&FIRST_TWO, &[0.into()])?;
    let count = rows.len();
    match first(rows)? {
        Some(tenant) if count == 1 => Ok(Ok(tenant)),
        _ => Ok(Err(count)),
    }
}

fn first(rows: Vec<crate::db::Row>) -> Result<Option<TenantNo>> {
    rows.into_iter().next().map(|mut row| row.take().map(TenantNo)).transpose()
}

/// What the tenant has decided.
///
/// # Errors
/// What the database says.
pub fn tenant_settings(keyed: &mut Keyed<'_>) -> Result<TenantSettings> {
    let row = keyed.point_one(&SETTINGS, &[])?;
    read_settings(&row.ok_or_else(|| Error::new(Kind::NotFound))?.take::<String>()?)
}

/// What clients are told of the tenant.
///
/// # Errors
/// What the database says.
pub fn tenant_company(keyed: &mut Keyed<'_>) -> Result<Company> {
    let mut row = keyed.point_one(&ABOUT, &[])?.ok_or_else(|| Error::new(Kind::NotFound))?;
    let (code, name) = (row.take()?, row.take()?);
    Ok(Company { code, name, profile: read_settings(&row.take::<String>()?)?.profile })
}

/// The host names that lead to the tenant.
///
/// # Errors
/// What the database says.
pub fn tenant_hosts(keyed: &mut Keyed<'_>) -> Result<Vec<String>> {
    keyed.point(&HOSTS, &[])?.into_iter().map(|mut row| row.take()).collect()
}

fn read_settings(settings: &str) -> Result<TenantSettings> {
    serde_json::from_str(settings)
        .map_err(|error| Error::internal(format!("the tenant's settings cannot be read: {error}")))
}

/// Changes what the tenant has decided.
///
/// # Errors
/// What the database says.
pub fn tenant_settings_set(tx: &mut Tx<'_>, settings: &TenantSettings) -> Result<()> {
    let settings = serde_json::to_string(settings).map_err(|error| Error::internal(error.to_string()))?;
    tx.execute("UPDATE tenant SET settings = ?2 WHERE tenant_no = ?1", &[settings.into()])?;
    tx.raise_epoch()
}

/// Adds the tenant of the transaction. False where the code is taken.
///
/// # Errors
/// What the database says.
pub fn tenant_insert(tx: &mut Tx<'_>, id: Uuid, code: &str, name: &str) -> Result<bool> {
    let now = tx.context().now.micros();
    let count = tx.execute(
        "INSERT INTO tenant (tenant_no, tenant_id, code, name, settings, created_at) VALUES (?1, ?2, ?3, ?4, '{}', ?5)
         ON CONFLICT (code) DO NOTHING",
        &[id.into(), code.into(), name.into(), now.into()],
    )?;
    Ok(count == 1)
}

/// Renames the tenant.
///
/// # Errors
/// What the database says.
pub fn tenant_name_set(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.execute("UPDATE tenant SET name = ?2 WHERE tenant_no = ?1", &[name.into()])?;
    tx.raise_epoch()
}

/// Takes a host name away; false where it does not lead to the tenant.
///
/// # Errors
/// What the database says.
pub fn tenant_host_delete(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    let count = tx.execute("DELETE FROM tenant_host WHERE tenant_no = ?1 AND host = ?2", &[host.into()])?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Adds a host name. False where it leads to another tenant.
///
/// # Errors
/// What the database says.
pub fn tenant_host_insert(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    let rows = tx.rows(
        "INSERT INTO tenant_host (host, tenant_no) VALUES (?2, ?1)
         ON CONFLICT (host) DO UPDATE SET host = excluded.host WHERE tenant_host.tenant_no = excluded.tenant_no RETURNING host",
        &[host.into()],
    )?;
    Ok(!rows.is_empty())
}

/// Tenants by number, after `after`, at most 200, each with its number.
///
/// # Errors
/// What the database says.
pub fn tenant_list(unscoped: &mut Unscoped<'_>, after: TenantNo) -> Result<Vec<(TenantNo, TenantRow)>> {
    let mut tenants = Vec::new();
    for mut row in unscoped.point(&LIST, &[after.0.into()])? {
        let (number, code, name): (i64, String, String) = (row.take()?, row.take()?, row.take()?);
        let settings = read_settings(&row.take::<String>()?)?;
        let hosts =
            unscoped.point(&HOSTS, &[number.into()])?.into_iter().map(|mut row| row.take()).collect::<Result<_>>()?;
        tenants.push((TenantNo(number), TenantRow { code, name, hosts, settings }));
    }
    Ok(tenants)
}
