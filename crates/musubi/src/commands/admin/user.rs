//! `musubi admin user`.

use std::io::{BufRead as _, Read as _};

use clap::{Args, Subcommand};
use musubi_service::user::{UserCreate, UserSet, user_create, user_list, user_set};
use uuid::Uuid;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const CREATED: [Column; 1] = [("user_id", "ユーザーID", "user id")];
const COLUMNS: [Column; 6] = [
    ("user_id", "ユーザーID", "user id"),
    ("login", "ログインID", "login"),
    ("name", "名前", "name"),
    ("mail", "メールアドレス", "mail"),
    ("active", "有効", "active"),
    ("system", "プログラム用", "of a program"),
];
/// The longest line that is read as a password, in bytes.
const PASSWORD_BYTES: u64 = 4_096;

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a person.
    Create(Create),
    /// List people, and the users that stand for programs.
    List,
    /// Change a person.
    Set(Set),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The login ID.
    #[arg(long, value_name = "LOGIN")]
    login: String,
    /// The family name.
    #[arg(long, value_name = "NAME")]
    family_name: String,
    /// The first name.
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// The mail address.
    #[arg(long, value_name = "MAIL")]
    mail: String,
    /// The id of an organization that the person belongs to; may be given several times.
    #[arg(long = "organization", value_name = "ID")]
    organizations: Vec<Uuid>,
    /// A right that the person is given; may be given several times.
    #[arg(long = "right", value_name = "NAME")]
    rights: Vec<String>,
    /// Read the password from standard input, one line.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The login ID of the person.
    #[arg(long, value_name = "LOGIN")]
    login: String,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// The family name.
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// The first name.
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The mail address.
    #[arg(long, value_name = "MAIL")]
    mail: Option<String>,
    /// Make the person active again.
    #[arg(long, conflicts_with = "deactivate")]
    activate: bool,
    /// Deactivate the person: the name stays, tokens are worth nothing.
    #[arg(long)]
    deactivate: bool,
}

pub(crate) async fn run(command: User, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        User::Create(create) => {
            let password = if create.password_stdin { Some(password_of_stdin()?) } else { None };
            let user = UserCreate {
                login_id: create.login,
                family_name: create.family_name,
                first_name: create.first_name,
                mail: create.mail,
                organizations: create.organizations,
                rights: create.rights,
                password,
            };
            let id = user_create(&session.service, &context, user).await?;
            session.one(&CREATED, &[id.to_string().into()])
        }
        User::List => {
            let users = user_list(&session.service, &context).await?;
            let rows = users.into_iter().map(|user| {
                let name = user.display_name();
                vec![
                    user.id.to_string().into(),
                    user.login_id.into(),
                    name.into(),
                    user.mail.into(),
                    user.active.into(),
                    user.system.into(),
                ]
            });
            session.rows(&COLUMNS, &rows.collect::<Vec<_>>())
        }
        User::Set(Set { login, change }) => {
            let active = if change.activate { Some(true) } else { change.deactivate.then_some(false) };
            let change =
                UserSet { family_name: change.family_name, first_name: change.first_name, mail: change.mail, active };
            Ok(user_set(&session.service, &context, login, change).await?)
        }
    }
}

/// One line of standard input, without its line break.
fn password_of_stdin() -> Result<String, Failure> {
    let mut line = Vec::new();
    std::io::stdin().lock().take(PASSWORD_BYTES).read_until(b'\n', &mut line).map_err(|error| {
        Failure::plain(format!("標準入力を読めません ({error})"), format!("standard input cannot be read ({error})"))
    })?;
    let line = String::from_utf8(line)
        .map_err(|_| Failure::plain("パスワードを UTF-8 として読めません", "the password is not UTF-8"))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
