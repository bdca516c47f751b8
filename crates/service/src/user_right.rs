//! The rights of people: those that they have been given themselves, and those of their permission templates.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::actor::Door;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::UserNo;
use musubi_domain::messages::Message;
use musubi_domain::permission_template::{in_order, right_problems};
use musubi_domain::rights::named;
use musubi_domain::user::{RIGHTS, User};
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};

use crate::context::Service;
use crate::organization::CHUNK;
use crate::permission_template::permission_template_list;
use crate::user::person_by_login;

/// Gives a person rights, or takes them from him.
///
/// # Errors
/// Forbidden without the right. Invalid where nobody knows a right, one that is to be taken comes from the permission template, or nobody
/// would be left who may give rights; NotFound.
pub async fn user_right_set(
    service: &Service,
    context: &Arc<Context>,
    login_id: String,
    rights: Vec<String>,
    remove: bool,
) -> Result<()> {
    service.check_named_right(context, named::GRANTS).await?;
    let problems = right_problems(&rights);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            not_the_last_with_right(tx, "--right", |tx| user_right_set_in(tx, &login_id, &rights, remove))
        })
        .await
}

fn user_right_set_in(tx: &mut Tx<'_>, login_id: &str, rights: &[String], remove: bool) -> Result<()> {
    let user = person_by_login(tx, login_id, "--user")?;
    if remove {
        refuse_rights_of_template(tx, &user, rights)?;
    }
    for right in rights {
        if remove {
            store::user::user_right_delete(tx, user.number, right)?;
        } else {
            store::user::user_right_insert(tx, user.number, right)?;
        }
    }
    let kind = if remove { "user_right.remove" } else { "user_right.set" };
    tx.record_operation(&Operation::new(kind, login_id.to_owned()))
}

/// Makes a change of people, their rights or their permission templates, and refuses it where it leaves nobody who may give rights: no
/// page could mend that. Commands on the machine can, so they are not held to it.
///
/// # Errors
/// Invalid at `path` where somebody who is active had the right before and nobody has it after; what `change` says.
pub(crate) fn not_the_last_with_right<T>(
    tx: &mut Tx<'_>,
    path: &str,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    let is_held = |tx: &mut Tx<'_>| Ok(!store::user::user_with_right(tx, named::GRANTS, 1)?.is_empty());
    if tx.context().actor.door == Door::Command || !is_held(tx)? {
        return change(tx);
    }
    let done = change(tx)?;
    if is_held(tx)? { Ok(done) } else { Err(Error::invalid_at(path, Message::LastWithRight { right: named::GRANTS })) }
}

fn refuse_rights_of_template(tx: &mut Tx<'_>, user: &User, rights: &[String]) -> Result<()> {
    let template = store::permission_template::permission_template_by_name(tx, &user.permission_template)?;
    let held = template.map_or_else(Vec::new, |template| template.rights);
    let problem = |_| Problem { path: "--right".to_owned(), item: None, message: Message::RightOfTemplate };
    let problems: Vec<_> = rights.iter().filter(|right| held.contains(right)).map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// A person with his rights.
#[derive(Clone, Debug)]
pub struct UserRights {
    /// The person.
    pub user: User,
    /// His rights, in the order of [`RIGHTS`].
    pub rights: Vec<String>,
}

/// All people, in order of creation, with their rights.
///
/// # Errors
/// Where the database does not answer.
pub async fn user_right_list(service: &Service, context: &Arc<Context>) -> Result<Vec<UserRights>> {
    let templates = permission_template_list(service, context).await?;
    let templates: HashMap<_, _> = templates.into_iter().map(|template| (template.name, template.rights)).collect();
    let most = CHUNK.saturating_mul(i64::try_from(RIGHTS.len()).unwrap_or(i64::MAX));
    let (mut listed, mut after) = (Vec::new(), Some(UserNo(0)));
    while let Some(number) = after {
        let read = move |snapshot: &mut Snapshot<'_>| {
            let users = store::user::user_list(snapshot, number, CHUNK)?;
            let last = users.last().map(|last| last.number);
            let rights = match last {
                Some(last) => store::user::user_right_list(snapshot, number, last, most)?,
                None => Vec::new(),
            };
            Ok((users, rights, last))
        };
        let (users, rights, last) = service.db().page(context.tenant, read).await?;
        let mut own: HashMap<UserNo, Vec<String>> = HashMap::new();
        for (user, right) in rights {
            own.entry(user).or_default().push(right);
        }
        for user in users.into_iter().filter(|user| !user.system) {
            let mut rights = own.remove(&user.number).unwrap_or_default();
            rights.extend(templates.get(&user.permission_template).into_iter().flatten().cloned());
            listed.push(UserRights { rights: in_order(&rights), user });
        }
        after = last;
    }
    Ok(listed)
}
