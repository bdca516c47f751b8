//! `musubi admin session`.

use clap::{Args, Subcommand};
use musubi_domain::id::SessionNo;
use musubi_service::session::{SessionView, Whose, session_end, session_end_all_of, session_list};
use serde_json::Value;

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 6] = [
    ("session", "番号", "session"),
    ("login", "ログインID", "login"),
    ("signed_in_at", "サインイン", "signed in"),
    ("seen_at", "最後の利用", "last used"),
    ("address", "アドレス", "address"),
    ("agent", "ブラウザー", "browser"),
];

#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// List who has signed in, from where, and when.
    List(List),
    /// End a session, or all sessions of a person.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The sessions of the person of this login ID alone.
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Remove {
    /// The number of the session, as the list shows it.
    #[arg(value_name = "SESSION")]
    session: Option<i64>,
    /// The login ID of the person whose sessions all end.
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
}

pub(crate) async fn run(command: Sessions, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        Sessions::List(List { login }) => {
            let views = session_list(&session.service, &context, login.map_or(Whose::All, Whose::Person)).await?;
            session.rows(&COLUMNS, &views.iter().map(row).collect::<Vec<_>>())
        }
        Sessions::Remove(Remove { session: Some(number), .. }) => {
            Ok(session_end(&session.service, &context, SessionNo(number)).await?)
        }
        Sessions::Remove(Remove { login, .. }) => {
            Ok(session_end_all_of(&session.service, &context, login.unwrap_or_default()).await?)
        }
    }
}

fn row(view: &SessionView) -> Vec<Value> {
    vec![
        view.row.number.0.into(),
        view.user.login_id.as_str().into(),
        view.row.auth_at.to_rfc3339().into(),
        view.row.seen_at.to_rfc3339().into(),
        view.row.address.as_str().into(),
        view.row.agent.as_str().into(),
    ]
}
