//! Permission templates.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::PermissionTemplateNo;
use musubi_domain::limits;
use musubi_domain::permission_template::PermissionTemplate;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_NAME: Point = Point::new(
    "SELECT permission_template_no, name, rights FROM permission_template WHERE tenant_no = ?1 AND name = ?2",
);
const USED: Point =
    Point::new("SELECT user_no FROM user_account WHERE tenant_no = ?1 AND permission_template_no = ?2 LIMIT 1");

pub(crate) const POINTS: &[&Point] = &[&BY_NAME, &USED];

fn read(mut row: Row) -> Result<PermissionTemplate> {
    let (number, name, rights) = (PermissionTemplateNo(row.take()?), row.take()?, row.take::<String>()?);
    let rights = serde_json::from_str(&rights)
        .map_err(|error| Error::internal(format!("the rights of a permission template cannot be read: {error}")))?;
    Ok(PermissionTemplate { number, name, rights })
}

fn written(rights: &[String]) -> Result<String> {
    serde_json::to_string(rights).map_err(|error| Error::internal(error.to_string()))
}

/// The permission template of a name.
///
/// # Errors
/// What the database says.
pub fn permission_template_by_name(keyed: &mut Keyed<'_>, name: &str) -> Result<Option<PermissionTemplate>> {
    keyed.point_one(&BY_NAME, &[name.into()])?.map(read).transpose()
}

/// Whether somebody has it.
///
/// # Errors
/// What the database says.
pub fn permission_template_is_used(keyed: &mut Keyed<'_>, number: PermissionTemplateNo) -> Result<bool> {
    Ok(keyed.point_one(&USED, &[number.0.into()])?.is_some())
}

/// All permission templates, in order of creation.
///
/// # Errors
/// What the database says.
pub fn permission_template_list(snapshot: &mut Snapshot<'_>) -> Result<Vec<PermissionTemplate>> {
    let sql = "SELECT permission_template_no, name, rights FROM permission_template
               WHERE tenant_no = ?1 ORDER BY permission_template_no LIMIT ?2";
    snapshot.rows(sql, &[limits::PERMISSION_TEMPLATES.into()])?.into_iter().map(read).collect()
}

/// Adds a permission template; false where the name is taken.
///
/// # Errors
/// What the database says.
pub fn permission_template_insert(tx: &mut Tx<'_>, name: &str, rights: &[String]) -> Result<bool> {
    let number = counter_next(tx, "permission_template")?;
    let now = tx.context().now.micros();
    let count = tx.execute(
        "INSERT INTO permission_template (tenant_no, permission_template_no, name, rights, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_no, name) DO NOTHING",
        &[number.into(), name.into(), written(rights)?.into(), now.into()],
    )?;
    Ok(count == 1)
}

/// Changes name and rights. People are cached with the name of theirs.
///
/// # Errors
/// What the database says.
pub fn permission_template_set(tx: &mut Tx<'_>, template: &PermissionTemplate) -> Result<()> {
    tx.execute(
        "UPDATE permission_template SET name = ?3, rights = ?4 WHERE tenant_no = ?1 AND permission_template_no = ?2",
        &[template.number.0.into(), template.name.as_str().into(), written(&template.rights)?.into()],
    )?;
    tx.raise_epoch()
}

/// Removes a permission template that nobody has.
///
/// # Errors
/// What the database says.
pub fn permission_template_delete(tx: &mut Tx<'_>, number: PermissionTemplateNo) -> Result<()> {
    let sql = "DELETE FROM permission_template WHERE tenant_no = ?1 AND permission_template_no = ?2";
    tx.execute(sql, &[number.0.into()])?;
    tx.raise_epoch()
}
