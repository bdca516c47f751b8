//! Authorization: whether somebody who has signed in lets a client in, and the code that the client is given for it.
//!
//! A request is judged anew each time it comes along: before the person signs in, after it, after he has consented. What has happened
//! meanwhile stands in a mark that the query carries, the moment at which he was first sent somewhere, signed, so that nobody is asked for
//! the same thing twice and nobody gets around being asked.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musubi_domain::authorization::{
    AUTHORIZE_PATH, AuthorizationAsked, AuthorizationCode, Person, REQUEST_BYTES, Step, is_mark_current, locale_of,
    read, without_mark,
};
use musubi_domain::consent::Consent;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::event::Operation;
use musubi_domain::id::{TenantNo, UserNo};
use musubi_domain::messages::{Locale, Message};
use musubi_domain::oauth_client::is_registered;
use musubi_domain::oauth_error::{OauthCode, OauthError};
use musubi_domain::parameters::{Parameters, url_with};
use musubi_domain::scope;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::oauth_client::OauthClient;

use crate::access::token_hash;
use crate::context::Service;
use crate::request::Note;
use crate::session::Session;

/// An authorization request.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// The query, as it came.
    pub query: String,
    /// The URL under which the tenant is reached: the issuer.
    pub base_url: String,
    /// Who has signed in.
    pub session: Option<Arc<Session>>,
    /// What is known of the request.
    pub note: Arc<Note>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorized {
    /// The browser is sent to the client, with a code or an error: 302.
    Redirect(String),
    /// Somebody is to sign in, and then to go on.
    SignIn {
        /// A path of ours.
        continue_to: String,
        /// Who is meant, as the client believes.
        login_hint: Option<String>,
        /// The language that the client asks for.
        locale: Option<Locale>,
    },
    /// The person is asked for his consent.
    Consent(ConsentAsked),
    /// The client cannot be told: an error page with 400, never a redirect.
    Refused(Vec<Message>, Option<Locale>),
}

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentAsked {
    /// The name of the client.
    pub client: String,
    /// What it is allowed when he says yes.
    pub scopes: Vec<ScopeAsked>,
    /// The request, signed for this person: to be sent back to [`consent_decide`].
    pub request: String,
    /// The language that the client asks for.
    pub locale: Option<Locale>,
}

/// A scope of which a person is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeAsked {
    /// Its name.
    pub name: String,
    /// What it gives, in Japanese.
    pub ja: String,
    /// The same in English.
    pub en: String,
}

/// A request whose client is known and can be told what is wrong.
struct Known {
    client: Arc<OauthClient>,
    redirect_uri: String,
    state: Option<String>,
    issuer: String,
    locale: Option<Locale>,
    query: String,
}

impl Known {
    fn redirect(&self, parameters: &[(&str, &str)]) -> Authorized {
        let state = self.state.as_deref().map(|state| ("state", state));
        // RFC 9207: whose answer it is.
        let all: Vec<_> = parameters.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]).collect();
        Authorized::Redirect(url_with(&self.redirect_uri, &all))
    }

    fn fail(&self, error: OauthError) -> Authorized {
        self.redirect(&[("error", error.code.word()), ("error_description", error.description)])
    }
}

/// Judges a request, and answers it where nothing more is needed.
///
/// # Errors
/// Where the database does not answer.
pub async fn authorize(service: &Service, tenant: TenantNo, request: AuthorizationRequest) -> Result<Authorized> {
    judge(service, tenant, request, false).await
}

async fn judge(
    service: &Service,
    tenant: TenantNo,
    request: AuthorizationRequest,
    decided: bool,
) -> Result<Authorized> {
    let (query, mark) = without_mark(&request.query);
    let Some(parameters) = Parameters::parse(&query).filter(|_| query.len() <= REQUEST_BYTES) else {
        return Ok(Authorized::Refused(vec![Message::UnreadableRequest], None));
    };
    let known = match service.client_of_request(tenant, &parameters, &request.base_url, query).await? {
        Ok(known) => known,
        Err(message) => return Ok(Authorized::Refused(vec![message], locale_of(&parameters))),
    };
    let scopes = service.scopes(tenant).await?;
    let asked = match read(&parameters, known.client.settings.public, &scopes.allowed(&known.client.settings.scope)) {
        Ok(asked) => asked,
        Err(error) => return Ok(known.fail(error)),
    };
    let now = service.now();
    let asked_at = mark.and_then(|mark| service.mark_read(tenant, None, &known.query, mark, now));
    let Some(session) = request.session else {
        return Ok(match asked.step(None, asked_at, None, false, now) {
            Step::Fail(error) => known.fail(error),
            Step::SignIn | Step::Consent | Step::Allow => sign_in(service, tenant, &known, asked, asked_at, now),
        });
    };
    let Some(another) = service.is_another(tenant, &session, asked.id_token_hint.as_deref()).await? else {
        return Ok(known.fail(OauthError::request("id_token_hint was not issued here")));
    };
    let consent = service.consent(tenant, session.user.number, &known.client).await?;
    let person = Person { auth_at: session.auth_at, another };
    match asked.step(Some(person), asked_at, consent.as_ref(), decided, now) {
        Step::SignIn => Ok(sign_in(service, tenant, &known, asked, asked_at, now)),
        Step::Fail(error) => Ok(known.fail(error)),
        Step::Consent => {
            let request = service.signed(tenant, Some(session.user.number), &known.query, asked_at.unwrap_or(now));
            let allowed = with_former(&asked, consent.as_ref(), now);
            let scopes = allowed.into_iter().map(|name| ScopeAsked {
                ja: scopes.title(&name, Locale::Ja),
                en: scopes.title(&name, Locale::En),
                name,
            });
            let client = known.client.name.clone();
            Ok(Authorized::Consent(ConsentAsked { client, scopes: scopes.collect(), request, locale: known.locale }))
        }
        Step::Allow => {
            let context = service.session_context(tenant, &session, &request.note);
            let given = (decided && asked.is_offline()).then(|| Consent {
                scope: with_former(&asked, consent.as_ref(), now).join(" "),
                given_at: now,
                expires_at: now.plus_seconds(known.client.settings.refresh_seconds()),
            });
            let code = code_give(service, &context, &known, &asked, &session, given).await?;
            Ok(known.redirect(&[("code", &code)]))
        }
    }
}

/// The person signs in, and goes on with the same request.
fn sign_in(
    service: &Service,
    tenant: TenantNo,
    known: &Known,
    asked: AuthorizationAsked,
    asked_at: Option<Timestamp>,
    now: Timestamp,
) -> Authorized {
    let query = service.signed(tenant, None, &known.query, asked_at.unwrap_or(now));
    Authorized::SignIn {
        continue_to: format!("{AUTHORIZE_PATH}?{query}"),
        login_hint: asked.login_hint,
        locale: known.locale,
    }
}

/// What a client is allowed when a person says yes: what it asks for now, and what he has allowed it before and still does.
fn with_former(asked: &AuthorizationAsked, former: Option<&Consent>, now: Timestamp) -> Vec<String> {
    let mut all = asked.scope.clone();
    let former = former.filter(|former| former.stands(now)).map_or("", |former| &former.scope);
    for name in scope::names(former) {
        if !all.iter().any(|own| own == name) {
            all.push(name.to_owned());
        }
    }
    all
}

/// What a person says to what [`Authorized::Consent`] asked him.
#[derive(Clone, Debug)]
pub struct ConsentDecision {
    /// The request, as it was signed.
    pub request: String,
    /// He says yes.
    pub allowed: bool,
    /// The URL under which the tenant is reached: the issuer.
    pub base_url: String,
    /// Who says it.
    pub session: Arc<Session>,
    /// What is known of the request.
    pub note: Arc<Note>,
}

/// Goes on with what a person has said. Where the request was not signed for him, or too long ago, he is asked anew.
///
/// # Errors
/// Where the database does not answer.
pub async fn consent_decide(service: &Service, tenant: TenantNo, decision: ConsentDecision) -> Result<Authorized> {
    let ConsentDecision { request, allowed, base_url, session, note } = decision;
    let (query, mark) = without_mark(&request);
    let user = session.user.number;
    let asked_at = mark.and_then(|mark| service.mark_read(tenant, Some(user), &query, mark, service.now()));
    let Some(asked_at) = asked_at else {
        let request = AuthorizationRequest { query, base_url, session: Some(session), note };
        return judge(service, tenant, request, false).await;
    };
    if allowed {
        let query = service.signed(tenant, None, &query, asked_at);
        return judge(service, tenant, AuthorizationRequest { query, base_url, session: Some(session), note }, true)
            .await;
    }
    let Some(parameters) = Parameters::parse(&query) else {
        return Ok(Authorized::Refused(vec![Message::UnreadableRequest], None));
    };
    Ok(match service.client_of_request(tenant, &parameters, &base_url, query).await? {
        Ok(known) => known.fail(OauthError::new(OauthCode::AccessDenied, "the person has not consented")),
        Err(message) => Authorized::Refused(vec![message], locale_of(&parameters)),
    })
}

/// Gives the client a code, and keeps what the person has allowed.
async fn code_give(
    service: &Service,
    context: &Arc<Context>,
    known: &Known,
    asked: &AuthorizationAsked,
    session: &Session,
    given: Option<Consent>,
) -> Result<String> {
    let text = URL_SAFE_NO_PAD.encode(service.random());
    let hash = token_hash(&text);
    let (client, name, user) = (known.client.number, known.client.name.clone(), session.user.number);
    let is_offline = asked.is_offline();
    let code = AuthorizationCode {
        client,
        user,
        redirect_uri: known.redirect_uri.clone(),
        scope: asked.scope.join(" "),
        nonce: asked.nonce.clone(),
        challenge: asked.challenge.clone(),
        auth_at: session.auth_at,
        refresh_until: None,
        grant: None,
        created_at: context.now,
    };
    let write = move |tx: &mut Tx<'_>| {
        if let Some(given) = &given {
            store::consent::consent_set(tx, user, client, given)?;
            tx.record_operation(&Operation::new("consent.give", name.clone()))?;
        }
        // What was taken back in the meantime gives no refresh token.
        let consent = if is_offline { store::consent::consent_of(tx, user, client)? } else { None };
        let code = AuthorizationCode { refresh_until: consent.map(|consent| consent.expires_at), ..code.clone() };
        store::authorization::authorization_code_insert(tx, &code, &hash)
    };
    service.db().write(context, Lane::Interactive, write).await?;
    Ok(text)
}

impl Service {
    /// The client of a request, where the browser can be sent back to it.
    async fn client_of_request(
        &self,
        tenant: TenantNo,
        parameters: &Parameters,
        issuer: &str,
        query: String,
    ) -> Result<std::result::Result<Known, Message>> {
        if parameters.repeated(&["client_id", "redirect_uri"]).is_some() {
            return Ok(Err(Message::UnreadableRequest));
        }
        let client = self.oauth_client(tenant, parameters.get("client_id").unwrap_or_default()).await?;
        let Some(client) = client else { return Ok(Err(Message::UnknownOauthClient)) };
        let redirect_uri = parameters.get("redirect_uri").unwrap_or_default().to_owned();
        if !is_registered(&client.settings.redirect_uris, &redirect_uri, client.settings.public) {
            return Ok(Err(Message::UnregisteredRedirectUri));
        }
        let state = parameters.get("state").filter(|_| parameters.repeated(&["state"]).is_none());
        Ok(Ok(Known {
            client,
            redirect_uri,
            state: state.map(str::to_owned),
            issuer: issuer.to_owned(),
            locale: locale_of(parameters),
            query,
        }))
    }

    /// Whether somebody else has signed in than the one of whom an ID token speaks; none where it is not one of ours.
    async fn is_another(&self, tenant: TenantNo, session: &Session, hint: Option<&str>) -> Result<Option<bool>> {
        let Some(hint) = hint else { return Ok(Some(false)) };
        let subject = self.subject_of(tenant, hint).await?;
        Ok(subject.map(|(subject, _)| subject != session.user.login_id))
    }

    async fn consent(&self, tenant: TenantNo, user: UserNo, client: &OauthClient) -> Result<Option<Consent>> {
        let number = client.number;
        self.db().get(tenant, move |keyed| store::consent::consent_of(keyed, user, number)).await
    }

    /// A query with a signed mark of when it was asked, for a person or for whoever signs in.
    fn signed(&self, tenant: TenantNo, user: Option<UserNo>, query: &str, asked_at: Timestamp) -> String {
        let micros = asked_at.micros().to_string();
        let tag = hmac::sign(&self.mark_key(), &marked(tenant, user, &micros, query));
        format!("{query}&asked={micros}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The moment in a mark that was signed for this query, and not too long ago.
    fn mark_read(
        &self,
        tenant: TenantNo,
        user: Option<UserNo>,
        query: &str,
        mark: &str,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let (micros, tag) = mark.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.mark_key(), &marked(tenant, user, micros, query), &tag).ok()?;
        let asked_at = Timestamp::from_micros(micros.parse().ok()?);
        is_mark_current(asked_at, now).then_some(asked_at)
    }

    fn mark_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.key("authorization request"))
    }
}

fn marked(tenant: TenantNo, user: Option<UserNo>, micros: &str, query: &str) -> Vec<u8> {
    // The query stands last: nothing can be moved between the parts.
    format!("{tenant} {} {micros} {query}", user.map_or(0, |user| user.0)).into_bytes()
}
