//! Comments on records.

use musubi_domain::comment::Comment;
use musubi_domain::error::Result;
use musubi_domain::id::{CommentNo, RecordNo, UserNo};
use musubi_domain::time::Timestamp;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

macro_rules! select_comment {
    ($rest:literal) => {
        concat!(
            "SELECT comment_no, record_no, text, at, user_no, edited_at, deleted_at, deleted_by FROM comment WHERE tenant_no = ?1 AND ",
            $rest
        )
    };
}

const BY_NUMBER: Point = Point::new(select_comment!("comment_no = ?2"));

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER];

const OF_RECORD: &str =
    select_comment!("record_no = ?2 AND (at, comment_no) < (?3, ?4) ORDER BY at DESC, comment_no DESC LIMIT ?5");

pub(crate) const PAGES: &[&str] = &[OF_RECORD];

/// When something was done and by whom, of two columns.
pub(crate) fn read_deed(row: &mut Row) -> Result<Option<(Timestamp, UserNo)>> {
    let (at, by): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    Ok(at.zip(by).map(|(at, by)| (Timestamp::from_micros(at), UserNo(by))))
}

fn read(mut row: Row) -> Result<Comment> {
    Ok(Comment {
        number: CommentNo(row.take()?),
        record: RecordNo(row.take()?),
        text: row.take()?,
        at: Timestamp::from_micros(row.take()?),
        by: UserNo(row.take()?),
        edited_at: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
        deleted: read_deed(&mut row)?,
    })
}

/// The comment of a number.
///
/// # Errors
/// What the database says.
pub fn comment_by_number(keyed: &mut Keyed<'_>, number: CommentNo) -> Result<Option<Comment>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The comments of a record before one of this moment and number, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn comment_page(
    snapshot: &mut Snapshot<'_>,
    record: RecordNo,
    before: (Timestamp, i64),
    most: i64,
) -> Result<Vec<Comment>> {
    let parameters = [record.0.into(), before.0.micros().into(), before.1.into(), most.into()];
    snapshot.rows(OF_RECORD, &parameters)?.into_iter().map(read).collect()
}

/// Adds a comment by whoever acts. Its number is of one row with those of activities.
///
/// # Errors
/// What the database says.
pub fn comment_insert(tx: &mut Tx<'_>, record: RecordNo, text: &str) -> Result<CommentNo> {
    let number = counter_next(tx, "thread")?;
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "INSERT INTO comment (tenant_no, comment_no, record_no, text, at, user_no) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &[number.into(), record.0.into(), text.into(), now.into(), user.into()],
    )?;
    Ok(CommentNo(number))
}

/// Changes the text of a comment.
///
/// # Errors
/// What the database says.
pub fn comment_text_set(tx: &mut Tx<'_>, number: CommentNo, text: &str) -> Result<()> {
    let now = tx.context().now.micros();
    let sql = "UPDATE comment SET text = ?3, edited_at = ?4 WHERE tenant_no = ?1 AND comment_no = ?2";
    tx.execute(sql, &[number.0.into(), text.into(), now.into()]).map(drop)
}

/// Takes the text of a comment away; that it was there stays.
///
/// # Errors
/// What the database says.
pub fn comment_delete(tx: &mut Tx<'_>, number: CommentNo) -> Result<()> {
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "UPDATE comment SET text = '', deleted_at = ?3, deleted_by = ?4 WHERE tenant_no = ?1 AND comment_no = ?2",
        &[number.0.into(), now.into(), user.into()],
    )
    .map(drop)
}
