//! Mentions: the comments that name somebody, for his home page.

use std::sync::Arc;

use musubi_domain::comment::Comment;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::CommentNo;
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_store as store;
use musubi_store::db::{Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::thread::{Place, record_at, seen_first, sight_of};

/// The comments that name the caller and that he has yet to read, newest first, at most `most`, each with where it stands. Those at
/// records that he may not see are left out.
///
/// # Errors
/// Where the database does not answer.
pub async fn mention_list(service: &Service, context: &Arc<Context>, most: usize) -> Result<Vec<(Comment, Place)>> {
    let (user, rows) = (context.actor.user, i64::try_from(most).unwrap_or(limits::LIST_ROWS).min(limits::LIST_ROWS));
    let page = move |last: Option<&Comment>| {
        let before = last.map_or(CommentNo(i64::MAX), |comment| comment.number);
        move |snapshot: &mut Snapshot<'_>| {
            let mut comments = Vec::new();
            for number in store::mention::mention_unread(snapshot, user, before, rows)? {
                comments.extend(store::comment::comment_by_number(snapshot, number)?);
            }
            Ok(comments)
        }
    };
    seen_first(service, context, most, |comment: &Comment| comment.record, page).await
}

/// Takes note of one mention of the caller.
///
/// # Errors
/// Where the database does not answer.
pub async fn mention_read(service: &Service, context: &Arc<Context>, comment: CommentNo) -> Result<()> {
    let user = context.actor.user;
    let write = move |tx: &mut Tx<'_>| store::mention::mention_read_set(tx, user, comment).map(drop);
    service.db().write(context, Lane::Interactive, write).await
}

/// Takes note of all mentions of the caller at a record.
///
/// # Errors
/// NotFound at `record` where the caller may not see it; Forbidden where he may not read the database.
pub async fn mention_read_at(service: &Service, context: &Arc<Context>, database: &str, record: Uuid) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let user = context.actor.user;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        for comment in store::mention::mention_unread_at(tx, user, record.number, limits::LIST_ROWS)? {
            store::mention::mention_read_set(tx, user, comment)?;
        }
        Ok(())
    };
    service.db().write(context, Lane::Interactive, write).await
}
