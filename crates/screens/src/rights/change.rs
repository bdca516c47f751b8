//! The nine rights of people: the page of a person, and what is changed shown before it is saved.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::id::UserNo;
use musubi_domain::limits;
use musubi_domain::user::RIGHTS;
use musubi_service::user_right::{
    UserRightChange, UserRightFilter, UserRightLine, UserRights, user_right_page, user_rights_change,
};

use super::table::{Mark, marks, places};
use super::words;
use crate::continue_to::query_value;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::told::{done, lead_told};

/// One of the nine rights on the page of a person.
struct RightView {
    at: usize,
    name: &'static str,
    about: &'static str,
    mark: Mark,
}

/// A database on the page of a person.
struct DatabaseLine {
    word: String,
    title: String,
    actions: String,
    rows: &'static str,
    items: String,
    restricted: bool,
    change: String,
}

#[derive(Template)]
#[template(path = "rights/person.html")]
struct PersonPage<'a> {
    frame: &'a Frame,
    title: String,
    login_id: &'a str,
    template: String,
    seen: String,
    rights: Vec<RightView>,
    databases: Vec<DatabaseLine>,
}

/// A person with his rights, by his login ID.
pub(super) async fn line(person: &Person, login_id: &str) -> Result<UserRightLine, Failure> {
    let filter = UserRightFilter { login_id: Some(login_id.to_owned()), ..UserRightFilter::default() };
    let page = user_right_page(&person.service, &person.context, filter, UserNo(0), 1).await;
    let mut rows = page.map_err(|error| person.failure(&error))?.rows;
    rows.pop().ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// GET /admin/rights/users/{login}
pub(super) async fn person(
    mut person: Person,
    Path(login_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let say = person.frame.say;
    match done(&Form::of_query(query.as_deref())).0 {
        "saved" => person.tell(say.rights.saved, None),
        "same" => person.tell(say.rights.nothing_changed, None),
        _ => {}
    }
    let line = line(&person, &login_id).await?;
    let databases = words::databases(&person).await?;
    let database = |view: words::DatabaseView| {
        let own = line.databases.iter().find(|(number, _)| *number == view.template.database);
        let right = own.map(|(_, right)| right.clone()).unwrap_or_default();
        DatabaseLine {
            actions: words::actions(&right, say),
            rows: words::rows(&right, say),
            items: words::items(&right, say),
            restricted: own.is_some(),
            change: crate::texts::fill(say.rights.change_of, &view.title),
            word: view.word,
            title: view.title,
        }
    };
    let named = words::names(say).into_iter().zip(marks(&line)).enumerate();
    let rights = named.map(|(at, ((name, about), mark))| RightView { at, name, about, mark }).collect();
    let template = match line.user.permission_template.as_str() {
        "" => say.rights.template_none.to_owned(),
        name => crate::texts::fill(say.rights.template_of, name),
    };
    let view = PersonPage {
        frame: &person.frame,
        title: crate::texts::fill(say.rights.person_title, &line.user.display_name()),
        login_id: &line.user.login_id,
        template,
        seen: places(&line.own),
        rights,
        databases: databases.into_iter().map(database).collect(),
    };
    person.page(StatusCode::OK, &view)
}

/// What changes of a person.
struct ChangeView {
    login_id: String,
    name: String,
    given: Vec<&'static str>,
    /// What is taken, and whether he has it by his template all the same.
    taken: Vec<(&'static str, bool)>,
    seen: String,
    wanted: Vec<usize>,
    /// What he has now where somebody else has changed it; "" where nobody has.
    met: String,
}

#[derive(Template)]
#[template(path = "rights/review.html")]
struct ReviewPage<'a> {
    frame: &'a Frame,
    lead: String,
    changes: Vec<ChangeView>,
    wrong: String,
    is_met: bool,
    from: &'a str,
    query: &'a str,
    back: String,
}

fn of_places<'a>(places: impl Iterator<Item = &'a str>) -> Vec<String> {
    let at = places.filter_map(|place| place.trim().parse::<usize>().ok());
    let mut at: Vec<usize> = at.filter(|at| *at < RIGHTS.len()).collect();
    at.sort_unstable();
    at.dedup();
    at.into_iter().filter_map(|at| RIGHTS.get(at)).map(|&right| right.to_owned()).collect()
}

/// What a form says of people.
fn changes(form: &Form) -> Vec<UserRightChange> {
    let change = |login_id: &String| UserRightChange {
        seen: of_places(form.get(&format!("seen~{login_id}")).split(',')),
        wanted: of_places(form.list(&format!("own~{login_id}[]")).iter().map(String::as_str)),
        login_id: login_id.clone(),
    };
    form.list("people[]")
        .iter()
        .take(limits::RIGHTS_AT_ONCE)
        .map(change)
        .filter(|change| change.seen != change.wanted)
        .collect()
}

/// Where the form was: the table as it was filtered, or the page of a person.
fn way_back(form: &Form) -> String {
    match form.given("from") {
        Some(login_id) => format!("/admin/rights/users/{}", query_value(login_id)),
        None => format!("/admin/rights?{}", form.get("query")),
    }
}

/// POST /admin/rights
pub(super) async fn sent(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let changes = changes(&form);
    let back = way_back(&form);
    if changes.is_empty() {
        return Ok(lead_told(&back, "same", None));
    }
    if form.get("step") != "save" {
        return review(&person, &form, changes, (StatusCode::OK, String::new()), Vec::new()).await;
    }
    match user_rights_change(&person.service, &person.context, changes.clone()).await {
        Ok(met) if met.is_empty() => Ok(lead_told(&back, "saved", None)),
        Ok(met) => review(&person, &form, changes, (StatusCode::CONFLICT, String::new()), met).await,
        Err(error) if error.kind() == Kind::Invalid => {
            let said: Vec<_> =
                error.problems().iter().map(|problem| problem.message.text(person.frame.locale)).collect();
            review(&person, &form, changes, (StatusCode::UNPROCESSABLE_ENTITY, said.join(" ")), Vec::new()).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}

async fn review(
    person: &Person,
    form: &Form,
    changes: Vec<UserRightChange>,
    (status, wrong): (StatusCode, String),
    met: Vec<UserRights>,
) -> Result<Response, Failure> {
    let say = person.frame.say;
    let mut views = Vec::new();
    for change in changes {
        let line = line(person, &change.login_id).await?;
        let is_met = line.own != change.seen || met.iter().any(|met| met.user.login_id == change.login_id);
        views.push(ChangeView::of(&line, &change, is_met, person));
    }
    let is_met = views.iter().any(|view| !view.met.is_empty());
    let view = ReviewPage {
        frame: &person.frame,
        lead: crate::texts::fill(say.rights.review_lead, &views.len().to_string()),
        changes: views,
        wrong,
        is_met,
        from: form.get("from"),
        query: form.get("query"),
        back: way_back(form),
    };
    person.page(status, &view)
}

impl ChangeView {
    fn of(line: &UserRightLine, change: &UserRightChange, is_met: bool, person: &Person) -> Self {
        let say = person.frame.say;
        let (mut given, mut taken, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (right, (name, _))) in RIGHTS.iter().zip(words::names(say)).enumerate() {
            let has = |rights: &[String]| rights.iter().any(|own| own == right);
            match (has(&line.own), has(&change.wanted)) {
                (false, true) => given.push(name),
                (true, false) => taken.push((name, has(&line.of_template))),
                _ => {}
            }
            if has(&change.wanted) {
                wanted.push(at);
            }
        }
        let now = crate::texts::fill(say.rights.now_has, &words::listed(&line.own, say));
        Self {
            login_id: line.user.login_id.clone(),
            name: line.user.display_name(),
            given,
            taken,
            // From here on it is what stands there now that is changed.
            seen: places(&line.own),
            wanted,
            met: if is_met { now } else { String::new() },
        }
    }
}
