//! People.

mod search;

use std::sync::Arc;
use std::time::Instant;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{OrganizationNo, UserNo};
use musubi_domain::item::Form;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::password::password_problem;
use musubi_domain::permission_template::right_problems;
use musubi_domain::rights::named;
use musubi_domain::user::{Keywords, User, UserFields, field_problems, is_login_id};
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use musubi_store::user::NewUser;
use uuid::Uuid;

use crate::context::Service;
use crate::organization::CHUNK;
use crate::password_reset::password_take_over_in;
use crate::record::check_name;
use crate::record_list::Patience;
use crate::revocation::access_end_in;
use crate::sign_in::account_of;
use crate::user_right::not_the_last_with_right;

pub use search::{UserSearch, UserView, user_get, user_search};

/// Where a password is given.
const PASSWORD: &str = "--password-stdin";

/// A person to be added.
#[derive(Clone, Debug, Default)]
pub struct UserCreate {
    /// The login ID.
    pub login_id: String,
    /// 姓.
    pub family_name: String,
    /// 名.
    pub first_name: String,
    /// The mail address.
    pub mail: String,
    /// What else is known of him.
    pub fields: UserFields,
    /// The organizations that he belongs to.
    pub organizations: Vec<Uuid>,
    /// The rights that he is given.
    pub rights: Vec<String>,
    /// The name of the permission template that he is given; its rights come beside those.
    pub permission_template: Option<String>,
    /// The password; none: he cannot sign in until one is set.
    pub password: Option<String>,
}

/// Adds a person.
///
/// # Errors
/// Forbidden without the right. Invalid, with everything that is wrong at once.
pub async fn user_create(service: &Service, context: &Arc<Context>, command: UserCreate) -> Result<Uuid> {
    service.check_named_right(context, named::PEOPLE).await?;
    if !command.rights.is_empty() || command.permission_template.is_some() {
        service.check_named_right(context, named::GRANTS).await?;
    }
    let least = service.tenant_settings(context.tenant).await?.security.password_characters;
    let hash = user_judge(service, least, &command).await?;
    service.db().write(context, Lane::Interactive, move |tx| user_create_in(tx, &command, hash.clone())).await
}

/// Judges a person by everything but the database, and hashes the password, which needs `least` characters.
pub(crate) async fn user_judge(service: &Service, least: usize, command: &UserCreate) -> Result<Option<String>> {
    let mut problems = Vec::new();
    if !is_login_id(&command.login_id) {
        problems.push(problem("--login", Message::BadName));
    }
    problems.extend(right_problems(&command.rights));
    let names = [&command.family_name, &command.first_name, &command.mail].map(Some);
    problems.extend(text_problems(names, &command.fields));
    problems.extend(too_many(&command.organizations));
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    match command.password.clone() {
        Some(password) => {
            let about = [&command.login_id, &command.mail, &command.family_name, &command.first_name];
            let problem = password_problem(&password, least, &about.map(String::as_str));
            problem.map_or(Ok(()), |message| Err(Error::invalid_at(PASSWORD, message)))?;
            service.password_hash(PASSWORD, None, &password).await.map(Some)
        }
        None => Ok(None),
    }
}

fn problem(path: &str, message: Message) -> Problem {
    Problem { path: path.to_owned(), item: None, message }
}

/// What is wrong with 姓, 名 and mail address, as far as they are given, and with fields.
fn text_problems(names: [Option<&String>; 3], fields: &UserFields) -> Vec<Problem> {
    let named = ["--family-name", "--first-name", "--mail"].into_iter().zip(names);
    let wrong = named.filter_map(|(path, name)| check_name(path, name?).err());
    let mut problems: Vec<_> = wrong.flat_map(|error| error.problems().to_vec()).collect();
    let mail = names[2].filter(|_| problems.iter().all(|problem| problem.path != "--mail"));
    let wrong_mail = mail.and_then(|mail| Form::MailAddress.check(mail, limits::NAME_CHARACTERS).err());
    problems.extend(wrong_mail.map(|message| problem("--mail", message)));
    problems.extend(field_problems(fields));
    problems
}

fn too_many(organizations: &[Uuid]) -> Option<Problem> {
    let most = limits::USER_ORGANIZATIONS;
    (organizations.len() > most).then(|| problem("--organization", Message::TooMany { most }))
}

/// As [`user_create`], within a transaction and with the password hashed.
///
/// # Errors
/// As there.
pub fn user_create_in(tx: &mut Tx<'_>, command: &UserCreate, password_hash: Option<String>) -> Result<Uuid> {
    let user = NewUser {
        login_id: command.login_id.clone(),
        family_name: command.family_name.clone(),
        first_name: command.first_name.clone(),
        mail: command.mail.clone(),
        fields: command.fields.clone(),
        password_hash,
        system: false,
    };
    let id = tx.next_id();
    let number =
        store::user::user_insert(tx, id, &user)?.ok_or_else(|| Error::invalid_at("--login", Message::Taken))?;
    organizations_insert(tx, number, &command.organizations)?;
    if let Some(template) = &command.permission_template {
        permission_template_give(tx, number, template)?;
    }
    for right in &command.rights {
        store::user::user_right_insert(tx, number, right)?;
    }
    note(tx, "user.create", &command.login_id)?;
    Ok(id)
}

fn organizations_insert(tx: &mut Tx<'_>, user: UserNo, organizations: &[Uuid]) -> Result<()> {
    let mut problems = Vec::new();
    for organization in organizations {
        let found = store::organization::organization_by_id(tx, *organization)?;
        match found.filter(|organization| organization.active) {
            Some(organization) => store::user::user_organization_insert(tx, user, organization.number)?,
            None => problems.push(problem("--organization", Message::NoSuchOrganization)),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// Gives a person a permission template, "" taking his away: his rights become those of the template.
fn permission_template_give(tx: &mut Tx<'_>, user: UserNo, name: &str) -> Result<()> {
    let template = if name.is_empty() {
        None
    } else {
        let found = store::permission_template::permission_template_by_name(tx, name)?;
        Some(found.ok_or_else(|| Error::invalid_at("--permission-template", Message::NoSuchPermissionTemplate))?.number)
    };
    if template.is_some() {
        store::user::user_rights_delete(tx, user)?;
    }
    store::user::user_permission_template_set(tx, user, template)
}

/// What is changed of a person.
#[derive(Clone, Debug, Default)]
pub struct UserSet {
    /// 姓.
    pub family_name: Option<String>,
    /// 名.
    pub first_name: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// What else is known of him; "" takes a field away.
    pub fields: UserFields,
    /// Whether the person is active.
    pub active: Option<bool>,
    /// The organizations that he belongs to from now on, and to no others.
    pub organizations: Option<Vec<Uuid>>,
    /// The name of the permission template whose rights become his, in place of those that he has been given himself; "" takes
    /// the template away, and its rights with it.
    pub permission_template: Option<String>,
    /// A new password: all his sessions end, and he is locked nowhere.
    pub password: Option<String>,
    /// Takes his second factor away.
    pub reset_totp: bool,
}

/// Changes a person; one who is deactivated keeps his name where it stands, his tokens are worth nothing and his sessions end.
///
/// # Errors
/// Forbidden without the right, and where he would open the door of somebody with rights that he has not himself without that to grant them.
/// Invalid, with everything that is wrong at once; where the person is the last with a right that somebody must have. NotFound.
pub async fn user_set(service: &Service, context: &Arc<Context>, login_id: String, change: UserSet) -> Result<()> {
    service.check_named_right(context, named::PEOPLE).await?;
    if change.permission_template.is_some() {
        service.check_named_right(context, named::GRANTS).await?;
    }
    let names = [&change.family_name, &change.first_name, &change.mail].map(Option::as_ref);
    let mut problems = text_problems(names, &change.fields);
    problems.extend(change.organizations.as_deref().and_then(too_many));
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    check_reach(service, context, &login_id, &change).await?;
    let door = door_change(service, context, &login_id, &change).await?;
    let write =
        move |tx: &mut Tx<'_>| not_the_last_with_right(tx, "--login", |tx| user_set_in(tx, &login_id, &change, &door));
    service.db().write(context, Lane::Interactive, write).await
}

/// Whether whoever acts may change what opens the door of a person: otherwise he would have the person's rights.
async fn check_reach(service: &Service, context: &Context, login_id: &str, change: &UserSet) -> Result<()> {
    if change.password.is_none() && !change.reset_totp && change.mail.is_none() {
        return Ok(());
    }
    let login = login_id.to_owned();
    let find = move |keyed: &mut Keyed<'_>| store::user::user_by_login(keyed, &login);
    let user = service.db().get(context.tenant, find).await?.ok_or_else(|| Error::not_found("--login"))?;
    // A link that sets a password goes to the mail address.
    let moves_mail = change.mail.as_ref().is_some_and(|mail| *mail != user.mail);
    if change.password.is_some() || change.reset_totp || moves_mail {
        service.check_covers(context, user.number).await?;
    }
    Ok(())
}

/// What changes of a person at the door: the hash of the new password, and the name under which his failures are kept.
async fn door_change(
    service: &Service,
    context: &Context,
    login_id: &str,
    change: &UserSet,
) -> Result<(Option<String>, [u8; 32])> {
    let account = account_of(service, login_id);
    let Some(password) = &change.password else { return Ok((None, account)) };
    let login = login_id.to_owned();
    let find = move |keyed: &mut Keyed<'_>| store::user::user_by_login(keyed, &login);
    let user = service.db().get(context.tenant, find).await?.ok_or_else(|| Error::not_found("--login"))?;
    service.password_accepted(context.tenant, PASSWORD, password, &user).await?;
    Ok((Some(service.password_hash(PASSWORD, None, password).await?), account))
}

fn user_set_in(
    tx: &mut Tx<'_>,
    login_id: &str,
    change: &UserSet,
    (password_hash, account): &(Option<String>, [u8; 32]),
) -> Result<()> {
    let mut user = person_by_login(tx, login_id, "--login")?;
    let names = [&mut user.family_name, &mut user.first_name, &mut user.mail];
    for (own, given) in names.into_iter().zip([&change.family_name, &change.first_name, &change.mail]) {
        if let Some(given) = given {
            own.clone_from(given);
        }
    }
    user.set_fields(&change.fields);
    user.active = change.active.unwrap_or(user.active);
    if !user.active {
        store::session::session_delete_of_user(tx, user.number, None)?;
        access_end_in(tx, user.number, None)?;
    }
    store::user::user_set(tx, &user)?;
    if let Some(hash) = password_hash {
        password_take_over_in(tx, user.number, hash)?;
        store::sign_in::sign_in_failures_delete(tx, account, None)?;
        note(tx, "password.set", login_id)?;
    }
    if change.reset_totp && store::totp::totp_delete(tx, user.number)? {
        note(tx, "totp.reset", login_id)?;
    }
    if let Some(organizations) = &change.organizations {
        store::user::user_organizations_delete(tx, user.number)?;
        organizations_insert(tx, user.number, organizations)?;
    }
    if let Some(template) = &change.permission_template {
        permission_template_give(tx, user.number, template)?;
    }
    note(tx, "user.set", login_id)
}

/// The person of a login ID; system users are none.
pub(crate) fn person_by_login(tx: &mut Tx<'_>, login_id: &str, path: &str) -> Result<User> {
    let found = store::user::user_by_login(tx, login_id)?.filter(|user| !user.system);
    found.ok_or_else(|| Error::not_found(path))
}

/// Which people a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Words that each of them must have.
    pub keywords: Keywords,
    /// The organization to which they belong; not those below it.
    pub organization: Option<Uuid>,
}

/// A page of a list of people.
#[derive(Clone, Debug, Default)]
pub struct UserPage {
    /// The people.
    pub rows: Vec<User>,
    /// Whether further ones follow.
    pub more: bool,
}

/// Active people in order of creation. An organization that is unknown or removed has none. Without keywords the database counts
/// off; with them people are looked at in chunks that hold nothing between them.
///
/// # Errors
/// Where the database does not answer; Busy where it took too long.
pub async fn user_page(
    service: &Service,
    context: &Arc<Context>,
    filter: UserFilter,
    offset: i64,
    limit: i64,
) -> Result<UserPage> {
    let organization = match filter.organization {
        Some(id) => {
            let find = move |snapshot: &mut Snapshot<'_>| store::organization::organization_by_id(snapshot, id);
            match service.db().page(context.tenant, find).await?.filter(|organization| organization.active) {
                Some(organization) => Some(organization.number),
                None => return Ok(UserPage::default()),
            }
        }
        None => None,
    };
    if !filter.keywords.is_empty() {
        return user_page_found(service, context, Arc::new(filter.keywords), organization, (offset, limit)).await;
    }
    // One more than asked for tells whether there are further ones.
    let read = move |snapshot: &mut Snapshot<'_>| {
        store::user::user_people_page(snapshot, organization, offset, limit.saturating_add(1))
    };
    let rows = service.db().page(context.tenant, read).await?;
    Ok(UserPage::of(rows, limit))
}

async fn user_page_found(
    service: &Service,
    context: &Arc<Context>,
    keywords: Arc<Keywords>,
    organization: Option<OrganizationNo>,
    (offset, limit): (i64, i64),
) -> Result<UserPage> {
    let (mut after, mut skipped, mut rows) = (Some(UserNo(0)), 0, Vec::new());
    let (begun, mut turn) = (Instant::now(), None);
    while let Some(number) = after {
        if number > UserNo(0) && Patience::CALL.allows(begun)? && turn.is_none() {
            turn = Some(service.scan_turn(context.tenant).await?);
        }
        let keywords = Arc::clone(&keywords);
        let read = move |snapshot: &mut Snapshot<'_>| {
            let mut users = store::user::user_people_after(snapshot, organization, number, CHUNK)?;
            let last = users.last().map(|last| last.number);
            users.retain(|user| keywords.find(user));
            Ok((users, last))
        };
        let (found, last) = service.db().page(context.tenant, read).await?;
        for user in found {
            if skipped < offset {
                skipped += 1;
            } else {
                rows.push(user);
            }
        }
        let is_full = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        after = last.filter(|_| !is_full);
    }
    drop(turn);
    Ok(UserPage::of(rows, limit))
}

impl UserPage {
    fn of(mut rows: Vec<User>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more }
    }
}

/// All people and system users, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn user_list(service: &Service, context: &Arc<Context>) -> Result<Vec<User>> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let after = users.last().map_or(UserNo(0), |last| last.number);
        let rows =
            service.db().page(context.tenant, move |snapshot| store::user::user_list(snapshot, after, CHUNK)).await?;
        if rows.is_empty() {
            return Ok(users);
        }
        users.extend(rows);
    }
}

/// The system user of this login ID, made where there is none: it stands for a program and is named after it.
pub(crate) fn system_user_in(tx: &mut Tx<'_>, login_id: &str, name: &str) -> Result<UserNo> {
    if let Some(user) = store::user::user_by_login(tx, login_id)? {
        return Ok(user.number);
    }
    let user =
        NewUser { login_id: login_id.to_owned(), family_name: name.to_owned(), system: true, ..NewUser::default() };
    let id = tx.next_id();
    store::user::user_insert(tx, id, &user)?.ok_or_else(|| Error::internal("a system user is there and is not found"))
}

fn note(tx: &mut Tx<'_>, kind: &'static str, login_id: &str) -> Result<()> {
    tx.record_operation(&Operation::new(kind, login_id.to_owned()))
}

/// Gives the system user of a program another name: what it made and changed shows that from then on.
pub(crate) fn system_user_rename(tx: &mut Tx<'_>, number: UserNo, name: &str) -> Result<()> {
    match store::user::user_by_number(tx, number)?.filter(|user| user.family_name != name) {
        Some(user) => store::user::user_set(tx, &User { family_name: name.to_owned(), ..user }),
        None => Ok(()),
    }
}
