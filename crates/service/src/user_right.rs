//! The rights of people: those that they have been given themselves, and those of their permission templates.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use musubi_domain::actor::Door;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, OrganizationNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::permission_template::{in_order, right_problems};
use musubi_domain::rights::{DatabaseRight, named};
use musubi_domain::user::{Keywords, RIGHTS, User};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::organization::CHUNK;
use crate::permission_template::permission_template_list;
use crate::record_list::Patience;
use crate::user::person_by_login;

/// The rights that some active person must have: without them nobody could give one back, or let somebody in again.
const KEPT: [&str; 2] = [named::PEOPLE, named::GRANTS];

/// Gives a person rights, or takes them from him.
///
/// # Errors
/// Forbidden without the right. Invalid where nobody knows a right, one that is to be taken comes from the permission template, or nobody
/// would be left who may give rights or set up people; NotFound.
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

/// Makes a change of people, their rights or their permission templates, and refuses it where it leaves nobody who may give rights or
/// set up people: no page could mend that. Commands on the machine can, so they are not held to it.
///
/// # Errors
/// Invalid at `path` where somebody who is active had such a right before and nobody has it after; what `change` says.
pub(crate) fn not_the_last_with_right<T>(
    tx: &mut Tx<'_>,
    path: &str,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    if tx.context().actor.door == Door::Command {
        return change(tx);
    }
    let mut held = Vec::new();
    for right in KEPT {
        if !store::user::user_with_right(tx, right, 1)?.is_empty() {
            held.push(right);
        }
    }
    let done = change(tx)?;
    for right in held {
        if store::user::user_with_right(tx, right, 1)?.is_empty() {
            return Err(Error::invalid_at(path, Message::LastWithRight { right }));
        }
    }
    Ok(done)
}

fn refuse_rights_of_template(tx: &mut Tx<'_>, user: &User, rights: &[String]) -> Result<()> {
    let template = store::permission_template::permission_template_by_name(tx, &user.permission_template)?;
    let held = template.map_or_else(Vec::new, |template| template.rights);
    let problem = |_| Problem { path: "--right".to_owned(), item: None, message: Message::RightOfTemplate };
    let problems: Vec<_> = rights.iter().filter(|right| held.contains(right)).map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// The rights that a person is to have himself.
#[derive(Clone, Debug)]
pub struct UserRightChange {
    /// His login ID.
    pub login_id: String,
    /// Those that he had when somebody looked.
    pub seen: Vec<String>,
    /// Those that he is to have.
    pub wanted: Vec<String>,
}

/// Says which rights people have themselves, of all of them or, where those of one are not as they were seen, of none. Gives the people
/// whose rights were changed by somebody else, with what they have now.
///
/// # Errors
/// Forbidden without the right. Invalid where nobody knows a right, there are too many people or nobody would be left who may give rights;
/// NotFound.
pub async fn user_rights_change(
    service: &Service,
    context: &Arc<Context>,
    changes: Vec<UserRightChange>,
) -> Result<Vec<UserRights>> {
    service.check_named_right(context, named::GRANTS).await?;
    let mut problems: Vec<_> = changes.iter().flat_map(|change| right_problems(&change.wanted)).collect();
    if changes.len() > limits::RIGHTS_AT_ONCE {
        let message = Message::TooMany { most: limits::RIGHTS_AT_ONCE };
        problems.push(Problem { path: "--user".to_owned(), item: None, message });
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let write = move |tx: &mut Tx<'_>| not_the_last_with_right(tx, "--right", |tx| user_rights_change_in(tx, &changes));
    service.db().write(context, Lane::Interactive, write).await
}

fn user_rights_change_in(tx: &mut Tx<'_>, changes: &[UserRightChange]) -> Result<Vec<UserRights>> {
    let (mut judged, mut changed) = (Vec::new(), Vec::new());
    for change in changes {
        let user = person_by_login(tx, &change.login_id, "--user")?;
        let before = UserNo(user.number.0.saturating_sub(1));
        let held = store::user::user_right_list(tx, before, user.number, most_rights(1))?;
        let held: Vec<String> = held.into_iter().map(|(_, right)| right).collect();
        if in_order(&held) == in_order(&change.seen) {
            judged.push((user, held, &change.wanted));
        } else {
            changed.push(UserRights { user, rights: in_order(&held) });
        }
    }
    if !changed.is_empty() {
        return Ok(changed);
    }
    for (user, held, wanted) in judged {
        for right in wanted.iter().filter(|right| !held.contains(right)) {
            store::user::user_right_insert(tx, user.number, right)?;
        }
        for right in held.iter().filter(|right| RIGHTS.contains(&right.as_str()) && !wanted.contains(right)) {
            store::user::user_right_delete(tx, user.number, right)?;
        }
        tx.record_operation(&Operation::new("user_right.set", user.login_id))?;
    }
    Ok(changed)
}

/// Rows of rights that so many people have at most.
fn most_rights(people: i64) -> i64 {
    people.saturating_mul(i64::try_from(RIGHTS.len()).unwrap_or(i64::MAX))
}

/// Which people a table of rights is to hold.
#[derive(Clone, Debug, Default)]
pub struct UserRightFilter {
    /// Words that each of them must have.
    pub keywords: Keywords,
    /// The organization to which they belong; not those below it.
    pub organization: Option<Uuid>,
    /// One of the nine rights that each of them has.
    pub right: Option<String>,
    /// The login ID of the only one.
    pub login_id: Option<String>,
}

/// A person on the table of rights.
#[derive(Clone, Debug)]
pub struct UserRightLine {
    /// The person.
    pub user: User,
    /// The rights that he has been given himself, in the order of [`RIGHTS`].
    pub own: Vec<String>,
    /// Those of his permission template.
    pub of_template: Vec<String>,
    /// What he may do in the databases in which he may not do everything.
    pub databases: Vec<(DatabaseNo, DatabaseRight)>,
}

/// A page of the table of rights.
#[derive(Clone, Debug, Default)]
pub struct UserRightPage {
    /// The people.
    pub rows: Vec<UserRightLine>,
    /// After whom the next page begins; none at the end.
    pub next: Option<UserNo>,
}

/// Active people after a person, in order of creation, with their rights: at most `most`.
///
/// # Errors
/// Forbidden without the right to give rights; Busy where it took too long.
pub async fn user_right_page(
    service: &Service,
    context: &Arc<Context>,
    filter: UserRightFilter,
    after: UserNo,
    most: usize,
) -> Result<UserRightPage> {
    service.check_named_right(context, named::GRANTS).await?;
    let organization = match filter.organization {
        Some(id) => match service.organization_named(context.tenant, id).await? {
            Some(organization) => Some(organization.number),
            None => return Ok(UserRightPage::default()),
        },
        None => None,
    };
    let templates = permission_template_list(service, context).await?;
    let templates: HashMap<_, _> = templates.into_iter().map(|template| (template.name, template.rights)).collect();
    let asked = Arc::new((filter, organization, templates));
    let (begun, mut turn, mut page, mut at) = (Instant::now(), None, UserRightPage::default(), Some(after));
    while let Some(number) = at {
        if number > after && Patience::CALL.allows(begun)? && turn.is_none() {
            turn = Some(service.scan_turn(context.tenant).await?);
        }
        let asked = Arc::clone(&asked);
        let read = move |snapshot: &mut Snapshot<'_>| {
            let (filter, organization, templates) = asked.as_ref();
            lines(snapshot, filter, *organization, templates, number)
        };
        let (lines, last) = service.db().page(context.tenant, read).await?;
        page.rows.extend(lines);
        if page.rows.len() > most {
            page.rows.truncate(most);
            page.next = page.rows.last().map(|line| line.user.number);
            break;
        }
        at = last;
    }
    drop(turn);
    for line in &mut page.rows {
        let number = line.user.number;
        let read = move |keyed: &mut Keyed<'_>| store::rights::database_rights_of(keyed, number);
        line.databases = service.db().get(context.tenant, read).await?;
    }
    Ok(page)
}

/// The people of one step, and where the next begins.
fn lines(
    snapshot: &mut Snapshot<'_>,
    filter: &UserRightFilter,
    organization: Option<OrganizationNo>,
    templates: &HashMap<String, Vec<String>>,
    after: UserNo,
) -> Result<(Vec<UserRightLine>, Option<UserNo>)> {
    let users = match &filter.login_id {
        Some(login_id) => store::user::user_by_login(snapshot, login_id)?.into_iter().collect(),
        None => store::user::user_people_after(snapshot, organization, after, CHUNK)?,
    };
    let last = users.last().map(|last| last.number).filter(|_| filter.login_id.is_none());
    let mut own: HashMap<UserNo, Vec<String>> = HashMap::new();
    if let [first, .., end] | [first @ end] = users.as_slice() {
        let before = UserNo(first.number.0.saturating_sub(1));
        let people = end.number.0.saturating_sub(before.0);
        for (user, right) in store::user::user_right_list(snapshot, before, end.number, most_rights(people))? {
            own.entry(user).or_default().push(right);
        }
    }
    let line = |user: User| UserRightLine {
        own: in_order(&own.remove(&user.number).unwrap_or_default()),
        of_template: templates.get(&user.permission_template).map(|rights| in_order(rights)).unwrap_or_default(),
        databases: Vec::new(),
        user,
    };
    let wanted = |line: &UserRightLine| {
        let has = |right: &String| line.own.contains(right) || line.of_template.contains(right);
        !line.user.system && filter.keywords.find(&line.user) && filter.right.as_ref().is_none_or(has)
    };
    Ok((users.into_iter().map(line).filter(wanted).collect(), last))
}

/// Active people who may give rights: whom somebody asks who lacks one. Anybody may know their names; at most `most`.
///
/// # Errors
/// Where the database does not answer.
pub async fn granters(service: &Service, context: &Arc<Context>, most: i64) -> Result<Vec<User>> {
    let read = move |snapshot: &mut Snapshot<'_>| store::user::user_with_right(snapshot, named::GRANTS, most);
    service.db().page(context.tenant, read).await
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
    let most = most_rights(CHUNK);
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
