//! The top page: layouts by group, and notices.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{GroupNo, NoticeNo};
use musubi_domain::time::parse_date;
use musubi_domain::top_page::{Layout, NewNotice, Notice};

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Tx};

/// As many as a tenant has at most: that for everybody, and one for each of as many groups as there may be.
const LAYOUTS: Point =
    Point::new("SELECT group_no, blocks FROM top_page_layout WHERE tenant_no = ?1 ORDER BY group_no LIMIT 200");
/// As many as a tenant has at most.
const NOTICES: Point = Point::new(
    "SELECT notice_no, group_no, words, important, first_day, last_day FROM notice
     WHERE tenant_no = ?1 ORDER BY notice_no LIMIT 200",
);

pub(crate) const POINTS: &[&Point] = &[&LAYOUTS, &NOTICES];

/// The number under which what is for a group stands: 0 for everybody.
fn of_group(group: Option<GroupNo>) -> i64 {
    group.map_or(0, |group| group.0)
}

fn group_of(number: i64) -> Option<GroupNo> {
    (number != 0).then_some(GroupNo(number))
}

fn day(date: Option<impl ToString>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// The layouts: that for everybody first, then by group.
///
/// # Errors
/// What the database says.
pub fn top_page_layouts(keyed: &mut Keyed<'_>) -> Result<Vec<Layout>> {
    let read = |mut row: Row| {
        let group = group_of(row.take()?);
        let blocks = serde_json::from_str(&row.take::<String>()?)
            .map_err(|error| Error::internal(format!("a layout of the top page cannot be read: {error}")))?;
        Ok(Layout { group, blocks })
    };
    keyed.point(&LAYOUTS, &[])?.into_iter().map(read).collect()
}

/// Says which blocks the people of a group see.
///
/// # Errors
/// What the database says.
pub fn top_page_layout_set(tx: &mut Tx<'_>, layout: &Layout) -> Result<()> {
    let blocks = serde_json::to_string(&layout.blocks).map_err(|error| Error::internal(error.to_string()))?;
    tx.execute(
        "INSERT INTO top_page_layout (tenant_no, group_no, blocks) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_no, group_no) DO UPDATE SET blocks = excluded.blocks",
        &[of_group(layout.group).into(), blocks.into()],
    )
    .map(drop)
}

/// Forgets what was said of a group; false where nothing was.
///
/// # Errors
/// What the database says.
pub fn top_page_layout_delete(tx: &mut Tx<'_>, group: Option<GroupNo>) -> Result<bool> {
    let sql = "DELETE FROM top_page_layout WHERE tenant_no = ?1 AND group_no = ?2";
    Ok(tx.execute(sql, &[of_group(group).into()])? == 1)
}

/// The notices, oldest first.
///
/// # Errors
/// What the database says.
pub fn notices(keyed: &mut Keyed<'_>) -> Result<Vec<Notice>> {
    let read = |mut row: Row| {
        let (number, group, text, important) = (NoticeNo(row.take()?), row.take()?, row.take()?, row.take()?);
        let (from, until): (String, String) = (row.take()?, row.take()?);
        let (from, until) = (parse_date(&from), parse_date(&until));
        Ok(Notice { number, notice: NewNotice { group: group_of(group), text, important, from, until } })
    };
    keyed.point(&NOTICES, &[])?.into_iter().map(read).collect()
}

/// Adds a notice.
///
/// # Errors
/// What the database says.
pub fn notice_insert(tx: &mut Tx<'_>, notice: &NewNotice) -> Result<NoticeNo> {
    let (number, now) = (counter_next(tx, "notice")?, tx.context().now.micros());
    tx.execute(
        "INSERT INTO notice (tenant_no, notice_no, group_no, words, important, first_day, last_day, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            number.into(),
            of_group(notice.group).into(),
            notice.text.as_str().into(),
            notice.important.into(),
            day(notice.from).into(),
            day(notice.until).into(),
            now.into(),
        ],
    )?;
    Ok(NoticeNo(number))
}

/// Changes a notice; false where there is none of this number.
///
/// # Errors
/// What the database says.
pub fn notice_set(tx: &mut Tx<'_>, number: NoticeNo, notice: &NewNotice) -> Result<bool> {
    let count = tx.execute(
        "UPDATE notice SET group_no = ?3, words = ?4, important = ?5, first_day = ?6, last_day = ?7
         WHERE tenant_no = ?1 AND notice_no = ?2",
        &[
            number.0.into(),
            of_group(notice.group).into(),
            notice.text.as_str().into(),
            notice.important.into(),
            day(notice.from).into(),
            day(notice.until).into(),
        ],
    )?;
    Ok(count == 1)
}

/// Removes a notice; false where there is none of this number.
///
/// # Errors
/// What the database says.
pub fn notice_delete(tx: &mut Tx<'_>, number: NoticeNo) -> Result<bool> {
    let sql = "DELETE FROM notice WHERE tenant_no = ?1 AND notice_no = ?2";
    Ok(tx.execute(sql, &[number.0.into()])? == 1)
}

/// Removes what is for a group alone, which is removed.
///
/// # Errors
/// What the database says.
pub(crate) fn top_page_of_group_delete(tx: &mut Tx<'_>, group: GroupNo) -> Result<()> {
    tx.execute("DELETE FROM top_page_layout WHERE tenant_no = ?1 AND group_no = ?2", &[group.0.into()])?;
    tx.execute("DELETE FROM notice WHERE tenant_no = ?1 AND group_no = ?2", &[group.0.into()]).map(drop)
}
