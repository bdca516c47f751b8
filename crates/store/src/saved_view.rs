//! Saved views of lists.

use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, SavedViewNo, UserNo};
use musubi_domain::saved_view::SavedView;
use uuid::Uuid;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

const BY_ID: Point = Point::new(
    "SELECT view_no, id, database_no, user_no, shared, name, query FROM saved_view WHERE tenant_no = ?1 AND id = ?2",
);
const FIRST: Point = Point::new(
    "SELECT v.view_no, v.id, v.database_no, v.user_no, v.shared, v.name, v.query FROM saved_view_first f
     JOIN saved_view v ON v.tenant_no = f.tenant_no AND v.view_no = f.view_no
     WHERE f.tenant_no = ?1 AND f.user_no = ?2 AND f.database_no = ?3 AND (v.user_no = ?2 OR v.shared = 1)",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &FIRST];

const OWN: &str = "SELECT view_no, id, database_no, user_no, shared, name, query FROM saved_view
     WHERE tenant_no = ?1 AND database_no = ?2 AND user_no = ?3 ORDER BY view_no LIMIT ?4";
const SHARED: &str = "SELECT view_no, id, database_no, user_no, shared, name, query FROM saved_view
     WHERE tenant_no = ?1 AND database_no = ?2 AND shared = 1 ORDER BY view_no LIMIT ?3";

pub(crate) const PAGES: &[&str] = &[OWN, SHARED];

fn read(mut row: Row) -> Result<SavedView> {
    Ok(SavedView {
        number: SavedViewNo(row.take()?),
        id: row.take()?,
        database: DatabaseNo(row.take()?),
        user: UserNo(row.take()?),
        shared: row.take::<i64>()? != 0,
        name: row.take()?,
        query: row.take()?,
    })
}

/// The view of an outside id.
///
/// # Errors
/// What the database says.
pub fn saved_view_by_id(keyed: &mut Keyed<'_>, id: Uuid) -> Result<Option<SavedView>> {
    keyed.point_one(&BY_ID, &[id.into()])?.map(read).transpose()
}

/// The view with which a person's list of a database begins; none where he has chosen none, or it is not his to use any more.
///
/// # Errors
/// What the database says.
pub fn saved_view_first(keyed: &mut Keyed<'_>, user: UserNo, database: DatabaseNo) -> Result<Option<SavedView>> {
    keyed.point_one(&FIRST, &[user.0.into(), database.0.into()])?.map(read).transpose()
}

/// The views of a person in a database, and those that are shared, each in order of creation; at most `most` of both.
///
/// # Errors
/// What the database says.
pub fn saved_view_list(
    snapshot: &mut Snapshot<'_>,
    database: DatabaseNo,
    user: UserNo,
    most: i64,
) -> Result<Vec<SavedView>> {
    let mut rows = snapshot.rows(OWN, &[database.0.into(), user.0.into(), most.into()])?;
    rows.extend(snapshot.rows(SHARED, &[database.0.into(), most.into()])?);
    let mut views: Vec<SavedView> = rows.into_iter().map(read).collect::<Result<_>>()?;
    let mut seen = std::collections::HashSet::new();
    views.retain(|view| seen.insert(view.number));
    Ok(views)
}

/// Adds a view; its number is given.
///
/// # Errors
/// What the database says.
pub fn saved_view_insert(tx: &mut Tx<'_>, view: &SavedView) -> Result<SavedViewNo> {
    let number = SavedViewNo(counter_next(tx, "saved_view")?);
    tx.execute(
        "INSERT INTO saved_view (tenant_no, view_no, id, database_no, user_no, shared, name, query)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            number.0.into(),
            view.id.into(),
            view.database.0.into(),
            view.user.0.into(),
            i64::from(view.shared).into(),
            view.name.as_str().into(),
            view.query.as_str().into(),
        ],
    )?;
    Ok(number)
}

/// Changes name, query and whether it is shared.
///
/// # Errors
/// What the database says.
pub fn saved_view_set(tx: &mut Tx<'_>, view: &SavedView) -> Result<()> {
    tx.execute(
        "UPDATE saved_view SET shared = ?3, name = ?4, query = ?5 WHERE tenant_no = ?1 AND view_no = ?2",
        &[view.number.0.into(), i64::from(view.shared).into(), view.name.as_str().into(), view.query.as_str().into()],
    )
    .map(drop)
}

/// Removes a view. Lists that began with it begin as from the beginning.
///
/// # Errors
/// What the database says.
pub fn saved_view_delete(tx: &mut Tx<'_>, number: SavedViewNo) -> Result<()> {
    let view = [number.0.into()];
    tx.execute("DELETE FROM saved_view_first WHERE tenant_no = ?1 AND view_no = ?2", &view)?;
    tx.execute("DELETE FROM saved_view WHERE tenant_no = ?1 AND view_no = ?2", &view).map(drop)
}

/// Says with which view a person's list of a database begins; none: as from the beginning.
///
/// # Errors
/// What the database says.
pub fn saved_view_first_set(
    tx: &mut Tx<'_>,
    user: UserNo,
    database: DatabaseNo,
    view: Option<SavedViewNo>,
) -> Result<()> {
    let Some(view) = view else {
        let of = [user.0.into(), database.0.into()];
        let statement = "DELETE FROM saved_view_first WHERE tenant_no = ?1 AND user_no = ?2 AND database_no = ?3";
        return tx.execute(statement, &of).map(drop);
    };
    tx.execute(
        "INSERT INTO saved_view_first (tenant_no, user_no, database_no, view_no) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, user_no, database_no) DO UPDATE SET view_no = excluded.view_no",
        &[user.0.into(), database.0.into(), view.0.into()],
    )
    .map(drop)
}
