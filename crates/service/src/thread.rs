//! The thread of a record: what people say and do about it, on one line of time. What all that stands at a record has in common is here:
//! who sees the record sees it, and it is his who wrote it.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::activity::Activity;
use musubi_domain::comment::{Comment, mentioned};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{CommentNo, RecordNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::record::Record;
use musubi_domain::rights::{Action, named};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_domain::user::login_key;
use musubi_store as store;
use musubi_store::db::{Keyed, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;

/// Pages that a list for one person looks through for what he may see, at most.
const LOOKS: usize = 5;

/// What stands on the line of time.
#[derive(Clone, Debug)]
pub enum ThreadEntry {
    /// What somebody said, with the names of those whom he named, by the keys of their login IDs.
    Comment(Comment, BTreeMap<String, String>),
    /// What somebody did, or is to do.
    Activity(Activity),
}

impl ThreadEntry {
    /// Its place on the line.
    #[must_use]
    pub const fn place(&self) -> (Timestamp, i64) {
        match self {
            Self::Comment(comment, _) => (comment.at, comment.number.0),
            Self::Activity(activity) => (activity.at, activity.number.0),
        }
    }

    /// How many characters its text has.
    #[must_use]
    pub fn characters(&self) -> usize {
        match self {
            Self::Comment(comment, _) => comment.text.chars().count(),
            Self::Activity(activity) => activity.text.chars().count(),
        }
    }
}

/// A page of the line, newest first.
#[derive(Clone, Debug, Default)]
pub struct ThreadPage {
    /// What stands there.
    pub entries: Vec<ThreadEntry>,
    /// From where the next page goes on; none where nothing follows.
    pub next: Option<(Timestamp, i64)>,
    /// The comments of the record that name the caller and that he has yet to read.
    pub unread: Vec<CommentNo>,
}

/// What stands on the line of a record before this place, at most [`limits::THREAD_ROWS`] and less where texts are long.
///
/// # Errors
/// NotFound at `record` where the caller may not see it; Forbidden where he may not read the database.
pub async fn thread_page(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    before: Option<(Timestamp, i64)>,
) -> Result<ThreadPage> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let before = before.unwrap_or((Timestamp::from_micros(i64::MAX), i64::MAX));
    let user = context.actor.user;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let record = record_at(snapshot, &sight, &template, record)?.number;
        let most = limits::THREAD_ROWS + 1;
        let comments = store::comment::comment_page(snapshot, record, before, most)?;
        let activities = store::activity::activity_page(snapshot, record, before, most)?;
        let mut named = BTreeMap::new();
        for comment in comments.iter().filter(|comment| !mentioned(&comment.text).is_empty()) {
            named.insert(comment.number, store::mention::mention_of_comment(snapshot, comment.number)?);
        }
        let unread = store::mention::mention_unread_at(snapshot, user, record, limits::THREAD_ROWS)?;
        Ok((comments, activities, named, unread))
    };
    let (comments, activities, named, unread) = service.db().page(context.tenant, read).await?;
    let mut entries: Vec<ThreadEntry> = activities.into_iter().map(ThreadEntry::Activity).collect();
    for comment in comments {
        let people = named.get(&comment.number).map_or(&[][..], Vec::as_slice);
        let names = names_by_login(service, context, people).await?;
        entries.push(ThreadEntry::Comment(comment, names));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    let next = cut(&mut entries);
    Ok(ThreadPage { entries, next, unread })
}

/// Cuts a page off where it has enough, and gives the place where the next one goes on.
fn cut(entries: &mut Vec<ThreadEntry>) -> Option<(Timestamp, i64)> {
    let mut characters = 0;
    let rows = usize::try_from(limits::THREAD_ROWS).unwrap_or(usize::MAX);
    let fits = entries.iter().take(rows).take_while(|entry| {
        let is_first = characters == 0;
        characters += entry.characters();
        is_first || characters <= limits::COMMENT_CHARACTERS
    });
    let count = fits.count();
    let is_all = count == entries.len();
    entries.truncate(count);
    entries.last().filter(|_| !is_all).map(ThreadEntry::place)
}

async fn names_by_login(service: &Service, context: &Context, people: &[UserNo]) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for number in people {
        if let Some(user) = service.user(context.tenant, *number).await? {
            names.insert(login_key(&user.login_id), user.display_name());
        }
    }
    Ok(names)
}

/// The template of a database and what the caller may see of it, where he may do this there.
pub(crate) async fn sight_of(
    service: &Service,
    context: &Context,
    database: &str,
    action: Action,
) -> Result<(Arc<Template>, Sight)> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, action).await?;
    Ok((template, sight))
}

/// The record at which something stands, if the caller may see it.
pub(crate) fn record_at(keyed: &mut Keyed<'_>, sight: &Sight, template: &Template, id: Uuid) -> Result<Record> {
    let found = store::record::record_by_id(keyed, sight, template, id)?;
    found.ok_or_else(|| Error::not_found("record"))
}

/// Notes in the operation log what was done at a record.
pub(crate) fn note(tx: &mut Tx<'_>, kind: &'static str, template: &Template, record: &Record) -> Result<()> {
    let target = record.display_name.clone();
    tx.record_operation(&Operation { kind, database: Some(template.database), target, count: 1 })
}

/// Refuses to change what another has written.
pub(crate) fn check_own(context: &Context, by: UserNo) -> Result<()> {
    if context.actor.user == by { Ok(()) } else { Err(Error::forbidden("", Message::NoRight)) }
}

/// Whether whoever acts may take away what others have written.
pub(crate) async fn is_keeper(service: &Service, context: &Context) -> Result<bool> {
    service.has_named_right(context, named::SYSTEM).await
}

/// A record at which something stands, for a list over all records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of its database.
    pub database: String,
    /// Its outside id.
    pub record: Uuid,
    /// What stands for it.
    pub display_name: String,
}

/// Of a list that what `page` gives reads on from the last, the first `most` at records that the caller may see.
pub(crate) async fn seen_first<T, P, R>(
    service: &Service,
    context: &Context,
    most: usize,
    record: impl Fn(&T) -> RecordNo,
    page: P,
) -> Result<Vec<(T, Place)>>
where
    T: Clone + Send + 'static,
    P: Fn(Option<&T>) -> R,
    R: FnMut(&mut Snapshot<'_>) -> Result<Vec<T>> + Send + 'static,
{
    let (mut seen, mut last): (Vec<(T, Place)>, Option<T>) = (Vec::new(), None);
    for _ in 0..LOOKS {
        let rows = service.db().page(context.tenant, page(last.as_ref())).await?;
        let is_end = rows.len() < most;
        last = rows.last().cloned();
        for row in rows {
            if let Some(place) = place_of(service, context, record(&row)).await? {
                seen.push((row, place));
            }
            if seen.len() >= most {
                return Ok(seen);
            }
        }
        if is_end {
            break;
        }
    }
    Ok(seen)
}

/// Where something stands, if the caller may see it.
async fn place_of(service: &Service, context: &Context, number: RecordNo) -> Result<Option<Place>> {
    let template = service.template_numbered(context.tenant, number.database()).await?;
    let sight = service.sight(context, &template).await?;
    let sees_name = sight.sees_name(&template);
    let own = Arc::clone(&template);
    let read = move |keyed: &mut Keyed<'_>| store::record::record_by_number(keyed, &sight, &own, number);
    let found = service.db().get(context.tenant, read).await?;
    Ok(found.map(|record| {
        let hidden = || musubi_domain::sight::not_seen(context.locale).to_owned();
        let display_name = if sees_name { record.display_name } else { hidden() };
        Place { database: template.name.clone(), record: record.id, display_name }
    }))
}
