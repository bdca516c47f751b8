//! Records, chunk by chunk: their documents, what is made of them, their history.

use std::collections::BTreeMap;

use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, DatabaseNo, ItemNo, RecordNo, UserNo};
use musubi_domain::item::ItemValue;
use musubi_domain::record::{Document, Facts, Record};
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_domain::verify::{Flaw, Spot, document_flaws};

use super::lookup::{Kind, Question, ask};
use super::templates::Templates;
use super::{Found, Looked, count_of, derived, history, reference, search};
use crate::db::{Dialect, Row, Snapshot};
use crate::record::{read_linkage, write_linkage};

/// The columns of a record `r`, as [`Stored::read`] reads them.
macro_rules! stored_columns {
    () => {
        "r.record_no, r.record_id, r.database_no, r.display_name, r.version, r.created_at, r.created_by, r.updated_at, r.updated_by, r.deleted_at, r.linkage, r.document, r.change_set_no"
    };
}
pub(super) use stored_columns;

const CHANGE_SET: Question<'_> = Question {
    key: &[("change_set_no", Kind::Number)],
    answers: &["SELECT c.change_set_no FROM change_set c WHERE c.tenant_no = ?1 AND c.change_set_no = w.change_set_no"],
};

/// A record as it is stored, whatever state it is in.
pub(super) struct Stored {
    pub(super) record: Record,
    pub(super) database: DatabaseNo,
    pub(super) change_set: ChangeSetNo,
    /// Whether the column of linkage values is what its values make.
    is_linkage_sound: bool,
}

impl Stored {
    /// The record of a row; none where the row was joined to none.
    pub(super) fn read(row: &mut Row) -> Result<Option<Self>> {
        let Some(number) = row.take()? else { return Ok(None) };
        let (id, database) = (row.take()?, DatabaseNo(row.take()?));
        let (display_name, version) = (row.take()?, row.take()?);
        let (created_at, created_by) = (Timestamp::from_micros(row.take()?), UserNo(row.take()?));
        let (updated_at, updated_by) = (Timestamp::from_micros(row.take()?), UserNo(row.take()?));
        let deleted_at = row.take::<Option<i64>>()?.map(Timestamp::from_micros);
        let column: String = row.take()?;
        let linkage = read_linkage(&column).unwrap_or_default();
        let is_linkage_sound = write_linkage(&linkage)? == column && linkage.iter().all(|held| !held.value.is_empty());
        let (document, change_set) = (Document::from_stored(row.take()?), ChangeSetNo(row.take()?));
        let number = RecordNo(number);
        let record = Record {
            number,
            id,
            display_name,
            version,
            created_at,
            created_by,
            updated_at,
            updated_by,
            deleted_at,
            linkage,
            document,
        };
        Ok(Some(Self { record, database, change_set, is_linkage_sound }))
    }

    /// Whether it is there, and not in the trash.
    pub(super) const fn is_live(&self) -> bool {
        self.record.deleted_at.is_none()
    }

    /// What is wrong with the record by itself. Nothing derived can be judged by one with which anything is.
    pub(super) fn flaws(&self, template: &Template) -> Vec<Found> {
        let mut found = Vec::new();
        if self.database != self.record.number.database() {
            let place = Found::of(self, Flaw::RecordPlace, Spot::Whole);
            found.push(place.detailed(format!("{} ≠ {}", self.database, self.record.number.database())));
        }
        if !self.is_linkage_sound {
            found.push(Found::of(self, Flaw::LinkageForm, Spot::Whole));
        }
        let document = document_flaws(template, &self.record.document);
        found.extend(document.into_iter().map(|(flaw, spot)| Found::of(self, flaw, spot)));
        found
    }
}

/// A live record with which nothing is wrong by itself, and what it says.
pub(super) struct Sound<'a> {
    pub(super) stored: &'a Stored,
    pub(super) facts: Facts,
}

impl Sound<'_> {
    pub(super) const fn number(&self) -> RecordNo {
        self.stored.record.number
    }
}

/// What a look at records came to, and what later looks need of them.
#[derive(Clone, Debug)]
pub struct RecordsLooked {
    /// What is wrong.
    pub looked: Looked<RecordNo>,
    /// The highest number that each item with automatic numbers holds.
    pub numbers: BTreeMap<ItemNo, i64>,
    /// What the search index must hold of each record, as [`super::SearchSums`] adds it up.
    pub prints: Vec<(RecordNo, u64)>,
    /// The bytes of their documents.
    pub bytes: usize,
}

/// Looks at records of a database after one, at most `most`, those in the trash too: documents, display names, everything that is made of
/// them, references, history.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn records_look(
    snapshot: &mut Snapshot<'_>,
    database: DatabaseNo,
    after: RecordNo,
    most: i64,
) -> Result<RecordsLooked> {
    let (lowest, highest) = RecordNo::range(database);
    let after = after.max(lowest);
    let mut templates = Templates::default();
    let template = templates.of(snapshot, database);
    let records = if template.is_some() { stored_between(snapshot, after, highest, most)? } else { Vec::new() };
    let is_last = count_of(records.len()) < most;
    let until = records.last().filter(|_| !is_last).map_or(highest, |stored| stored.record.number);
    let mut chunk = RecordsLooked {
        looked: Looked { found: Vec::new(), count: count_of(records.len()), next: (!is_last).then_some(until) },
        numbers: BTreeMap::new(),
        prints: Vec::new(),
        bytes: records.iter().map(|stored| stored.record.document.as_str().len()).sum(),
    };
    let Some(template) = template else { return Ok(chunk) };
    let mut live = Vec::new();
    for stored in &records {
        let flaws = stored.flaws(&template);
        if flaws.is_empty() {
            let facts = stored.record.facts(&template);
            chunk.looked.found.extend(display_name_flaw(&template, stored, &facts));
            note_numbers(&template, &facts, &mut chunk.numbers);
            if stored.is_live() {
                live.push(Sound { stored, facts });
            }
        }
        // Records outside their place are told apart, where those are found that are in the place of no database.
        chunk.looked.found.extend(flaws.into_iter().filter(|found| found.flaw != Flaw::RecordPlace));
    }
    let found = &mut chunk.looked.found;
    found.extend(derived::keys_missing(snapshot, &template, &live)?);
    found.extend(derived::uniques_missing(snapshot, &template, &live)?);
    found.extend(reference::references_look(snapshot, &mut templates, &template, &live)?);
    found.extend(reference::cycles_look(snapshot, &template, &live)?);
    let rows = search::rows_look(snapshot, &template, &live, (after, until))?;
    found.extend(rows.found);
    chunk.prints = rows.prints;
    found.extend(history::history_look(snapshot, &template, &records, (after, until))?);
    found.extend(change_sets_missing(snapshot, &records)?);
    Ok(chunk)
}

pub(super) fn stored_between(
    snapshot: &mut Snapshot<'_>,
    after: RecordNo,
    until: RecordNo,
    most: i64,
) -> Result<Vec<Stored>> {
    let sql = walk_of_records(snapshot.dialect());
    let rows = snapshot.rows(&sql, &[after.0.into(), until.0.into(), most.into()])?;
    rows.into_iter().filter_map(|mut row| Stored::read(&mut row).transpose()).collect()
}

pub(crate) fn walk_of_records(dialect: Dialect) -> String {
    let (columns, records) = (stored_columns!(), dialect.records_by_number());
    format!(
        "SELECT {columns} FROM {records}
         WHERE r.tenant_no = ?1 AND r.record_no > ?2 AND r.record_no <= ?3 ORDER BY r.record_no LIMIT ?4"
    )
}

fn display_name_flaw(template: &Template, stored: &Stored, facts: &Facts) -> Option<Found> {
    let differs = facts.display_name(template) != stored.record.display_name;
    differs.then(|| Found::of(stored, Flaw::DisplayName, Spot::Whole))
}

fn note_numbers(template: &Template, facts: &Facts, highest: &mut BTreeMap<ItemNo, i64>) {
    for item in template.items() {
        let (Some(numbering), Some(ItemValue::Text(text))) = (&item.numbering, facts.values.get(&item.number)) else {
            continue;
        };
        if let Some(number) = numbering.number(text) {
            let highest = highest.entry(item.number).or_insert(number);
            *highest = number.max(*highest);
        }
    }
}

/// Records whose change set is not there. What was registered before there were change sets has none.
fn change_sets_missing(snapshot: &mut Snapshot<'_>, records: &[Stored]) -> Result<Vec<Found>> {
    let made: Vec<_> = records.iter().filter(|stored| stored.change_set != ChangeSetNo(0)).collect();
    let known = change_sets_known(snapshot, made.iter().map(|stored| stored.change_set))?;
    let missing = made.iter().zip(known).filter(|(_, is_known)| !is_known);
    Ok(missing
        .map(|(stored, _)| Found::of(stored, Flaw::RecordChangeSet, Spot::ChangeSet(stored.change_set)))
        .collect())
}

/// Whether each of these change sets is there.
pub(super) fn change_sets_known(
    snapshot: &mut Snapshot<'_>,
    sets: impl Iterator<Item = ChangeSetNo>,
) -> Result<Vec<bool>> {
    let keys: Vec<_> = sets.map(|set| vec![set.0.into()]).collect();
    let answers = ask(snapshot, &CHANGE_SET, &keys)?;
    Ok(answers.into_iter().map(|answer| answer.first().is_some_and(Option::is_some)).collect())
}
