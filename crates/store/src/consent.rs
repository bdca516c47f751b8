//! Consents.

use musubi_domain::consent::Consent;
use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, UserNo};
use musubi_domain::time::Timestamp;

use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_USER_AND_CLIENT: Point = Point::new(
    "SELECT scope, given_at, expires_at FROM consent WHERE tenant_no = ?1 AND user_no = ?2 AND client_no = ?3",
);

pub(crate) const POINTS: &[&Point] = &[&BY_USER_AND_CLIENT];

const OF_USER: &str = "SELECT scope, given_at, expires_at, client_no FROM consent
    WHERE tenant_no = ?1 AND user_no = ?2 AND client_no > ?3 ORDER BY client_no LIMIT ?4";

const OF_CLIENT: &str = "SELECT scope, given_at, expires_at, user_no FROM consent
    WHERE tenant_no = ?1 AND client_no = ?2 AND user_no > ?3 ORDER BY user_no LIMIT ?4";

pub(crate) const PAGES: &[&str] = &[OF_USER, OF_CLIENT];

fn read(row: &mut Row) -> Result<Consent> {
    Ok(Consent {
        scope: row.take()?,
        given_at: Timestamp::from_micros(row.take()?),
        expires_at: Timestamp::from_micros(row.take()?),
    })
}

/// What a person has allowed a client.
///
/// # Errors
/// What the database says.
pub fn consent_of(keyed: &mut Keyed<'_>, user: UserNo, client: OauthClientNo) -> Result<Option<Consent>> {
    let row = keyed.point_one(&BY_USER_AND_CLIENT, &[user.0.into(), client.0.into()])?;
    row.map(|mut row| read(&mut row)).transpose()
}

/// What a person has allowed, by client, after `after`.
///
/// # Errors
/// What the database says.
pub fn consent_list(
    snapshot: &mut Snapshot<'_>,
    user: UserNo,
    after: OauthClientNo,
    most: i64,
) -> Result<Vec<(OauthClientNo, Consent)>> {
    let rows = snapshot.rows(OF_USER, &[user.0.into(), after.0.into(), most.into()])?;
    let pair = |mut row: Row| {
        let consent = read(&mut row)?;
        Ok((OauthClientNo(row.take()?), consent))
    };
    rows.into_iter().map(pair).collect()
}

/// What a client has been allowed, by person, after `after`.
///
/// # Errors
/// What the database says.
pub fn consent_list_of_client(
    snapshot: &mut Snapshot<'_>,
    client: OauthClientNo,
    after: UserNo,
    most: i64,
) -> Result<Vec<(UserNo, Consent)>> {
    let rows = snapshot.rows(OF_CLIENT, &[client.0.into(), after.0.into(), most.into()])?;
    let pair = |mut row: Row| {
        let consent = read(&mut row)?;
        Ok((UserNo(row.take()?), consent))
    };
    rows.into_iter().map(pair).collect()
}

/// Keeps what a person has allowed a client, in place of what he had allowed it before.
///
/// # Errors
/// What the database says.
pub fn consent_set(tx: &mut Tx<'_>, user: UserNo, client: OauthClientNo, consent: &Consent) -> Result<()> {
    tx.execute(
        "INSERT INTO consent (tenant_no, user_no, client_no, scope, given_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (tenant_no, user_no, client_no)
         DO UPDATE SET scope = excluded.scope, given_at = excluded.given_at, expires_at = excluded.expires_at",
        &[
            user.0.into(),
            client.0.into(),
            consent.scope.as_str().into(),
            consent.given_at.micros().into(),
            consent.expires_at.micros().into(),
        ],
    )
    .map(drop)
}

/// Takes back what a person has allowed a client; false where there is nothing.
///
/// # Errors
/// What the database says.
pub fn consent_delete(tx: &mut Tx<'_>, user: UserNo, client: OauthClientNo) -> Result<bool> {
    let count = tx.execute(
        "DELETE FROM consent WHERE tenant_no = ?1 AND user_no = ?2 AND client_no = ?3",
        &[user.0.into(), client.0.into()],
    )?;
    Ok(count == 1)
}
