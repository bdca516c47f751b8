//! Access tokens that an administrator gives out.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{TenantNo, TokenNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::permission_template::right_problems;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::time::Timestamp;
use musubi_domain::token::Token;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::access::token_hash;
use crate::context::Service;
use crate::oauth_client;
use crate::organization::CHUNK;
use crate::user::system_user_in;

/// Ended tokens that are forgotten with each new one.
const FORGOTTEN: i64 = 100;

/// A token to be given out.
#[derive(Clone, Debug, Default)]
pub struct TokenCreate {
    /// Scope names separated by spaces.
    pub scope: String,
    /// The login ID of the person who acts with it.
    pub user: Option<String>,
    /// The id of the OpenID client that it is given to.
    pub client: Option<String>,
    /// The rights to which it is held; none: all, or those of the client. Not for a token with which a person acts: he has his own.
    pub rights: Vec<String>,
    /// Seconds that it lives.
    pub seconds: Option<i64>,
}

/// The text of a token: derived from its number and generation, so that it need not be kept and can be given again.
fn token_text(key: &[u8; 32], tenant: TenantNo, number: TokenNo, generation: i64) -> String {
    let mut named = Vec::from("access token ");
    for part in [tenant.0, number.0, generation] {
        named.extend_from_slice(&part.to_be_bytes());
    }
    URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &named))
}

/// Gives out a token and says its text.
///
/// # Errors
/// Forbidden without the right, without that to grant rights where a person is to act with it, and where whoever gives it out has not himself
/// what he gives. Invalid where a scope, the person or the client is unknown, the time is out of range, or he has to name rights.
pub async fn token_create(service: &Service, context: &Arc<Context>, command: TokenCreate) -> Result<String> {
    service.check_named_right(context, named::SYSTEM).await?;
    let seconds = command.seconds.unwrap_or(limits::TOKEN_SECONDS);
    if !(1..=limits::TOKEN_SECONDS_MOST).contains(&seconds) {
        return Err(Error::invalid_at("--expires", Message::OutOfRange { least: 1, most: limits::TOKEN_SECONDS_MOST }));
    }
    let names = scope::names(&command.scope);
    if names.is_empty() {
        return Err(Error::invalid_at("--scope", Message::Required));
    }
    if names.iter().any(|name| !scope::is_name(name)) {
        return Err(Error::invalid_at("--scope", Message::BadName));
    }
    check_rights(&command)?;
    if command.user.is_some() {
        // Whoever acts with it has the rights of the person.
        service.check_named_right(context, named::GRANTS).await?;
    } else {
        let given = (!command.rights.is_empty()).then_some(command.rights.as_slice());
        service.check_rights_given(context, given).await?;
    }
    let (scope, key) = (names.join(" "), service.key("token"));
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            let (user, client) = holder(tx, &command)?;
            let (tenant, now) = (tx.context().tenant, tx.context().now);
            let token = Token {
                tenant,
                number: store::token::token_number_next(tx)?,
                scope: scope.clone(),
                user,
                client,
                rights: (!command.rights.is_empty()).then(|| command.rights.clone().into()),
                expires_at: now.plus_seconds(seconds),
                revoked: false,
            };
            let text = token_text(&key, tenant, token.number, 1);
            store::token::token_insert(tx, &token, &token_hash(&text))?;
            forget_ended(tx, now)?;
            tx.record_operation(&Operation::new("token.create", scope.clone()))?;
            Ok(text)
        })
        .await
}

fn check_rights(command: &TokenCreate) -> Result<()> {
    let problems = right_problems(&command.rights);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    if command.user.is_some() && !command.rights.is_empty() {
        return Err(Error::invalid_at("--right", Message::NotWithUser));
    }
    Ok(())
}

/// Who acts with the token: the person, else the system user of the client, else that of tokens from the command line.
fn holder(
    tx: &mut Tx<'_>,
    command: &TokenCreate,
) -> Result<(musubi_domain::id::UserNo, Option<musubi_domain::id::OauthClientNo>)> {
    let client = command.client.as_deref().map(|client| oauth_client::known(tx, client)).transpose()?;
    let user = match (&command.user, client) {
        (Some(login_id), _) => {
            let user = store::user::user_by_login(tx, login_id)?.filter(|user| !user.system);
            let user = user.ok_or_else(|| Error::invalid_at("--user", Message::NoSuchUser))?;
            if !user.active {
                return Err(Error::invalid_at("--user", Message::InactiveUser));
            }
            user.number
        }
        (None, Some((_, user))) => user,
        (None, None) => system_user_in(tx, "system:token", "APIトークン")?,
    };
    Ok((user, client.map(|(number, _)| number)))
}

/// Ended tokens are remembered for a while, so that they are told from unknown ones; then they go.
fn forget_ended(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    let days = limits::EXPIRED_TOKEN_DAYS;
    store::token::token_forget(tx, now.plus_seconds(-days * 86_400), FORGOTTEN).map(drop)
}

/// Takes a token back, given its number or its text.
///
/// # Errors
/// Forbidden without the right. NotFound.
pub async fn token_revoke(service: &Service, context: &Arc<Context>, token: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    let number = match token.parse::<i64>() {
        Ok(number) => TokenNo(number),
        Err(_) => {
            let hash = token_hash(&token);
            let tenant = context.tenant;
            let found = service.db().get_unscoped(move |unscoped| store::token::token_by_hash(unscoped, &hash)).await?;
            found.filter(|token| token.tenant == tenant).ok_or_else(|| Error::not_found("TOKEN"))?.number
        }
    };
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            if !store::token::token_revoke(tx, number)? {
                return Err(Error::not_found("TOKEN"));
            }
            tx.record_operation(&Operation::new("token.remove", number.to_string()))
        })
        .await
}

/// All tokens that are remembered, in order of creation.
///
/// # Errors
/// Where the database does not answer.
pub async fn token_list(service: &Service, context: &Arc<Context>) -> Result<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::new();
    loop {
        let after = tokens.last().map_or(TokenNo(0), |last| last.number);
        let rows =
            service.db().page(context.tenant, move |snapshot| store::token::token_list(snapshot, after, CHUNK)).await?;
        if rows.is_empty() {
            return Ok(tokens);
        }
        tokens.extend(rows);
    }
}
