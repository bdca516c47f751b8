//! What people prefer at the pages, and which records they looked at last.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{RecordNo, UserNo};
use musubi_domain::messages::Locale;
use musubi_domain::preference::{DateStyle, Preference};

use crate::db::{Keyed, Point, Snapshot, Tx};

const OF_USER: Point = Point::new("SELECT language, dates FROM user_preference WHERE tenant_no = ?1 AND user_no = ?2");

pub(crate) const POINTS: &[&Point] = &[&OF_USER];

const VISITS: &str = "SELECT record_no FROM record_visit WHERE tenant_no = ?1 AND user_no = ?2
     ORDER BY visited_at DESC, record_no DESC LIMIT ?3";

pub(crate) const PAGES: &[&str] = &[VISITS];

const fn word(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => "ja",
        Locale::En => "en",
    }
}

/// What a person prefers; none where he has said nothing.
///
/// # Errors
/// What the database says.
pub fn preference_of_user(keyed: &mut Keyed<'_>, user: UserNo) -> Result<Option<Preference>> {
    let Some(mut row) = keyed.point_one(&OF_USER, &[user.0.into()])? else { return Ok(None) };
    let (language, dates): (Option<String>, String) = (row.take()?, row.take()?);
    let locale =
        language.as_deref().and_then(|stored| [Locale::Ja, Locale::En].into_iter().find(|one| word(*one) == stored));
    let unknown = || Error::internal("a style of dates is stored that nobody knows");
    Ok(Some(Preference { locale, dates: DateStyle::of_word(&dates).ok_or_else(unknown)? }))
}

/// Keeps what a person prefers, in place of what he did.
///
/// # Errors
/// What the database says.
pub fn preference_set(tx: &mut Tx<'_>, user: UserNo, preference: Preference) -> Result<()> {
    tx.execute(
        "INSERT INTO user_preference (tenant_no, user_no, language, dates) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, user_no) DO UPDATE SET language = excluded.language, dates = excluded.dates",
        &[user.0.into(), preference.locale.map(word).into(), preference.dates.word().into()],
    )?;
    tx.raise_epoch()
}

/// The records whose pages a person has opened, the last first.
///
/// # Errors
/// What the database says.
pub fn visit_list(snapshot: &mut Snapshot<'_>, user: UserNo, most: i64) -> Result<Vec<RecordNo>> {
    let rows = snapshot.rows(VISITS, &[user.0.into(), most.into()])?;
    rows.into_iter().map(|mut row| Ok(RecordNo(row.take()?))).collect()
}

/// Notes that a person has opened the page of a record, and forgets what lies more than `most` records back.
///
/// # Errors
/// What the database says.
pub fn visit_note(tx: &mut Tx<'_>, user: UserNo, record: RecordNo, most: i64) -> Result<()> {
    let now = tx.context().now.micros();
    tx.execute(
        "INSERT INTO record_visit (tenant_no, user_no, record_no, visited_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (tenant_no, user_no, record_no) DO UPDATE SET visited_at = excluded.visited_at",
        &[user.0.into(), record.0.into(), now.into()],
    )?;
    tx.execute(
        "DELETE FROM record_visit WHERE tenant_no = ?1 AND user_no = ?2 AND record_no IN (
           SELECT record_no FROM record_visit WHERE tenant_no = ?1 AND user_no = ?2
           ORDER BY visited_at DESC, record_no DESC LIMIT 20 OFFSET ?3)",
        &[user.0.into(), most.into()],
    )
    .map(drop)
}
