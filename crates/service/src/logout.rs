//! Signing out because a client asks for it (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use musubi_domain::authorization::{REQUEST_BYTES, locale_of};
use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::parameters::{Parameters, url_with};
use musubi_store::oauth_client::OauthClient;

use crate::context::Service;
use crate::session::Session;

/// The parameters that have a meaning here.
const KNOWN: [&str; 6] =
    ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales"];

/// A request to sign out.
#[derive(Clone, Debug)]
pub struct LogoutRequest {
    /// The query, or the body of the form, as it came.
    pub query: String,
    /// Who has signed in.
    pub session: Option<Arc<Session>>,
    /// The person has said that he means it, in a form of ours.
    pub confirmed: bool,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logout {
    /// The session ends now; then the browser is sent there, or a page of ours says that it is done.
    EndNow(LogoutTarget),
    /// The person is asked whether he means it. The query comes back with the form.
    Ask {
        /// The name of the client that asks, where it is known.
        client: Option<String>,
        /// The language that the client asks for.
        locale: Option<Locale>,
    },
    /// Nobody has signed in.
    Done(LogoutTarget),
    /// It cannot be read, or contradicts itself: an error page with 400.
    Refused(Message, Option<Locale>),
}

/// Where the browser goes afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutTarget {
    /// A place that the client has registered for it; none: a page of ours.
    pub redirect: Option<String>,
    /// The language that the client asks for.
    pub locale: Option<Locale>,
}

/// Judges a request to sign out: with an ID token of whoever has signed in he is signed out, without he is asked first. Nobody is sent to a place that is not registered exactly; he is signed out all the same.
///
/// # Errors
/// Where the database does not answer.
pub async fn logout_judge(service: &Service, tenant: TenantNo, request: LogoutRequest) -> Result<Logout> {
    let parameters = Parameters::parse(&request.query).filter(|_| request.query.len() <= REQUEST_BYTES);
    let Some(parameters) = parameters.filter(|parameters| parameters.repeated(&KNOWN).is_none()) else {
        return Ok(Logout::Refused(Message::UnreadableRequest, None));
    };
    let locale = locale_of(&parameters);
    let hint = match parameters.get("id_token_hint") {
        Some(hint) => service.subject_of(tenant, hint).await?,
        None => None,
    };
    let of_hint = hint.as_ref().map(|(_, client_id)| client_id.as_str());
    let client_id = parameters.get("client_id").or(of_hint);
    if of_hint.is_some() && client_id != of_hint {
        return Ok(Logout::Refused(Message::ContradictingClient, locale));
    }
    let client = match client_id {
        Some(client_id) => service.oauth_client(tenant, client_id).await?,
        None => None,
    };
    let target = LogoutTarget { redirect: client.as_deref().and_then(|client| redirect(client, &parameters)), locale };
    let Some(session) = request.session else { return Ok(Logout::Done(target)) };
    let is_meant = hint.is_some_and(|(subject, _)| subject == session.user.login_id);
    Ok(if is_meant || request.confirmed {
        Logout::EndNow(target)
    } else {
        Logout::Ask { client: client.map(|client| client.name.clone()), locale }
    })
}

fn redirect(client: &OauthClient, parameters: &Parameters) -> Option<String> {
    let uri = parameters.get("post_logout_redirect_uri")?;
    let is_registered = client.settings.post_logout_redirect_uris.iter().any(|own| own == uri);
    let state: Vec<_> = parameters.get("state").map(|state| ("state", state)).into_iter().collect();
    is_registered.then(|| url_with(uri, &state))
}
