//! Keys that sign ID tokens.

use musubi_domain::error::Result;
use musubi_domain::signing_key::SigningKey;
use musubi_domain::time::Timestamp;

use crate::db::{Keyed, Point, Row, Tx};

/// What is made in a hundred years and more.
const LATEST: Point = Point::new(
    "SELECT key_no, kid, modulus, private_key, used_from, created_at FROM signing_key
     WHERE tenant_no = ?1 ORDER BY key_no DESC LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&LATEST];

fn read(mut row: Row) -> Result<SigningKey> {
    Ok(SigningKey {
        number: row.take()?,
        kid: row.take()?,
        modulus: row.take()?,
        private_key: row.take()?,
        used_from: Timestamp::from_micros(row.take()?),
        created_at: Timestamp::from_micros(row.take()?),
    })
}

/// The latest keys, in the order in which they were made.
///
/// # Errors
/// What the database says.
pub fn signing_key_list(keyed: &mut Keyed<'_>) -> Result<Vec<SigningKey>> {
    keyed.point(&LATEST, &[])?.into_iter().rev().map(read).collect()
}

/// Adds a key; false where another was given its number meanwhile.
///
/// # Errors
/// What the database says.
pub fn signing_key_insert(tx: &mut Tx<'_>, key: &SigningKey) -> Result<bool> {
    let count = tx.execute(
        "INSERT INTO signing_key (tenant_no, key_no, kid, modulus, private_key, used_from, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_no, key_no) DO NOTHING",
        &[
            key.number.into(),
            key.kid.as_str().into(),
            key.modulus.clone().into(),
            key.private_key.clone().into(),
            key.used_from.micros().into(),
            key.created_at.micros().into(),
        ],
    )?;
    tx.raise_epoch()?;
    Ok(count == 1)
}

/// Forgets the private half of a key with which nothing is signed any more.
///
/// # Errors
/// What the database says.
pub fn signing_key_retire(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    tx.execute("UPDATE signing_key SET private_key = NULL WHERE tenant_no = ?1 AND key_no = ?2", &[number.into()])?;
    tx.raise_epoch()
}
