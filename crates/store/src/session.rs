//! Sessions of people who have signed in. One that has ended is no row. They are cached nowhere, so nothing here raises an epoch.

use musubi_domain::error::Result;
use musubi_domain::id::{SessionNo, UserNo};
use musubi_domain::session::SessionRow;
use musubi_domain::time::Timestamp;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_HASH: Point = Point::new(
    "SELECT session_no, user_no, auth_at, seen_at, address, agent FROM session WHERE tenant_no = ?1 AND session_hash = ?2",
);
const BY_NUMBER: Point = Point::new(
    "SELECT session_no, user_no, auth_at, seen_at, address, agent FROM session WHERE tenant_no = ?1 AND session_no = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&BY_HASH, &BY_NUMBER];

const LIST: &str = "SELECT session_no, user_no, auth_at, seen_at, address, agent FROM session
   WHERE tenant_no = ?1 AND session_no > ?2 ORDER BY session_no LIMIT ?3";
const OF_USER: &str = "SELECT session_no, user_no, auth_at, seen_at, address, agent FROM session
   WHERE tenant_no = ?1 AND user_no = ?2 AND session_no > ?3 ORDER BY session_no LIMIT ?4";

pub(crate) const PAGES: &[&str] = &[LIST, OF_USER];

fn read(mut row: Row) -> Result<SessionRow> {
    Ok(SessionRow {
        number: SessionNo(row.take()?),
        user: UserNo(row.take()?),
        auth_at: Timestamp::from_micros(row.take()?),
        seen_at: Timestamp::from_micros(row.take()?),
        address: row.take()?,
        agent: row.take()?,
    })
}

/// The session whose cookie has this hash.
///
/// # Errors
/// What the database says.
pub fn session_by_hash(keyed: &mut Keyed<'_>, hash: &[u8]) -> Result<Option<SessionRow>> {
    keyed.point_one(&BY_HASH, &[hash.into()])?.map(read).transpose()
}

/// The session of a number.
///
/// # Errors
/// What the database says.
pub fn session_by_number(keyed: &mut Keyed<'_>, number: SessionNo) -> Result<Option<SessionRow>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// Sessions of a person, or of all, by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn session_list(
    snapshot: &mut Snapshot<'_>,
    user: Option<UserNo>,
    after: SessionNo,
    most: i64,
) -> Result<Vec<SessionRow>> {
    let rows = match user {
        Some(user) => snapshot.rows(OF_USER, &[user.0.into(), after.0.into(), most.into()])?,
        None => snapshot.rows(LIST, &[after.0.into(), most.into()])?,
    };
    rows.into_iter().map(read).collect()
}

/// Adds a session; its number is taken anew.
///
/// # Errors
/// What the database says.
pub fn session_insert(tx: &mut Tx<'_>, session: &SessionRow, hash: &[u8]) -> Result<SessionNo> {
    let number = counter_next(tx, "session")?;
    tx.execute(
        "INSERT INTO session (tenant_no, session_no, session_hash, user_no, auth_at, seen_at, address, agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            number.into(),
            hash.into(),
            session.user.0.into(),
            session.auth_at.micros().into(),
            session.seen_at.micros().into(),
            session.address.as_str().into(),
            session.agent.as_str().into(),
        ],
    )?;
    Ok(SessionNo(number))
}

/// Writes down that a session was used, unless it was seen later already.
///
/// # Errors
/// What the database says.
pub fn session_seen(tx: &mut Tx<'_>, number: SessionNo, moment: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE session SET seen_at = ?3 WHERE tenant_no = ?1 AND session_no = ?2 AND seen_at < ?3",
        &[number.0.into(), moment.micros().into()],
    )
    .map(drop)
}

/// Ends a session; false where there is none.
///
/// # Errors
/// What the database says.
pub fn session_delete(tx: &mut Tx<'_>, number: SessionNo) -> Result<bool> {
    let count = tx.execute("DELETE FROM session WHERE tenant_no = ?1 AND session_no = ?2", &[number.0.into()])?;
    Ok(count == 1)
}

/// Ends all sessions of a person, but for one that is to stay; how many.
///
/// # Errors
/// What the database says.
pub fn session_delete_of_user(tx: &mut Tx<'_>, user: UserNo, but: Option<SessionNo>) -> Result<u64> {
    let but = but.map_or(0, |number| number.0);
    tx.execute(
        "DELETE FROM session WHERE tenant_no = ?1 AND user_no = ?2 AND session_no <> ?3",
        &[user.0.into(), but.into()],
    )
}

/// Ends all sessions of a person but the `most` newest.
///
/// # Errors
/// What the database says.
pub fn session_delete_beyond(tx: &mut Tx<'_>, user: UserNo, most: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM session WHERE tenant_no = ?1 AND user_no = ?2 AND session_no <= (
           SELECT session_no FROM session WHERE tenant_no = ?1 AND user_no = ?2 ORDER BY session_no DESC LIMIT 1 OFFSET ?3)",
        &[user.0.into(), most.into()],
    )
    .map(drop)
}

/// Forgets sessions that began before `moment`, at most `most`.
///
/// # Errors
/// What the database says.
pub fn session_forget(tx: &mut Tx<'_>, moment: Timestamp, most: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM session WHERE tenant_no = ?1 AND session_no IN (
           SELECT session_no FROM session WHERE tenant_no = ?1 AND auth_at < ?2 ORDER BY auth_at LIMIT ?3)",
        &[moment.micros().into(), most.into()],
    )
    .map(drop)
}
