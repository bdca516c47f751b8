//! Groups of people.

use musubi_domain::error::{Error, Result};
use musubi_domain::group::Group;
use musubi_domain::id::{GroupNo, UserNo};

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};
use crate::top_page::top_page_of_group_delete;

const BY_NAME: Point =
    Point::new("SELECT group_no, name, allowed_addresses FROM user_group WHERE tenant_no = ?1 AND name = ?2");
/// As many as a person may be in.
const OF_USER: Point = Point::new(
    "SELECT g.group_no, g.name, g.allowed_addresses FROM user_group_member m
     JOIN user_group g ON g.tenant_no = m.tenant_no AND g.group_no = m.group_no
     WHERE m.tenant_no = ?1 AND m.user_no = ?2 ORDER BY m.group_no LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&BY_NAME, &OF_USER];

const LIST: &str = "SELECT group_no, name, allowed_addresses FROM user_group
     WHERE tenant_no = ?1 AND group_no > ?2 ORDER BY group_no LIMIT ?3";
const MEMBERS: &str = "SELECT m.group_no, m.user_no, u.login_id FROM user_group_member m
     JOIN user_account u ON u.tenant_no = m.tenant_no AND u.user_no = m.user_no
     WHERE m.tenant_no = ?1 AND (m.group_no, m.user_no) > (?2, ?3) ORDER BY m.group_no, m.user_no LIMIT ?4";

pub(crate) const PAGES: &[&str] = &[LIST, MEMBERS];

fn read(mut row: Row) -> Result<Group> {
    let (number, name, addresses) = (GroupNo(row.take()?), row.take()?, row.take::<String>()?);
    let allowed_addresses = serde_json::from_str(&addresses)
        .map_err(|error| Error::internal(format!("the addresses of a group cannot be read: {error}")))?;
    Ok(Group { number, name, allowed_addresses })
}

fn written(addresses: &[String]) -> Result<String> {
    serde_json::to_string(addresses).map_err(|error| Error::internal(error.to_string()))
}

/// The group of a name.
///
/// # Errors
/// What the database says.
pub fn group_by_name(keyed: &mut Keyed<'_>, name: &str) -> Result<Option<Group>> {
    keyed.point_one(&BY_NAME, &[name.into()])?.map(read).transpose()
}

/// The groups that a person is in, in order of creation.
///
/// # Errors
/// What the database says.
pub fn groups_of_user(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Vec<Group>> {
    keyed.point(&OF_USER, &[user.0.into()])?.into_iter().map(read).collect()
}

/// Groups by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn group_list(snapshot: &mut Snapshot<'_>, after: GroupNo, most: i64) -> Result<Vec<Group>> {
    snapshot.rows(LIST, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Who is in which group, by group and person, with his login ID, after `after`.
///
/// # Errors
/// What the database says.
pub fn group_member_list(
    snapshot: &mut Snapshot<'_>,
    after: (GroupNo, UserNo),
    most: i64,
) -> Result<Vec<(GroupNo, UserNo, String)>> {
    let rows = snapshot.rows(MEMBERS, &[after.0.0.into(), after.1.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| Ok((GroupNo(row.take()?), UserNo(row.take()?), row.take()?))).collect()
}

/// Adds a group. `None` where the name is taken.
///
/// # Errors
/// What the database says.
pub fn group_insert(tx: &mut Tx<'_>, name: &str, addresses: &[String]) -> Result<Option<GroupNo>> {
    let number = counter_next(tx, "group")?;
    let now = tx.context().now.micros();
    let count = tx.execute(
        "INSERT INTO user_group (tenant_no, group_no, name, allowed_addresses, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_no, name) DO NOTHING",
        &[number.into(), name.into(), written(addresses)?.into(), now.into()],
    )?;
    Ok((count == 1).then_some(GroupNo(number)))
}

/// Changes name and addresses. Who may come from where is cached.
///
/// # Errors
/// What the database says.
pub fn group_set(tx: &mut Tx<'_>, group: &Group) -> Result<()> {
    tx.execute(
        "UPDATE user_group SET name = ?3, allowed_addresses = ?4 WHERE tenant_no = ?1 AND group_no = ?2",
        &[group.number.0.into(), group.name.as_str().into(), written(&group.allowed_addresses)?.into()],
    )?;
    tx.raise_epoch()
}

/// Removes a group; nobody is in it any more.
///
/// # Errors
/// What the database says.
pub fn group_delete(tx: &mut Tx<'_>, number: GroupNo) -> Result<()> {
    tx.execute("DELETE FROM user_group_member WHERE tenant_no = ?1 AND group_no = ?2", &[number.0.into()])?;
    top_page_of_group_delete(tx, number)?;
    tx.execute("DELETE FROM user_group WHERE tenant_no = ?1 AND group_no = ?2", &[number.0.into()])?;
    tx.raise_epoch()
}

/// Puts a person into a group.
///
/// # Errors
/// What the database says.
pub fn group_member_insert(tx: &mut Tx<'_>, group: GroupNo, user: UserNo) -> Result<()> {
    tx.execute(
        "INSERT INTO user_group_member (tenant_no, group_no, user_no) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_no, group_no, user_no) DO NOTHING",
        &[group.0.into(), user.0.into()],
    )?;
    tx.raise_epoch()
}

/// Takes a person out of a group; false where he was not in it.
///
/// # Errors
/// What the database says.
pub fn group_member_delete(tx: &mut Tx<'_>, group: GroupNo, user: UserNo) -> Result<bool> {
    let sql = "DELETE FROM user_group_member WHERE tenant_no = ?1 AND group_no = ?2 AND user_no = ?3";
    let count = tx.execute(sql, &[group.0.into(), user.0.into()])?;
    tx.raise_epoch()?;
    Ok(count == 1)
}
