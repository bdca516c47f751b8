//! The line of time of a record: comments and activities, newest first, and the forms that add to it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::activity::ActivityKind;
use musubi_domain::comment::{Piece, pieces};
use musubi_domain::id::UserNo;
use musubi_domain::rights::named;
use musubi_domain::time::Timestamp;
use musubi_domain::user::login_key;
use musubi_service::thread::{ThreadEntry, thread_page};

use super::head::{Head, Shown};
use super::value::day;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::Person;
use crate::texts::{fill, fill_two, thread};

#[derive(Template)]
#[template(path = "thread/line.html")]
struct LinePage<'a> {
    frame: &'a Frame,
    head: Head,
    given: Given,
    entries: Vec<Entry>,
    next: String,
    is_first: bool,
    unread: usize,
    kinds: Vec<(&'static str, &'static str)>,
    today: String,
}

impl LinePage<'_> {
    fn unread_told(&self) -> String {
        fill(self.frame.say.thread.unread, &self.unread.to_string())
    }
}

/// What stands in the forms, and what is wrong with it: "" where nothing is.
#[derive(Clone, Default)]
pub(crate) struct Given {
    /// The text of a comment.
    pub(crate) comment: String,
    /// What is wrong with it.
    pub(crate) comment_wrong: String,
    /// Further people who are to be told of it, by ids and names.
    pub(crate) to: Vec<(String, String)>,
    /// The name of one that was typed, and what is wrong with it.
    pub(crate) to_typed: String,
    /// What is wrong with it.
    pub(crate) to_wrong: String,
    /// An activity.
    pub(crate) activity: super::activity::Given,
}

/// A part of a text.
pub(crate) enum TextPart {
    /// Text.
    Plain(String),
    /// A person who is named: his name, and how he was written.
    Mention(String, String),
    /// A URL.
    Link(String),
}

/// What stands on the line, as it is shown.
pub(crate) struct Entry {
    /// What its paths begin with.
    pub(crate) path: String,
    /// The anchor of it.
    pub(crate) anchor: String,
    /// コメント, 電話, ...
    pub(crate) kind: &'static str,
    /// The word of its kind.
    pub(crate) word: &'static str,
    /// When.
    pub(crate) at: Moment,
    /// Who wrote it.
    pub(crate) by: String,
    /// Who did it or is to do it, where that is another.
    pub(crate) person: String,
    /// The day of a task, and that in the other calendar.
    pub(crate) due: Option<(String, String)>,
    /// Whether a task is late.
    pub(crate) is_late: bool,
    /// When and by whom a task was done; "" where it is not.
    pub(crate) done: String,
    /// The text.
    pub(crate) text: Vec<TextPart>,
    /// That it was changed, and when; "" where it was not.
    pub(crate) edited: String,
    /// That it was deleted, when and by whom; "" where it was not.
    pub(crate) deleted: String,
    /// Whether the reader may change it.
    pub(crate) may_edit: bool,
    /// Whether he may delete it.
    pub(crate) may_delete: bool,
    /// Whether he may say that it is done.
    pub(crate) may_finish: bool,
}

impl Entry {
    /// Whether it is a task that is still to be done.
    pub(crate) fn is_open(&self) -> bool {
        self.due.is_some() && self.done.is_empty() && self.deleted.is_empty()
    }
}

/// The part of the page.
pub(super) async fn show(
    person: &Person,
    shown: &Shown,
    status: StatusCode,
    query: &Form,
    given: Given,
) -> Result<Response, Failure> {
    let before = query.given("before").and_then(place_of);
    let page = thread_page(&person.service, &person.context, &shown.database.name, shown.id(), before).await;
    let page = page.map_err(|error| person.failure(&error))?;
    let head = shown.head(person, super::LINE).await?;
    let next = page.next.map(|(at, number)| format!("{}?tab=line&before={}.{number}", head.path, at.micros()));
    let entries = entries(person, shown, page.entries).await?;
    let page = LinePage {
        frame: &person.frame,
        head,
        given,
        entries,
        next: next.unwrap_or_default(),
        is_first: before.is_none(),
        unread: page.unread.len(),
        kinds: kinds(&person.frame),
        today: person.context.now.jst_date().to_string(),
    };
    person.page(status, &page)
}

fn place_of(text: &str) -> Option<(Timestamp, i64)> {
    let (at, number) = text.split_once('.')?;
    Some((Timestamp::from_micros(at.parse().ok()?), number.parse().ok()?))
}

/// The kinds of activities: word and name.
pub(super) fn kinds(frame: &Frame) -> Vec<(&'static str, &'static str)> {
    ActivityKind::ALL.into_iter().map(|kind| (kind.word(), kind_name(&frame.say.thread, kind))).collect()
}

const fn kind_name(say: &thread::Texts, kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call => say.call,
        ActivityKind::Visit => say.visit,
        ActivityKind::Mail => say.mail,
        ActivityKind::Task => say.task,
    }
}

/// Entries as they are shown.
pub(super) async fn entries(person: &Person, shown: &Shown, entries: Vec<ThreadEntry>) -> Result<Vec<Entry>, Failure> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push(row(person, shown, entry).await?);
    }
    Ok(rows)
}

async fn row(person: &Person, shown: &Shown, entry: ThreadEntry) -> Result<Entry, Failure> {
    let frame = &person.frame;
    let say = &frame.say.thread;
    let own = person.context.actor.user;
    let is_keeper = frame.menu.as_ref().is_some_and(|menu| menu.has_any(&[named::SYSTEM]));
    let deed = async |text: &str, deed: Option<(Timestamp, UserNo)>| -> Result<String, Failure> {
        let Some((at, by)) = deed else { return Ok(String::new()) };
        let by = name(person, by).await?;
        Ok(fill_two(text, &frame.moment(at).shown, &by))
    };
    let edited = |at: Option<Timestamp>| at.map(|at| fill(say.edited, &frame.moment(at).shown)).unwrap_or_default();
    Ok(match entry {
        ThreadEntry::Comment(comment, names) => Entry {
            path: format!("{}/comments/{}", shown.path(), comment.number),
            anchor: format!("comment-{}", comment.number),
            kind: say.comment,
            word: "comment",
            at: frame.moment(comment.at),
            by: name(person, comment.by).await?,
            person: String::new(),
            due: None,
            is_late: false,
            done: String::new(),
            text: text_parts(&comment.text, |login| names.get(login).cloned()),
            edited: edited(comment.edited_at),
            deleted: deed(say.was_deleted, comment.deleted).await?,
            may_edit: comment.by == own && comment.deleted.is_none(),
            may_delete: (comment.by == own || is_keeper) && comment.deleted.is_none(),
            may_finish: false,
        },
        ThreadEntry::Activity(activity) => {
            let is_there = activity.deleted.is_none();
            let may_write = shown.may_write && is_there;
            let due = activity.due.map(|due| day(frame, due)).map(|part| (part.text, part.title));
            let today = person.context.now.jst_date();
            Entry {
                path: format!("{}/activities/{}", shown.path(), activity.number),
                anchor: format!("activity-{}", activity.number),
                kind: kind_name(say, activity.kind),
                word: activity.kind.word(),
                at: frame.moment(activity.at),
                by: name(person, activity.by).await?,
                person: if activity.person == activity.by {
                    String::new()
                } else {
                    name(person, activity.person).await?
                },
                due,
                is_late: activity.done.is_none() && activity.due.is_some_and(|due| due < today),
                done: deed(say.was_done, activity.done).await?,
                text: text_parts(&activity.text, |_| None),
                edited: edited(activity.edited_at),
                deleted: deed(say.was_deleted, activity.deleted).await?,
                may_edit: may_write && activity.by == own,
                may_delete: may_write && (activity.by == own || is_keeper),
                may_finish: may_write && activity.due.is_some(),
            }
        }
    })
}

/// What people call somebody.
pub(super) async fn name(person: &Person, number: UserNo) -> Result<String, Failure> {
    let user = person.service.user(person.context.tenant, number).await.map_err(|error| person.failure(&error))?;
    Ok(user.map(|user| user.display_name()).unwrap_or_default())
}

/// A text with its links, and with the names of those whom it mentions and `of_login` knows.
fn text_parts(text: &str, of_login: impl Fn(&str) -> Option<String>) -> Vec<TextPart> {
    let part = |piece| match piece {
        Piece::Text(text) => TextPart::Plain(text.to_owned()),
        Piece::Link(link) => TextPart::Link(link.to_owned()),
        Piece::Mention { whole, login_id } => match of_login(&login_key(login_id)) {
            Some(name) => TextPart::Mention(name, whole.to_owned()),
            None => TextPart::Plain(whole.to_owned()),
        },
    };
    pieces(text).into_iter().map(part).collect()
}
