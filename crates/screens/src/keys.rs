//! The list of keys.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;

#[derive(Template)]
#[template(path = "keys/keys.html")]
struct KeysPage<'a> {
    frame: &'a Frame,
    /// Where the keys work, and what each does there.
    groups: Vec<(&'static str, Vec<(&'static str, &'static str)>)>,
}

/// GET /keys
pub(crate) async fn show(person: Person) -> Result<Response, Failure> {
    let say = &person.frame.say.shell;
    let groups = vec![
        (
            say.keys_everywhere,
            vec![("/", say.key_search), ("?", say.key_keys), ("h", say.key_home), ("n", say.key_new)],
        ),
        (say.keys_list, vec![("j", say.key_down), ("k", say.key_up), ("x", say.key_select), ("Enter", say.key_open)]),
        (say.keys_record, vec![("e", say.key_edit)]),
        (
            say.keys_review,
            vec![("1–9", say.key_choose), ("a", say.key_accept), ("n", say.key_as_new), ("s", say.key_skip)],
        ),
    ];
    person.page(StatusCode::OK, &KeysPage { frame: &person.frame, groups })
}
