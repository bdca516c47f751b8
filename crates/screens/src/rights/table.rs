//! The table: people and what they may do, as a page and as CSV.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::id::UserNo;
use musubi_domain::limits;
use musubi_domain::user::{Keywords, RIGHTS};
use musubi_service::candidate::{CandidateOf, candidate_named};
use musubi_service::user_right::{UserRightFilter, UserRightLine, UserRightPage, granters, user_right_page};
use musubi_text::csv::{RowWriter, WriteOptions};
use musubi_text::encoding::Encoding;

use super::words::{self, DatabaseView};
use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::texts::{Texts, fill};
use crate::told::done;

/// Databases that have a column of their own; the others stand on the page of a person.
const COLUMNS: usize = 8;
/// People who are asked for rights, by name.
const GRANTERS: i64 = 20;

/// Where a right comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Own,
    Template,
    Both,
}

impl Mark {
    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Own | Self::Both)
    }

    pub(super) fn is_of_template(self) -> bool {
        matches!(self, Self::Template | Self::Both)
    }
}

/// Where each of the nine rights of a person comes from.
pub(super) fn marks(line: &UserRightLine) -> [Mark; RIGHTS.len()] {
    RIGHTS.map(|right| {
        let has = |rights: &[String]| rights.iter().any(|own| own == right);
        match (has(&line.own), has(&line.of_template)) {
            (false, false) => Mark::None,
            (true, false) => Mark::Own,
            (false, true) => Mark::Template,
            (true, true) => Mark::Both,
        }
    })
}

/// The rights of a form, by their places among the nine: `0,3`.
pub(super) fn places(rights: &[String]) -> String {
    let held = RIGHTS.iter().enumerate().filter(|(_, right)| rights.iter().any(|own| own == *right));
    held.map(|(at, _)| at.to_string()).collect::<Vec<_>>().join(",")
}

/// A person of the table.
struct LineView {
    number: UserNo,
    login_id: String,
    name: String,
    template: String,
    marks: [Mark; RIGHTS.len()],
    seen: String,
    databases: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "rights/table.html")]
struct TablePage<'a> {
    frame: &'a Frame,
    names: [(&'static str, &'static str); RIGHTS.len()],
    databases: &'a [DatabaseView],
    lines: Vec<LineView>,
    q: &'a str,
    organization: &'a str,
    no_organization: bool,
    right: Option<usize>,
    is_filtered: bool,
    edits: bool,
    is_further: bool,
    next: String,
    next_label: String,
    /// The query of what is shown, without where it stands.
    query: String,
}

impl TablePage<'_> {
    /// Whether this right is asked for, by its place.
    fn is_asked(&self, at: &usize) -> bool {
        self.right == Some(*at)
    }
}

/// What leads to further people.
pub(super) fn next_label(say: &Texts) -> String {
    fill(say.rights.next_page, &limits::RIGHTS_AT_ONCE.to_string())
}

/// What the query of the table asks for.
struct Asked {
    filter: UserRightFilter,
    right: Option<usize>,
    no_organization: bool,
}

async fn asked(person: &Person, query: &Form) -> Result<Asked, Failure> {
    let right = query.get("right").parse::<usize>().ok().filter(|at| *at < RIGHTS.len());
    let words: Vec<String> = query.get("q").split_whitespace().map(str::to_owned).collect();
    let mut filter = UserRightFilter {
        keywords: Keywords::new(&words),
        right: right.and_then(|at| RIGHTS.get(at)).map(|&right| right.to_owned()),
        ..UserRightFilter::default()
    };
    let mut no_organization = false;
    if let Some(name) = query.given("organization") {
        let found = candidate_named(&person.service, &person.context, &CandidateOf::Organizations, name).await;
        match found.map_err(|error| person.failure(&error))? {
            Ok(found) => filter.organization = Some(found.id),
            Err(_) => no_organization = true,
        }
    }
    Ok(Asked { filter, right, no_organization })
}

/// The fields of the query that say what is shown.
fn kept(query: &Form) -> String {
    let fields = ["q", "organization", "right"].into_iter().filter_map(|name| Some((name, query.given(name)?)));
    fields.map(|(name, value)| format!("{name}={}&", query_value(value))).collect()
}

/// GET /admin/rights
pub(super) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let say = person.frame.say;
    match done(&query).0 {
        "saved" => person.tell(say.rights.saved, None),
        "same" => person.tell(say.rights.nothing_changed, None),
        _ => {}
    }
    let Asked { filter, right, no_organization } = asked(&person, &query).await?;
    let after = UserNo(query.get("after").parse().unwrap_or(0));
    let page = if no_organization {
        UserRightPage::default()
    } else {
        let read = user_right_page(&person.service, &person.context, filter, after, limits::RIGHTS_AT_ONCE).await;
        read.map_err(|error| person.failure(&error))?
    };
    let databases = words::databases(&person).await?;
    let shown = databases.get(..databases.len().min(COLUMNS)).unwrap_or_default();
    let lines = page.rows.into_iter().map(|line| LineView::of(line, shown, &person.frame)).collect();
    let kept = kept(&query);
    let edits = query.given("edit").is_some();
    let mode = if edits { "edit=1&" } else { "" };
    let view = TablePage {
        frame: &person.frame,
        names: words::names(say),
        databases: shown,
        lines,
        q: query.get("q"),
        organization: query.get("organization"),
        no_organization,
        right,
        is_filtered: !kept.is_empty(),
        edits,
        is_further: after > UserNo(0),
        next: page.next.map(|next| format!("?{kept}{mode}after={next}")).unwrap_or_default(),
        next_label: next_label(say),
        query: kept,
    };
    person.page(StatusCode::OK, &view)
}

impl LineView {
    fn of(line: UserRightLine, databases: &[DatabaseView], frame: &Frame) -> Self {
        let cell = |view: &DatabaseView| {
            let right = line.databases.iter().find(|(number, _)| *number == view.template.database);
            let text = right.map(|(_, right)| words::short(right, frame.say)).unwrap_or_default();
            (view.title.clone(), view.word.clone(), text)
        };
        Self {
            number: line.user.number,
            name: line.user.display_name(),
            template: line.user.permission_template.clone(),
            marks: marks(&line),
            seen: places(&line.own),
            databases: databases.iter().map(cell).collect(),
            login_id: line.user.login_id,
        }
    }
}

/// GET /admin/rights/download
pub(super) async fn download(person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let asked = asked(&person, &query).await?;
    let (say, databases) = (person.frame.say, words::databases(&person).await?);
    let broken = |error: String| Failure::internal(&person.frame, error);
    let options = WriteOptions { guards_formulas: true, ..WriteOptions::plain(Encoding::Utf8Bom) };
    let mut file = RowWriter::new(Vec::new(), options).map_err(|error| broken(error.to_string()))?;
    let mut heads = vec!["ログインID".to_owned(), say.rights.person.to_owned(), say.rights.of_template.to_owned()];
    heads.extend(words::names(say).iter().map(|(name, _)| (*name).to_owned()));
    heads.extend(databases.iter().map(|view| view.title.clone()));
    file.write_row(&heads).map_err(|error| broken(error.to_string()))?;
    let mut after = (!asked.no_organization).then_some(UserNo(0));
    while let Some(number) = after {
        let read =
            user_right_page(&person.service, &person.context, asked.filter.clone(), number, limits::RIGHTS_AT_ONCE);
        let page = read.await.map_err(|error| person.failure(&error))?;
        for line in page.rows {
            let mut row =
                vec![line.user.login_id.clone(), line.user.display_name(), line.user.permission_template.clone()];
            row.extend(marks(&line).map(|mark| mark_word(mark, &person.frame).to_owned()));
            let right =
                |view: &DatabaseView| line.databases.iter().find(|(number, _)| *number == view.template.database);
            row.extend(databases.iter().map(|view| match right(view) {
                Some((_, right)) => words::short(right, say),
                None => say.rights.everything.to_owned(),
            }));
            file.write_row(&row).map_err(|error| broken(error.to_string()))?;
        }
        after = page.next;
    }
    let bytes = file.finish().map_err(|error| broken(error.to_string()))?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rights.csv\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

const fn mark_word(mark: Mark, frame: &Frame) -> &'static str {
    match mark {
        Mark::None => "",
        Mark::Own | Mark::Both => frame.say.rights.own,
        Mark::Template => frame.say.rights.of_template,
    }
}

#[derive(Template)]
#[template(path = "rights/granters.html")]
struct GrantersPage<'a> {
    frame: &'a Frame,
    names: Vec<String>,
}

/// GET /rights/granters
pub(super) async fn granters_shown(person: Person) -> Result<Response, Failure> {
    let people = granters(&person.service, &person.context, GRANTERS).await.map_err(|error| person.failure(&error))?;
    let names = people.iter().map(musubi_domain::user::User::display_name).collect();
    person.page(StatusCode::OK, &GrantersPage { frame: &person.frame, names })
}
