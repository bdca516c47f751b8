//! System scopes of a tenant.

use musubi_domain::error::Result;
use musubi_domain::system_scope::SystemScope;

use crate::db::{Snapshot, Tx};

/// All of them, by name.
///
/// # Errors
/// What the database says.
pub fn system_scope_list(snapshot: &mut Snapshot<'_>) -> Result<Vec<SystemScope>> {
    let sql = "SELECT name, claims, title_ja, title_en, enabled FROM system_scope WHERE tenant_no = ?1 ORDER BY name LIMIT 1000";
    let rows = snapshot.rows(sql, &[])?;
    rows.into_iter()
        .map(|mut row| {
            Ok(SystemScope {
                name: row.take()?,
                claims: row.take()?,
                title_ja: row.take()?,
                title_en: row.take()?,
                enabled: row.take()?,
            })
        })
        .collect()
}

/// Adds a scope, or changes what one of this name releases and is called.
///
/// # Errors
/// What the database says.
pub fn system_scope_set(tx: &mut Tx<'_>, scope: &SystemScope) -> Result<()> {
    tx.execute(
        "INSERT INTO system_scope (tenant_no, name, claims, title_ja, title_en, enabled) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (tenant_no, name)
         DO UPDATE SET claims = excluded.claims, title_ja = excluded.title_ja, title_en = excluded.title_en",
        &[
            scope.name.as_str().into(),
            scope.claims.as_str().into(),
            scope.title_ja.as_str().into(),
            scope.title_en.as_str().into(),
            scope.enabled.into(),
        ],
    )?;
    tx.raise_epoch()
}

/// Enables or disables a scope; false where there is none of this name.
///
/// # Errors
/// What the database says.
pub fn system_scope_enable(tx: &mut Tx<'_>, name: &str, enabled: bool) -> Result<bool> {
    let count = tx.execute(
        "UPDATE system_scope SET enabled = ?3 WHERE tenant_no = ?1 AND name = ?2",
        &[name.into(), enabled.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Removes a scope; false where there is none of this name.
///
/// # Errors
/// What the database says.
pub fn system_scope_delete(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    let count = tx.execute("DELETE FROM system_scope WHERE tenant_no = ?1 AND name = ?2", &[name.into()])?;
    tx.raise_epoch()?;
    Ok(count == 1)
}
