//! Handing over what somebody had, when he leaves.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::{DatabaseNo, ItemNo};
use musubi_domain::user::{Keywords, User, UserField};
use musubi_service::handover::{HandoverCount, handover_begin, handover_preview};
use musubi_service::user::{UserSearch, UserView, user_get, user_search};
use uuid::Uuid;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::problem;
use crate::record::Database;
use crate::texts::fill;
use crate::told::done;
use crate::user::must;
use musubi_domain::rights::named;

/// People that are offered.
const OFFERED: i64 = 20;

/// Somebody who can be chosen.
struct Choice {
    id: Uuid,
    name: String,
    login_id: String,
    department: String,
    active: bool,
    chosen: bool,
}

impl Choice {
    fn of(user: &User, chosen: Option<Uuid>) -> Self {
        Self {
            id: user.id,
            name: user.display_name(),
            login_id: user.login_id.clone(),
            department: user.field(UserField::Department).to_owned(),
            active: user.active,
            chosen: chosen == Some(user.id),
        }
    }
}

/// What he has in one item of one database.
struct Line {
    key: String,
    database: String,
    item: String,
    count: String,
    chosen: bool,
}

/// Whose belongings are handed over, and to whom.
struct Order {
    from: Uuid,
    name: String,
    active: bool,
    lines: Vec<Line>,
    people: Vec<Choice>,
    no_person: String,
    no_items: String,
}

#[derive(Template)]
#[template(path = "handover/handover.html")]
struct HandoverPage<'a> {
    frame: &'a Frame,
    title: String,
    words: &'a str,
    /// Whose belongings are to be handed over can be chosen among these, as long as that has not been said.
    people: Vec<Choice>,
    order: Option<Order>,
}

async fn people(person: &Person, search: UserSearch, chosen: Option<Uuid>) -> Result<Vec<Choice>, Failure> {
    let found = user_search(&person.service, &person.context, search, 0, OFFERED).await;
    let found = found.map_err(|error| person.failure(&error))?;
    Ok(found.rows.iter().map(|user| Choice::of(user, chosen)).collect())
}

fn keywords(words: &str) -> Keywords {
    Keywords::new(&words.split_whitespace().take(10).map(str::to_owned).collect::<Vec<_>>())
}

/// Those to whom it may go: whom the words find, else those of the same organization, else anybody.
async fn successors(
    person: &Person,
    from: &UserView,
    words: &str,
    chosen: Option<Uuid>,
) -> Result<Vec<Choice>, Failure> {
    let organization = from.organizations.first().copied().filter(|_| words.trim().is_empty());
    let search = UserSearch { words: keywords(words), active: Some(true), organization, permission_template: None };
    let mut found = people(person, search.clone(), chosen).await?;
    found.retain(|choice| choice.id != from.user.id);
    if found.is_empty() && organization.is_some() {
        found = people(person, UserSearch { organization: None, ..search }, chosen).await?;
        found.retain(|choice| choice.id != from.user.id);
    }
    Ok(found)
}

fn key(count: &HandoverCount) -> String {
    format!("{}:{}", count.database, count.item)
}

async fn lines(person: &Person, from: Uuid, chosen: Option<&[String]>) -> Result<Vec<Line>, Failure> {
    let counts = handover_preview(&person.service, &person.context, from).await;
    let counts = counts.map_err(|error| person.failure(&error))?;
    let mut lines = Vec::with_capacity(counts.len());
    for count in counts {
        let template = person.service.template_numbered(person.context.tenant, count.database).await;
        let template = template.map_err(|error| person.failure(&error))?;
        let (key, number) = (key(&count), count.count.to_string());
        lines.push(Line {
            database: Database::of(&template).title(&person.frame),
            item: count.item_name,
            count: if count.exact { number } else { fill(person.frame.say.directory.at_least, &number) },
            chosen: chosen.is_none_or(|chosen| chosen.contains(&key)),
            key,
        });
    }
    Ok(lines)
}

/// What stands in the page.
struct Asked<'a> {
    words: &'a str,
    to: Option<Uuid>,
    items: Option<&'a [String]>,
    error: Option<Error>,
}

async fn page(person: &Person, from: Option<Uuid>, asked: Asked<'_>) -> Result<Response, Failure> {
    let say = &person.frame.say.directory;
    let order = match from {
        None => None,
        Some(from) => {
            let view = user_get(&person.service, &person.context, from).await;
            let view = view.map_err(|error| person.failure(&error))?;
            let said = |path| asked.error.as_ref().map(|error| problem::said_of(error, path, &person.frame));
            Some(Order {
                from,
                name: view.user.display_name(),
                active: view.user.active,
                lines: lines(person, from, asked.items).await?,
                people: successors(person, &view, asked.words, asked.to).await?,
                no_person: said("to").unwrap_or_default(),
                no_items: said("items").unwrap_or_default(),
            })
        }
    };
    let people = if order.is_none() {
        let search = UserSearch { words: keywords(asked.words), active: None, ..UserSearch::default() };
        people(person, search, None).await?
    } else {
        Vec::new()
    };
    let (status, title) = match asked.error {
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, fill(person.frame.say.error_prefix, say.handover)),
        None => (StatusCode::OK, say.handover.to_owned()),
    };
    person.page(status, &HandoverPage { frame: &person.frame, title, words: asked.words, people, order })
}

/// GET /admin/handover
pub(crate) async fn show(mut person: Person, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    must(&person, named::PEOPLE).await?;
    let form = Form::of_query(query.as_deref());
    if done(&form).0 == "left" {
        person.tell(person.frame.say.directory.user_left, None);
    }
    let from = match form.given("from") {
        Some(id) => Some(crate::user::named_in_path(&person, id)?),
        None => None,
    };
    page(&person, from, Asked { words: form.get("q"), to: None, items: None, error: None }).await
}

/// The database and the item of a key of the page.
fn read_key(key: &str) -> Option<(DatabaseNo, ItemNo)> {
    let (database, item) = key.split_once(':')?;
    Some((DatabaseNo(database.parse().ok()?), ItemNo(item.parse().ok()?)))
}

/// POST /admin/handover
pub(crate) async fn begin(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    must(&person, named::PEOPLE).await?;
    let from = form.get("from").parse().map_err(|_| Failure::new(person.frame.clone(), Wrong::BadRequest))?;
    let to: Option<Uuid> = form.get("to").parse().ok();
    let keys = form.list("items[]");
    let items: Vec<_> = keys.iter().filter_map(|key| read_key(key)).collect();
    let begun = handover_begin(&person.service, &person.context, from, to.unwrap_or(Uuid::nil()), &items).await;
    match begun {
        Ok((job, _)) => Ok(lead(&format!("/jobs/{job}"))),
        Err(error) if error.kind() == Kind::Invalid => {
            page(&person, Some(from), Asked { words: "", to, items: Some(keys), error: Some(error) }).await
        }
        Err(error) => Err(person.failure(&error)),
    }
}
