//! Permission templates: named sets of rights.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::permission_template::{PermissionTemplate, in_order, right_problems};
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;
use crate::record::check_name;
use crate::user_right::not_the_last_with_right;

/// Adds a permission template.
///
/// # Errors
/// Forbidden without the right, and without that to grant rights where it is to have some. Invalid, with everything that is wrong at once;
/// where the name is taken or there are too many.
pub async fn permission_template_create(
    service: &Service,
    context: &Arc<Context>,
    name: String,
    rights: Vec<String>,
) -> Result<()> {
    service.check_named_right(context, named::TEMPLATES).await?;
    judge(Some(&name), &rights)?;
    if !rights.is_empty() {
        service.check_named_right(context, named::GRANTS).await?;
    }
    let rights = in_order(&rights);
    let write = move |tx: &mut Tx<'_>| permission_template_create_in(tx, &name, &rights);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`permission_template_create`], within a transaction, of what has been judged.
///
/// # Errors
/// As there.
pub(crate) fn permission_template_create_in(tx: &mut Tx<'_>, name: &str, rights: &[String]) -> Result<()> {
    if !store::permission_template::permission_template_insert(tx, name, rights)? {
        return Err(Error::invalid_at("--name", Message::Taken));
    }
    // The list ends at the limit: one more would not be in it.
    let listed = store::permission_template::permission_template_list(tx)?;
    if !listed.iter().any(|template| template.name == name) {
        let most = usize::try_from(limits::PERMISSION_TEMPLATES).unwrap_or(usize::MAX);
        return Err(Error::invalid_at("--name", Message::TooMany { most }));
    }
    note(tx, "permission_template.create", name)
}

/// Renames a permission template, or gives it other rights: whoever has it has them from then on.
///
/// # Errors
/// Forbidden without the right, and without that to grant rights where some are added. Invalid, with everything that is wrong at once; where
/// the new name is taken; where those who have it are the last with a right that somebody must have; NotFound.
pub async fn permission_template_set(
    service: &Service,
    context: &Arc<Context>,
    name: String,
    new_name: Option<String>,
    rights: Option<Vec<String>>,
) -> Result<()> {
    service.check_named_right(context, named::TEMPLATES).await?;
    judge(new_name.as_deref(), rights.as_deref().unwrap_or_default())?;
    let rights = rights.map(|rights| in_order(&rights));
    let may_grant = service.has_named_right(context, named::GRANTS).await?;
    let write = move |tx: &mut Tx<'_>| {
        let change = (new_name.as_deref(), rights.as_deref());
        not_the_last_with_right(tx, "--right", |tx| permission_template_set_in(tx, &name, change, may_grant))
    };
    service.db().write(context, Lane::Interactive, write).await
}

fn permission_template_set_in(
    tx: &mut Tx<'_>,
    name: &str,
    (new_name, rights): (Option<&str>, Option<&[String]>),
    may_grant: bool,
) -> Result<()> {
    let mut template = known(tx, name)?;
    if let Some(new_name) = new_name.filter(|new_name| *new_name != name) {
        if store::permission_template::permission_template_by_name(tx, new_name)?.is_some() {
            return Err(Error::invalid_at("--name", Message::Taken));
        }
        new_name.clone_into(&mut template.name);
    }
    if let Some(rights) = rights {
        // Whoever has the template has them from then on.
        if !may_grant && rights.iter().any(|right| !template.rights.contains(right)) {
            return Err(Error::forbidden("--right", Message::NoNamedRight { right: named::GRANTS }));
        }
        rights.clone_into(&mut template.rights);
    }
    store::permission_template::permission_template_set(tx, &template)?;
    note(tx, "permission_template.set", &template.name)
}

/// Removes a permission template.
///
/// # Errors
/// Forbidden without the right. Invalid where somebody has it; NotFound.
pub async fn permission_template_remove(service: &Service, context: &Arc<Context>, name: String) -> Result<()> {
    service.check_named_right(context, named::TEMPLATES).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let template = known(tx, &name)?;
            if store::permission_template::permission_template_is_used(tx, template.number)? {
                return Err(Error::invalid_at("NAME", Message::StillUsed));
            }
            store::permission_template::permission_template_delete(tx, template.number)?;
            note(tx, "permission_template.remove", &name)
        })
        .await
}

/// All permission templates, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn permission_template_list(service: &Service, context: &Arc<Context>) -> Result<Vec<PermissionTemplate>> {
    service.db().page(context.tenant, store::permission_template::permission_template_list).await
}

fn judge(name: Option<&str>, rights: &[String]) -> Result<()> {
    let wrong_name = name.and_then(|name| check_name("--name", name).err());
    let mut problems = wrong_name.map_or_else(Vec::new, |error| error.problems().to_vec());
    problems.extend(right_problems(rights));
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn known(tx: &mut Tx<'_>, name: &str) -> Result<PermissionTemplate> {
    let found = store::permission_template::permission_template_by_name(tx, name)?;
    found.ok_or_else(|| Error::not_found("NAME"))
}

fn note(tx: &mut Tx<'_>, kind: &'static str, name: &str) -> Result<()> {
    tx.record_operation(&Operation::new(kind, name.to_owned()))
}
