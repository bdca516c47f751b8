//! People and system users.

use musubi_domain::error::Result;
use musubi_domain::id::{OrganizationNo, PermissionTemplateNo, UserNo};
use musubi_domain::user::{User, UserField, UserFields, login_key};
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx, Value};

/// Users with the names of their permission templates, from a table that ends with `user_account u`.
macro_rules! select_user {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT u.user_no, u.user_id, u.login_id, u.family_name, u.first_name, u.mail, u.active, u.is_system, t.name,
               u.view_name, u.middle_name, u.family_name_kana, u.first_name_kana, u.department, u.business_unit, u.title,
               u.staff_id, u.extension, u.company_phone, u.mobile_phone, u.notification_mail, u.zoneinfo FROM ",
            $from,
            " LEFT JOIN permission_template t
                ON t.tenant_no = u.tenant_no AND t.permission_template_no = u.permission_template_no WHERE ",
            $rest
        )
    };
    ($rest:literal) => {
        select_user!("user_account u", $rest)
    };
}

/// The people of an organization who are active.
macro_rules! select_member {
    ($rest:literal) => {
        concat!(
            select_user!(
                "user_organization m JOIN user_account u ON u.tenant_no = m.tenant_no AND u.user_no = m.user_no",
                "m.tenant_no = ?1 AND m.organization_no = ?2 AND u.active = 1 AND u.is_system = 0 "
            ),
            $rest
        )
    };
}

const BY_ID: Point = Point::new(select_user!("u.tenant_no = ?1 AND u.user_id = ?2"));
const BY_LOGIN: Point = Point::new(select_user!("u.tenant_no = ?1 AND u.login_key = ?2"));
const BY_NUMBER: Point = Point::new(select_user!("u.tenant_no = ?1 AND u.user_no = ?2"));

const BY_MAIL: Point = Point::new(select_user!(
    "u.tenant_no = ?1 AND lower(u.mail) = lower(CAST(?2 AS TEXT)) ORDER BY u.user_no LIMIT 100"
));

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_LOGIN, &BY_NUMBER, &BY_MAIL];

const LIST: &str = select_user!("u.tenant_no = ?1 AND u.user_no > ?2 ORDER BY u.user_no LIMIT ?3");
const PEOPLE_PAGE: &str =
    select_user!("u.tenant_no = ?1 AND u.active = 1 AND u.is_system = 0 ORDER BY u.user_no LIMIT ?2 OFFSET ?3");
const PEOPLE_AFTER: &str = select_user!(
    "u.tenant_no = ?1 AND u.user_no > ?2 AND u.active = 1 AND u.is_system = 0 ORDER BY u.user_no LIMIT ?3"
);
const MEMBERS_PAGE: &str = select_member!("ORDER BY m.user_no LIMIT ?3 OFFSET ?4");
const MEMBERS_AFTER: &str = select_member!("AND m.user_no > ?3 ORDER BY m.user_no LIMIT ?4");

const WITH_RIGHT: &str = select_user!(
    "u.tenant_no = ?1 AND u.active = 1 AND u.is_system = 0
       AND (CAST(t.rights AS TEXT) LIKE ?3 OR EXISTS (
         SELECT 1 FROM user_right r WHERE r.tenant_no = ?1 AND r.user_no = u.user_no AND r.right_name = ?2))
     ORDER BY u.user_no LIMIT ?4"
);

pub(crate) const PAGES: &[&str] = &[LIST, PEOPLE_PAGE, PEOPLE_AFTER, MEMBERS_PAGE, MEMBERS_AFTER, WITH_RIGHT];

fn read(mut row: Row) -> Result<User> {
    let mut user = User {
        number: UserNo(row.take()?),
        id: row.take()?,
        login_id: row.take()?,
        family_name: row.take()?,
        first_name: row.take()?,
        mail: row.take()?,
        active: row.take()?,
        system: row.take()?,
        permission_template: row.take::<Option<String>>()?.unwrap_or_default(),
        fields: UserFields::new(),
    };
    for field in UserField::ALL {
        if let Some(text) = row.take()? {
            user.fields.insert(field, text);
        }
    }
    Ok(user)
}

/// The columns of the fields, in the order of [`UserField::ALL`]; "" is nothing.
fn written(fields: &UserFields) -> impl Iterator<Item = Value> + '_ {
    UserField::ALL.iter().map(|field| fields.get(field).filter(|text| !text.is_empty()).cloned().into())
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

/// Users of a mail address, compared without the case of ASCII letters; the first hundred of them.
///
/// # Errors
/// What the database says.
pub fn user_by_mail(keyed: &mut Keyed<'_>, mail: &str) -> Result<Vec<User>> {
    keyed.point(&BY_MAIL, &[mail.into()])?.into_iter().map(read).collect()
}

/// Users by number, after `after`.
///
/// # Errors
/// What the database says.
pub fn user_list(snapshot: &mut Snapshot<'_>, after: UserNo, most: i64) -> Result<Vec<User>> {
    snapshot.rows(LIST, &[after.0.into(), most.into()])?.into_iter().map(read).collect()
}

/// Active people, all or those of an organization, in order of creation, without the first `offset`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn user_people_page(
    snapshot: &mut Snapshot<'_>,
    organization: Option<OrganizationNo>,
    offset: i64,
    most: i64,
) -> Result<Vec<User>> {
    let rows = match organization {
        Some(organization) => snapshot.rows(MEMBERS_PAGE, &[organization.0.into(), most.into(), offset.into()])?,
        None => snapshot.rows(PEOPLE_PAGE, &[most.into(), offset.into()])?,
    };
    rows.into_iter().map(read).collect()
}

/// Active people, all or those of an organization, by number, after `after`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn user_people_after(
    snapshot: &mut Snapshot<'_>,
    organization: Option<OrganizationNo>,
    after: UserNo,
    most: i64,
) -> Result<Vec<User>> {
    let rows = match organization {
        Some(organization) => snapshot.rows(MEMBERS_AFTER, &[organization.0.into(), after.0.into(), most.into()])?,
        None => snapshot.rows(PEOPLE_AFTER, &[after.0.into(), most.into()])?,
    };
    rows.into_iter().map(read).collect()
}

/// Active people who have one of the nine rights, by themselves or by their permission template, by number.
///
/// # Errors
/// What the database says.
pub fn user_with_right(snapshot: &mut Snapshot<'_>, right: &str, most: i64) -> Result<Vec<User>> {
    // Rights of a template are a list in JSON; no name of a right holds a sign that LIKE reads.
    let quoted = format!("%\"{right}\"%");
    let rows = snapshot.rows(WITH_RIGHT, &[right.into(), quoted.into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// A new user.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The login ID.
    pub login_id: String,
    /// 姓.
    pub family_name: String,
    /// 名.
    pub first_name: String,
    /// The mail address.
    pub mail: String,
    /// What else is known of the person.
    pub fields: UserFields,
    /// The hashed password, if one can sign in.
    pub password_hash: Option<String>,
    /// Stands for a program.
    pub system: bool,
}

/// How many people and system users there are, counted to `most`.
///
/// # Errors
/// What the database says.
pub fn user_count_to(snapshot: &mut Snapshot<'_>, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT user_no FROM user_account WHERE tenant_no = ?1 LIMIT ?2) AS counted";
    let rows = snapshot.rows(sql, &[most.into()])?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}

/// Adds a user. `None` where the login ID was ever taken.
///
/// # Errors
/// What the database says.
pub fn user_insert(tx: &mut Tx<'_>, id: Uuid, user: &NewUser) -> Result<Option<UserNo>> {
    let number = counter_next(tx, "user")?;
    let now = tx.context().now.micros();
    let mut parameters: Vec<Value> = vec![
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
    ];
    parameters.extend(written(&user.fields));
    let count = tx.execute(
        "INSERT INTO user_account (tenant_no, user_no, user_id, login_id, login_key, family_name, first_name, mail, password_hash, active, is_system, created_at,
           view_name, middle_name, family_name_kana, first_name_kana, department, business_unit, title,
           staff_id, extension, company_phone, mobile_phone, notification_mail, zoneinfo)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
         ON CONFLICT (tenant_no, login_key) DO NOTHING",
        &parameters,
    )?;
    tx.raise_epoch()?;
    Ok((count == 1).then_some(UserNo(number)))
}

/// Changes names, mail address, fields and whether the person is active.
///
/// # Errors
/// What the database says.
pub fn user_set(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let mut parameters: Vec<Value> = vec![
        user.number.0.into(),
        user.family_name.as_str().into(),
        user.first_name.as_str().into(),
        user.mail.as_str().into(),
        user.active.into(),
    ];
    parameters.extend(written(&user.fields));
    tx.execute(
        "UPDATE user_account SET family_name = ?3, first_name = ?4, mail = ?5, active = ?6,
           view_name = ?7, middle_name = ?8, family_name_kana = ?9, first_name_kana = ?10, department = ?11, business_unit = ?12, title = ?13,
           staff_id = ?14, extension = ?15, company_phone = ?16, mobile_phone = ?17, notification_mail = ?18, zoneinfo = ?19
         WHERE tenant_no = ?1 AND user_no = ?2",
        &parameters,
    )?;
    tx.raise_epoch()
}

/// Gives a person a permission template, or takes his away.
///
/// # Errors
/// What the database says.
pub fn user_permission_template_set(
    tx: &mut Tx<'_>,
    user: UserNo,
    template: Option<PermissionTemplateNo>,
) -> Result<()> {
    tx.execute(
        "UPDATE user_account SET permission_template_no = ?3 WHERE tenant_no = ?1 AND user_no = ?2",
        &[user.0.into(), template.map(|template| template.0).into()],
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

/// Takes a user out of all organizations.
///
/// # Errors
/// What the database says.
pub fn user_organizations_delete(tx: &mut Tx<'_>, user: UserNo) -> Result<()> {
    tx.execute("DELETE FROM user_organization WHERE tenant_no = ?1 AND user_no = ?2", &[user.0.into()])?;
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

/// The rights that users of numbers after `after`, up to `last`, have been given themselves, by number and name.
///
/// # Errors
/// What the database says.
pub fn user_right_list(
    snapshot: &mut Snapshot<'_>,
    after: UserNo,
    last: UserNo,
    most: i64,
) -> Result<Vec<(UserNo, String)>> {
    let rows = snapshot.rows(
        "SELECT user_no, right_name FROM user_right
         WHERE tenant_no = ?1 AND user_no > ?2 AND user_no <= ?3 ORDER BY user_no, right_name LIMIT ?4",
        &[after.0.into(), last.0.into(), most.into()],
    )?;
    rows.into_iter().map(|mut row| Ok((UserNo(row.take()?), row.take()?))).collect()
}

/// How many people, active or not, belong to each organization after `after`, by number; not those below it.
///
/// # Errors
/// What the database says.
pub fn user_organization_counts(
    snapshot: &mut Snapshot<'_>,
    after: OrganizationNo,
    most: i64,
) -> Result<Vec<(OrganizationNo, i64)>> {
    let rows = snapshot.rows(
        "SELECT organization_no, COUNT(*) FROM user_organization WHERE tenant_no = ?1 AND organization_no > ?2
         GROUP BY organization_no ORDER BY organization_no LIMIT ?3",
        &[after.0.into(), most.into()],
    )?;
    rows.into_iter().map(|mut row| Ok((OrganizationNo(row.take()?), row.take()?))).collect()
}

/// The numbers of the people of an organization after `after`, active or not, by number.
///
/// # Errors
/// What the database says.
pub fn user_organization_members(
    snapshot: &mut Snapshot<'_>,
    organization: OrganizationNo,
    after: UserNo,
    most: i64,
) -> Result<Vec<UserNo>> {
    let rows = snapshot.rows(
        "SELECT user_no FROM user_organization WHERE tenant_no = ?1 AND organization_no = ?2 AND user_no > ?3
         ORDER BY user_no LIMIT ?4",
        &[organization.0.into(), after.0.into(), most.into()],
    )?;
    rows.into_iter().map(|mut row| row.take().map(UserNo)).collect()
}

/// Gives a user a right.
///
/// # Errors
/// What the database says.
pub fn user_right_insert(tx: &mut Tx<'_>, user: UserNo, right: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO user_right (tenant_no, user_no, right_name) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_no, user_no, right_name) DO NOTHING",
        &[user.0.into(), right.into()],
    )?;
    tx.raise_epoch()
}

/// Takes a right from a user.
///
/// # Errors
/// What the database says.
pub fn user_right_delete(tx: &mut Tx<'_>, user: UserNo, right: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM user_right WHERE tenant_no = ?1 AND user_no = ?2 AND right_name = ?3",
        &[user.0.into(), right.into()],
    )?;
    tx.raise_epoch()
}

/// Takes all rights from a user.
///
/// # Errors
/// What the database says.
pub fn user_rights_delete(tx: &mut Tx<'_>, user: UserNo) -> Result<()> {
    tx.execute("DELETE FROM user_right WHERE tenant_no = ?1 AND user_no = ?2", &[user.0.into()])?;
    tx.raise_epoch()
}
