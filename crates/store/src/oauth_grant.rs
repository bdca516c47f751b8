//! Families of tokens, and the refresh tokens in them.

use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, UserNo};
use musubi_domain::oauth_grant::{OauthGrant, RefreshToken};
use musubi_domain::time::Timestamp;

use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_NUMBER: Point = Point::new(
    "SELECT grant_no, client_no, user_no, scope, auth_at, refreshes, ends_at, revoked_at IS NOT NULL, created_at
     FROM oauth_grant WHERE tenant_no = ?1 AND grant_no = ?2",
);
const SHOWN: Point = Point::new(
    "SELECT r.generation, r.used_at, (SELECT MAX(l.generation) FROM refresh_token l WHERE l.tenant_no = ?1 AND l.grant_no = r.grant_no),
       g.grant_no, g.client_no, g.user_no, g.scope, g.auth_at, g.refreshes, g.ends_at, g.revoked_at IS NOT NULL, g.created_at
     FROM refresh_token r JOIN oauth_grant g ON g.tenant_no = r.tenant_no AND g.grant_no = r.grant_no
     WHERE r.tenant_no = ?1 AND r.token_hash = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER, &SHOWN];

const OF_USER: &str =
    "SELECT grant_no, client_no, user_no, scope, auth_at, refreshes, ends_at, revoked_at IS NOT NULL, created_at
     FROM oauth_grant WHERE tenant_no = ?1 AND user_no = ?2 AND grant_no > ?3 ORDER BY grant_no LIMIT ?4";

pub(crate) const PAGES: &[&str] = &[OF_USER];

fn read(mut row: Row) -> Result<OauthGrant> {
    Ok(OauthGrant {
        number: OauthGrantNo(row.take()?),
        client: OauthClientNo(row.take()?),
        user: UserNo(row.take()?),
        scope: row.take()?,
        auth_at: Timestamp::from_micros(row.take()?),
        refreshes: row.take()?,
        ends_at: Timestamp::from_micros(row.take()?),
        revoked: row.take()?,
        created_at: Timestamp::from_micros(row.take()?),
    })
}

/// The family of a number.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_by_number(keyed: &mut Keyed<'_>, number: OauthGrantNo) -> Result<Option<OauthGrant>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The families of a person's tokens by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_list(
    snapshot: &mut Snapshot<'_>,
    user: UserNo,
    after: OauthGrantNo,
    most: i64,
) -> Result<Vec<OauthGrant>> {
    snapshot.rows(OF_USER, &[user.0.into(), after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Adds a family.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_insert(tx: &mut Tx<'_>, grant: &OauthGrant) -> Result<()> {
    tx.execute(
        "INSERT INTO oauth_grant (tenant_no, grant_no, client_no, user_no, scope, auth_at, refreshes, ends_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            grant.number.0.into(),
            grant.client.0.into(),
            grant.user.0.into(),
            grant.scope.as_str().into(),
            grant.auth_at.micros().into(),
            grant.refreshes.into(),
            grant.ends_at.micros().into(),
            grant.created_at.micros().into(),
        ],
    )
    .map(drop)
}

/// Takes a family back with all its tokens; false where there is none that is not taken back already.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_revoke(tx: &mut Tx<'_>, number: OauthGrantNo) -> Result<bool> {
    let now = tx.context().now.micros();
    let tokens = tx.execute(
        "UPDATE token SET revoked_at = ?3 WHERE tenant_no = ?1 AND grant_no = ?2 AND revoked_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    let count = tx.execute(
        "UPDATE oauth_grant SET revoked_at = ?3 WHERE tenant_no = ?1 AND grant_no = ?2 AND revoked_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    if tokens + count > 0 {
        tx.raise_epoch()?;
    }
    Ok(count == 1)
}

/// Takes back the families of a person's tokens, those of one client or all; how many.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_revoke_of_user(tx: &mut Tx<'_>, user: UserNo, client: Option<OauthClientNo>) -> Result<u64> {
    let (now, client) = (tx.context().now.micros(), client.map(|client| client.0));
    let tokens = tx.execute(
        "UPDATE token SET revoked_at = ?4 WHERE tenant_no = ?1 AND revoked_at IS NULL AND grant_no IN (
           SELECT grant_no FROM oauth_grant WHERE tenant_no = ?1 AND user_no = ?2 AND revoked_at IS NULL
             AND (CAST(?3 AS BIGINT) IS NULL OR client_no = ?3))",
        &[user.0.into(), client.into(), now.into()],
    )?;
    let count = tx.execute(
        "UPDATE oauth_grant SET revoked_at = ?4 WHERE tenant_no = ?1 AND user_no = ?2 AND revoked_at IS NULL
           AND (CAST(?3 AS BIGINT) IS NULL OR client_no = ?3)",
        &[user.0.into(), client.into(), now.into()],
    )?;
    if tokens + count > 0 {
        tx.raise_epoch()?;
    }
    Ok(count)
}

/// Forgets families that ended before `moment` with their refresh tokens, at most `most`.
///
/// # Errors
/// What the database says.
pub fn oauth_grant_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<u64> {
    let rows = tx.rows(
        "SELECT grant_no FROM oauth_grant WHERE tenant_no = ?1 AND ends_at < ?2 ORDER BY ends_at LIMIT ?3",
        &[moment.micros().into(), most.into()],
    )?;
    let mut count = 0;
    for mut row in rows {
        let number: i64 = row.take()?;
        tx.execute("DELETE FROM refresh_token WHERE tenant_no = ?1 AND grant_no = ?2", &[number.into()])?;
        count += tx.execute("DELETE FROM oauth_grant WHERE tenant_no = ?1 AND grant_no = ?2", &[number.into()])?;
    }
    Ok(count)
}

/// The refresh token of a hash, its family, and the generation to which the refresh tokens of that have come, in one statement.
///
/// # Errors
/// What the database says.
pub fn refresh_token_shown(keyed: &mut Keyed<'_>, hash: &[u8]) -> Result<Option<(RefreshToken, OauthGrant, i64)>> {
    let row = keyed.point_one(&SHOWN, &[hash.into()])?;
    row.map(|mut row| {
        let generation = row.take()?;
        let used_at = row.take::<Option<i64>>()?.map(Timestamp::from_micros);
        let latest = row.take()?;
        let grant = read(row)?;
        Ok((RefreshToken { grant: grant.number, generation, used_at }, grant, latest))
    })
    .transpose()
}

/// Adds a refresh token, and notes that the one before it was used.
///
/// # Errors
/// What the database says.
pub fn refresh_token_insert(tx: &mut Tx<'_>, grant: OauthGrantNo, generation: i64, hash: &[u8]) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE refresh_token SET used_at = ?4 WHERE tenant_no = ?1 AND grant_no = ?2 AND generation = ?3",
        &[grant.0.into(), (generation - 1).into(), now.into()],
    )?;
    tx.execute(
        "INSERT INTO refresh_token (tenant_no, grant_no, generation, token_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[grant.0.into(), generation.into(), hash.into(), now.into()],
    )
    .map(drop)
}
