//! Groups of people: who is in them, and from where their members may come.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::group::Group;
use musubi_domain::id::{GroupNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::security::addresses_settled;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;
use crate::organization::CHUNK;
use crate::record::check_name;
use crate::user::person_by_login;

/// A group to be added.
#[derive(Clone, Debug, Default)]
pub struct GroupCreate {
    /// Its name.
    pub name: String,
    /// The login IDs of its members.
    pub members: Vec<String>,
    /// The addresses and networks from which its members may come.
    pub allowed_addresses: Vec<String>,
}

/// What is changed of a group; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct GroupSet {
    /// Its new name.
    pub name: Option<String>,
    /// The login IDs of further members.
    pub members: Vec<String>,
    /// The login IDs of those who are members no longer.
    pub removed_members: Vec<String>,
    /// The addresses and networks from which its members may come, in place of those until now.
    pub allowed_addresses: Option<Vec<String>>,
}

/// A group with its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// The group.
    pub group: Group,
    /// The login IDs of its members, in order of creation.
    pub members: Vec<String>,
}

/// Adds a group.
///
/// # Errors
/// Forbidden without the right for people, and without that for settings where there are addresses. Invalid, with everything that is wrong
/// at once; where the name is taken, or a member is in too many groups; NotFound for a login ID.
pub async fn group_create(service: &Service, context: &Arc<Context>, command: GroupCreate) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    if !command.allowed_addresses.is_empty() {
        service.check_named_right(context, named::SYSTEM).await?;
    }
    let addresses = judge(Some(&command.name), &command.allowed_addresses)?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let number = store::group::group_insert(tx, &command.name, &addresses)?;
            let number = number.ok_or_else(|| Error::invalid_at("--name", Message::Taken))?;
            members_insert(tx, number, &command.members)?;
            note(tx, "group.create", &command.name)
        })
        .await
}

/// Changes a group.
///
/// # Errors
/// Forbidden without the right for people, and without that for settings where addresses change. Invalid, with everything that is wrong at
/// once; where the name is taken, or a member is in too many groups; NotFound for the group, a login ID, and who is no member.
pub async fn group_set(service: &Service, context: &Arc<Context>, name: String, change: GroupSet) -> Result<()> {
    if change.allowed_addresses.is_some() {
        service.check_named_right(context, named::SYSTEM).await?;
    }
    // Whoever sets addresses alone needs no right for people.
    if change.allowed_addresses.is_none()
        || change.name.is_some()
        || !(change.members.is_empty() && change.removed_members.is_empty())
    {
        service.check_named_right(context, named::PEOPLE).await?;
    }
    let addresses = judge(change.name.as_deref(), change.allowed_addresses.as_deref().unwrap_or_default())?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let mut group = known(tx, &name)?;
            if let Some(new_name) = change.name.as_ref().filter(|new_name| **new_name != name) {
                if store::group::group_by_name(tx, new_name)?.is_some() {
                    return Err(Error::invalid_at("--name", Message::Taken));
                }
                group.name.clone_from(new_name);
            }
            if change.allowed_addresses.is_some() {
                group.allowed_addresses.clone_from(&addresses);
            }
            store::group::group_set(tx, &group)?;
            for login_id in &change.removed_members {
                let person = person_by_login(tx, login_id, "--remove-member")?;
                if !store::group::group_member_delete(tx, group.number, person.number)? {
                    return Err(Error::not_found("--remove-member"));
                }
            }
            members_insert(tx, group.number, &change.members)?;
            note(tx, "group.set", &group.name)
        })
        .await
}

/// Removes a group; its members stay.
///
/// # Errors
/// Forbidden without the right for people, and without that for settings where it has addresses; NotFound.
pub async fn group_remove(service: &Service, context: &Arc<Context>, name: String) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    let may_open = service.has_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let group = known(tx, &name)?;
            // From then on its members may come from elsewhere.
            if !may_open && !group.allowed_addresses.is_empty() {
                return Err(Error::forbidden("NAME", Message::NoNamedRight { right: named::SYSTEM }));
            }
            store::group::group_delete(tx, group.number)?;
            note(tx, "group.remove", &name)
        })
        .await
}

/// All groups with their members, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn group_list(service: &Service, context: &Arc<Context>) -> Result<Vec<GroupRow>> {
    let mut members = members(service, context).await?;
    let (mut groups, mut after): (Vec<GroupRow>, _) = (Vec::new(), GroupNo(0));
    loop {
        let read = move |snapshot: &mut store::db::Snapshot<'_>| store::group::group_list(snapshot, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some(last) = rows.last() else { return Ok(groups) };
        after = last.number;
        groups.extend(
            rows.into_iter()
                .map(|group| GroupRow { members: members.remove(&group.number).unwrap_or_default(), group }),
        );
    }
}

async fn members(service: &Service, context: &Arc<Context>) -> Result<HashMap<GroupNo, Vec<String>>> {
    let (mut members, mut after): (HashMap<_, Vec<_>>, _) = (HashMap::new(), (GroupNo(0), UserNo(0)));
    loop {
        let read =
            move |snapshot: &mut store::db::Snapshot<'_>| store::group::group_member_list(snapshot, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some((group, user, _)) = rows.last() else { return Ok(members) };
        after = (*group, *user);
        for (group, _, login_id) in rows {
            members.entry(group).or_default().push(login_id);
        }
    }
}

/// The addresses as they are kept, where name and addresses are in order.
fn judge(name: Option<&str>, addresses: &[String]) -> Result<Vec<String>> {
    let wrong_name = name.and_then(|name| check_name("--name", name).err());
    let mut problems: Vec<Problem> = wrong_name.map_or_else(Vec::new, |error| error.problems().to_vec());
    let (addresses, wrong) = addresses_settled("--address", addresses);
    problems.extend(wrong);
    if problems.is_empty() { Ok(addresses) } else { Err(Error::invalid(problems)) }
}

fn members_insert(tx: &mut Tx<'_>, group: GroupNo, login_ids: &[String]) -> Result<()> {
    for login_id in login_ids {
        let person = person_by_login(tx, login_id, "--member")?;
        let groups = store::group::groups_of_user(tx, person.number)?;
        if groups.len() >= limits::USER_GROUPS && !groups.iter().any(|own| own.number == group) {
            return Err(Error::invalid_at("--member", Message::TooMany { most: limits::USER_GROUPS }));
        }
        store::group::group_member_insert(tx, group, person.number)?;
    }
    Ok(())
}

fn known(tx: &mut Tx<'_>, name: &str) -> Result<Group> {
    store::group::group_by_name(tx, name)?.ok_or_else(|| Error::not_found("NAME"))
}

fn note(tx: &mut Tx<'_>, kind: &'static str, name: &str) -> Result<()> {
    tx.record_operation(&Operation::new(kind, name.to_owned()))
}
