//! Access tokens that an administrator gives out.

use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{OauthClientNo, OauthGrantNo, TenantNo, TokenNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::permission_template::right_problems;
use musubi_domain::rights::named;
use musubi_domain::scope;
use musubi_domain::time::Timestamp;
use musubi_domain::token::{Standing, Token, TokenSource};
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};

use crate::access::token_hash;
use crate::context::Service;
use crate::oauth_client;
use crate::organization::CHUNK;
use crate::record_list::Patience;
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

/// Makes the texts of a tenant's tokens: derived, so that they need not be kept and can be given again.
pub(crate) struct TokenTexts {
    tenant: TenantNo,
    access: hmac::Key,
    refresh: hmac::Key,
}

impl TokenTexts {
    /// The text of an access token.
    pub(crate) fn access(&self, number: TokenNo) -> String {
        // Generations are all the first one: a token is given again, never changed.
        derived(&self.access, "access token ", [self.tenant.0, number.0, 1])
    }

    /// The text of a refresh token.
    pub(crate) fn refresh(&self, grant: OauthGrantNo, generation: i64) -> String {
        derived(&self.refresh, "refresh token ", [self.tenant.0, grant.0, generation])
    }

    /// Keeps an access token.
    pub(crate) fn keep(&self, tx: &mut Tx<'_>, token: &Token) -> Result<()> {
        store::token::token_insert(tx, token, &token_hash(&self.access(token.number)))
    }
}

fn derived(key: &hmac::Key, word: &str, parts: [i64; 3]) -> String {
    let mut named = Vec::from(word);
    for part in parts {
        named.extend_from_slice(&part.to_be_bytes());
    }
    URL_SAFE_NO_PAD.encode(hmac::sign(key, &named))
}

impl Service {
    /// What makes the texts of a tenant's tokens.
    pub(crate) fn token_texts(&self, tenant: TenantNo) -> TokenTexts {
        let key = |label: &str| hmac::Key::new(hmac::HMAC_SHA256, &self.key(label));
        TokenTexts { tenant, access: key("token"), refresh: key("refresh token") }
    }
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
    service.check_scopes_known(context.tenant, "--scope", &command.scope).await?;
    let (scope, texts) = (names.join(" "), service.token_texts(context.tenant));
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
                grant: None,
                source: TokenSource::Hand,
            };
            texts.keep(tx, &token)?;
            forget_ended(tx, now)?;
            tx.record_operation(&Operation::new("token.create", scope.clone()))?;
            Ok(texts.access(token.number))
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
fn holder(tx: &mut Tx<'_>, command: &TokenCreate) -> Result<(UserNo, Option<OauthClientNo>)> {
    let client = command.client.as_deref().map(|client| oauth_client::known(tx, client)).transpose()?;
    if let Some(allowed) = client.as_ref().map(|(_, _, scope)| scope::names(scope))
        && scope::names(&command.scope).iter().any(|name| !allowed.contains(name))
    {
        return Err(Error::invalid_at("--scope", Message::BeyondClientScope));
    }
    let client = client.map(|(number, user, _)| (number, user));
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

/// Which tokens an administrator looks for. All of them are worth something at the moment.
#[derive(Clone, Debug, Default)]
pub struct TokenSearch {
    /// The person who acts with them.
    pub user: Option<UserNo>,
    /// The client that they were given to.
    pub client: Option<OauthClientNo>,
    /// Those alone that an administrator gave out.
    pub by_hand: bool,
}

/// Tokens in order of creation after one, at most `most`, and where the next page begins. They are looked at in chunks that hold nothing between
/// them; where that takes long, a page holds less.
///
/// # Errors
/// Forbidden without the right.
pub async fn token_search(
    service: &Service,
    context: &Arc<Context>,
    search: &TokenSearch,
    after: TokenNo,
    most: usize,
) -> Result<(Vec<Token>, Option<TokenNo>)> {
    service.check_named_right(context, named::SYSTEM).await?;
    let finds = |token: &Token| {
        token.standing(context.now) == Standing::Valid
            && search.user.is_none_or(|user| token.user == user)
            && search.client.is_none_or(|client| token.client == Some(client))
            && (!search.by_hand || token.source == TokenSource::Hand)
    };
    let (begun, mut after, mut found) = (Instant::now(), after, Vec::new());
    loop {
        let from = after;
        let read = move |snapshot: &mut Snapshot<'_>| store::token::token_list(snapshot, from, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        if rows.is_empty() {
            return Ok((found, None));
        }
        for token in rows {
            if found.len() == most {
                return Ok((found, Some(after)));
            }
            after = token.number;
            found.extend(Some(token).filter(finds));
        }
        if !Patience::SCREEN.allows(begun)? {
            return Ok((found, Some(after)));
        }
    }
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
