//! The keys that sign ID tokens.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_service::signing_key::{SigningKeyState, SigningKeyView, signing_key_list, signing_key_rotate};

use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::told::{done, lead_told};

struct Line {
    kid: String,
    state: &'static str,
    is_used: bool,
    from: Moment,
    until: Option<Moment>,
}

#[derive(Template)]
#[template(path = "openid/keys.html")]
struct KeysPage<'a> {
    frame: &'a Frame,
    rows: Vec<Line>,
}

/// GET /admin/openid/keys
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    match done(&Form::of_query(query.as_deref())).0 {
        "rotated" => person.tell(person.frame.say.openid.key_rotated, None),
        "replaced" => person.tell(person.frame.say.openid.key_replaced, None),
        _ => {}
    }
    let keys = signing_key_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let (frame, say) = (&person.frame, &person.frame.say.openid);
    let line = |key: SigningKeyView| Line {
        state: match key.state {
            SigningKeyState::Next => say.key_next,
            SigningKeyState::Used => say.key_used,
            SigningKeyState::Replaced => say.key_old,
            SigningKeyState::Over => say.key_over,
        },
        is_used: key.state == SigningKeyState::Used,
        from: frame.moment(key.used_from),
        until: key.published_until.map(|until| frame.moment(until)),
        kid: key.kid,
    };
    // The newest first.
    let rows = keys.into_iter().rev().map(line).collect();
    person.page(StatusCode::OK, &KeysPage { frame, rows })
}

/// POST /admin/openid/keys
pub(crate) async fn rotate(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let at_once = form.get("when") == "now";
    let rotated = signing_key_rotate(&person.service, &person.context, at_once).await;
    rotated.map_err(|error| person.failure(&error))?;
    Ok(lead_told("/admin/openid/keys", if at_once { "replaced" } else { "rotated" }, None))
}
