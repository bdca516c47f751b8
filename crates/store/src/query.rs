//! The one compiler of conditions to SQL, and the lists that are made with it.
//!
//! A condition is taken apart into what all records of the list must meet. One part drives: it gives record numbers, in
//! their order where it can. The others are asked of each record that the driver gives: in SQL where they have a key, else
//! by the twin in memory ([`Condition::matches`]), which reads the documents in chunks until the page is full. Among several
//! possible drivers the one with the fewest records is taken, found by counting up to a cap.

mod driver;

use std::sync::Arc;

use musubi_domain::condition::Condition;
use musubi_domain::error::Result;
use musubi_domain::id::{RecordNo, UserNo};
use musubi_domain::record::{Document, RecordSummary, StoredView};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;

use crate::db::{Row, Snapshot};
use crate::record::read_linkage;
use driver::{Driver, Sql, driver_of, is_probed, is_title, write_probe};

/// Records read at a time where documents must be looked at.
const CHUNK: i64 = 256;

/// A list of records: which, from where, how many. The order is that of creation, oldest first.
#[derive(Clone, Debug)]
pub struct RecordQuery {
    /// The template of the database.
    pub template: Arc<Template>,
    /// What the records must meet.
    pub condition: Condition,
    /// How many records to pass over.
    pub offset: i64,
    /// How many to give.
    pub limit: i64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPage {
    /// The records.
    pub rows: Vec<RecordSummary>,
    /// Whether more follow: exact.
    pub more: bool,
}

/// Gives a page of the records that meet the query's condition and that the caller may see.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn record_list(snapshot: &mut Snapshot<'_>, sight: &Sight, query: &RecordQuery) -> Result<RecordPage> {
    let mut parts = Vec::new();
    flatten(&query.condition, &mut parts);
    if let Some(rows) = sight.rows() {
        flatten(rows, &mut parts);
    }
    if parts.iter().any(|part| is_never(part)) {
        return Ok(RecordPage { rows: Vec::new(), more: false });
    }
    let plan = Plan::make(snapshot, &query.template, parts)?;
    let mut rows =
        if plan.residual.is_empty() { plan.page(snapshot, query)? } else { plan.filtered_page(snapshot, query)? };
    let wanted = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    Ok(RecordPage { rows, more })
}

/// Takes conjunctions apart.
fn flatten<'a>(condition: &'a Condition, parts: &mut Vec<&'a Condition>) {
    match condition {
        Condition::All(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        other => parts.push(other),
    }
}

/// Whether no record can meet a part. (SQL has no empty list of values.)
fn is_never(part: &Condition) -> bool {
    match part {
        Condition::OneOf { values, .. } => values.is_empty(),
        Condition::Any(inner) => inner.iter().all(is_never),
        _ => false,
    }
}

/// How a list is made.
struct Plan<'a> {
    driver: Driver,
    /// Asked in SQL of each record that the driver gives.
    probes: Vec<&'a Condition>,
    /// Asked in memory.
    residual: Vec<&'a Condition>,
}

impl<'a> Plan<'a> {
    fn make(snapshot: &mut Snapshot<'_>, template: &Template, parts: Vec<&'a Condition>) -> Result<Self> {
        let dialect = snapshot.dialect();
        let mut candidates: Vec<_> = parts
            .iter()
            .enumerate()
            .filter_map(|(at, part)| driver_of(dialect, template, part).map(|driver| (at, driver)))
            .collect();
        let chosen = if candidates.len() > 1 {
            let mut best = (0, (i64::MAX, true));
            for (place, (_, driver)) in candidates.iter().enumerate() {
                // Among many of unknown number, rather what need not be sorted.
                let cost = (driver.count(snapshot, template)?, driver.sorts());
                if cost < best.1 {
                    best = (place, cost);
                }
            }
            Some(candidates.swap_remove(best.0))
        } else {
            candidates.pop()
        };
        let (at, driver) = chosen.map_or((None, Driver::Order), |(at, driver)| (Some(at), driver));
        let mut plan = Self { driver, probes: Vec::new(), residual: Vec::new() };
        for (place, part) in parts.into_iter().enumerate() {
            let is_driver = at == Some(place);
            let is_exact =
                !matches!(&plan.driver, Driver::Search(source) if !source.exact || !is_title(template, part));
            if is_driver && is_exact {
                continue;
            }
            if !is_driver && is_probed(template, part) { plan.probes.push(part) } else { plan.residual.push(part) }
        }
        Ok(plan)
    }

    /// Record numbers beyond `after`, in order, as a subquery.
    fn numbers(&self, template: &Template, after: Option<RecordNo>, limit: i64, offset: i64, sql: &mut Sql) {
        let number = self.driver.record_no();
        let distinct = if self.driver.repeats() { "DISTINCT " } else { "" };
        sql.push(&format!("(SELECT {distinct}{number} AS record_no "));
        self.driver.write(template, sql);
        for probe in &self.probes {
            sql.push(" AND ");
            write_probe(template, probe, number, sql);
        }
        if let Some(after) = after {
            sql.push(&format!(" AND {number} > "));
            sql.bind(after.0);
        }
        sql.push(" ORDER BY 1 LIMIT ");
        sql.bind(limit);
        sql.push(" OFFSET ");
        sql.bind(offset);
        sql.push(")");
    }

    /// These columns of the records of one page: the offset walks over narrow rows, the records are joined to the page only.
    fn records(&self, columns: &str, template: &Template, after: Option<RecordNo>, limit: i64, offset: i64) -> Sql {
        let mut sql = Sql::default();
        sql.push(&format!("SELECT r.record_no, r.record_id, r.display_name, r.linkage{columns} FROM "));
        self.numbers(template, after, limit, offset, &mut sql);
        // CROSS: SQLite keeps to this order. It would rather walk through all records and look each up in the page.
        sql.push(" page CROSS JOIN record r WHERE r.tenant_no = ?1 AND r.record_no = page.record_no");
        sql
    }

    /// One page where SQL alone decides.
    fn page(&self, snapshot: &mut Snapshot<'_>, query: &RecordQuery) -> Result<Vec<RecordSummary>> {
        let sql = self.records("", &query.template, None, query.limit + 1, query.offset);
        Ok(read_in_order(snapshot, &sql)?.into_iter().map(|(summary, _)| summary).collect())
    }

    /// One page where documents must be looked at: chunk by chunk until it is full.
    fn filtered_page(&self, snapshot: &mut Snapshot<'_>, query: &RecordQuery) -> Result<Vec<RecordSummary>> {
        let mut found = Vec::new();
        let (mut passed, mut after) = (0, None);
        let wanted = usize::try_from(query.limit + 1).unwrap_or(usize::MAX);
        loop {
            let sql = self.records(
                ", r.created_at, r.updated_at, r.created_by, r.updated_by, r.document",
                &query.template,
                after,
                CHUNK,
                0,
            );
            let rows = read_in_order(snapshot, &sql)?;
            let is_last = rows.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
            for (summary, mut row) in rows {
                after = Some(summary.number);
                if !self.residual_is_met(&query.template, &mut row)? {
                    continue;
                }
                if passed < query.offset {
                    passed += 1;
                    continue;
                }
                found.push(summary);
                if found.len() >= wanted {
                    return Ok(found);
                }
            }
            if is_last {
                return Ok(found);
            }
        }
    }

    fn residual_is_met(&self, template: &Template, row: &mut Row) -> Result<bool> {
        let (created_at, updated_at) = (Timestamp::from_micros(row.take()?), Timestamp::from_micros(row.take()?));
        let (created_by, updated_by) = (UserNo(row.take()?), UserNo(row.take()?));
        let document = Document::from_stored(row.take()?);
        let view = StoredView { template, document: &document, created_at, created_by, updated_at, updated_by };
        Ok(self.residual.iter().all(|part| part.matches(&view)))
    }
}

/// The records of a page with what is left of their rows. Sorted here: a page is short, and the engines would sort whole
/// documents.
fn read_in_order(snapshot: &mut Snapshot<'_>, sql: &Sql) -> Result<Vec<(RecordSummary, Row)>> {
    let rows = snapshot.rows(&sql.text, &sql.parameters)?.into_iter();
    let mut read = rows.map(|mut row| Ok((read_summary(&mut row)?, row))).collect::<Result<Vec<_>>>()?;
    read.sort_by_key(|(summary, _)| summary.number);
    Ok(read)
}

fn read_summary(row: &mut Row) -> Result<RecordSummary> {
    Ok(RecordSummary {
        number: RecordNo(row.take()?),
        id: row.take()?,
        display_name: row.take()?,
        linkage: read_linkage(&row.take::<String>()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Dialect, SearchColumn, Value};
    use musubi_domain::condition::{Field, Operand};
    use musubi_domain::id::{DatabaseNo, IndexNo, ItemNo};
    use musubi_domain::item::{Item, ItemType};
    use musubi_domain::template::{DatabaseDetail, Index};
    use musubi_text::bigram::Phrase;
    use uuid::Uuid;

    const NAME: ItemNo = ItemNo(1);

    fn template() -> Template {
        let name = Item::new(NAME, Uuid::nil(), "", ItemType::TextSingle);
        let detail = DatabaseDetail { display_items: vec![NAME], ..DatabaseDetail::default() };
        let index = Index { number: IndexNo(1), fields: vec![Field::Item(ItemNo(2))], ready: true };
        Template::new(DatabaseNo(1), "", 1, detail, vec![name], vec![index])
    }

    /// How SQLite runs the page of a plan.
    fn steps(driver: Driver, probes: Vec<&Condition>) -> Vec<String> {
        let template = template();
        let sql = Plan { driver, probes, residual: Vec::new() }.records("", &template, Some(RecordNo(5)), 100, 0);
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../migrations/0001_house.sqlite.sql")).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).unwrap();
        let parameters = rusqlite::params_from_iter([&Value::Integer(1)].into_iter().chain(&sql.parameters));
        statement.query_map(parameters, |row| row.get(3)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn search(text: &str) -> Driver {
        let phrase = Phrase::parse(text).unwrap();
        let (lowest, highest) = RecordNo::range(DatabaseNo(1));
        Driver::Search(Dialect::Sqlite.search_source(
            SearchColumn::Title,
            &phrase,
            DatabaseNo(1),
            (lowest.0, highest.0),
        ))
    }

    #[test]
    fn drivers_walk_their_index_in_order_and_do_not_sort() {
        let probe = Condition::OneOf { field: Field::Item(ItemNo(2)), values: vec![Operand::Choice(1)] };
        let drivers = [Driver::Order, Driver::Value(IndexNo(1), vec![1]), search("株式会社"), search("株")];
        for driver in drivers {
            let described = format!("{driver:?}");
            let steps = steps(driver, vec![&probe]);
            assert!(
                !steps.iter().any(|step| step.contains("TEMP B-TREE") || step.contains("AUTOMATIC")),
                "{described}: {steps:#?}"
            );
            let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
            let is_found = |step: &str| step == "SCAN page" || step.starts_with("SCAN s VIRTUAL TABLE INDEX");
            assert!(scans.iter().all(|step| is_found(step)), "{described}: {steps:#?}");
            assert_eq!(steps.last().map(String::as_str), Some("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"));
        }
        let (index, repeats) = (IndexNo(1), true);
        let several = Driver::Values { index, values: vec![vec![1], vec![2]], repeats };
        for driver in [several, Driver::Range { index, from: vec![1], to: vec![2], repeats }] {
            let steps = steps(driver, Vec::new());
            assert!(
                steps.iter().any(|step| step.contains("TEMP B-TREE")),
                "several values have to be sorted: {steps:#?}"
            );
            assert!(
                steps[1].starts_with("SEARCH d USING PRIMARY KEY (tenant_no=? AND index_no=? AND key"),
                "{steps:#?}"
            );
        }
    }
}
