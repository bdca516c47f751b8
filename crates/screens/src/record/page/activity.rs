//! The forms of activities.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use musubi_domain::activity::ActivityKind;
use musubi_domain::error::Error;
use musubi_domain::id::ActivityNo;
use musubi_domain::item::{Item, ItemType, RawValue, Typed, typed};
use musubi_domain::messages::Message;
use musubi_domain::time::{Timestamp, parse_date};
use musubi_service::activity::{
    ActivityGiven, activity_create, activity_delete, activity_done_set, activity_get, activity_set,
};

use super::head::{Shown, numbered};
use super::line::{self, kinds, name};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::problem::{is_of, said_of};
use crate::told::lead_told;

/// Where an activity stands.
type At = Path<(String, String, String)>;

/// What the form of an activity holds, and what is wrong with it: "" where nothing is.
#[derive(Clone, Default)]
pub(crate) struct Given {
    /// The word of its kind.
    pub(crate) kind: String,
    /// When it happened, as it was typed.
    pub(crate) at: String,
    /// The day of a task, as it was typed.
    pub(crate) due: String,
    /// Who did it.
    pub(crate) person: String,
    /// What was done.
    pub(crate) text: String,
    /// What is wrong: with the moment, the day, the person, the text.
    pub(crate) wrong: Wrongs,
}

/// What is wrong with the fields of an activity.
#[derive(Clone, Default)]
pub(crate) struct Wrongs {
    /// With the moment.
    pub(crate) at: String,
    /// With the day.
    pub(crate) due: String,
    /// With the person.
    pub(crate) person: String,
    /// With the text.
    pub(crate) text: String,
}

impl Given {
    /// Whether anything is wrong, or was typed.
    pub(crate) fn is_begun(&self) -> bool {
        !self.kind.is_empty()
    }

    fn of_form(form: &Form) -> Self {
        let [kind, at, due, person, text] =
            ["kind", "at", "due", "person", "text"].map(|name| form.get(name).to_owned());
        Self { kind, at, due, person, text, wrong: Wrongs::default() }
    }

    /// What use cases take, or what is wrong with it.
    fn read(&mut self, frame: &Frame) -> Option<ActivityGiven> {
        let kind = ActivityKind::from_word(&self.kind).unwrap_or(ActivityKind::Call);
        kind.word().clone_into(&mut self.kind);
        let is_task = kind == ActivityKind::Task;
        let at = if is_task { Ok(None) } else { moment(&self.at) };
        let due = if is_task { date(&self.due) } else { Ok(None) };
        let said = |result: Option<&Message>| result.map(|message| message.text(frame.locale)).unwrap_or_default();
        self.wrong.at = said(at.as_ref().err());
        self.wrong.due = said(due.as_ref().err());
        let (person, text) = (self.person.clone(), self.text.clone());
        Some(ActivityGiven { kind, at: at.ok()?, due: due.ok()?, person, text })
    }

    fn with_problems(mut self, error: &Error, frame: &Frame) -> Self {
        self.wrong.due = said_of(error, "due", frame);
        self.wrong.person = said_of(error, "person", frame);
        self.wrong.text = said_of(error, "text", frame);
        self
    }
}

/// What somebody typed for an item of this type: as everywhere, 令和8年4月1日 and 2026/4/1 are days.
fn read_typed(item_type: ItemType, text: &str) -> Result<Option<String>, Message> {
    let item = Item::new(musubi_domain::id::ItemNo(0), uuid::Uuid::nil(), "", item_type);
    Ok(match typed(&item, text)? {
        Typed::Value(RawValue::Text { value, .. }) => Some(value),
        _ => None,
    })
}

fn date(text: &str) -> Result<Option<Date>, Message> {
    let read = read_typed(ItemType::Date, text)?;
    read.map(|text| parse_date(&text).ok_or(Message::NotDate)).transpose()
}

fn moment(text: &str) -> Result<Option<Timestamp>, Message> {
    // Browsers say the day and the time of a field of theirs with a T between.
    let read = read_typed(ItemType::Datetime, &text.replace('T', " "))?;
    read.map(|text| Timestamp::parse(&text).ok_or(Message::NotDateTime)).transpose()
}

#[derive(Template)]
#[template(path = "thread/activity.html")]
struct ActivityPage<'a> {
    frame: &'a Frame,
    path: String,
    back: String,
    given: Given,
    kinds: Vec<(&'static str, &'static str)>,
    today: String,
}

fn line_of(shown: &Shown) -> String {
    format!("{}?tab=line", shown.path())
}

/// POST /records/{database}/{id}/activities
pub(super) async fn create(
    Path((database, id)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let mut given = Given::of_form(&form);
    if let Some(read) = given.read(&person.frame) {
        match activity_create(&person.service, &person.context, &shown.database.name, shown.id(), read).await {
            Ok(_) => return Ok(lead_told(&line_of(&shown), "activity", None)),
            Err(error) if is_of(&error, &["text", "due", "person"]) => {
                given = given.with_problems(&error, &person.frame);
            }
            Err(error) => return Err(person.failure(&error)),
        }
    }
    let given = line::Given { activity: given, ..line::Given::default() };
    line::show(&person, &shown, StatusCode::UNPROCESSABLE_ENTITY, &Form::default(), given).await
}

/// GET /records/{database}/{id}/activities/{number}/edit
pub(super) async fn edit(person: Person, Path((database, id, number)): At) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let at = (shown.id(), ActivityNo(numbered(&person, &number)?));
    let activity = activity_get(&person.service, &person.context, &shown.database.name, at.0, at.1).await;
    let activity = activity.map_err(|error| person.failure(&error))?;
    if activity.by != person.context.actor.user || !shown.may_write {
        return Err(Failure::new(person.frame, Wrong::Forbidden));
    }
    let is_own = activity.person == person.context.actor.user;
    let given = Given {
        kind: activity.kind.word().to_owned(),
        at: activity.at.jst_minute(),
        due: activity.due.map(|due| due.to_string()).unwrap_or_default(),
        person: if is_own { String::new() } else { name(&person, activity.person).await? },
        text: activity.text,
        wrong: Wrongs::default(),
    };
    page(&person, &shown, StatusCode::OK, &number, given)
}

fn page(person: &Person, shown: &Shown, status: StatusCode, number: &str, given: Given) -> Result<Response, Failure> {
    let (path, back) = (format!("{}/activities/{number}/edit", shown.path()), line_of(shown));
    let today = person.context.now.jst_date().to_string();
    let kinds = kinds(&person.frame);
    person.page(status, &ActivityPage { frame: &person.frame, path, back, given, kinds, today })
}

/// POST /records/{database}/{id}/activities/{number}/edit
pub(super) async fn set(
    Path((database, id, number)): At,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let mut given = Given::of_form(&form);
    if let Some(read) = given.read(&person.frame) {
        let at = (shown.id(), ActivityNo(numbered(&person, &number)?));
        match activity_set(&person.service, &person.context, &shown.database.name, at, read).await {
            Ok(()) => return Ok(lead_told(&line_of(&shown), "activity-set", None)),
            Err(error) if is_of(&error, &["text", "due", "person"]) => {
                given = given.with_problems(&error, &person.frame);
            }
            Err(error) => return Err(person.failure(&error)),
        }
    }
    page(&person, &shown, StatusCode::UNPROCESSABLE_ENTITY, &number, given)
}

/// POST /records/{database}/{id}/activities/{number}/done
pub(super) async fn done(
    Path((database, id, number)): At,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let (at, is_done) = ((shown.id(), ActivityNo(numbered(&person, &number)?)), form.get("done") == "1");
    let set = activity_done_set(&person.service, &person.context, &shown.database.name, at, is_done).await;
    set.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&line_of(&shown), if is_done { "task-done" } else { "task-open" }, None))
}

/// POST /records/{database}/{id}/activities/{number}/delete
pub(super) async fn delete(
    Path((database, id, number)): At,
    PersonForm(person, _): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let at = (shown.id(), ActivityNo(numbered(&person, &number)?));
    let deleted = activity_delete(&person.service, &person.context, &shown.database.name, at).await;
    deleted.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&line_of(&shown), "activity-deleted", None))
}
