//! API scopes and the paths they open.

use musubi_domain::error::Result;

use crate::db::{Keyed, Point, Snapshot, Tx};

const BY_PATH: Point = Point::new(
    "SELECT s.name FROM api_scope_path p JOIN api_scope s ON s.tenant_no = p.tenant_no AND s.name = p.name
     WHERE p.tenant_no = ?1 AND p.path = ?2 AND s.enabled = 1 ORDER BY s.name LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&BY_PATH];

/// The enabled scopes that open a path.
///
/// # Errors
/// What the database says.
pub fn api_scopes_of_path(keyed: &mut Keyed<'_>, path: &str) -> Result<Vec<String>> {
    keyed.point(&BY_PATH, &[path.into()])?.into_iter().map(|mut row| row.take()).collect()
}

/// Scopes by name, each with whether it is enabled and its paths.
///
/// # Errors
/// What the database says.
pub fn api_scope_list(snapshot: &mut Snapshot<'_>) -> Result<Vec<(String, bool, Vec<String>)>> {
    let rows =
        snapshot.rows("SELECT name, enabled FROM api_scope WHERE tenant_no = ?1 ORDER BY name LIMIT 1000", &[])?;
    let mut scopes = Vec::new();
    for mut row in rows {
        let (name, enabled): (String, bool) = (row.take()?, row.take()?);
        let sql = "SELECT path FROM api_scope_path WHERE tenant_no = ?1 AND name = ?2 ORDER BY path LIMIT 1000";
        let paths = snapshot
            .rows(sql, &[name.as_str().into()])?
            .into_iter()
            .map(|mut row| row.take())
            .collect::<Result<_>>()?;
        scopes.push((name, enabled, paths));
    }
    Ok(scopes)
}

/// Adds a scope, enabled; nothing where it is there.
///
/// # Errors
/// What the database says.
pub fn api_scope_insert(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    let count = tx.execute(
        "INSERT INTO api_scope (tenant_no, name, enabled) VALUES (?1, ?2, 1) ON CONFLICT (tenant_no, name) DO NOTHING",
        &[name.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Lets a scope open a path.
///
/// # Errors
/// What the database says.
pub fn api_scope_path_insert(tx: &mut Tx<'_>, path: &str, name: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO api_scope_path (tenant_no, path, name) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, path, name) DO NOTHING",
        &[path.into(), name.into()],
    )
    .map(drop)
}

/// Enables or disables a scope; false where there is none of this name.
///
/// # Errors
/// What the database says.
pub fn api_scope_enable(tx: &mut Tx<'_>, name: &str, enabled: bool) -> Result<bool> {
    let count = tx.execute(
        "UPDATE api_scope SET enabled = ?3 WHERE tenant_no = ?1 AND name = ?2",
        &[name.into(), enabled.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Removes a scope with its paths; false where there is none of this name.
///
/// # Errors
/// What the database says.
pub fn api_scope_delete(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    tx.execute("DELETE FROM api_scope_path WHERE tenant_no = ?1 AND name = ?2", &[name.into()])?;
    let count = tx.execute("DELETE FROM api_scope WHERE tenant_no = ?1 AND name = ?2", &[name.into()])?;
    tx.raise_epoch()?;
    Ok(count == 1)
}
