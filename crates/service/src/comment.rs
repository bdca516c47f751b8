//! Comments on records. Who sees a record may comment on it; what he has written he alone may change.

use std::sync::Arc;

use musubi_domain::comment::{Comment, lines_problem, lines_settled, mentioned};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{CommentNo, RecordNo, UserNo};
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_domain::user::login_key;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::thread::{check_own, is_keeper, note, record_at, sight_of};

/// Adds a comment to a record. Whom it names (`@login_id`) finds it on his home page, and the mentions of the caller at the record are
/// read.
///
/// # Errors
/// Invalid at `text`; NotFound at `record` where the caller may not see it; Forbidden where he may not read the database.
pub async fn comment_create(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    text: &str,
) -> Result<CommentNo> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let text = judged(text)?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let number = store::comment::comment_insert(tx, record.number, &text)?;
        for user in people_named(tx, &text)? {
            store::mention::mention_insert(tx, user, number)?;
        }
        let author = tx.context().actor.user;
        for read in store::mention::mention_unread_at(tx, author, record.number, limits::LIST_ROWS)? {
            store::mention::mention_read_set(tx, author, read)?;
        }
        note(tx, "comment.create", &template, &record)?;
        Ok(number)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Gives a comment of a record.
///
/// # Errors
/// NotFound where there is none that the caller may see; Forbidden where he may not read the database.
pub async fn comment_get(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    number: CommentNo,
) -> Result<Comment> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let record = record_at(keyed, &sight, &template, record)?;
        comment_at(keyed, record.number, number)
    };
    service.db().get(context.tenant, read).await
}

/// Changes the text of a comment, and whom it names.
///
/// # Errors
/// As [`comment_create`]; Forbidden where it is another's.
pub async fn comment_set(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, CommentNo),
    text: &str,
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let text = judged(text)?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let comment = comment_at(tx, record.number, number)?;
        check_own(tx.context(), comment.by)?;
        if comment.text == text {
            return Ok(());
        }
        store::comment::comment_text_set(tx, number, &text)?;
        let now = people_named(tx, &text)?;
        for user in store::mention::mention_of_comment(tx, number)? {
            if !now.contains(&user) {
                store::mention::mention_delete(tx, user, number)?;
            }
        }
        for user in now {
            store::mention::mention_insert(tx, user, number)?;
        }
        note(tx, "comment.set", &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Takes the text of a comment away. That there was one stays to be seen.
///
/// # Errors
/// NotFound; Forbidden where it is another's and the caller may not change the settings of the tenant.
pub async fn comment_delete(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, CommentNo),
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let is_keeper = is_keeper(service, context).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let comment = comment_at(tx, record.number, number)?;
        if !is_keeper {
            check_own(tx.context(), comment.by)?;
        }
        store::comment::comment_delete(tx, number)?;
        for user in store::mention::mention_of_comment(tx, number)? {
            store::mention::mention_delete(tx, user, number)?;
        }
        note(tx, "comment.delete", &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// A text that names people besides, at its end, by their ids: those whom it does not name yet.
///
/// # Errors
/// Where the database does not answer.
pub async fn comment_addressed(service: &Service, context: &Context, text: &str, people: &[Uuid]) -> Result<String> {
    let (named, mut further) = (mentioned(text), Vec::new());
    for id in people.iter().take(limits::COMMENT_MENTIONS) {
        let user = service.user_named(context.tenant, *id).await?;
        let login = user.filter(|user| user.active && !user.system).map(|user| user.login_id.clone());
        further.extend(login.filter(|login| !named.contains(&login_key(login))).map(|login| format!("@{login}")));
    }
    if further.is_empty() { Ok(text.to_owned()) } else { Ok(format!("{}\n{}", text.trim_end(), further.join(" "))) }
}

fn judged(text: &str) -> Result<String> {
    let text = lines_settled(text);
    match lines_problem(&text) {
        Some(message) => Err(Error::invalid_at("text", message)),
        None => Ok(text),
    }
}

/// A comment of a record that was not deleted.
fn comment_at(keyed: &mut Keyed<'_>, record: RecordNo, number: CommentNo) -> Result<Comment> {
    let found = store::comment::comment_by_number(keyed, number)?;
    let found = found.filter(|comment| comment.record == record && comment.deleted.is_none());
    found.ok_or_else(|| Error::not_found("comment"))
}

/// The people whom a text names, but for its author.
fn people_named(tx: &mut Tx<'_>, text: &str) -> Result<Vec<UserNo>> {
    let author = tx.context().actor.user;
    let mut people = Vec::new();
    for login in mentioned(text) {
        let user = store::user::user_by_login(tx, &login)?;
        people.extend(user.filter(|user| user.active && !user.system && user.number != author).map(|user| user.number));
    }
    Ok(people)
}
