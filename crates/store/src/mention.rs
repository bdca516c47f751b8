//! Mentions: whom a comment names, and whether he took note of it.

use musubi_domain::error::Result;
use musubi_domain::id::{CommentNo, RecordNo, UserNo};

use crate::db::{Point, Snapshot, Tx};

pub(crate) const POINTS: &[&Point] = &[];

const UNREAD: &str = "SELECT comment_no FROM mention
     WHERE tenant_no = ?1 AND user_no = ?2 AND read_at IS NULL AND comment_no < ?3 ORDER BY comment_no DESC LIMIT ?4";
const UNREAD_AT_RECORD: &str = "SELECT m.comment_no FROM mention m
     JOIN comment c ON c.tenant_no = m.tenant_no AND c.comment_no = m.comment_no
     WHERE m.tenant_no = ?1 AND m.user_no = ?2 AND m.read_at IS NULL AND c.record_no = ?3 ORDER BY m.comment_no DESC LIMIT ?4";
const OF_COMMENT: &str =
    "SELECT user_no FROM mention WHERE tenant_no = ?1 AND comment_no = ?2 ORDER BY user_no LIMIT 200";

pub(crate) const PAGES: &[&str] = &[UNREAD, UNREAD_AT_RECORD, OF_COMMENT];

/// The comments that name somebody and that he has yet to read, before one, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn mention_unread(
    snapshot: &mut Snapshot<'_>,
    user: UserNo,
    before: CommentNo,
    most: i64,
) -> Result<Vec<CommentNo>> {
    let rows = snapshot.rows(UNREAD, &[user.0.into(), before.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| row.take().map(CommentNo)).collect()
}

/// The same of one record.
///
/// # Errors
/// What the database says.
pub fn mention_unread_at(
    snapshot: &mut Snapshot<'_>,
    user: UserNo,
    record: RecordNo,
    most: i64,
) -> Result<Vec<CommentNo>> {
    let rows = snapshot.rows(UNREAD_AT_RECORD, &[user.0.into(), record.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| row.take().map(CommentNo)).collect()
}

/// Whom a comment names.
///
/// # Errors
/// What the database says.
pub fn mention_of_comment(snapshot: &mut Snapshot<'_>, comment: CommentNo) -> Result<Vec<UserNo>> {
    let rows = snapshot.rows(OF_COMMENT, &[comment.0.into()])?;
    rows.into_iter().map(|mut row| row.take().map(UserNo)).collect()
}

/// Says that a comment names somebody; who was named before has nothing to read again.
///
/// # Errors
/// What the database says.
pub fn mention_insert(tx: &mut Tx<'_>, user: UserNo, comment: CommentNo) -> Result<()> {
    tx.execute(
        "INSERT INTO mention (tenant_no, user_no, comment_no) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_no, user_no, comment_no) DO NOTHING",
        &[user.0.into(), comment.0.into()],
    )
    .map(drop)
}

/// Says that a comment names somebody no longer.
///
/// # Errors
/// What the database says.
pub fn mention_delete(tx: &mut Tx<'_>, user: UserNo, comment: CommentNo) -> Result<()> {
    let sql = "DELETE FROM mention WHERE tenant_no = ?1 AND user_no = ?2 AND comment_no = ?3";
    tx.execute(sql, &[user.0.into(), comment.0.into()]).map(drop)
}

/// Takes note of a mention; false where there was none, or it was read before.
///
/// # Errors
/// What the database says.
pub fn mention_read_set(tx: &mut Tx<'_>, user: UserNo, comment: CommentNo) -> Result<bool> {
    let now = tx.context().now.micros();
    let count = tx.execute(
        "UPDATE mention SET read_at = ?4 WHERE tenant_no = ?1 AND user_no = ?2 AND comment_no = ?3 AND read_at IS NULL",
        &[user.0.into(), comment.0.into(), now.into()],
    )?;
    Ok(count == 1)
}
