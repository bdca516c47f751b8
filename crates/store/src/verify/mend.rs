//! Mending what is made of records, within a transaction that looks at the record again first. Documents, history and the log are never
//! touched.

use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, RecordNo};
use musubi_domain::template::Template;
use musubi_domain::verify::{Flaw, Spot};

use super::derived::{claims, held, held_spot};
use super::record::{Sound, stored_between};
use super::reference::links_wanted;
use super::stray::{StrayRow, is_stray};
use super::templates::Templates;
use crate::db::Tx;
use crate::link::{link_delete, link_insert};
use crate::record::{key_delete, key_insert};
use crate::search::{search_delete, search_insert};
use crate::template::index_keys_delete;
use crate::unique::{unique_holder, unique_insert};

/// What became of something that was to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    /// It is right now.
    Mended,
    /// There is nothing wrong any more: the record has gone, or somebody else has seen to it.
    Gone,
    /// It is as it was: another record has the same value.
    Taken,
    /// It is as it was: it cannot be mended.
    Left,
}

/// Makes anew what is wrong of a record; what became of each, in order.
///
/// # Errors
/// What the database says.
pub fn record_mend(tx: &mut Tx<'_>, number: RecordNo, flaws: &[(Flaw, Spot)]) -> Result<Vec<Mend>> {
    let all = |mend: Mend| Ok(vec![mend; flaws.len()]);
    let mut templates = Templates::default();
    let Some(template) = templates.of(tx, number.database()) else { return all(Mend::Left) };
    let stored = stored_between(tx, RecordNo(number.0 - 1), number, 1)?.into_iter().next();
    let Some(stored) = stored else { return all(Mend::Gone) };
    if !stored.flaws(&template).is_empty() {
        return all(Mend::Left);
    }
    let facts = stored.record.facts(&template);
    let sound = Sound { stored: &stored, facts };
    let mut mends = Vec::with_capacity(flaws.len());
    for (flaw, spot) in flaws {
        mends.push(match flaw {
            Flaw::DisplayName => display_name_mend(tx, &template, &sound)?,
            _ if !stored.is_live() => Mend::Gone,
            Flaw::KeyMissing => keys_mend(tx, &template, &sound, spot)?,
            Flaw::UniqueMissing => uniques_mend(tx, &template, &sound, spot)?,
            Flaw::LinkMissing => links_mend(tx, &mut templates, &template, &sound, spot)?,
            Flaw::SearchMissing | Flaw::SearchDiffers => {
                search_delete(tx, number)?;
                search_insert(tx, number, &sound.facts.search_texts(&template))?;
                Mend::Mended
            }
            _ => Mend::Left,
        });
    }
    Ok(mends)
}

fn display_name_mend(tx: &mut Tx<'_>, template: &Template, sound: &Sound<'_>) -> Result<Mend> {
    let count = tx.execute(
        "UPDATE record SET display_name = ?3 WHERE tenant_no = ?1 AND record_no = ?2 AND display_name <> ?3",
        &[sound.number().0.into(), sound.facts.display_name(template).into()],
    )?;
    Ok(if count == 0 { Mend::Gone } else { Mend::Mended })
}

fn keys_mend(tx: &mut Tx<'_>, template: &Template, sound: &Sound<'_>, spot: &Spot) -> Result<Mend> {
    for index in template.indexes().iter().filter(|index| *spot == Spot::Index(index.number)) {
        for (index, key) in sound.facts.keys_in(index) {
            key_insert(tx, index, &key, sound.number())?;
        }
    }
    Ok(Mend::Mended)
}

fn uniques_mend(tx: &mut Tx<'_>, template: &Template, sound: &Sound<'_>, spot: &Spot) -> Result<Mend> {
    let wanted = held(template, sound.stored, &sound.facts).into_iter().filter(|(of, _)| held_spot(*of) == *spot);
    for (of, key) in wanted {
        match unique_holder(tx, template.database, of, &key)? {
            Some(holder) if holder == sound.number() => continue,
            Some(holder) if claims(tx, template, holder, of, &key)? => return Ok(Mend::Taken),
            Some(holder) => {
                let database = template.database;
                stray_delete(tx, &StrayRow::Unique { database, of, key: key.clone(), record: holder })?;
            }
            None => {}
        }
        if !unique_insert(tx, sound.number(), of, &key)? {
            return Ok(Mend::Left);
        }
    }
    Ok(Mend::Mended)
}

fn links_mend(
    tx: &mut Tx<'_>,
    templates: &mut Templates,
    template: &Template,
    sound: &Sound<'_>,
    spot: &Spot,
) -> Result<Mend> {
    let wanted = links_wanted(tx, templates, template, sound)?;
    for (item, target) in wanted.into_iter().filter(|(item, _)| *spot == Spot::Item(*item)) {
        link_insert(tx, sound.number(), item, target)?;
    }
    Ok(Mend::Mended)
}

/// Takes rows away that no record makes; what became of each, in order.
///
/// # Errors
/// What the database says.
pub fn strays_mend(tx: &mut Tx<'_>, rows: &[StrayRow]) -> Result<Vec<Mend>> {
    let mut templates = Templates::default();
    let mut mends = Vec::with_capacity(rows.len());
    for row in rows {
        let is_stray = is_stray(tx, &mut templates, row)?;
        if is_stray {
            stray_delete(tx, row)?;
        }
        mends.push(if is_stray { Mend::Mended } else { Mend::Gone });
    }
    Ok(mends)
}

fn stray_delete(tx: &mut Tx<'_>, row: &StrayRow) -> Result<()> {
    match row {
        StrayRow::Key { index, key, record } => key_delete(tx, *index, key, *record),
        StrayRow::Link { target, item, record } => link_delete(tx, *record, *item, *target),
        StrayRow::Search { record } => search_delete(tx, *record),
        StrayRow::Unique { database, of, key, record } => tx
            .execute(
                "DELETE FROM record_unique WHERE tenant_no = ?1 AND database_no = ?2 AND index_no = ?3 AND key = ?4 AND record_no = ?5",
                &[database.0.into(), (*of).into(), key.as_str().into(), record.0.into()],
            )
            .map(drop),
    }
}

/// Takes keys of an index away that is not there any more, at most `most`; how many there were.
///
/// # Errors
/// What the database says.
pub fn leftover_mend(tx: &mut Tx<'_>, index: IndexNo, most: i64) -> Result<i64> {
    let rows =
        tx.rows("SELECT index_no FROM record_index WHERE tenant_no = ?1 AND index_no = ?2", &[index.0.into()])?;
    if rows.is_empty() { index_keys_delete(tx, index, most) } else { Ok(0) }
}
