//! Databases, and records that are in none.

use std::collections::BTreeSet;

use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_domain::verify::{Flaw, Spot};
use uuid::Uuid;

use super::{Found, Looked, count_of};
use crate::db::{Row, Snapshot};
use crate::template::template_by_number;

/// Records outside their place that are told of one database at most.
const TOLD: i64 = 100;

/// Databases, each with its name, and what is wrong with them.
#[derive(Clone, Debug)]
pub struct DatabasesLooked {
    /// The databases.
    pub databases: Vec<(DatabaseNo, String)>,
    /// What is wrong.
    pub looked: Looked<DatabaseNo>,
}

/// The databases of the tenant after one, at most `most`. Those whose template cannot be read are among what is found.
///
/// # Errors
/// What the database says.
pub fn databases_look(snapshot: &mut Snapshot<'_>, after: DatabaseNo, most: i64) -> Result<DatabasesLooked> {
    let rows = snapshot.rows(
        "SELECT database_no, name FROM record_database WHERE tenant_no = ?1 AND database_no > ?2 ORDER BY database_no LIMIT ?3",
        &[after.0.into(), most.into()],
    )?;
    let read = |mut row: Row| Ok((DatabaseNo(row.take()?), row.take()?));
    let databases: Vec<(DatabaseNo, String)> = rows.into_iter().map(read).collect::<Result<_>>()?;
    let mut found = Vec::new();
    for (database, _) in &databases {
        if let Err(error) = template_by_number(snapshot, *database) {
            let cause = error.cause().map_or("", |cause| cause.for_log());
            let template = Found::new(Flaw::Template, Spot::Whole).detailed(cause);
            found.push(Found { database: Some(*database), ..template });
        }
    }
    let count = count_of(databases.len());
    let next = databases.last().filter(|_| count == most).map(|(database, _)| *database);
    Ok(DatabasesLooked { databases, looked: Looked { found, count, next } })
}

/// Records of databases that are not there, and of databases whose numbers theirs is not among.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn places_look(snapshot: &mut Snapshot<'_>, databases: &BTreeSet<DatabaseNo>) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut after = i64::MIN;
    loop {
        let rows = snapshot
            .rows("SELECT min(database_no) FROM record WHERE tenant_no = ?1 AND database_no > ?2", &[after.into()])?;
        let next = rows.into_iter().next().map_or(Ok(None), |mut row| row.take())?;
        let Some(database) = next.map(DatabaseNo) else { return Ok(found) };
        after = database.0;
        if databases.contains(&database) {
            found.extend(outside(snapshot, database)?);
        } else {
            found.extend(orphans(snapshot, database)?);
        }
    }
}

fn orphans(snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<Vec<Found>> {
    let rows = snapshot.rows(
        "SELECT record_no, record_id FROM record WHERE tenant_no = ?1 AND database_no = ?2 ORDER BY record_id LIMIT ?3",
        &[database.0.into(), TOLD.into()],
    )?;
    rows.into_iter().map(|row| told(row, Flaw::RecordDatabase, database)).collect()
}

/// Live records and, apart, those in the trash, since each have an index.
fn outside(snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Result<Vec<Found>> {
    let (lowest, highest) = RecordNo::range(database);
    let mut found = Vec::new();
    for outside in [
        "deleted_at IS NULL AND record_no <= ?3",
        "deleted_at IS NULL AND record_no > ?4",
        "deleted_at IS NOT NULL AND (record_no <= ?3 OR record_no > ?4)",
    ] {
        let sql = format!(
            "SELECT record_no, record_id FROM record
             WHERE tenant_no = ?1 AND database_no = ?2 AND CAST(?3 AS BIGINT) < CAST(?4 AS BIGINT) AND {outside} LIMIT ?5"
        );
        let parameters = [database.0.into(), lowest.0.into(), highest.0.into(), TOLD.into()];
        let rows = snapshot.rows(&sql, &parameters)?;
        found.extend(rows.into_iter().map(|row| told(row, Flaw::RecordPlace, database)).collect::<Result<Vec<_>>>()?);
    }
    Ok(found)
}

fn told(mut row: Row, flaw: Flaw, database: DatabaseNo) -> Result<Found> {
    let (number, record): (_, Uuid) = (RecordNo(row.take()?), row.take()?);
    let found = Found::new(flaw, Spot::Whole).detailed(format!("{database} ≠ {}", number.database()));
    Ok(Found { database: Some(database), number: Some(number), record: Some(record), ..found })
}
