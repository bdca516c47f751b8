//! `musubi admin right`: the rights of people (権限).

use clap::{Args, Subcommand};
use musubi_domain::user::RIGHTS;
use musubi_service::user_right::{UserRights, user_right_list, user_right_set};
use serde_json::Value;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 6] = [
    ("user_id", "ユーザーID", "user id"),
    ("login", "ログインID", "login"),
    ("name", "名前", "name"),
    ("active", "有効", "active"),
    ("permission_template", "権限テンプレート", "permission template"),
    ("rights", "権限", "rights"),
];
/// The table has a column for each right beside these.
const TABLE: [Column; 3] = [
    ("login", "ログインID", "login"),
    ("name", "名前", "name"),
    ("permission_template", "権限テンプレート", "permission template"),
];
/// What stands in the table where a person has the right.
const HELD: &str = "✓";

#[derive(Debug, Subcommand)]
pub(crate) enum Right {
    /// Give a person rights, or take them away.
    Set(Set),
    /// Show the rights of all people.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The login ID of the person.
    #[arg(long, value_name = "LOGIN")]
    user: String,
    /// The right; may be given several times.
    #[arg(long = "right", value_name = "NAME", required = true)]
    rights: Vec<String>,
    /// Take the rights away.
    #[arg(long)]
    remove: bool,
}

pub(crate) async fn run(command: Right, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Right::Set(Set { user, rights, remove }) => {
            Ok(user_right_set(&session.service, &context, user, rights, remove).await?)
        }
        Right::List => {
            let people = user_right_list(&session.service, &context).await?;
            if session.json {
                return session.rows(&COLUMNS, &people.iter().map(row).collect::<Vec<_>>());
            }
            let columns = TABLE.into_iter().chain(RIGHTS.map(|right| (right, right, right)));
            session.rows(&columns.collect::<Vec<_>>(), &people.iter().map(table_row).collect::<Vec<_>>())
        }
    }
}

fn row(UserRights { user, rights }: &UserRights) -> Vec<Value> {
    vec![
        user.id.to_string().into(),
        user.login_id.as_str().into(),
        user.display_name().into(),
        user.active.into(),
        user.permission_template.as_str().into(),
        rights.as_slice().into(),
    ]
}

fn table_row(UserRights { user, rights }: &UserRights) -> Vec<Value> {
    let person = [user.login_id.clone(), user.display_name(), user.permission_template.clone()];
    let held = RIGHTS.iter().map(|right| if rights.iter().any(|held| held == right) { HELD.into() } else { "".into() });
    person.into_iter().map(Value::from).chain(held).collect()
}
