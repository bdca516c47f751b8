//! The home page: what there is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::fill;

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage<'a> {
    frame: &'a Frame,
    welcome: String,
}

/// GET /
pub(crate) async fn home(person: Person) -> Result<Response, Failure> {
    let welcome = fill(person.frame.say.welcome, &person.session.user.display_name());
    person.page(StatusCode::OK, &HomePage { frame: &person.frame, welcome })
}
