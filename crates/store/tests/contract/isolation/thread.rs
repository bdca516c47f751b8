//! What stands at a record, and a question for each of its reads.

use musubi_domain::activity::{ActivityKind, ActivityWritten};
use musubi_domain::error::Result;
use musubi_domain::id::{ActivityNo, AttachmentNo, CommentNo, RecordNo, UserNo};
use musubi_domain::time::Timestamp;
use musubi_store::db::Tx;
use musubi_store::{activity, attachment, comment, mention};

use super::{Owned, Question};

/// The numbers of what stands at the record; the other tenant has the same.
#[derive(Clone, Copy)]
pub(super) struct Stands {
    comment: CommentNo,
    activity: ActivityNo,
    attachment: AttachmentNo,
}

/// The end of a line of time.
const LAST: (Timestamp, i64) = (Timestamp::from_micros(i64::MAX), i64::MAX);

pub(super) fn keep(tx: &mut Tx<'_>, person: UserNo, record: RecordNo, word: &str) -> Result<Option<Stands>> {
    let comment = comment::comment_insert(tx, record, word)?;
    if tx.tenant() == crate::fixture::TENANT {
        mention::mention_insert(tx, person, comment)?;
    }
    let due = "2026-11-24".parse().ok();
    let at = tx.context().now;
    let written = ActivityWritten { kind: ActivityKind::Task, at, due, person, text: word.to_owned() };
    let activity = activity::activity_insert(tx, record, &written)?;
    let attachment = attachment::attachment_insert(tx, record, word)?;
    attachment::attachment_append(tx, attachment, 0, word.as_bytes())?;
    attachment::attachment_whole_set(tx, attachment, b"hash")?;
    Ok(Some(Stands { comment, activity, attachment }))
}

pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let (record, person, stands) = (owned.record, owned.user, owned.stands);
    let numbers = move || stands.unwrap();
    vec![
        (
            "comment_by_number",
            Box::new(move |s| {
                let found = comment::comment_by_number(s, numbers().comment)?;
                Ok(found.is_some_and(|comment| comment.text == word()))
            }),
        ),
        ("comment_page", Box::new(move |s| Ok(!comment::comment_page(s, record.unwrap(), LAST, 10)?.is_empty()))),
        (
            "mention_unread",
            Box::new(move |s| Ok(!mention::mention_unread(s, person.unwrap(), CommentNo(i64::MAX), 10)?.is_empty())),
        ),
        (
            "mention_unread_at",
            Box::new(move |s| Ok(!mention::mention_unread_at(s, person.unwrap(), record.unwrap(), 10)?.is_empty())),
        ),
        ("mention_of_comment", Box::new(move |s| Ok(!mention::mention_of_comment(s, numbers().comment)?.is_empty()))),
        (
            "activity_by_number",
            Box::new(move |s| {
                let found = activity::activity_by_number(s, numbers().activity)?;
                Ok(found.is_some_and(|activity| activity.text == word()))
            }),
        ),
        ("activity_page", Box::new(move |s| Ok(!activity::activity_page(s, record.unwrap(), LAST, 10)?.is_empty()))),
        (
            "activity_open",
            Box::new(move |s| {
                let open = activity::activity_open(s, person.unwrap(), ("", ActivityNo(0)), 10)?;
                Ok(open.iter().any(|task| task.text == word()))
            }),
        ),
        (
            "attachment_by_number",
            Box::new(move |s| {
                let found = attachment::attachment_by_number(s, numbers().attachment)?;
                Ok(found.is_some_and(|attachment| attachment.name == word()))
            }),
        ),
        (
            "attachment_page",
            Box::new(move |s| {
                Ok(!attachment::attachment_page(s, record.unwrap(), AttachmentNo(i64::MAX), 10)?.is_empty())
            }),
        ),
        (
            "attachment_chunk",
            Box::new(move |s| {
                let chunk = attachment::attachment_chunk(s, numbers().attachment, 0)?;
                Ok(chunk.as_deref() == Some(word().as_bytes()))
            }),
        ),
    ]
}
