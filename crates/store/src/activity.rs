//! Activities of records.

use musubi_domain::activity::{Activity, ActivityKind, ActivityWritten};
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ActivityNo, RecordNo, UserNo};
use musubi_domain::time::{Timestamp, parse_date};

use crate::comment::read_deed;
use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

macro_rules! select_activity {
    ($rest:literal) => {
        concat!(
            "SELECT activity_no, record_no, kind, at, due, person_no, text, user_no, edited_at, done_at, done_by, deleted_at, deleted_by
             FROM activity WHERE tenant_no = ?1 AND ",
            $rest
        )
    };
}

const BY_NUMBER: Point = Point::new(select_activity!("activity_no = ?2"));

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER];

const OF_RECORD: &str =
    select_activity!("record_no = ?2 AND (at, activity_no) < (?3, ?4) ORDER BY at DESC, activity_no DESC LIMIT ?5");
const OPEN: &str = select_activity!(
    "person_no = ?2 AND due IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL AND (due, activity_no) > (?3, ?4)
     ORDER BY due, activity_no LIMIT ?5"
);

pub(crate) const PAGES: &[&str] = &[OF_RECORD, OPEN];

fn read(mut row: Row) -> Result<Activity> {
    let (number, record) = (ActivityNo(row.take()?), RecordNo(row.take()?));
    let word: String = row.take()?;
    let kind = ActivityKind::from_word(&word)
        .ok_or_else(|| Error::internal(format!("an activity of the unknown kind {word}")))?;
    Ok(Activity {
        number,
        record,
        kind,
        at: Timestamp::from_micros(row.take()?),
        due: row.take::<Option<String>>()?.as_deref().and_then(parse_date),
        person: UserNo(row.take()?),
        text: row.take()?,
        by: UserNo(row.take()?),
        edited_at: row.take::<Option<i64>>()?.map(Timestamp::from_micros),
        done: read_deed(&mut row)?,
        deleted: read_deed(&mut row)?,
    })
}

/// The activity of a number.
///
/// # Errors
/// What the database says.
pub fn activity_by_number(keyed: &mut Keyed<'_>, number: ActivityNo) -> Result<Option<Activity>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The activities of a record before one of this moment and number, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn activity_page(
    snapshot: &mut Snapshot<'_>,
    record: RecordNo,
    before: (Timestamp, i64),
    most: i64,
) -> Result<Vec<Activity>> {
    let parameters = [record.0.into(), before.0.micros().into(), before.1.into(), most.into()];
    snapshot.rows(OF_RECORD, &parameters)?.into_iter().map(read).collect()
}

/// What somebody has yet to do, after a task of this day (`2026-11-24`, "" from the first on) and number, by its day, at most `most`.
///
/// # Errors
/// What the database says.
pub fn activity_open(
    snapshot: &mut Snapshot<'_>,
    person: UserNo,
    after: (&str, ActivityNo),
    most: i64,
) -> Result<Vec<Activity>> {
    let rows = snapshot.rows(OPEN, &[person.0.into(), after.0.into(), after.1.0.into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// Adds an activity, written down by whoever acts. Its number is of one row with those of comments.
///
/// # Errors
/// What the database says.
pub fn activity_insert(tx: &mut Tx<'_>, record: RecordNo, new: &ActivityWritten) -> Result<ActivityNo> {
    let number = counter_next(tx, "thread")?;
    let user = tx.context().actor.user.0;
    tx.execute(
        "INSERT INTO activity (tenant_no, activity_no, record_no, kind, at, due, person_no, text, user_no)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            number.into(),
            record.0.into(),
            new.kind.word().into(),
            new.at.micros().into(),
            new.due.map(|due| due.to_string()).into(),
            new.person.0.into(),
            new.text.as_str().into(),
            user.into(),
        ],
    )?;
    Ok(ActivityNo(number))
}

/// Changes what is written of an activity.
///
/// # Errors
/// What the database says.
pub fn activity_set(tx: &mut Tx<'_>, number: ActivityNo, new: &ActivityWritten) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "UPDATE activity SET kind = ?3, at = ?4, due = ?5, person_no = ?6, text = ?7, edited_at = ?8
         WHERE tenant_no = ?1 AND activity_no = ?2",
        &[
            number.0.into(),
            new.kind.word().into(),
            new.at.micros().into(),
            new.due.map(|due| due.to_string()).into(),
            new.person.0.into(),
            new.text.as_str().into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Says that a task is done, by whoever acts, or that it is not.
///
/// # Errors
/// What the database says.
pub fn activity_done_set(tx: &mut Tx<'_>, number: ActivityNo, done: bool) -> Result<()> {
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "UPDATE activity SET done_at = ?3, done_by = ?4 WHERE tenant_no = ?1 AND activity_no = ?2",
        &[number.0.into(), done.then_some(now).into(), done.then_some(user).into()],
    )
    .map(drop)
}

/// Takes the text of an activity away; that it was there stays.
///
/// # Errors
/// What the database says.
pub fn activity_delete(tx: &mut Tx<'_>, number: ActivityNo) -> Result<()> {
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "UPDATE activity SET text = '', deleted_at = ?3, deleted_by = ?4 WHERE tenant_no = ?1 AND activity_no = ?2",
        &[number.0.into(), now.into(), user.into()],
    )
    .map(drop)
}
