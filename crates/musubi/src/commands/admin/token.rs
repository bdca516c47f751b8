//! `musubi admin token`: access tokens.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use musubi_domain::token::{Standing, Token as AccessToken};
use musubi_domain::user::login_key;
use musubi_service::oauth_client::oauth_client_list;
use musubi_service::token::{TokenCreate, token_create, token_list, token_revoke};
use musubi_service::user::user_list;
use serde_json::{Value, json};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 7] = [
    ("number", "番号", "number"),
    ("scope", "スコープ", "scope"),
    ("user", "ユーザー", "user"),
    ("client_id", "クライアントID", "client id"),
    ("rights", "権限", "rights"),
    ("expires_at", "期限", "expires at"),
    ("state", "状態", "state"),
];

#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Token {
    /// The scopes, separated by spaces.
    #[arg(long, value_name = "SCOPES", required = true)]
    scope: Option<String>,
    /// The login ID of the person who acts with it.
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    /// The id of the OpenID client that it is given to.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    client: Option<String>,
    /// A right to which it is held, of those of its client where that is held to some; all of these unless given; may be given several
    /// times. Not with --user.
    #[arg(long = "right", value_name = "NAME")]
    rights: Vec<String>,
    /// How long it lives; 3600 unless given.
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    expires: Option<i64>,
    #[command(subcommand)]
    command: Option<TokenCommand>,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// List the tokens that were given out.
    List {
        /// Those alone with which this person acts, by his login ID.
        #[arg(long = "user", value_name = "LOGIN")]
        of: Option<String>,
    },
    /// Take a token back.
    Remove {
        /// Its number, or the token itself.
        #[arg(value_name = "TOKEN", allow_hyphen_values = true)]
        token: String,
    },
}

pub(crate) async fn run(token: Token, session: &Session) -> Result<(), Failure> {
    if token.command.is_some()
        && (token.scope.is_some()
            || token.user.is_some()
            || token.client.is_some()
            || token.expires.is_some()
            || !token.rights.is_empty())
    {
        return Err(Failure::wrong(
            "token list と token remove には --scope、--user、--client、--right、--expires を付けられません",
            "--scope, --user, --client, --right and --expires do not go with token list and token remove",
        ));
    }
    let context = session.context().await?;
    match token.command {
        None => {
            let command = TokenCreate {
                scope: token.scope.unwrap_or_default(),
                user: token.user,
                client: token.client,
                rights: token.rights,
                seconds: token.expires,
            };
            let text = token_create(&session.service, &context, command).await?;
            if session.json {
                session.output.line(&json!({ "token": text }).to_string())
            } else {
                session.output.line(&text)
            }
        }
        Some(TokenCommand::List { of }) => session.rows(&COLUMNS, &rows(session, &context, of.as_deref()).await?),
        Some(TokenCommand::Remove { token }) => Ok(token_revoke(&session.service, &context, token).await?),
    }
}

async fn rows(
    session: &Session,
    context: &std::sync::Arc<musubi_domain::context::Context>,
    of: Option<&str>,
) -> Result<Vec<Vec<Value>>, Failure> {
    let users = user_list(&session.service, context).await?;
    let logins: HashMap<_, _> = users.into_iter().map(|user| (user.number, user.login_id)).collect();
    let clients = oauth_client_list(&session.service, context).await?;
    let client_ids: HashMap<_, _> = clients.into_iter().map(|client| (client.number, client.client_id)).collect();
    let row = |token: AccessToken| {
        let (user, client) =
            (logins.get(&token.user).cloned(), token.client.and_then(|client| client_ids.get(&client)).cloned());
        let (word, ja, en) = match token.standing(context.now) {
            Standing::Valid => ("valid", "有効", "valid"),
            Standing::Revoked => ("revoked", "取り消し済み", "taken back"),
            Standing::Expired => ("expired", "期限切れ", "expired"),
        };
        let state = if session.json { word } else { session.output.choose(ja, en) };
        vec![
            token.number.0.into(),
            token.scope.into(),
            user.into(),
            client.into(),
            token.rights.map(|rights| rights.to_vec()).into(),
            token.expires_at.to_rfc3339().into(),
            state.into(),
        ]
    };
    let tokens = token_list(&session.service, context).await?;
    let is_of = |token: &AccessToken| {
        of.is_none_or(|of| logins.get(&token.user).is_some_and(|own| login_key(own) == login_key(of)))
    };
    Ok(tokens.into_iter().filter(is_of).map(row).collect())
}
