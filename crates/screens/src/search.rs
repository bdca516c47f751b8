//! Search for everything (全体を検索).

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::limits;
use musubi_service::search::{SearchGroup, search};

use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::texts::fill;

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage<'a> {
    frame: &'a Frame,
    q: &'a str,
    /// What the page is called.
    title: String,
    groups: Vec<GroupView>,
}

/// What was found in a database, as the page shows it.
struct GroupView {
    title: String,
    word: String,
    hits: Vec<HitView>,
    /// The list of all that was found; "" where these are all.
    all: String,
    part: bool,
}

/// A record that was found.
struct HitView {
    path: String,
    name: String,
    reasons: Vec<(String, String)>,
}

impl GroupView {
    fn of(group: SearchGroup, frame: &Frame, q: &str) -> Self {
        let database = Database::of(&group.template);
        let hit = |hit: musubi_service::search::SearchHit| HitView {
            path: database.record_path(hit.id),
            name: hit.name,
            reasons: hit.reasons,
        };
        let hits = group.hits.into_iter().map(hit).collect();
        let all =
            if group.more || group.part { format!("{}?q={}", database.path(), query_value(q)) } else { String::new() };
        Self { title: database.title(frame), hits, all, part: group.part, word: database.word }
    }
}

/// GET /search
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let q: String = query.get("q").trim().chars().take(limits::SEARCH_CHARACTERS).collect();
    let found = search(&person.service, &person.context, &q).await.map_err(|error| person.failure(&error))?;
    if let Some(menu) = &mut person.frame.menu {
        q.clone_into(&mut menu.search);
    }
    let frame = &person.frame;
    let say = &frame.say.shell;
    let title = if q.is_empty() { say.search.to_owned() } else { fill(say.search_of, &q) };
    let groups = found.into_iter().map(|group| GroupView::of(group, frame, &q)).collect();
    person.page(StatusCode::OK, &SearchPage { frame, q: &q, title, groups })
}
