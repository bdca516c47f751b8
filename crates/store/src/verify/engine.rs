//! What an engine says of itself.

use musubi_domain::error::{Error, Result};
use musubi_domain::verify::{Flaw, Spot};

use super::Found;
use crate::db::{EngineCheck, Snapshot};

/// The tables that the engine can check one by one; none where it cannot check itself.
///
/// # Errors
/// What the database says.
pub fn engine_tables(snapshot: &mut Snapshot<'_>) -> Result<Option<Vec<String>>> {
    let Some(check) = snapshot.dialect().engine_check() else { return Ok(None) };
    let rows = snapshot.rows(check.tables, &[])?;
    rows.into_iter().map(|mut row| row.take()).collect::<Result<_>>().map(Some)
}

/// Name and version of the engine, and the bytes that its database takes, whoever's it is.
///
/// # Errors
/// What the database says.
pub fn engine_about(snapshot: &mut Snapshot<'_>) -> Result<(String, i64)> {
    let row = snapshot.rows(snapshot.dialect().engine_about(), &[])?.into_iter().next();
    let mut row = row.ok_or_else(|| Error::internal("the engine says nothing of itself"))?;
    Ok((row.take()?, row.take()?))
}

/// What the engine finds wrong with the form of one table, or with everything, indexes included.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn engine_look(snapshot: &mut Snapshot<'_>, table: Option<&str>) -> Result<Vec<Found>> {
    let Some(check) = snapshot.dialect().engine_check() else { return Ok(Vec::new()) };
    let rows = match table {
        Some(table) => snapshot.rows(check.table, &[table.into()])?,
        None => snapshot.rows(check.whole, &[])?,
    };
    let spot = table.map_or(Spot::Whole, |table| Spot::Table(table.to_owned()));
    let mut found = Vec::new();
    for mut row in rows {
        let said: String = row.take()?;
        if said != EngineCheck::SOUND {
            found.push(Found::new(Flaw::EngineDamaged, spot.clone()).detailed(said));
        }
    }
    Ok(found)
}
