//! OpenID clients.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{OauthClientNo, UserNo};
use musubi_domain::limits;
use serde::{Deserialize, Serialize};

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT client_no, client_id, name, user_no, settings, secret_hash FROM oauth_client WHERE client_id = ?2 AND tenant_no = ?1",
);

const BY_NUMBER: Point = Point::new(
    "SELECT client_no, client_id, name, user_no, settings FROM oauth_client WHERE tenant_no = ?1 AND client_no = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_NUMBER];

/// What is set of a client. Stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OauthClientSettings {
    /// Where the browser may be sent back to, exactly.
    pub redirect_uris: Vec<String>,
    /// Scope names separated by spaces.
    pub scope: String,
    /// Has no secret.
    pub public: bool,
    /// Grants beside authorization_code and refresh_token.
    pub grants: Vec<String>,
    /// The claims profile: `robotid` or `standard`.
    pub claims: String,
    /// Refresh tokens change with each use.
    pub rotate_refresh: bool,
    /// Days after a consent until refresh tokens that follow from it end; 0: [`limits::REFRESH_DAYS`].
    pub refresh_days: i64,
    /// Where the browser may be sent to when somebody has signed out, exactly.
    pub post_logout_redirect_uris: Vec<String>,
    /// The rights to which it is held where no person acts; none: it has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<Vec<String>>,
    /// The addresses and networks from which it and its tokens may come; none: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_addresses: Vec<String>,
    /// Requests that a token of it may make in a minute, 0 being any number; none: as many as the tenant says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
}

impl OauthClientSettings {
    /// Seconds after a consent until refresh tokens that follow from it end.
    #[must_use]
    pub const fn refresh_seconds(&self) -> i64 {
        let days = if self.refresh_days == 0 { limits::REFRESH_DAYS } else { self.refresh_days };
        days.saturating_mul(86_400)
    }
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthClient {
    /// Its number.
    pub number: OauthClientNo,
    /// Its id on the wire.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// The system user that stands for it.
    pub user: UserNo,
    /// What is set.
    pub settings: OauthClientSettings,
}

/// The settings of a client as its column holds them.
pub(crate) fn settings_of(json: &str) -> Result<OauthClientSettings> {
    serde_json::from_str(json).map_err(|error| Error::internal(format!("client settings: {error}")))
}

fn read(mut row: Row) -> Result<OauthClient> {
    read_front(&mut row)
}

fn read_front(row: &mut Row) -> Result<OauthClient> {
    let (number, client_id, name, user) = (OauthClientNo(row.take()?), row.take()?, row.take()?, UserNo(row.take()?));
    let settings = settings_of(&row.take::<String>()?)?;
    Ok(OauthClient { number, client_id, name, user, settings })
}

/// The client of an id.
///
/// # Errors
/// What the database says.
pub fn oauth_client_by_id(keyed: &mut Keyed<'_>, client_id: &str) -> Result<Option<OauthClient>> {
    keyed.point_one(&BY_ID, &[client_id.into()])?.map(read).transpose()
}

/// The client of an id with the hash of its secret; a public client has none.
///
/// # Errors
/// What the database says.
pub fn oauth_client_with_secret(
    keyed: &mut Keyed<'_>,
    client_id: &str,
) -> Result<Option<(OauthClient, Option<Vec<u8>>)>> {
    let row = keyed.point_one(&BY_ID, &[client_id.into()])?;
    row.map(|mut row| Ok((read_front(&mut row)?, row.take()?))).transpose()
}

/// The client of a number.
///
/// # Errors
/// What the database says.
pub fn oauth_client_by_number(keyed: &mut Keyed<'_>, number: OauthClientNo) -> Result<Option<OauthClient>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// Clients by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn oauth_client_list(snapshot: &mut Snapshot<'_>, after: OauthClientNo, most: i64) -> Result<Vec<OauthClient>> {
    let sql = "SELECT client_no, client_id, name, user_no, settings FROM oauth_client WHERE tenant_no = ?1 AND client_no > ?2 ORDER BY client_no LIMIT ?3";
    snapshot.rows(sql, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Adds a client; its number is taken anew.
///
/// # Errors
/// What the database says.
pub fn oauth_client_insert(
    tx: &mut Tx<'_>,
    client: &OauthClient,
    secret_hash: Option<Vec<u8>>,
) -> Result<OauthClientNo> {
    let number = counter_next(tx, "oauth_client")?;
    let now = tx.context().now.micros();
    let settings = serde_json::to_string(&client.settings).map_err(|error| Error::internal(error.to_string()))?;
    tx.execute(
        "INSERT INTO oauth_client (tenant_no, client_no, client_id, name, secret_hash, user_no, settings, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            number.into(),
            client.client_id.as_str().into(),
            client.name.as_str().into(),
            secret_hash.into(),
            client.user.0.into(),
            settings.into(),
            now.into(),
        ],
    )?;
    tx.raise_epoch()?;
    Ok(OauthClientNo(number))
}

/// Changes the name and the settings of a client.
///
/// # Errors
/// What the database says.
pub fn oauth_client_set(tx: &mut Tx<'_>, client: &OauthClient) -> Result<()> {
    let settings = serde_json::to_string(&client.settings).map_err(|error| Error::internal(error.to_string()))?;
    tx.execute(
        "UPDATE oauth_client SET name = ?3, settings = ?4 WHERE tenant_no = ?1 AND client_no = ?2",
        &[client.number.0.into(), client.name.as_str().into(), settings.into()],
    )?;
    tx.raise_epoch()
}

/// Gives a client another secret, whose hash is kept.
///
/// # Errors
/// What the database says.
pub fn oauth_client_secret_set(tx: &mut Tx<'_>, number: OauthClientNo, secret_hash: &[u8]) -> Result<()> {
    tx.execute(
        "UPDATE oauth_client SET secret_hash = ?3 WHERE tenant_no = ?1 AND client_no = ?2",
        &[number.0.into(), secret_hash.into()],
    )?;
    tx.raise_epoch()
}

/// Removes a client, takes its tokens back, and forgets what people have allowed it.
///
/// # Errors
/// What the database says.
pub fn oauth_client_delete(tx: &mut Tx<'_>, number: OauthClientNo) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE token SET revoked_at = ?3 WHERE tenant_no = ?1 AND client_no = ?2 AND revoked_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE oauth_grant SET revoked_at = ?3 WHERE tenant_no = ?1 AND client_no = ?2 AND revoked_at IS NULL",
        &[number.0.into(), now.into()],
    )?;
    tx.execute("DELETE FROM consent WHERE tenant_no = ?1 AND client_no = ?2", &[number.0.into()])?;
    tx.execute("DELETE FROM oauth_client WHERE tenant_no = ?1 AND client_no = ?2", &[number.0.into()])?;
    tx.raise_epoch()
}
