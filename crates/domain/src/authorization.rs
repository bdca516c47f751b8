//! Authorization requests: what one says, and what has to happen before it is answered (OpenID Connect Core, 3.1.2; RFC 6749, 4.1.1).

use crate::consent::{Consent, OFFLINE};
use crate::id::{OauthClientNo, OauthGrantNo, UserNo};
use crate::messages::Locale;
use crate::oauth_error::{OauthCode, OauthError};
use crate::parameters::Parameters;
use crate::scope;
use crate::time::Timestamp;

/// Where requests come in.
pub const AUTHORIZE_PATH: &str = "/oidc-auth/authorize";
/// Seconds within which a code is to be exchanged.
pub const CODE_SECONDS: i64 = 60;
/// Seconds for which it is remembered when a person was sent to sign in or to allow something.
pub const ASKED_SECONDS: i64 = 3_600;
/// Seconds by which the clocks of instances may differ.
pub const CLOCK_SECONDS: i64 = 300;
/// Characters of a nonce.
pub const NONCE_CHARACTERS: usize = 512;
/// Bytes of a request.
pub const REQUEST_BYTES: usize = 16_384;

/// The parameters that have a meaning here, each of which may stand once.
const KNOWN: [&str; 18] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "ui_locales",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "display",
];

/// The values of `prompt` that are met.
pub const PROMPTS: [&str; 4] = ["none", "login", "consent", "select_account"];

/// What `prompt` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Nothing may be shown.
    pub none: bool,
    /// The person shows anew who he is. To choose an account is the same here: there is no list of accounts.
    pub login: bool,
    /// The person is asked even where he has allowed it before.
    pub consent: bool,
}

/// What an authorization request asks for, where nothing is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationAsked {
    /// The scopes that are left of those asked for.
    pub scope: Vec<String>,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// The S256 challenge of PKCE.
    pub challenge: Option<String>,
    /// What `prompt` says.
    pub prompt: Prompt,
    /// Seconds since the person last showed who he is, at most.
    pub max_age: Option<i64>,
    /// Who is meant to sign in, as the client believes.
    pub login_hint: Option<String>,
    /// An ID token of whoever is meant.
    pub id_token_hint: Option<String>,
}

/// The language that a request asks for, if it is one of ours.
#[must_use]
pub fn locale_of(parameters: &Parameters) -> Option<Locale> {
    let tag = |tag: &str| match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "ja" => Some(Locale::Ja),
        "en" => Some(Locale::En),
        _ => None,
    };
    parameters.get("ui_locales")?.split(' ').find_map(tag)
}

/// What a request asks for, of a client for which `allowed` scopes can be asked.
///
/// # Errors
/// What is answered to the client.
pub fn read(parameters: &Parameters, public: bool, allowed: &[String]) -> Result<AuthorizationAsked, OauthError> {
    if parameters.repeated(&KNOWN).is_some() {
        return Err(OauthError::request("a parameter is given more than once"));
    }
    check_unsupported(parameters)?;
    let text = |name| parameters.get(name).map(str::to_owned);
    let nonce = text("nonce");
    if nonce.as_ref().is_some_and(|nonce| nonce.chars().count() > NONCE_CHARACTERS) {
        return Err(OauthError::request("nonce is too long"));
    }
    Ok(AuthorizationAsked {
        scope: scope_left(parameters.get("scope").unwrap_or_default(), allowed)?,
        nonce,
        challenge: challenge(parameters, public)?,
        prompt: prompt(parameters.get("prompt").unwrap_or_default())?,
        max_age: max_age(parameters.get("max_age"))?,
        login_hint: text("login_hint"),
        id_token_hint: text("id_token_hint"),
    })
}

fn check_unsupported(parameters: &Parameters) -> Result<(), OauthError> {
    for (name, code) in [
        ("request", OauthCode::RequestNotSupported),
        ("request_uri", OauthCode::RequestUriNotSupported),
        ("registration", OauthCode::RegistrationNotSupported),
    ] {
        if parameters.get(name).is_some() {
            return Err(OauthError::new(code, "the parameter is not supported"));
        }
    }
    match parameters.get("response_type") {
        None => return Err(OauthError::request("response_type is missing")),
        Some("code") => {}
        Some(_) => return Err(OauthError::new(OauthCode::UnsupportedResponseType, "response_type must be code")),
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(OauthError::request("response_mode must be query"));
    }
    Ok(())
}

/// The scopes asked for that are allowed. Names that are unknown or not allowed are left out; the answer of the token endpoint tells.
///
/// # Errors
/// Where nothing remains.
pub fn scope_left(asked: &str, allowed: &[String]) -> Result<Vec<String>, OauthError> {
    let is_allowed = |name: &&str| allowed.iter().any(|own| own == name);
    let left: Vec<_> = scope::names(asked).into_iter().filter(is_allowed).map(str::to_owned).collect();
    if left.is_empty() {
        return Err(OauthError::new(OauthCode::InvalidScope, "no scope is left that the client may ask for"));
    }
    Ok(left)
}

fn challenge(parameters: &Parameters, public: bool) -> Result<Option<String>, OauthError> {
    let (challenge, method) = (parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    match (challenge, method) {
        (None, None) if public => Err(OauthError::request("a public client needs code_challenge (PKCE)")),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OauthError::request("code_challenge is missing")),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => Err(OauthError::request("code_challenge is no SHA-256 in base64url")),
        (Some(_), _) => Err(OauthError::request("code_challenge_method must be S256")),
    }
}

/// A SHA-256 in base64url without padding (RFC 7636, 4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether a text can be a code verifier (RFC 7636, 4.1).
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn prompt(text: &str) -> Result<Prompt, OauthError> {
    let names = scope::names(text);
    if names.iter().any(|name| !PROMPTS.contains(name)) {
        return Err(OauthError::request("a value of prompt is not supported"));
    }
    if names.len() > 1 && names.contains(&"none") {
        return Err(OauthError::request("prompt=none stands alone"));
    }
    Ok(Prompt {
        none: names.contains(&"none"),
        login: names.contains(&"login") || names.contains(&"select_account"),
        consent: names.contains(&"consent"),
    })
}

fn max_age(text: Option<&str>) -> Result<Option<i64>, OauthError> {
    let Some(text) = text else { return Ok(None) };
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    // What is too large for a number is no limit at all.
    let number = is_number.then(|| text.parse().unwrap_or(i64::MAX));
    number.map(Some).ok_or(OauthError::request("max_age must be a number of seconds"))
}

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// The client that it was given to.
    pub client: OauthClientNo,
    /// The person who has signed in.
    pub user: UserNo,
    /// Where it was sent, as the request said it.
    pub redirect_uri: String,
    /// The names of the scopes, separated by spaces.
    pub scope: String,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// The S256 challenge of PKCE.
    pub challenge: Option<String>,
    /// When the person last showed who he is.
    pub auth_at: Timestamp,
    /// When refresh tokens that follow from it end; none: none follow.
    pub refresh_until: Option<Timestamp>,
    /// What it was exchanged for already.
    pub grant: Option<OauthGrantNo>,
    /// When it was given.
    pub created_at: Timestamp,
}

impl AuthorizationCode {
    /// Whether its time has passed, or its making lies so far ahead that the clock must have gone back.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.created_at.plus_seconds(CODE_SECONDS) || self.created_at > now.plus_seconds(CLOCK_SECONDS)
    }
}

/// Who has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// When he last showed who he is.
    pub auth_at: Timestamp,
    /// He is not the one whom the `id_token_hint` names.
    pub another: bool,
}

/// What has to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody signs in.
    SignIn,
    /// The person is asked for his consent.
    Consent,
    /// The client is given a code.
    Allow,
    /// The client is told that it cannot be.
    Fail(OauthError),
}

impl AuthorizationAsked {
    /// Whether a refresh token is asked for.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.scope.iter().any(|name| name == OFFLINE)
    }

    /// What has to happen next. `asked_at`: when the person was first sent somewhere because of this very request; `decided`: he has just
    /// allowed it.
    #[must_use]
    pub fn step(
        &self,
        person: Option<Person>,
        asked_at: Option<Timestamp>,
        consent: Option<&Consent>,
        decided: bool,
        now: Timestamp,
    ) -> Step {
        let sign_in = if self.prompt.none {
            Step::Fail(OauthError::new(OauthCode::LoginRequired, "nobody has signed in as it is asked for"))
        } else {
            Step::SignIn
        };
        let Some(person) = person else { return sign_in };
        // He has signed in since he was asked to: what he was asked for is met.
        let is_met = asked_at.is_some_and(|asked_at| person.auth_at >= asked_at);
        if person.another {
            let failed = OauthError::new(OauthCode::LoginRequired, "somebody else has signed in");
            return if is_met { Step::Fail(failed) } else { sign_in };
        }
        let is_old = self.max_age.is_some_and(|most| is_older(person.auth_at, most, now));
        if (self.prompt.login || is_old) && !is_met {
            return sign_in;
        }
        let is_allowed = !self.is_offline() || consent.is_some_and(|own| own.stands(now) && own.covers(&self.scope));
        if decided || (is_allowed && !self.prompt.consent) {
            return Step::Allow;
        }
        if self.prompt.none {
            return Step::Fail(OauthError::new(OauthCode::ConsentRequired, "the person has not consented"));
        }
        Step::Consent
    }
}

/// Whether somebody showed longer ago than this who he is. What lies far ahead counts as long ago: the clock went back.
fn is_older(auth_at: Timestamp, seconds: i64, now: Timestamp) -> bool {
    now > auth_at.plus_seconds(seconds) || auth_at > now.plus_seconds(CLOCK_SECONDS)
}

/// A query without the marks that it carries of when it was asked, and the last of these.
#[must_use]
pub fn without_mark(query: &str) -> (String, Option<&str>) {
    let (mut rest, mut mark) = (Vec::new(), None);
    for part in query.split('&').filter(|part| !part.is_empty()) {
        match part.strip_prefix("asked=") {
            Some(text) => mark = Some(text),
            None => rest.push(part),
        }
    }
    (rest.join("&"), mark)
}

/// Whether a mark of this moment still says something: not for ever, and not where the clock went back.
#[must_use]
pub fn is_mark_current(asked_at: Timestamp, now: Timestamp) -> bool {
    asked_at > now.plus_seconds(-ASKED_SECONDS) && asked_at <= now.plus_seconds(CLOCK_SECONDS)
}

/// Whether a text is a path of ours with which somebody may go on: it cannot lead elsewhere.
#[must_use]
pub fn is_continue_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && path.len() <= 2 * REQUEST_BYTES
}

#[cfg(test)]
mod tests;
