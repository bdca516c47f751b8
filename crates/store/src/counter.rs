//! Numbers given out one by one, never twice. For what is made rarely: a count is one row that writers wait for.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, RecordNo};

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

/// The number of a new change set.
///
/// # Errors
/// What the database says.
pub fn change_set_number_next(tx: &mut Tx<'_>) -> Result<ChangeSetNo> {
    let sql = tx.dialect().next_change_set();
    let rows = tx.rows(sql, &[])?;
    first_number(rows).map(ChangeSetNo)
}

/// The first of `count` numbers under `name` within the tenant, all of which are the caller's. For numbers that people read: taken in
/// a transaction of its own, they rise within an instance, and what an instance has not used when it ends is a gap.
///
/// # Errors
/// What the database says.
pub fn counter_block(tx: &mut Tx<'_>, name: &str, count: i64) -> Result<i64> {
    let rows = tx.rows(
        "INSERT INTO counter (tenant_no, name, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + ?3 RETURNING value",
        &[name.into(), count.into()],
    )?;
    Ok(first_number(rows)? - count + 1)
}

fn first_number(rows: Vec<crate::db::Row>) -> Result<i64> {
    rows.into_iter().next().ok_or_else(|| Error::internal("a counter gave no number"))?.take()
}
