//! Tokens.

use std::sync::Arc;

use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, TenantNo, TokenNo, UserNo};
use musubi_domain::scope;
use musubi_domain::time::Timestamp;
use musubi_domain::token::{Token, TokenSource};

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx, Unscoped};
use crate::oauth_client::settings_of;
use crate::rights::{rights_read, rights_written};

// The one look-up of a token is not held to a tenant: it tells a token of another tenant from an unknown one.
const BY_HASH: Point = Point::new(
    "SELECT t.tenant_no, t.token_no, t.scope, t.user_no, t.client_no, t.expires_at, t.revoked_at IS NOT NULL, t.rights, t.grant_no, t.source, c.settings
     FROM token t LEFT JOIN oauth_client c ON c.tenant_no = t.tenant_no AND c.client_no = t.client_no WHERE t.token_hash = ?1",
);

pub(crate) const POINTS: &[&Point] = &[&BY_HASH, &SHARED];

fn read(mut row: Row) -> Result<Token> {
    let mut token = Token {
        tenant: TenantNo(row.take()?),
        number: TokenNo(row.take()?),
        scope: row.take()?,
        user: UserNo(row.take()?),
        client: row.take::<Option<i64>>()?.map(OauthClientNo),
        rights: None,
        expires_at: Timestamp::from_micros(row.take()?),
        revoked: row.take()?,
        grant: None,
        source: TokenSource::Hand,
    };
    let own = rights_read(row.take()?);
    token.grant = row.take::<Option<i64>>()?.map(OauthGrantNo);
    token.source = TokenSource::of(row.take()?);
    let of_client = row.take::<Option<String>>()?.as_deref().map(settings_of).transpose()?;
    if let Some(of_client) = &of_client {
        token.scope = scope_held_to(&token.scope, &of_client.scope);
    }
    token.rights = held_to(own, of_client.and_then(|settings| settings.rights));
    Ok(token)
}

/// The scopes of a token that its client still may have.
fn scope_held_to(own: &str, of_client: &str) -> String {
    let allowed = scope::names(of_client);
    let names: Vec<_> = scope::names(own).into_iter().filter(|name| allowed.contains(name)).collect();
    names.join(" ")
}

/// The rights to which a token is held: what both its own and those of its client let it do.
fn held_to(own: Option<Arc<[String]>>, of_client: Option<Vec<String>>) -> Option<Arc<[String]>> {
    match (own, of_client) {
        (Some(own), Some(of_client)) => Some(own.iter().filter(|name| of_client.contains(name)).cloned().collect()),
        (own, of_client) => own.or_else(|| of_client.map(Arc::from)),
    }
}

/// The token of a hash, whatever tenant it belongs to.
///
/// # Errors
/// What the database says.
pub fn token_by_hash(unscoped: &mut Unscoped<'_>, hash: &[u8]) -> Result<Option<Token>> {
    unscoped.point(&BY_HASH, &[hash.into()])?.into_iter().next().map(read).transpose()
}

/// Tokens by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn token_list(snapshot: &mut Snapshot<'_>, after: TokenNo, most: i64) -> Result<Vec<Token>> {
    let sql = "SELECT t.tenant_no, t.token_no, t.scope, t.user_no, t.client_no, t.expires_at, t.revoked_at IS NOT NULL, t.rights, t.grant_no, t.source, c.settings
               FROM token t LEFT JOIN oauth_client c ON c.tenant_no = t.tenant_no AND c.client_no = t.client_no
               WHERE t.tenant_no = ?1 AND t.token_no > ?2 ORDER BY t.token_no LIMIT ?3";
    snapshot.rows(sql, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

const SHARED: Point = Point::new(
    "SELECT t.token_no, t.expires_at FROM token t WHERE t.tenant_no = ?1 AND t.client_no = ?2 AND t.expires_at > ?3
       AND t.source = 2 AND t.revoked_at IS NULL AND t.scope = ?4 ORDER BY t.expires_at DESC LIMIT 1",
);

/// The number and the end of the token of a client that is given again as long as it lives.
///
/// # Errors
/// What the database says.
pub fn token_shared(
    keyed: &mut Keyed<'_>,
    client: OauthClientNo,
    scope: &str,
    now: Timestamp,
) -> Result<Option<(TokenNo, Timestamp)>> {
    let row = keyed.point_one(&SHARED, &[client.0.into(), now.micros().into(), scope.into()])?;
    row.map(|mut row| Ok((TokenNo(row.take()?), Timestamp::from_micros(row.take()?)))).transpose()
}

/// The number of the next token.
///
/// # Errors
/// What the database says.
pub fn token_number_next(tx: &mut Tx<'_>) -> Result<TokenNo> {
    counter_next(tx, "token").map(TokenNo)
}

/// Adds a token. Nothing that is cached changes with it.
///
/// # Errors
/// What the database says.
pub fn token_insert(tx: &mut Tx<'_>, token: &Token, hash: &[u8]) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "INSERT INTO token (tenant_no, token_no, generation, token_hash, scope, user_no, client_no, expires_at, created_at, rights, grant_no, source) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        &[
            token.number.0.into(),
            hash.into(),
            token.scope.as_str().into(),
            token.user.0.into(),
            token.client.map(|client| client.0).into(),
            token.expires_at.micros().into(),
            now.into(),
            rights_written(token.rights.as_deref()).into(),
            token.grant.map(|grant| grant.0).into(),
            token.source.number().into(),
        ],
    )
    .map(drop)
}

/// Takes a token back; false where there is none that is not taken back already.
///
/// # Errors
/// What the database says.
pub fn token_revoke(tx: &mut Tx<'_>, number: TokenNo) -> Result<bool> {
    let now = tx.context().now.micros();
    let count = tx.execute(
        "UPDATE token SET revoked_at = ?3 WHERE tenant_no = ?1 AND token_no = ?2 AND revoked_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    if count > 0 {
        tx.raise_epoch()?;
    }
    Ok(count == 1)
}

/// Forgets tokens that ended before `moment`, at most `most`; how many.
///
/// # Errors
/// What the database says.
pub fn token_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM token WHERE tenant_no = ?1 AND token_no IN (SELECT token_no FROM token WHERE tenant_no = ?1 AND expires_at < ?2 ORDER BY expires_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
}

/// Forgets tokens that the endpoints gave out and that ended before `moment`, at most `most`; how many. They are made all the time, and clients ask for the next by themselves.
///
/// # Errors
/// What the database says.
pub fn token_forget_of_endpoints(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM token WHERE tenant_no = ?1 AND token_no IN (
           SELECT token_no FROM token WHERE tenant_no = ?1 AND expires_at < ?2 AND source <> 0
           ORDER BY expires_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
}
