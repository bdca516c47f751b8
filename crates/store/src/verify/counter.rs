//! Counters: none may give out a number that has been given out.

use std::collections::BTreeMap;

use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo};
use musubi_domain::verify::{Flaw, Spot};

use super::Found;
use crate::db::{Snapshot, Value};
use crate::record::record_highest;

/// Counters of the tenant, each with its table and the column that holds its numbers.
const OF_TENANT: [(&str, &str, &str); 8] = [
    ("item", "item", "item_no"),
    ("index", "record_index", "index_no"),
    ("user", "user_account", "user_no"),
    ("organization", "organization", "organization_no"),
    ("permission_template", "permission_template", "permission_template_no"),
    ("token", "token", "token_no"),
    ("oauth_client", "oauth_client", "client_no"),
    ("job", "job", "job_no"),
];
/// Counters over all tenants, likewise.
const OF_ALL: [(&str, &str, &str); 2] =
    [("tenant", "tenant", "tenant_no"), ("database", "record_database", "database_no")];

/// Counters that are behind the numbers of the tenant. `numbers` are the highest automatic numbers that records of its were seen with.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn counters_look(
    snapshot: &mut Snapshot<'_>,
    databases: &[DatabaseNo],
    numbers: &BTreeMap<ItemNo, i64>,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for (owner, counters) in [(snapshot.tenant().0, &OF_TENANT[..]), (0, &OF_ALL[..])] {
        for (name, table, column) in counters {
            let sql = format!("SELECT coalesce(max({column}), 0) FROM {table} WHERE tenant_no = ?1");
            let highest = number(snapshot, &sql, &[])?;
            let counted = counted(snapshot, owner, name)?;
            found.extend(behind(name, counted, highest));
        }
    }
    for (item, highest) in numbers {
        let name = format!("item {item}");
        let owner = snapshot.tenant().0;
        let counted = counted(snapshot, owner, &name)?;
        found.extend(behind(&name, counted, *highest));
    }
    let mut highest = 0;
    for database in databases {
        let of_database = record_highest(snapshot, *database)?;
        highest = highest.max(of_database.map_or(0, |record| record.0 - RecordNo::new(*database, 0).0));
    }
    let sql = snapshot.dialect().last_record_sequence();
    let counted = number(snapshot, sql, &[])?;
    found.extend(behind("record", counted, highest));
    let highest = number(snapshot, "SELECT coalesce(max(change_set_no), 0) FROM change_set WHERE tenant_no = ?1", &[])?;
    let sql = snapshot.dialect().last_change_set();
    let counted = number(snapshot, sql, &[])?;
    found.extend(behind("change_set", counted, highest));
    Ok(found)
}

fn counted(snapshot: &mut Snapshot<'_>, owner: i64, name: &str) -> Result<i64> {
    let sql = "SELECT coalesce(max(value), 0) FROM counter WHERE tenant_no = ?2 AND name = ?3 AND CAST(?1 AS BIGINT) IS NOT NULL";
    number(snapshot, sql, &[owner.into(), name.into()])
}

fn number(snapshot: &mut Snapshot<'_>, sql: &str, parameters: &[Value]) -> Result<i64> {
    snapshot.rows(sql, parameters)?.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

fn behind(name: &str, counted: i64, highest: i64) -> Option<Found> {
    let spot = Spot::Counter(name.to_owned());
    (counted < highest).then(|| Found::new(Flaw::Counter, spot).detailed(format!("{counted} < {highest}")))
}
