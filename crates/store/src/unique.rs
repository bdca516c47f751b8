//! What one record of a database alone may hold: values of key items (under the item's number) and linkage values (under the
//! slot's, which are higher than any item's).

use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, RecordNo};

use crate::db::{Keyed, Point, Tx};

const HOLDER: Point = Point::new(
    "SELECT record_no FROM record_unique WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 AND key = ?4",
);

pub(crate) const POINTS: &[&Point] = &[&HOLDER];

/// The record that holds a value.
///
/// # Errors
/// What the database says.
pub fn unique_holder(keyed: &mut Keyed<'_>, database: DatabaseNo, of: i64, value: &str) -> Result<Option<RecordNo>> {
    let row = keyed.point_one(&HOLDER, &[database.0.into(), of.into(), value.into()])?;
    row.map(|mut row| row.take().map(RecordNo)).transpose()
}

/// Gives a record a value; false where a record holds it.
///
/// # Errors
/// What the database says.
pub fn unique_insert(tx: &mut Tx<'_>, record: RecordNo, of: i64, value: &str) -> Result<bool> {
    let rows = tx.rows(
        "INSERT INTO record_unique (tenant_no, database_no, index_no, key, record_no) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant_no, database_no, index_no, key) DO NOTHING RETURNING record_no",
        &[record.database().0.into(), of.into(), value.into(), record.0.into()],
    )?;
    Ok(!rows.is_empty())
}

/// Sets a value free that a record holds.
///
/// # Errors
/// What the database says.
pub fn unique_delete(tx: &mut Tx<'_>, record: RecordNo, of: i64, value: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM record_unique WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 AND key = ?4 AND record_no = ?5",
        &[record.database().0.into(), of.into(), value.into(), record.0.into()],
    )
    .map(drop)
}
