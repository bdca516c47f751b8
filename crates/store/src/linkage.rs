//! Linkage slots. The values that records hold in them are in `unique.rs`.

use musubi_domain::error::Result;
use musubi_domain::id::DatabaseNo;

use crate::db::{Keyed, Point, Snapshot, Tx};

const SLOTS: Point = Point::new("SELECT slot, name FROM linkage_slot WHERE tenant_no = ?1 ORDER BY slot LIMIT 200");

pub(crate) const POINTS: &[&Point] = &[&SLOTS];

/// The slots that have been set up, with the names of the linked systems.
///
/// # Errors
/// What the database says.
pub fn linkage_slots(keyed: &mut Keyed<'_>) -> Result<Vec<(i64, String)>> {
    keyed.point(&SLOTS, &[])?.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
}

/// Names a slot, setting it up.
///
/// # Errors
/// What the database says.
pub fn linkage_slot_set(tx: &mut Tx<'_>, slot: i64, name: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO linkage_slot (tenant_no, slot, name) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, slot) DO UPDATE SET name = excluded.name",
        &[slot.into(), name.into()],
    )?;
    tx.raise_epoch()
}

/// Whether a record holds a value in a slot.
///
/// # Errors
/// What the database says.
pub fn linkage_slot_is_used(snapshot: &mut Snapshot<'_>, database: DatabaseNo, slot: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM record_unique WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 LIMIT 1";
    Ok(!snapshot.rows(sql, &[database.0.into(), slot.into()])?.is_empty())
}

/// How many records of a database hold a value in a slot, up to `most`.
///
/// # Errors
/// What the database says.
pub fn linkage_slot_count(snapshot: &mut Snapshot<'_>, database: DatabaseNo, slot: i64, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM record_unique
               WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 LIMIT ?4) held";
    let rows = snapshot.rows(sql, &[database.0.into(), slot.into(), most.into()])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// Takes a slot down; false where it was not set up.
///
/// # Errors
/// What the database says.
pub fn linkage_slot_delete(tx: &mut Tx<'_>, slot: i64) -> Result<bool> {
    let count = tx.execute("DELETE FROM linkage_slot WHERE tenant_no = ?1 AND slot = ?2", &[slot.into()])?;
    tx.raise_epoch()?;
    Ok(count == 1)
}
