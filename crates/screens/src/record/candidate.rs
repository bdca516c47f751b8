//! Candidates for an item that points at something, while its name is typed: `/candidates/{target}`.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use musubi_domain::id::ItemNo;
use musubi_domain::item::Item;
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_service::candidate::{CandidateOf, candidate_list};
use musubi_text::search_key::fold;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::record::input::{ItemOption, options, paths};

/// The list alone, which the script asks for.
#[derive(Template)]
#[template(path = "record/candidates.html")]
struct CandidateList<'a> {
    frame: &'a Frame,
    rows: Vec<ItemOption>,
    more: bool,
}

/// The list as a page.
#[derive(Template)]
#[template(path = "record/candidate_page.html")]
struct CandidatePage<'a> {
    frame: &'a Frame,
    path: String,
    hidden: Vec<(&'static str, String)>,
    q: String,
    rows: Vec<ItemOption>,
    more: bool,
}

/// GET /candidates/{target}
pub(crate) async fn show(
    person: Person,
    Path(target): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let form = Form::of_query(query.as_deref());
    let q = form.get("q").to_owned();
    let (rows, more) = match target.as_str() {
        "choices" => choices(&person, &form, &q).await?,
        target => {
            let of = match target {
                "users" => CandidateOf::Users,
                "organizations" => CandidateOf::Organizations,
                "inquiry-routes" => CandidateOf::InquiryRoutes,
                word => CandidateOf::Records(Database::of_word(&person, word).await?.name),
            };
            let found = candidate_list(&person.service, &person.context, &of, &q).await;
            let found = found.map_err(|error| person.failure(&error))?;
            (options(&found), found.more)
        }
    };
    if headers.contains_key("X-Update") {
        return person.page(StatusCode::OK, &CandidateList { frame: &person.frame, rows, more });
    }
    let hidden = ["database", "item"].map(|name| (name, form.get(name).to_owned()));
    let hidden = hidden.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let path = format!("/candidates/{target}");
    person.page(StatusCode::OK, &CandidatePage { frame: &person.frame, path, hidden, q, rows, more })
}

/// The choices of an item that has more than a page shows.
async fn choices(person: &Person, form: &Form, q: &str) -> Result<(Vec<ItemOption>, bool), Failure> {
    let database = Database::of_word(person, form.get("database")).await?;
    let failure = |error| person.failure(&error);
    let template = person.service.template(person.context.tenant, &database.name).await.map_err(failure)?;
    person.service.check_right(&person.context, &template, Action::Read).await.map_err(failure)?;
    let sight = person.service.sight(&person.context, &template).await.map_err(failure)?;
    let number = form.get("item").parse().map(ItemNo).ok();
    let item = number.and_then(|number| template.item_numbered(number)).filter(|item| sight.sees(item.number));
    let item = item.filter(|item| !item.choices.is_empty());
    let item: &Item = item.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))?;
    let mut rows = Vec::new();
    paths(&item.choices, &mut Vec::new(), &[], true, &mut rows);
    let wanted: Vec<String> = fold(q).split_whitespace().map(str::to_owned).collect();
    rows.retain(|row| {
        let label = fold(&row.label);
        wanted.iter().all(|word| label.contains(word))
    });
    let more = rows.len() > limits::CANDIDATES;
    rows.truncate(limits::CANDIDATES);
    Ok((rows, more))
}
