//! Sessions: signing out here, and elsewhere.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use musubi_domain::id::SessionNo;
use musubi_service::session::{session_end, session_end_all};

use crate::cookie::Cookie;
use crate::error::{Failure, Wrong};
use crate::frame::{Frame, lead};
use crate::person::PersonForm;

#[derive(Template)]
#[template(path = "sign_in/signed_out.html")]
struct SignedOutPage<'a> {
    frame: &'a Frame,
}

/// POST /sign-out
pub(crate) async fn sign_out(PersonForm(person, _): PersonForm) -> Result<Response, Failure> {
    let ended = session_end(&person.service, &person.context, person.session.number).await;
    ended.map_err(|error| person.failure(&error))?;
    Ok(left(&person.frame, "/signed-out"))
}

/// GET /signed-out
pub(crate) async fn signed_out(frame: Frame) -> Result<Response, Failure> {
    frame.page(StatusCode::OK, &SignedOutPage { frame: &frame }, &[])
}

/// POST /account/sessions
pub(crate) async fn end(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let (service, context) = (&person.service, &person.context);
    let failure = |error| person.failure(&error);
    match (form.get("end"), form.get("session").parse()) {
        ("others", _) => session_end_all(service, context, true).await.map_err(failure)?,
        ("all", _) => {
            session_end_all(service, context, false).await.map_err(failure)?;
            return Ok(left(&person.frame, "/signed-out"));
        }
        (_, Ok(number)) if SessionNo(number) == person.session.number => {
            session_end(service, context, SessionNo(number)).await.map_err(failure)?;
            return Ok(left(&person.frame, "/signed-out"));
        }
        (_, Ok(number)) => {
            session_end(service, context, SessionNo(number)).await.map_err(failure)?;
            return Ok(lead("/account?done=session"));
        }
        (_, Err(_)) => return Err(Failure::new(person.frame, Wrong::BadRequest)),
    }
    Ok(lead("/account?done=sessions"))
}

/// Leads on somebody whose session has ended.
pub(crate) fn left(frame: &Frame, location: &str) -> Response {
    let mut response = lead(location);
    if let Some(value) = Cookie::Session.remove(frame.secure) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
