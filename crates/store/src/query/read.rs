//! Records read for a list: what it shows of them, and what is looked at in memory.

use std::cell::RefCell;
use std::collections::HashMap;

use musubi_domain::condition::{Field, RecordView, contains};
use musubi_domain::error::Result;
use musubi_domain::id::{ItemNo, RecordNo, UserNo};
use musubi_domain::key::Component;
use musubi_domain::record::{Document, RecordSummary, StoredView};
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_text::search_key::fold;

use super::part::Part;
use super::place::Place;
use super::plan::Plan;
use super::sql::Sql;
use crate::db::{Row, Snapshot};
use crate::record::read_linkage;

/// What a list shows of a record.
pub(super) const SUMMARY: &str = "r.record_no, r.record_id, r.display_name, r.linkage";
/// What is looked at in memory, beside the document.
pub(super) const FACTS: &str = "r.created_at, r.updated_at, r.created_by, r.updated_by";
/// Records that one statement reads.
const CHUNK: usize = 256;

/// A record that is looked at. What is asked for more than once is read once.
pub(super) struct Looked<'a> {
    pub(super) view: StoredView<'a>,
    keys: RefCell<HashMap<Field, Vec<Component>>>,
    folded: RefCell<HashMap<ItemNo, Vec<String>>>,
}

impl<'a> Looked<'a> {
    fn new(view: StoredView<'a>) -> Self {
        Self { view, keys: RefCell::default(), folded: RefCell::default() }
    }

    /// Whether one of the key components of a field is such.
    pub(super) fn has_key(&self, field: Field, is_such: impl Fn(&Component) -> bool) -> bool {
        self.keys.borrow_mut().entry(field).or_insert_with(|| self.view.components(field)).iter().any(is_such)
    }

    /// Whether the texts of these items contain what is looked for: [`contains`], of one item with its texts kept.
    pub(super) fn contains(&self, items: &[ItemNo], text: &str) -> bool {
        let [item] = items else { return contains(items, text, &self.view) };
        let mut folded = self.folded.borrow_mut();
        let texts = folded.entry(*item).or_insert_with(|| {
            let value = self.view.item(*item);
            value.map(|value| value.texts().into_iter().map(fold).collect()).unwrap_or_default()
        });
        texts.iter().any(|own| own.contains(text))
    }
}

impl Plan<'_> {
    /// Reads these records: those that meet what is asked in memory, each with its place.
    pub(super) fn placed(
        &self,
        snapshot: &mut Snapshot<'_>,
        numbers: &[RecordNo],
    ) -> Result<Vec<(Place, RecordSummary)>> {
        let document = if self.needs_documents() { "r.document" } else { "'{}'" };
        let mut found = Vec::with_capacity(numbers.len());
        for chunk in numbers.chunks(CHUNK) {
            let sql = of_numbers(&format!("{SUMMARY}, {FACTS}, {document}"), chunk);
            for mut row in sql.rows(snapshot)? {
                let summary = read_summary(&mut row)?;
                let (is_met, place) = look_at(&mut row, self.template, |record| {
                    let is_met = self.residual.iter().all(|part| part.is_met(record));
                    (is_met, Place::of(&self.sorts, &record.view, summary.number))
                })?;
                if is_met {
                    found.push((place, summary));
                }
            }
        }
        Ok(found)
    }
}

/// Looks at the record of a row whose next columns are [`FACTS`] and a document.
pub(super) fn look_at<T>(row: &mut Row, template: &Template, look: impl FnOnce(&Looked<'_>) -> T) -> Result<T> {
    let (created_at, updated_at) = (Timestamp::from_micros(row.take()?), Timestamp::from_micros(row.take()?));
    let (created_by, updated_by) = (UserNo(row.take()?), UserNo(row.take()?));
    let document = Document::from_stored(row.take()?);
    let view = StoredView { template, document: &document, created_at, created_by, updated_at, updated_by };
    Ok(look(&Looked::new(view)))
}

/// Whether the record of such a row meets all of these.
pub(super) fn is_met(row: &mut Row, template: &Template, parts: &[Part]) -> Result<bool> {
    look_at(row, template, |record| parts.iter().all(|part| part.is_met(record)))
}

/// What a list shows of these records, in this order. One that is gone meanwhile is left out.
pub(super) fn summaries(snapshot: &mut Snapshot<'_>, numbers: &[RecordNo]) -> Result<Vec<RecordSummary>> {
    let mut read = HashMap::new();
    for chunk in numbers.chunks(CHUNK) {
        let found = read_summaries(snapshot, &of_numbers(SUMMARY, chunk))?;
        read.extend(found.into_iter().map(|summary| (summary.number, summary)));
    }
    Ok(numbers.iter().filter_map(|number| read.remove(number)).collect())
}

/// These columns of these records, one at least.
fn of_numbers(columns: &str, numbers: &[RecordNo]) -> Sql {
    let mut sql = Sql::default();
    sql.push(&format!("SELECT {columns} FROM (VALUES "));
    for (at, number) in numbers.iter().enumerate() {
        sql.push(if at > 0 { ", (CAST(" } else { "(CAST(" });
        sql.bind(number.0);
        sql.push(" AS BIGINT))");
    }
    // CROSS: as in a page of numbers.
    sql.push(
        ") page CROSS JOIN record r WHERE r.tenant_no = ?1 AND r.record_no = page.column1 AND r.deleted_at IS NULL",
    );
    sql
}

/// What a statement that selects [`SUMMARY`] gives.
pub(super) fn read_summaries(snapshot: &mut Snapshot<'_>, sql: &Sql) -> Result<Vec<RecordSummary>> {
    sql.rows(snapshot)?.into_iter().map(|mut row| read_summary(&mut row)).collect()
}

fn read_summary(row: &mut Row) -> Result<RecordSummary> {
    Ok(RecordSummary {
        number: RecordNo(row.take()?),
        id: row.take()?,
        display_name: row.take()?,
        linkage: read_linkage(&row.take::<String>()?)?,
    })
}
