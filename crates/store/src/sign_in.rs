//! Failures to sign in, of an account from a network. An account is named by 32 bytes that the service derives.

use musubi_domain::error::Result;
use musubi_domain::network::Network;
use musubi_domain::sign_in::Failures;
use musubi_domain::time::Timestamp;

use crate::db::{Keyed, Point, Tx};

const FAILURES: Point =
    Point::new("SELECT failures, last_at FROM sign_in_failure WHERE tenant_no = ?1 AND account = ?2 AND network = ?3");

pub(crate) const POINTS: &[&Point] = &[&FAILURES];

/// The failures in a row of an account from a network.
///
/// # Errors
/// What the database says.
pub fn sign_in_failures(keyed: &mut Keyed<'_>, account: &[u8; 32], network: Network) -> Result<Option<Failures>> {
    let row = keyed.point_one(&FAILURES, &[account.as_slice().into(), network.to_string().into()])?;
    row.map(|mut row| Ok(Failures { count: row.take()?, last_at: Timestamp::from_micros(row.take()?) })).transpose()
}

/// Writes down the failures in a row of an account from a network.
///
/// # Errors
/// What the database says.
pub fn sign_in_failures_set(tx: &mut Tx<'_>, account: &[u8; 32], network: Network, failures: &Failures) -> Result<()> {
    tx.execute(
        "INSERT INTO sign_in_failure (tenant_no, account, network, failures, last_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant_no, account, network) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
        &[
            account.as_slice().into(),
            network.to_string().into(),
            failures.count.into(),
            failures.last_at.micros().into(),
        ],
    )
    .map(drop)
}

/// Clears the failures of an account, from one network or from all.
///
/// # Errors
/// What the database says.
pub fn sign_in_failures_delete(tx: &mut Tx<'_>, account: &[u8; 32], network: Option<Network>) -> Result<()> {
    tx.execute(
        "DELETE FROM sign_in_failure WHERE tenant_no = ?1 AND account = ?2 AND (CAST(?3 AS TEXT) IS NULL OR network = ?3)",
        &[account.as_slice().into(), network.map(|network| network.to_string()).into()],
    )
    .map(drop)
}

/// Forgets failures that ended before `moment`, at most `most`.
///
/// # Errors
/// What the database says.
pub fn sign_in_failures_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM sign_in_failure WHERE tenant_no = ?1 AND (account, network) IN (
           SELECT account, network FROM sign_in_failure WHERE tenant_no = ?1 AND last_at < ?2 ORDER BY last_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
    .map(drop)
}
