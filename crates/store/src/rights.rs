//! Rights in databases, and who somebody is as far as conditions speak of him.

use std::sync::Arc;

use musubi_domain::condition::Viewer;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, UserNo};
use musubi_domain::rights::DatabaseRight;
use uuid::Uuid;

use crate::db::{Keyed, Point, Snapshot, Tx};

const RIGHT: Point =
    Point::new("SELECT detail FROM database_right WHERE tenant_no = ?1 AND user_no = ?2 AND database_no = ?3");
const OF_USER: Point = Point::new(
    "SELECT database_no, detail FROM database_right WHERE tenant_no = ?1 AND user_no = ?2 ORDER BY database_no LIMIT 1000",
);

const NAMED: Point =
    Point::new("SELECT right_name FROM user_right WHERE tenant_no = ?1 AND user_no = ?2 ORDER BY right_name LIMIT 200");
const OF_TEMPLATE: Point = Point::new(
    "SELECT t.rights FROM user_account u
     JOIN permission_template t ON t.tenant_no = u.tenant_no AND t.permission_template_no = u.permission_template_no
     WHERE u.tenant_no = ?1 AND u.user_no = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&RIGHT, &OF_USER, &NAMED, &OF_TEMPLATE];

/// People that one condition speaks of at most.
const PEOPLE: i64 = 100_000;

/// The organizations of a person and those below them, as a table `below` of their numbers.
macro_rules! with_below {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE below (organization_no) AS (
               SELECT organization_no FROM user_organization WHERE tenant_no = ?1 AND user_no = ?2
               UNION
               SELECT o.organization_no FROM below b JOIN organization o ON o.tenant_no = ?1 AND o.parent_no = b.organization_no
             ) ",
            $rest
        )
    };
}

/// A right that somebody has in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRight {
    /// The person.
    pub user: UserNo,
    /// The database.
    pub database: DatabaseNo,
    /// What he may do there.
    pub right: DatabaseRight,
}

/// The rights to which a program is held, as a column has them; none: it has all.
pub(crate) fn rights_written(rights: Option<&[String]>) -> Option<String> {
    rights.map(|rights| rights.join(" "))
}

/// What [`rights_written`] wrote.
pub(crate) fn rights_read(text: Option<String>) -> Option<Arc<[String]>> {
    text.map(|text| text.split_ascii_whitespace().map(str::to_owned).collect())
}

fn read(detail: &str) -> Result<DatabaseRight> {
    serde_json::from_str(detail).map_err(|error| Error::internal(format!("a right cannot be read: {error}")))
}

/// What somebody may do in a database; `None` where nothing has been said, which is everything.
///
/// # Errors
/// What the database says.
pub fn database_right_get(keyed: &mut Keyed<'_>, user: UserNo, database: DatabaseNo) -> Result<Option<DatabaseRight>> {
    let row = keyed.point_one(&RIGHT, &[user.0.into(), database.0.into()])?;
    row.map(|mut row| read(&row.take::<String>()?)).transpose()
}

/// What somebody may do in the databases of which something has been said, by their numbers.
///
/// # Errors
/// What the database says.
pub fn database_rights_of(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Vec<(DatabaseNo, DatabaseRight)>> {
    let rows = keyed.point(&OF_USER, &[user.0.into()])?;
    rows.into_iter().map(|mut row| Ok((DatabaseNo(row.take()?), read(&row.take::<String>()?)?))).collect()
}

/// The names of the rights that somebody has: his own and those of his permission template.
///
/// # Errors
/// What the database says.
pub fn named_rights_get(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Vec<String>> {
    let rows = keyed.point(&NAMED, &[user.0.into()])?;
    let mut rights: Vec<String> = rows.into_iter().map(|mut row| row.take()).collect::<Result<_>>()?;
    if let Some(mut row) = keyed.point_one(&OF_TEMPLATE, &[user.0.into()])? {
        let of_template = serde_json::from_str::<Vec<String>>(&row.take::<String>()?);
        rights.extend(of_template.map_err(|error| Error::internal(format!("rights of a template: {error}")))?);
    }
    Ok(rights)
}

/// Rights of people in databases by their numbers, after those of `after`.
///
/// # Errors
/// What the database says.
pub fn database_right_list(
    snapshot: &mut Snapshot<'_>,
    after: (UserNo, DatabaseNo),
    most: i64,
) -> Result<Vec<HeldRight>> {
    let rows = snapshot.rows(
        "SELECT user_no, database_no, detail FROM database_right
         WHERE tenant_no = ?1 AND (user_no, database_no) > (?2, ?3) ORDER BY user_no, database_no LIMIT ?4",
        &[after.0.0.into(), after.1.0.into(), most.into()],
    )?;
    let held = rows.into_iter().map(|mut row| {
        let (user, database) = (UserNo(row.take()?), DatabaseNo(row.take()?));
        Ok(HeldRight { user, database, right: read(&row.take::<String>()?)? })
    });
    held.collect()
}

/// Says what somebody may do in a database.
///
/// # Errors
/// What the database says.
pub fn database_right_set(tx: &mut Tx<'_>, user: UserNo, database: DatabaseNo, right: &DatabaseRight) -> Result<()> {
    let detail = serde_json::to_string(right).map_err(|error| Error::internal(error.to_string()))?;
    tx.execute(
        "INSERT INTO database_right (tenant_no, user_no, database_no, detail) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, user_no, database_no) DO UPDATE SET detail = excluded.detail",
        &[user.0.into(), database.0.into(), detail.into()],
    )?;
    tx.raise_epoch()
}

/// Lets somebody do everything in a database. Whether it was less before.
///
/// # Errors
/// What the database says.
pub fn database_right_remove(tx: &mut Tx<'_>, user: UserNo, database: DatabaseNo) -> Result<bool> {
    let count = tx.execute(
        "DELETE FROM database_right WHERE tenant_no = ?1 AND user_no = ?2 AND database_no = ?3",
        &[user.0.into(), database.0.into()],
    )?;
    tx.raise_epoch()?;
    Ok(count > 0)
}

/// Who a person is as conditions speak of him: his organizations, those below them, and their people. Removed organizations and
/// people who have left count: what they did is still there.
///
/// # Errors
/// What the database says.
pub fn viewer_get(snapshot: &mut Snapshot<'_>, user: UserNo, id: Uuid) -> Result<Viewer> {
    let ids = |snapshot: &mut Snapshot<'_>, sql: &str| -> Result<Vec<Uuid>> {
        snapshot.rows(sql, &[user.0.into()])?.into_iter().map(|mut row| row.take()).collect()
    };
    let organizations = ids(
        snapshot,
        "SELECT o.organization_id FROM user_organization m
         JOIN organization o ON o.tenant_no = m.tenant_no AND o.organization_no = m.organization_no
         WHERE m.tenant_no = ?1 AND m.user_no = ?2 ORDER BY o.organization_no",
    )?;
    let organizations_and_below = ids(
        snapshot,
        with_below!(
            "SELECT o.organization_id FROM below b
             JOIN organization o ON o.tenant_no = ?1 AND o.organization_no = b.organization_no ORDER BY o.organization_no"
        ),
    )?;
    let rows = snapshot.rows(
        with_below!(
            "SELECT DISTINCT u.user_no, u.user_id FROM below b
             JOIN user_organization m ON m.tenant_no = ?1 AND m.organization_no = b.organization_no
             JOIN user_account u ON u.tenant_no = ?1 AND u.user_no = m.user_no ORDER BY u.user_no LIMIT ?3"
        ),
        &[user.0.into(), PEOPLE.into()],
    )?;
    let colleagues = rows.into_iter().map(|mut row| Ok((UserNo(row.take()?), row.take()?)));
    let mut colleagues = colleagues.collect::<Result<Vec<(UserNo, Uuid)>>>()?;
    if !colleagues.contains(&(user, id)) {
        colleagues.push((user, id));
    }
    Ok(Viewer { user: Some((user, id)), organizations, organizations_and_below, colleagues })
}
