//! Hashes of passwords, which are columns of people. They are in no cache.

use musubi_domain::error::Result;
use musubi_domain::id::UserNo;
use musubi_domain::user::login_key;

use crate::db::{Keyed, Point, Row, Tx};

const OF_LOGIN: Point = Point::new(
    "SELECT user_no, active = 1 AND is_system = 0, password_hash FROM user_account WHERE tenant_no = ?1 AND login_key = ?2",
);
const OF_USER: Point = Point::new(
    "SELECT user_no, active = 1 AND is_system = 0, password_hash FROM user_account WHERE tenant_no = ?1 AND user_no = ?2",
);

pub(crate) const POINTS: &[&Point] = &[&OF_LOGIN, &OF_USER];

/// By what somebody is known at the door.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Who he is.
    pub user: UserNo,
    /// A person, not a program, and one who has not left.
    pub is_let_in: bool,
    /// The hash of the password in the PHC form; none: he cannot sign in.
    pub password_hash: Option<String>,
}

fn read(mut row: Row) -> Result<Credential> {
    Ok(Credential { user: UserNo(row.take()?), is_let_in: row.take()?, password_hash: row.take()? })
}

/// What the user of a login ID is known by; one read, whether there is one or not.
///
/// # Errors
/// What the database says.
pub fn password_of_login(keyed: &mut Keyed<'_>, login_id: &str) -> Result<Option<Credential>> {
    keyed.point_one(&OF_LOGIN, &[login_key(login_id).into()])?.map(read).transpose()
}

/// What a user is known by.
///
/// # Errors
/// What the database says.
pub fn password_of_user(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Option<Credential>> {
    keyed.point_one(&OF_USER, &[user.0.into()])?.map(read).transpose()
}

/// Gives a person a password, or the same one hashed anew.
///
/// # Errors
/// What the database says.
pub fn password_set(tx: &mut Tx<'_>, user: UserNo, password_hash: &str) -> Result<()> {
    tx.execute(
        "UPDATE user_account SET password_hash = ?3 WHERE tenant_no = ?1 AND user_no = ?2",
        &[user.0.into(), password_hash.into()],
    )
    .map(drop)
}
