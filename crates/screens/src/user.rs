//! People, organizations, groups, permission templates, and handing over what somebody had.

mod door;
mod edit;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use musubi_domain::organization::Organization;
use musubi_domain::rights::named;
use musubi_domain::route::{Guard, Route, route};
use musubi_domain::user::{Keywords, User, UserField};
use musubi_service::Service;
use musubi_service::organization::organization_list;
use musubi_service::permission_template::permission_template_list;
use musubi_service::user::{UserSearch, user_search};
use uuid::Uuid;

use crate::continue_to::query_value;
use crate::control::Choice;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::{group, handover, organization, permission_template};

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/admin/groups", "GET", Guard::Session),
    route("/admin/groups/new", "GET, POST", Guard::Session),
    route("/admin/groups/{number}", "GET, POST", Guard::Session),
    route("/admin/groups/{number}/remove", "GET, POST", Guard::Session),
    route("/admin/handover", "GET, POST", Guard::Session),
    route("/admin/organizations", "GET", Guard::Session),
    route("/admin/organizations/new", "GET, POST", Guard::Session),
    route("/admin/organizations/{id}", "GET, POST", Guard::Session),
    route("/admin/organizations/{id}/remove", "GET, POST", Guard::Session),
    route("/admin/permission-templates", "GET", Guard::Session),
    route("/admin/permission-templates/new", "GET, POST", Guard::Session),
    route("/admin/permission-templates/{number}", "GET, POST", Guard::Session),
    route("/admin/permission-templates/{number}/remove", "GET, POST", Guard::Session),
    route("/admin/users", "GET", Guard::Session),
    route("/admin/users/new", "GET, POST", Guard::Session),
    route("/admin/users/{id}", "GET", Guard::Session),
    route("/admin/users/{id}/active", "GET, POST", Guard::Session),
    route("/admin/users/{id}/consents", "POST", Guard::Session),
    route("/admin/users/{id}/edit", "GET, POST", Guard::Session),
    route("/admin/users/{id}/password", "GET, POST", Guard::Session),
    route("/admin/users/{id}/reset-mail", "POST", Guard::Session),
    route("/admin/users/{id}/sessions", "POST", Guard::Session),
    route("/admin/users/{id}/totp", "GET, POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/admin/groups", get(group::list))
        .route("/admin/groups/new", get(group::new).post(group::create))
        .route("/admin/groups/{number}", get(group::show).post(group::change))
        .route("/admin/groups/{number}/remove", get(group::ask).post(group::remove))
        .route("/admin/handover", get(handover::show).post(handover::begin))
        .route("/admin/organizations", get(organization::list))
        .route("/admin/organizations/new", get(organization::new).post(organization::create))
        .route("/admin/organizations/{id}", get(organization::show).post(organization::change))
        .route("/admin/organizations/{id}/remove", get(organization::ask).post(organization::remove))
        .route("/admin/permission-templates", get(permission_template::list))
        .route("/admin/permission-templates/new", get(permission_template::new).post(permission_template::create))
        .route("/admin/permission-templates/{number}", get(permission_template::show).post(permission_template::change))
        .route(
            "/admin/permission-templates/{number}/remove",
            get(permission_template::ask).post(permission_template::remove),
        )
        .route("/admin/users", get(list))
        .route("/admin/users/new", get(edit::new).post(edit::create))
        .route("/admin/users/{id}", get(view::show))
        .route("/admin/users/{id}/active", get(door::active_ask).post(door::active_set))
        .route("/admin/users/{id}/consents", post(door::consent_end))
        .route("/admin/users/{id}/edit", get(edit::show).post(edit::change))
        .route("/admin/users/{id}/password", get(door::password_ask).post(door::password_set))
        .route("/admin/users/{id}/reset-mail", post(door::reset_mail))
        .route("/admin/users/{id}/sessions", post(door::sessions_end))
        .route("/admin/users/{id}/totp", get(door::totp_ask).post(door::totp_reset))
}

/// People on a page.
const ROWS: i64 = 50;

/// Turns away who has not a right.
pub(crate) async fn must(person: &Person, right: &'static str) -> Result<(), Failure> {
    person.service.check_named_right(&person.context, right).await.map_err(|error| person.failure(&error))
}

/// Whether somebody has a right: what he has not is not offered to him.
pub(crate) fn has(person: &Person, right: &str) -> bool {
    person.frame.menu.as_ref().is_some_and(|menu| menu.has_any(&[right]))
}

/// What a path names, where it has the form of that; a page that is not there otherwise.
pub(crate) fn named_in_path<T: std::str::FromStr>(person: &Person, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// A person of a list.
struct Line {
    id: Uuid,
    name: String,
    kana: String,
    login_id: String,
    mail: String,
    department: String,
    title: String,
    permission_template: String,
    active: bool,
}

impl Line {
    fn of(user: User) -> Self {
        let text = |field| user.field(field).to_owned();
        let kana = [text(UserField::FamilyNameKana), text(UserField::FirstNameKana)];
        Self {
            id: user.id,
            name: user.display_name(),
            kana: kana.join(" ").trim().to_owned(),
            department: text(UserField::Department),
            title: text(UserField::Title),
            login_id: user.login_id,
            mail: user.mail,
            permission_template: user.permission_template,
            active: user.active,
        }
    }
}

#[derive(Template)]
#[template(path = "user/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    words: &'a str,
    states: Vec<Choice>,
    organizations: Vec<Choice>,
    templates: Vec<Choice>,
    may_grant: bool,
    rows: Vec<Line>,
    is_filtered: bool,
    first: i64,
    last: i64,
    before: String,
    next: String,
}

/// GET /admin/users
pub(crate) async fn list(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let form = Form::of_query(query.as_deref());
    let say = &person.frame.say.directory;
    if crate::told::done(&form).0 == "handed" {
        person.tell(say.saved, None);
    }
    let (words, state) = (form.get("q"), form.get("state"));
    let number: i64 = form.get("page").parse().unwrap_or(1).clamp(1, 10_000);
    let split: Vec<String> = words.split_whitespace().take(10).map(str::to_owned).collect();
    let search = UserSearch {
        words: Keywords::new(&split),
        active: match state {
            "all" => None,
            "left" => Some(false),
            _ => Some(true),
        },
        organization: form.given("organization").and_then(|id| id.parse().ok()),
        permission_template: form.given("template").map(str::to_owned),
    };
    let found = user_search(&person.service, &person.context, search, (number - 1) * ROWS, ROWS).await;
    let found = found.map_err(|error| person.failure(&error))?;
    let choice = |value: &str, label: &str| Choice::new(value, label, state == value);
    let count = i64::try_from(found.rows.len()).unwrap_or(0);
    let path = |page: i64| {
        let part = |name: &str| format!("{name}={}", query_value(form.get(name)));
        format!("/admin/users?{}&page={page}", ["q", "state", "organization", "template"].map(part).join("&"))
    };
    let page = ListPage {
        frame: &person.frame,
        words,
        states: vec![choice("", say.state_active), choice("left", say.state_left), choice("all", say.state_all)],
        organizations: organization_choices(&person, &[form.get("organization")]).await?,
        templates: template_choices(&person, form.get("template")).await?,
        may_grant: has(&person, named::GRANTS),
        rows: found.rows.into_iter().map(Line::of).collect(),
        is_filtered: ["q", "state", "organization", "template"].iter().any(|name| form.given(name).is_some()),
        first: (number - 1) * ROWS + 1,
        last: (number - 1) * ROWS + count,
        before: if number > 1 { path(number - 1) } else { String::new() },
        next: if found.more { path(number + 1) } else { String::new() },
    };
    person.page(StatusCode::OK, &page)
}

/// The organizations that can be chosen, each with those above it, and which of them are.
pub(crate) async fn organization_choices(person: &Person, chosen: &[&str]) -> Result<Vec<Choice>, Failure> {
    let all = organization_list(&person.service, &person.context).await.map_err(|error| person.failure(&error))?;
    let choice = |(organization, level): (&Organization, usize)| {
        let id = organization.id.hyphenated().to_string();
        let is_chosen = chosen.contains(&id.as_str());
        Choice::new(id, format!("{}{}", "\u{3000}".repeat(level), organization.name), is_chosen)
    };
    Ok(organization::tree(&all).into_iter().map(choice).collect())
}

/// The permission templates, with the one that is chosen.
pub(crate) async fn template_choices(person: &Person, chosen: &str) -> Result<Vec<Choice>, Failure> {
    let all = permission_template_list(&person.service, &person.context).await;
    let all = all.map_err(|error| person.failure(&error))?;
    Ok(all.into_iter().map(|template| Choice::new(&template.name, &template.name, template.name == chosen)).collect())
}
