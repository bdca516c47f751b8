//! Links by which people set new passwords. The store keeps hashes of their texts.

use musubi_domain::error::Result;
use musubi_domain::id::UserNo;
use musubi_domain::time::Timestamp;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Tx};

const BY_HASH: Point = Point::new(
    "SELECT reset_no, user_no, created_at, used_at IS NOT NULL FROM password_reset WHERE tenant_no = ?1 AND reset_hash = ?2",
);
const BY_NUMBER: Point = Point::new(
    "SELECT reset_no, user_no, created_at, used_at IS NOT NULL FROM password_reset WHERE tenant_no = ?1 AND reset_no = ?2",
);
const OF_USER: Point = Point::new(
    "SELECT count(*) FROM password_reset WHERE tenant_no = ?1 AND user_no = ?2 AND created_at > ?3 AND created_at <= ?4",
);

pub(crate) const POINTS: &[&Point] = &[&BY_HASH, &BY_NUMBER, &OF_USER];

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Its number.
    pub number: i64,
    /// Whose password it sets.
    pub user: UserNo,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// It was used, or is worth nothing any more.
    pub is_used: bool,
}

fn read(mut row: Row) -> Result<PasswordReset> {
    Ok(PasswordReset {
        number: row.take()?,
        user: UserNo(row.take()?),
        created_at: Timestamp::from_micros(row.take()?),
        is_used: row.take()?,
    })
}

/// The link of a hash.
///
/// # Errors
/// What the database says.
pub fn password_reset_by_hash(keyed: &mut Keyed<'_>, hash: &[u8]) -> Result<Option<PasswordReset>> {
    keyed.point_one(&BY_HASH, &[hash.into()])?.map(read).transpose()
}

/// The link of a number.
///
/// # Errors
/// What the database says.
pub fn password_reset_by_number(keyed: &mut Keyed<'_>, number: i64) -> Result<Option<PasswordReset>> {
    keyed.point_one(&BY_NUMBER, &[number.into()])?.map(read).transpose()
}

/// How many links a person was sent after a moment, up to another one.
///
/// # Errors
/// What the database says.
pub fn password_reset_count(keyed: &mut Keyed<'_>, user: UserNo, after: Timestamp, until: Timestamp) -> Result<i64> {
    let row = keyed.point_one(&OF_USER, &[user.0.into(), after.micros().into(), until.micros().into()])?;
    row.map_or(Ok(0), |mut row| row.take())
}

/// The number of the next link.
///
/// # Errors
/// What the database says.
pub fn password_reset_number_next(tx: &mut Tx<'_>) -> Result<i64> {
    counter_next(tx, "password_reset")
}

/// Adds a link.
///
/// # Errors
/// What the database says.
pub fn password_reset_insert(tx: &mut Tx<'_>, reset: &PasswordReset, hash: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO password_reset (tenant_no, reset_no, reset_hash, user_no, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[reset.number.into(), hash.into(), reset.user.0.into(), reset.created_at.micros().into()],
    )
    .map(drop)
}

/// Makes all links of a person worth nothing.
///
/// # Errors
/// What the database says.
pub fn password_reset_use_all(tx: &mut Tx<'_>, user: UserNo) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE password_reset SET used_at = ?3 WHERE tenant_no = ?1 AND user_no = ?2 AND used_at IS NULL",
        &[user.0.into(), now.into()],
    )
    .map(drop)
}

/// Forgets links that were made before `moment`, at most `most`.
///
/// # Errors
/// What the database says.
pub fn password_reset_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM password_reset WHERE tenant_no = ?1 AND reset_no IN (
           SELECT reset_no FROM password_reset WHERE tenant_no = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
    .map(drop)
}
