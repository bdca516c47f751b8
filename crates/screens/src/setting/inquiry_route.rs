//! Inquiry routes (引合経路) in their categories.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::rights::named;
use musubi_service::inquiry_route::{
    inquiry_route_create, inquiry_route_list, inquiry_route_move, inquiry_route_remove, inquiry_route_set,
    inquiry_route_uses,
};
use uuid::Uuid;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::setting::input::{Input, inputs};
use crate::setting::page::{ConfirmPage, Crumb, FormPage, Said, tell, top_crumb};
use crate::texts::fill;
use crate::told::lead_told;

const PATH: &str = "/admin/inquiry-routes";
/// Routes on one page.
const ROUTES_ON_PAGE: usize = 60;

/// A category or a route, as the list shows it.
struct Line {
    id: Uuid,
    name: String,
    is_category: bool,
    is_first: bool,
    is_last: bool,
    up_of: String,
    down_of: String,
    edit_of: String,
    focus: &'static str,
}

#[derive(Template)]
#[template(path = "setting/inquiry_routes.html")]
struct RoutesPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    from: usize,
    lines: Vec<Line>,
    pages: Vec<(usize, usize, bool)>,
    inputs: Vec<Input>,
    categories: Vec<String>,
    wrong: String,
}

/// A category with its routes, each with its name.
type Group = ((Uuid, String), Vec<(Uuid, String)>);

async fn groups(person: &Person) -> Result<Vec<Group>, Failure> {
    let (service, context) = (&person.service, &person.context);
    service.check_named_right(context, named::SYSTEM).await.map_err(|error| person.failure(&error))?;
    let rows = inquiry_route_list(service, context, false).await.map_err(|error| person.failure(&error))?;
    let mut groups: Vec<Group> = Vec::new();
    for (route, names) in rows {
        if groups.last().is_none_or(|((id, _), _)| *id != route.category) {
            groups.push(((route.category, names.category), Vec::new()));
        }
        if let Some((_, routes)) = groups.last_mut() {
            routes.push((route.route, names.route));
        }
    }
    Ok(groups)
}

/// GET /admin/inquiry-routes
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    tell(&mut person, &query);
    page(&person, &query, Said::default()).await
}

async fn page(person: &Person, form: &Form, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let groups = groups(person).await?;
    let by = if form.get("by") == "up" { "up" } else { "down" };
    let line = |(id, name): &(Uuid, String), is_category, at: usize, of: usize| Line {
        id: *id,
        name: name.clone(),
        is_category,
        is_first: at == 0,
        is_last: at + 1 == of,
        up_of: fill(say.up_of, name),
        down_of: fill(say.down_of, name),
        edit_of: fill(say.edit_of, name),
        focus: match () {
            () if form.get("at") != id.to_string() => "",
            () if at > 0 && (by == "up" || at + 1 == of) => "up",
            () => "down",
        },
    };
    let mut lines = Vec::new();
    for (at, (category, routes)) in groups.iter().enumerate() {
        lines.push(line(category, true, at, groups.len()));
        lines.extend(routes.iter().enumerate().map(|(at, route)| line(route, false, at, routes.len())));
    }
    let from: usize = form.get("from").parse().unwrap_or(0);
    let from = if from < lines.len() { from - from % ROUTES_ON_PAGE } else { 0 };
    let pages: Vec<_> = (0..lines.len())
        .step_by(ROUTES_ON_PAGE)
        .enumerate()
        .map(|(at, start)| (start, at + 1, start == from))
        .collect();
    let fields = vec![
        Input::line("category", say.route_category, form.get("category"))
            .with_hint(say.route_category_hint)
            .with_error(said.take("--category"))
            .required(frame.say),
        Input::line("name", say.route_name, form.get("name"))
            .with_hint(say.route_name_hint)
            .with_error(said.take("--name"))
            .required(frame.say),
    ];
    let status = said.status();
    let page = RoutesPage {
        frame,
        crumbs: vec![top_crumb(frame)],
        from,
        lines: lines.into_iter().skip(from).take(ROUTES_ON_PAGE).collect(),
        pages: if pages.len() > 1 { pages } else { Vec::new() },
        inputs: inputs(fields),
        categories: groups.into_iter().take(100).map(|((_, name), _)| name).collect(),
        wrong: if status == StatusCode::OK { String::new() } else { format!("{} {}", say.not_saved, said.rest()) },
    };
    person.page(status, &page)
}

/// POST /admin/inquiry-routes
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let (category, name) = (form.get("category").trim().to_owned(), form.get("name").trim().to_owned());
    match inquiry_route_create(&person.service, &person.context, category, name).await {
        Ok(_) => Ok(lead_told(PATH, "added", None)),
        Err(error) => page(&person, &form, Said::of(&person, &error)?).await,
    }
}

/// POST /admin/inquiry-routes/order
pub(crate) async fn order(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let (by, id) = form.get("move").split_once(':').unwrap_or_default();
    let id: Uuid = id.parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::BadRequest))?;
    let moved = inquiry_route_move(&person.service, &person.context, id, by == "up").await;
    moved.map_err(|error| person.failure(&error))?;
    let (by, from) = (if by == "up" { "up" } else { "down" }, form.get("from").parse::<usize>().unwrap_or(0));
    Ok(lead(&format!("{PATH}?from={from}&done=moved&at={id}&by={by}")))
}

/// A category or a route by its id: its name, and how many routes are in it.
async fn found(person: &Person, id: &str) -> Result<(Uuid, String, Option<usize>), Failure> {
    let missing = || Failure::new(person.frame.clone(), Wrong::NotFound);
    let groups = groups(person).await?;
    let id: Uuid = id.parse().map_err(|_| missing())?;
    for ((category, name), routes) in groups {
        if category == id {
            return Ok((id, name, Some(routes.len())));
        }
        if let Some((_, name)) = routes.into_iter().find(|(route, _)| *route == id) {
            return Ok((id, name, None));
        }
    }
    Err(missing())
}

fn crumbs(frame: &Frame) -> Vec<Crumb> {
    vec![top_crumb(frame), (PATH.to_owned(), frame.say.setting.inquiry_routes.to_owned())]
}

/// GET /admin/inquiry-routes/{id}
pub(crate) async fn edit(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let (id, name, _) = found(&person, &id).await?;
    edit_form(&person, id, &name, Said::default())
}

fn edit_form(person: &Person, id: Uuid, name: &str, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let mut page = FormPage::new(frame, say.route_rename, format!("{PATH}/{id}"));
    page.crumbs = crumbs(frame);
    page.inputs = vec![Input::line("name", say.name, name).with_error(said.take("--name")).required(frame.say)];
    page.links = vec![(format!("{PATH}/{id}/remove"), say.remove.to_owned())];
    page.answer(person, said)
}

/// POST /admin/inquiry-routes/{id}
pub(crate) async fn rename(Path(id): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let (id, ..) = found(&person, &id).await?;
    let name = form.get("name").trim().to_owned();
    match inquiry_route_set(&person.service, &person.context, id, name.clone()).await {
        Ok(()) => Ok(lead_told(PATH, "saved", None)),
        Err(error) => edit_form(&person, id, &name, Said::of(&person, &error)?),
    }
}

/// GET /admin/inquiry-routes/{id}/remove
pub(crate) async fn remove_ask(person: Person, Path(id): Path<String>) -> Result<Response, Failure> {
    let (id, name, routes) = found(&person, &id).await?;
    let uses = inquiry_route_uses(&person.service, &person.context, id).await;
    let (uses, more) = uses.map_err(|error| person.failure(&error))?;
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let mut lines = Vec::new();
    lines.extend(routes.map(|routes| fill(say.route_remove_category, &routes.to_string())));
    lines.push(fill(say.route_used, &uses.to_string()));
    if more {
        lines.push(say.route_used_more.to_owned());
    }
    lines.extend([say.route_kept, say.cannot_undo].map(str::to_owned));
    let page = ConfirmPage {
        frame,
        title: fill(say.route_remove_title, &name),
        crumbs: crumbs(frame),
        lines,
        quote: String::new(),
        obstacles: Vec::new(),
        action: format!("{PATH}/{id}/remove"),
        hidden: Vec::new(),
        submit: say.remove,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /admin/inquiry-routes/{id}/remove
pub(crate) async fn remove(Path(id): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let (id, ..) = found(&person, &id).await?;
    let removed = inquiry_route_remove(&person.service, &person.context, id).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead_told(PATH, "removed", None))
}
