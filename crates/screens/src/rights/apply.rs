//! The right of one person in a database given to others.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::UserNo;
use musubi_domain::limits;
use musubi_domain::user::Keywords;
use musubi_service::rights::change::{RightOf, database_right_change, right_stamp};
use musubi_service::user_right::{UserRightFilter, UserRightLine, user_right_page};

use super::change::line;
use super::database::{Place, place};
use super::table::next_label;
use super::words;
use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::texts::{fill, fill_two};
use crate::told::lead_told;

/// Somebody who is given the right.
struct Receiver {
    login_id: String,
    name: String,
    now: String,
    stamp: String,
    /// Whether somebody else has changed it meanwhile.
    met: bool,
}

#[derive(Template)]
#[template(path = "rights/apply.html")]
struct ApplyPage<'a> {
    frame: &'a Frame,
    title: String,
    lead: String,
    path: String,
    then: String,
    stamp: String,
    people: Vec<Receiver>,
    q: &'a str,
    next: String,
    next_label: String,
    wrong: &'static str,
    /// Whether the chosen people are shown once more before it is done.
    reviews: bool,
}

impl Receiver {
    fn of(line: &UserRightLine, place: &Place, person: &Person) -> Result<Self, Failure> {
        let right = line.databases.iter().find(|(number, _)| *number == place.template.database);
        let right = right.map(|(_, right)| right.clone()).unwrap_or_default();
        Ok(Self {
            login_id: line.user.login_id.clone(),
            name: line.user.display_name(),
            now: words::whole(&right, person.frame.say),
            stamp: right_stamp(&right).map_err(|error| person.failure(&error))?,
            met: false,
        })
    }
}

fn page<'a>(person: &'a Person, place: &Place, people: Vec<Receiver>) -> ApplyPage<'a> {
    let say = person.frame.say;
    let database = place.database.title(&person.frame);
    ApplyPage {
        frame: &person.frame,
        title: fill_two(say.rights.apply_title, &place.seen.user.display_name(), &database),
        lead: fill(say.rights.apply_lead, &database),
        path: place.path(),
        then: words::whole(&place.seen.right, say),
        stamp: place.seen.stamp.clone(),
        people,
        q: "",
        next: String::new(),
        next_label: next_label(say),
        wrong: "",
        reviews: false,
    }
}

/// GET /admin/rights/users/{login}/{database}/apply
pub(super) async fn show(
    person: Person,
    Path((login_id, word)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    choose(&person, &place(&person, &login_id, &word).await?, &query, (StatusCode::OK, "")).await
}

async fn choose(
    person: &Person,
    place: &Place,
    query: &Form,
    (status, wrong): (StatusCode, &'static str),
) -> Result<Response, Failure> {
    let words: Vec<String> = query.get("q").split_whitespace().map(str::to_owned).collect();
    let filter = UserRightFilter { keywords: Keywords::new(&words), ..UserRightFilter::default() };
    let after = UserNo(query.get("after").parse().unwrap_or(0));
    let found = user_right_page(&person.service, &person.context, filter, after, limits::RIGHTS_AT_ONCE).await;
    let found = found.map_err(|error| person.failure(&error))?;
    let others = found.rows.iter().filter(|line| line.user.number != place.seen.user.number);
    let people = others.map(|line| Receiver::of(line, place, person)).collect::<Result<_, _>>()?;
    let q = query.get("q");
    let next = found.next.map(|next| format!("{}/apply?q={}&after={next}", place.path(), query_value(q)));
    let view = ApplyPage { q, next: next.unwrap_or_default(), wrong, ..page(person, place, people) };
    person.page(status, &view)
}

/// POST /admin/rights/users/{login}/{database}/apply
pub(super) async fn sent(
    Path((login_id, word)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let place = place(&person, &login_id, &word).await?;
    let chosen: Vec<RightOf> = form.list("people[]").iter().filter_map(|text| receiver(text)).collect();
    if chosen.is_empty() {
        let wrong = person.frame.say.rights.nobody_chosen;
        return choose(&person, &place, &form, (StatusCode::UNPROCESSABLE_ENTITY, wrong)).await;
    }
    // What is given is what was shown: where it was changed since, it is shown anew.
    let is_same = form.get("stamp") == place.seen.stamp;
    if form.get("step") == "save" && is_same {
        let (name, right) = (&place.database.name, place.seen.right.clone());
        let saved = database_right_change(&person.service, &person.context, chosen.clone(), name, right).await;
        if saved.map_err(|error| person.failure(&error))?.is_empty() {
            return Ok(lead_told("/admin/rights", "saved", None));
        }
        return review(&person, &place, chosen, StatusCode::CONFLICT).await;
    }
    review(&person, &place, chosen, if is_same { StatusCode::OK } else { StatusCode::CONFLICT }).await
}

fn receiver(text: &str) -> Option<RightOf> {
    let (login_id, stamp) = text.rsplit_once('~')?;
    Some(RightOf { login_id: login_id.to_owned(), stamp: stamp.to_owned() })
}

async fn review(person: &Person, place: &Place, chosen: Vec<RightOf>, status: StatusCode) -> Result<Response, Failure> {
    let mut people = Vec::new();
    for of in chosen.into_iter().take(limits::RIGHTS_AT_ONCE) {
        let line = line(person, &of.login_id).await?;
        let receiver = Receiver::of(&line, place, person)?;
        people.push(Receiver { met: receiver.stamp != of.stamp, ..receiver });
    }
    let wrong = if status == StatusCode::CONFLICT { person.frame.say.rights.met } else { "" };
    person.page(status, &ApplyPage { reviews: true, wrong, ..page(person, place, people) })
}
