//! People.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::UserNo;
use musubi_domain::messages::Message;
use musubi_domain::user::{RIGHTS, User, is_login_id};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::user::NewUser;
use uuid::Uuid;

use crate::context::Service;
use crate::organization::CHUNK;
use crate::password::password_hash;
use crate::record::check_name;

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
    /// The organizations that he belongs to.
    pub organizations: Vec<Uuid>,
    /// The rights that he is given.
    pub rights: Vec<String>,
    /// The password; none: he cannot sign in until one is set.
    pub password: Option<String>,
}

/// Adds a person.
///
/// # Errors
/// Invalid, with everything that is wrong at once.
pub async fn user_create(service: &Service, context: &Arc<Context>, command: UserCreate) -> Result<Uuid> {
    let hash = user_judge(service, &command).await?;
    service.db().write(context, Lane::Interactive, move |tx| user_create_in(tx, &command, hash.clone())).await
}

/// Judges a person by everything but the database, and hashes the password.
pub(crate) async fn user_judge(service: &Service, command: &UserCreate) -> Result<Option<String>> {
    let problems = user_problems(command);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    match command.password.clone() {
        Some(password) => password_hash("--password-stdin", password, service.random()).await.map(Some),
        None => Ok(None),
    }
}

fn user_problems(command: &UserCreate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |path: &str, message| problems.push(Problem { path: path.to_owned(), item: None, message });
    if !is_login_id(&command.login_id) {
        say("--login", Message::BadName);
    }
    for right in &command.rights {
        if !RIGHTS.contains(&right.as_str()) {
            say("--right", Message::NoSuchRight);
        }
    }
    for (path, name) in
        [("--family-name", &command.family_name), ("--first-name", &command.first_name), ("--mail", &command.mail)]
    {
        if let Err(error) = check_name(path, name) {
            problems.extend_from_slice(error.problems());
        }
    }
    problems
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
        password_hash,
        system: false,
    };
    let id = tx.next_id();
    let number =
        store::user::user_insert(tx, id, &user)?.ok_or_else(|| Error::invalid_at("--login", Message::Taken))?;
    for organization in &command.organizations {
        let found =
            store::organization::organization_by_id(tx, *organization)?.filter(|organization| organization.active);
        let organization = found.ok_or_else(|| Error::invalid_at("--organization", Message::NoSuchOrganization))?;
        store::user::user_organization_insert(tx, number, organization.number)?;
    }
    for right in &command.rights {
        store::user::user_right_insert(tx, number, right)?;
    }
    note(tx, "user.create", &command.login_id)?;
    Ok(id)
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
    /// Whether the person is active.
    pub active: Option<bool>,
}

/// Changes a person; one who is deactivated keeps his name where it stands and his tokens are worth nothing.
///
/// # Errors
/// Invalid; NotFound.
pub async fn user_set(service: &Service, context: &Arc<Context>, login_id: String, change: UserSet) -> Result<()> {
    for (path, name) in
        [("--family-name", &change.family_name), ("--first-name", &change.first_name), ("--mail", &change.mail)]
    {
        name.as_deref().map_or(Ok(()), |name| check_name(path, name))?;
    }
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let found = store::user::user_by_login(tx, &login_id)?.filter(|user| !user.system);
            let mut user = found.ok_or_else(|| Error::not_found("--login"))?;
            let change = change.clone();
            user.family_name = change.family_name.unwrap_or(user.family_name);
            user.first_name = change.first_name.unwrap_or(user.first_name);
            user.mail = change.mail.unwrap_or(user.mail);
            user.active = change.active.unwrap_or(user.active);
            store::user::user_set(tx, &user)?;
            note(tx, "user.set", &login_id)
        })
        .await
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
    let user = NewUser {
        login_id: login_id.to_owned(),
        family_name: name.to_owned(),
        first_name: String::new(),
        mail: String::new(),
        password_hash: None,
        system: true,
    };
    let id = tx.next_id();
    store::user::user_insert(tx, id, &user)?.ok_or_else(|| Error::internal("a system user is there and is not found"))
}

fn note(tx: &mut Tx<'_>, kind: &'static str, login_id: &str) -> Result<()> {
    tx.record_operation(&Operation::new(kind, login_id.to_owned()))
}
