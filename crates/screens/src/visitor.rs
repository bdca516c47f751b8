//! Somebody who need not have signed in, and the forms that he sends.
//!
//! His forms are bound to a cookie of his browser: nobody can have another browser send one, and so sign it in as himself.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use musubi_domain::error::Error;
use musubi_domain::id::TenantNo;
use musubi_domain::limits;
use musubi_service::Service;
use musubi_service::form_token::FormOf;
use musubi_service::request::Peer;
use musubi_service::session::Session;

use crate::cookie::Cookie;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;

/// Somebody at the host of a tenant.
pub(crate) struct Visitor {
    /// The use cases.
    pub(crate) service: Service,
    /// The tenant of the host.
    pub(crate) tenant: TenantNo,
    /// Where he is.
    pub(crate) peer: Peer,
    /// What stands around his pages.
    pub(crate) frame: Frame,
    /// What his browser calls itself.
    pub(crate) agent: String,
    /// The text of a cookie of a session, known or not.
    pub(crate) session_cookie: Option<String>,
    form_cookie: Option<String>,
}

impl Visitor {
    async fn of(parts: &Parts, service: Service, frame: Frame) -> Result<Self, Failure> {
        let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
        let tenant = match service.tenant_of_host(peer.host.as_deref()).await {
            Ok(tenant) => tenant,
            Err(denied) => return Err(Failure::denied(&frame, &denied)),
        };
        let _ = frame.note.tenant.set(tenant);
        let cookie = |cookie: Cookie| cookie.read(&parts.headers, frame.secure).map(str::to_owned);
        let (session_cookie, form_cookie) = (cookie(Cookie::Session), cookie(Cookie::Form));
        let agent =
            parts.headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Self { service, tenant, peer, frame, agent: agent.unwrap_or_default(), session_cookie, form_cookie })
    }

    /// Whom he has signed in as, if he has.
    pub(crate) async fn session(&self) -> Result<Option<Arc<Session>>, Failure> {
        let Some(cookie) = &self.session_cookie else { return Ok(None) };
        let found = self.service.session(self.tenant, cookie, &self.peer).await;
        found.map_err(|error| self.failure(&error))
    }

    /// Answers with the page that `page` makes of the frame; its forms carry a token.
    pub(crate) fn page<'f, P, M>(
        &'f mut self,
        status: StatusCode,
        targets: &[String],
        page: M,
    ) -> Result<Response, Failure>
    where
        P: Template,
        M: FnOnce(&'f Frame) -> P,
    {
        let cookie =
            self.form_cookie.as_deref().map_or_else(|| Cow::Owned(self.service.new_form_cookie()), Cow::Borrowed);
        self.frame.token = self.service.form_token(self.tenant, FormOf::Visitor(&cookie));
        let new = if let Cow::Owned(text) = &cookie { Cookie::Form.set(text, self.frame.secure) } else { None };
        let mut response = self.frame.page(status, &page(&self.frame), targets)?;
        if let Some(new) = new {
            response.headers_mut().append(header::SET_COOKIE, new);
        }
        Ok(response)
    }

    /// What a use case says went wrong.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        Failure::of(&self.frame, error)
    }

    fn holds(&self, token: &str) -> bool {
        self.form_cookie
            .as_deref()
            .is_some_and(|cookie| self.service.form_token_holds(self.tenant, FormOf::Visitor(cookie), token))
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(frame) = Frame::from_request_parts(parts, state).await;
        Self::of(parts, Service::from_ref(state), frame).await
    }
}

/// A form that a visitor was shown and sends.
pub(crate) struct VisitorForm(pub(crate) Visitor, pub(crate) Form);

impl<S> FromRequest<S> for VisitorForm
where
    Service: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let wrong = |wrong| Failure::new(visitor.frame.clone(), wrong);
        if !comes_from_us(&parts.headers, &visitor.frame.base_url) {
            return Err(wrong(Wrong::FormOver));
        }
        let form = Form::read(&parts.headers, body, limits::FORM_BYTES).await.map_err(wrong)?;
        if !visitor.holds(form.get("token")) {
            return Err(wrong(Wrong::FormOver));
        }
        Ok(Self(visitor, form))
    }
}

/// Whether a browser says that one of our own pages sent the request (Fetch Metadata; `Origin`, RFC 6454). One that says nothing is held
/// to the token alone.
pub(crate) fn comes_from_us(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), Some(origin)) => site == "same-origin" && (origin == base_url || origin == "null"),
        (Some(site), None) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == base_url,
        (None, None) => true,
    }
}
