//! Numbers given out one by one, never twice. For what is made rarely: a count is one row that writers wait for.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, RecordNo};

use crate::db::Tx;

/// The next number under `name` within the tenant, from 1.
///
/// # Errors
/// What the database says.
pub fn counter_next(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    let rows = tx.rows(
        "INSERT INTO counter (tenant_no, name, value) VALUES (?1, ?2, 1)
         ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        &[name.into()],
    )?;
    first_number(rows)
}

/// The next number under `name` over all tenants, from 1.
///
/// # Errors
/// What the database says.
pub fn counter_next_of_all(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    let rows = tx.rows(
        "INSERT INTO counter (tenant_no, name, value) SELECT 0, CAST(?2 AS TEXT), 1 WHERE CAST(?1 AS BIGINT) IS NOT NULL
         ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        &[name.into()],
    )?;
    first_number(rows)
}

/// The number of a new record of `database`: higher than that of every record that was there before it.
///
/// # Errors
/// What the database says.
pub fn record_number_next(tx: &mut Tx<'_>, database: DatabaseNo) -> Result<RecordNo> {
    let sql = tx.dialect().next_record_sequence();
    let rows = tx.rows(sql, &[])?;
    Ok(RecordNo::new(database, first_number(rows)?))
}

fn first_number(rows: Vec<crate::db::Row>) -> Result<i64> {
    rows.into_iter().next().ok_or_else(|| Error::internal("a counter gave no number"))?.take()
}
