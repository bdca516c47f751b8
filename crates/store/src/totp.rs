//! Second factors of people: sealed secrets of one-time codes.

use musubi_domain::error::Result;
use musubi_domain::id::UserNo;

use crate::db::{Keyed, Point, Tx};

const OF_USER: Point = Point::new("SELECT secret, last_step FROM totp WHERE tenant_no = ?1 AND user_no = ?2");

pub(crate) const POINTS: &[&Point] = &[&OF_USER];

/// The second factor of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// The secret, sealed.
    pub secret: Vec<u8>,
    /// The time step of the last code that was used.
    pub last_step: i64,
}

/// The second factor of a person.
///
/// # Errors
/// What the database says.
pub fn totp_of_user(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Option<Totp>> {
    let row = keyed.point_one(&OF_USER, &[user.0.into()])?;
    row.map(|mut row| Ok(Totp { secret: row.take()?, last_step: row.take()? })).transpose()
}

/// Gives a person a second factor in place of the one until now, or notes the last code that was used.
///
/// # Errors
/// What the database says.
pub fn totp_set(tx: &mut Tx<'_>, user: UserNo, totp: &Totp) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "INSERT INTO totp (tenant_no, user_no, secret, last_step, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant_no, user_no) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step",
        &[user.0.into(), totp.secret.clone().into(), totp.last_step.into(), now.into()],
    )
    .map(drop)
}

/// Takes the second factor of a person away; false where there is none.
///
/// # Errors
/// What the database says.
pub fn totp_delete(tx: &mut Tx<'_>, user: UserNo) -> Result<bool> {
    Ok(tx.execute("DELETE FROM totp WHERE tenant_no = ?1 AND user_no = ?2", &[user.0.into()])? == 1)
}
