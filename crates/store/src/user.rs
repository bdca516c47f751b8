//! People and system users.

use musubi_domain::error::Result;
use musubi_domain::id::{OrganizationNo, UserNo};
use musubi_domain::user::{User, login_key};
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT user_no, user_id, login_id, family_name, first_name, mail, active, is_system FROM user_account WHERE tenant_no = ?1 AND user_id = ?2",
);
const BY_LOGIN: Point = Point::new(
    "SELECT user_no, user_id, login_id, family_name, first_name, mail, active, is_system FROM user_account WHERE tenant_no = ?1 AND login_key = ?2",
);
const BY_NUMBER: Point = Point::new(
    "SELECT user_no, user_id, login_id, family_name, first_name, mail, active, is_system FROM user_account WHERE tenant_no = ?1 AND user_no = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_LOGIN, &BY_NUMBER];

fn read(mut row: Row) -> Result<User> {
    Ok(User {
        number: UserNo(row.take()?),
        id: row.take()?,
        login_id: row.take()?,
        family_name: row.take()?,
        first_name: row.take()?,
        mail: row.take()?,
        active: row.take()?,
        system: row.take()?,
    })
}

/// The user of an outside id.
///
/// # Errors
/// What the database says.
pub fn user_by_id(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Option<User>> {
    keyed.point_one(&BY_ID, &[id.into()])?.map(read).transpose()
}

/// The user of a number.
///
/// # Errors
/// What the database says.
pub fn user_by_number(keyed: &mut Keyed<'_>, number: UserNo) -> Result<Option<User>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The user of a login ID, compared without case.
///
/// # Errors
/// What the database says.
pub fn user_by_login(keyed: &mut Keyed<'_>, login_id: &str) -> Result<Option<User>> {
    keyed.point_one(&BY_LOGIN, &[login_key(login_id).into()])?.map(read).transpose()
}

/// Users by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn user_list(snapshot: &mut Snapshot<'_>, after: UserNo, most: i64) -> Result<Vec<User>> {
    let sql = "SELECT user_no, user_id, login_id, family_name, first_name, mail, active, is_system FROM user_account
               WHERE tenant_no = ?1 AND user_no > ?2 ORDER BY user_no LIMIT ?3";
    snapshot.rows(sql, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// A new user.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The login ID.
    pub login_id: String,
    /// 姓.
    pub family_name: String,
    /// 名.
    pub first_name: String,
    /// The mail address.
    pub mail: String,
    /// The hash of the password, in the PHC form; none: cannot sign in.
    pub password_hash: Option<String>,
    /// Stands for a program.
    pub system: bool,
}

/// Adds a user. `None` where the login ID was ever taken.
///
/// # Errors
/// What the database says.
pub fn user_insert(tx: &mut Tx<'_>, id: Uuid, user: &NewUser) -> Result<Option<UserNo>> {
    let number = counter_next(tx, "user")?;
    let now = tx.context().now.micros();
    let count = tx.execute(
        "INSERT INTO user_account (tenant_no, user_no, user_id, login_id, login_key, family_name, first_name, mail, password_hash, active, is_system, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11) ON CONFLICT (tenant_no, login_key) DO NOTHING",
        &[
            number.into(),
            id.into(),
            user.login_id.as_str().into(),
            login_key(&user.login_id).into(),
            user.family_name.as_str().into(),
            user.first_name.as_str().into(),
            user.mail.as_str().into(),
            user.password_hash.clone().into(),
            user.system.into(),
            now.into(),
        ],
    )?;
    tx.raise_epoch()?;
    Ok((count == 1).then_some(UserNo(number)))
}

/// Changes names, mail address and whether the person is active.
///
/// # Errors
/// What the database says.
pub fn user_set(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    tx.execute(
        "UPDATE user_account SET family_name = ?3, first_name = ?4, mail = ?5, active = ?6 WHERE tenant_no = ?1 AND user_no = ?2",
        &[
            user.number.0.into(),
            user.family_name.as_str().into(),
            user.first_name.as_str().into(),
            user.mail.as_str().into(),
            user.active.into(),
        ],
    )?;
    tx.raise_epoch()
}

/// Places a user in an organization.
///
/// # Errors
/// What the database says.
pub fn user_organization_insert(tx: &mut Tx<'_>, user: UserNo, organization: OrganizationNo) -> Result<()> {
    tx.execute(
        "INSERT INTO user_organization (tenant_no, user_no, organization_no) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, user_no, organization_no) DO NOTHING",
        &[user.0.into(), organization.0.into()],
    )?;
    // Who sees what of his organization is cached.
    tx.raise_epoch()
}

/// The outside ids of the organizations of a user, in the order in which they were made.
///
/// # Errors
/// What the database says.
pub fn user_organization_ids(snapshot: &mut Snapshot<'_>, user: UserNo) -> Result<Vec<Uuid>> {
    let rows = snapshot.rows(
        "SELECT o.organization_id FROM user_organization u
         JOIN organization o ON o.tenant_no = u.tenant_no AND o.organization_no = u.organization_no
         WHERE u.tenant_no = ?1 AND u.user_no = ?2 AND o.active = 1 ORDER BY u.organization_no LIMIT 200",
        &[user.0.into()],
    )?;
    rows.into_iter().map(|mut row| row.take()).collect()
}

/// Gives a user a right.
///
/// # Errors
/// What the database says.
pub fn user_right_insert(tx: &mut Tx<'_>, user: UserNo, right: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO user_right (tenant_no, user_no, right_name) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, user_no, right_name) DO NOTHING",
        &[user.0.into(), right.into()],
    )
    .map(drop)
}
