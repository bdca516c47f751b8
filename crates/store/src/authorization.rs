//! Authorization codes, by the hashes of their texts.

use musubi_domain::authorization::AuthorizationCode;
use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, UserNo};
use musubi_domain::time::Timestamp;

use crate::db::{Keyed, Point, Row, Tx};

const BY_HASH: Point = Point::new(
    "SELECT client_no, user_no, redirect_uri, scope, nonce, challenge, auth_at, refresh_until, grant_no, created_at
     FROM authorization_code WHERE tenant_no = ?1 AND code_hash = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&BY_HASH];

fn read(mut row: Row) -> Result<AuthorizationCode> {
    Ok(AuthorizationCode {
        client: OauthClientNo(row.take()?),
        user: UserNo(row.take()?),
        redirect_uri: row.take()?,
        scope: row.take()?,
        nonce: row.take()?,
        challenge: row.take()?,
        auth_at: Timestamp::from_micros(row.take()?),
        refresh_until: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
        grant: row.take::<Option<i64>>()?.map(OauthGrantNo),
        created_at: Timestamp::from_micros(row.take()?),
    })
}

/// The code of a hash.
///
/// # Errors
/// What the database says.
pub fn authorization_code_by_hash(keyed: &mut Keyed<'_>, hash: &[u8]) -> Result<Option<AuthorizationCode>> {
    keyed.point_one(&BY_HASH, &[hash.into()])?.map(read).transpose()
}

/// Adds a code.
///
/// # Errors
/// What the database says.
pub fn authorization_code_insert(tx: &mut Tx<'_>, code: &AuthorizationCode, hash: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO authorization_code (tenant_no, code_hash, client_no, user_no, redirect_uri, scope, nonce, challenge, auth_at, refresh_until, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        &[
            hash.into(),
            code.client.0.into(),
            code.user.0.into(),
            code.redirect_uri.as_str().into(),
            code.scope.as_str().into(),
            code.nonce.clone().into(),
            code.challenge.clone().into(),
            code.auth_at.micros().into(),
            code.refresh_until.map(Timestamp::micros).into(),
            code.created_at.micros().into(),
        ],
    )
    .map(drop)
}

/// Notes what a code was exchanged for; false where it was exchanged already.
///
/// # Errors
/// What the database says.
pub fn authorization_code_exchange(tx: &mut Tx<'_>, hash: &[u8], grant: OauthGrantNo) -> Result<bool> {
    let count = tx.execute(
        "UPDATE authorization_code SET grant_no = ?3 WHERE tenant_no = ?1 AND code_hash = ?2 AND grant_no IS NULL",
        &[hash.into(), grant.0.into()],
    )?;
    Ok(count == 1)
}

/// Takes back the codes that a person's client has not exchanged yet; of all clients where none is said.
///
/// # Errors
/// What the database says.
pub fn authorization_code_delete_of_user(tx: &mut Tx<'_>, user: UserNo, client: Option<OauthClientNo>) -> Result<()> {
    tx.execute(
        "DELETE FROM authorization_code
         WHERE tenant_no = ?1 AND user_no = ?2 AND (CAST(?3 AS BIGINT) IS NULL OR client_no = ?3)",
        &[user.0.into(), client.map(|client| client.0).into()],
    )
    .map(drop)
}

/// Forgets codes that were given before `moment`, at most `most`; how many.
///
/// # Errors
/// What the database says.
pub fn authorization_code_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM authorization_code WHERE tenant_no = ?1 AND code_hash IN (
           SELECT code_hash FROM authorization_code WHERE tenant_no = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
}
