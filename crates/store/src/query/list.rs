//! Lists and counts: a plan run at once, or window by window within a budget.

use std::collections::HashSet;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::RecordNo;
use musubi_domain::messages::Message;
use musubi_domain::record::RecordSummary;

use super::driver::Driver;
use super::place::Place;
use super::plan::{Plan, Source};
use super::probe::{Probe, write_probes, write_told};
use super::read::{SUMMARY, read_summaries, summaries};
use super::sql::Sql;
use super::walk::{Passed, Unmet};
use super::{CountStep, Cursor, Effort, RecordCount, RecordQuery, Step};
use crate::db::Snapshot;

/// Records whose documents are read at a time.
const CHUNK: usize = 128;
/// Records of the first window that is looked at; each further one is twice as large.
const WINDOW: i64 = 256;
/// Records of a window at most.
const WINDOW_MOST: i64 = 2_048;
/// Records that are looked through before those that an index gives are sorted.
const TRIED: i64 = 4_000;

/// How looking at records ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// There are no more.
    AtTheEnd,
    /// There are more, and whoever looked has had enough.
    Enough,
    /// There may be more; the budget is used up.
    Budget,
}

impl Plan<'_> {
    /// Goes on with a list from `cursor`.
    pub(super) fn step(&self, snapshot: &mut Snapshot<'_>, query: &RecordQuery, cursor: &Cursor) -> Result<Step> {
        if let Source::Candidates(driver) = &self.source {
            return self.sorted(snapshot, driver, query, cursor);
        }
        if self.looks() {
            return self.looked(snapshot, query, cursor);
        }
        if let Source::Numbers { wide: Some(driven), .. } = &self.source {
            let step = self.through_all(driven).looked(snapshot, query, cursor)?;
            if step.finished {
                return Ok(step);
            }
        }
        self.page(snapshot, query, cursor)
    }

    /// Counts on from `cursor`, up to `most`.
    pub(super) fn count_step(&self, snapshot: &mut Snapshot<'_>, cursor: &Cursor, most: i64) -> Result<CountStep> {
        let mut cursor = cursor.clone();
        let (count, ended) = match &self.source {
            Source::Numbers { driver, .. } if !self.looks() => {
                let mut sql = Sql::default();
                sql.push("SELECT count(*) FROM (");
                self.select_numbers(driver, &self.probes, &mut sql);
                sql.push(driver.counting_order());
                sql.push(" LIMIT ");
                sql.bind(most.saturating_add(1));
                sql.push(") counted");
                let count = sql.number(snapshot)?.unwrap_or(0);
                (count.min(most), if count > most { Ended::Enough } else { Ended::AtTheEnd })
            }
            _ => {
                let mut count = 0;
                let ended = self.look(snapshot, &mut cursor, &mut |_| {
                    let is_wanted = count < most;
                    count += i64::from(is_wanted);
                    is_wanted
                })?;
                (count, ended)
            }
        };
        let count = RecordCount { count, exact: ended == Ended::AtTheEnd };
        Ok(CountStep { count, finished: ended != Ended::Budget, cursor })
    }

    /// How many records there are to look at, whether or not they meet what is asked of each.
    pub(super) fn total(&self, snapshot: &mut Snapshot<'_>) -> Result<i64> {
        match &self.source {
            Source::Walk(walk) => walk.count(snapshot),
            Source::Numbers { driver, .. } | Source::Candidates(driver) => {
                driver.count(snapshot, self.template, i64::MAX - 1)
            }
        }
    }

    /// A plan that goes through all records and asks of each what would else drive.
    fn through_all(&self, driven: &Probe) -> Self {
        Self {
            template: self.template,
            source: Source::Numbers { driver: Driver::Order, wide: None },
            probes: self.probes.iter().chain([driven]).cloned().collect(),
            residual: Vec::new(),
            sorts: Vec::new(),
            effort: Effort { looked: TRIED.min(self.effort.looked), ..self.effort },
        }
    }

    /// A page that SQL alone decides.
    fn page(&self, snapshot: &mut Snapshot<'_>, query: &RecordQuery, cursor: &Cursor) -> Result<Step> {
        let (after, offset) = (cursor.place.as_ref(), query.offset.saturating_sub(cursor.passed).max(0));
        let limit = query.limit.saturating_add(1);
        let found = match &self.source {
            Source::Numbers { driver, .. } | Source::Candidates(driver) => {
                self.numbered(snapshot, driver, after, (limit, offset))?
            }
            Source::Walk(walk) => {
                let rows = walk.rows(snapshot, (&self.probes, Unmet::LeftOut), after, (offset, limit))?;
                let places: Vec<_> = rows.into_iter().map(|(place, _)| place).collect();
                let numbers: Vec<_> = places.iter().map(|place| place.number).collect();
                let found = summaries(snapshot, &numbers)?;
                let place = |number| places.iter().find(|place| place.number == number).cloned();
                found.into_iter().filter_map(|summary| Some((place(summary.number)?, summary))).collect()
            }
        };
        Ok(at_once(found, query, cursor))
    }

    /// Record numbers.
    fn select_numbers(&self, driver: &Driver, probes: &[Probe], sql: &mut Sql) {
        let distinct = if driver.repeats() { "DISTINCT " } else { "" };
        sql.push(&format!("SELECT {distinct}{} AS record_no ", driver.ordered_no()));
        driver.write(self.template, sql);
        if !probes.is_empty() {
            sql.push(" AND ");
            write_probes(probes, driver.record_no(), sql);
        }
    }

    /// Record numbers beyond `after`, in order.
    fn numbers(
        &self,
        driver: &Driver,
        probes: &[Probe],
        after: Option<&Place>,
        (limit, offset): (i64, i64),
        sql: &mut Sql,
    ) {
        self.select_numbers(driver, probes, sql);
        if let Some(after) = after {
            sql.push(&format!(" AND {} > ", driver.ordered_no()));
            sql.bind(after.number.0);
        }
        sql.push(" ORDER BY 1 LIMIT ");
        sql.bind(limit);
        sql.push(" OFFSET ");
        sql.bind(offset);
    }

    /// One page in order of number: the offset walks over narrow rows, the records are joined to the page only.
    fn numbered(
        &self,
        snapshot: &mut Snapshot<'_>,
        driver: &Driver,
        after: Option<&Place>,
        window: (i64, i64),
    ) -> Result<Vec<(Place, RecordSummary)>> {
        let mut sql = Sql::default();
        sql.push(&format!("SELECT {SUMMARY} FROM ("));
        self.numbers(driver, &self.probes, after, window, &mut sql);
        // CROSS: SQLite keeps to this order. It would rather walk through all records and look each up in the page.
        sql.push(") page CROSS JOIN record r WHERE r.tenant_no = ?1 AND r.record_no = page.record_no");
        let mut found = read_summaries(snapshot, &sql)?;
        // Sorted here: a page is short, and what stands around it says nothing of its order.
        found.sort_by_key(|summary| summary.number);
        Ok(found.into_iter().map(|summary| (Place::of_number(summary.number), summary)).collect())
    }

    /// The records that are to be sorted, read and sorted.
    fn sorted(
        &self,
        snapshot: &mut Snapshot<'_>,
        driver: &Driver,
        query: &RecordQuery,
        cursor: &Cursor,
    ) -> Result<Step> {
        let most = self.effort.sorted;
        let mut sql = Sql::default();
        self.numbers(driver, &self.probes, None, (most + 1, 0), &mut sql);
        let numbers = sql.rows(snapshot)?.into_iter().map(|mut row| Ok(RecordNo(row.take()?)));
        let numbers = numbers.collect::<Result<Vec<_>>>()?;
        let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        if count > most {
            return Err(Error::invalid_at("sort", Message::NeedsIndex { most }));
        }
        let mut found = Vec::new();
        for chunk in numbers.chunks(CHUNK) {
            found.extend(self.placed(snapshot, chunk)?);
        }
        if let Some(after) = &cursor.place {
            found.retain(|(place, _)| self.compare(place, after).is_gt());
        }
        found.sort_by(|(one, _), (other, _)| self.compare(one, other));
        let size = |number: i64| usize::try_from(number).unwrap_or(0);
        let skipped = size(query.offset.saturating_sub(cursor.passed));
        let page = found.into_iter().skip(skipped).take(size(query.limit).saturating_add(1)).collect();
        let cursor = Cursor { looked: cursor.looked.saturating_add(count), ..cursor.clone() };
        Ok(at_once(page, query, &cursor))
    }

    /// A page of the records that are looked at, as far as the budget goes.
    fn looked(&self, snapshot: &mut Snapshot<'_>, query: &RecordQuery, cursor: &Cursor) -> Result<Step> {
        let (mut cursor, mut passed, mut given) = (cursor.clone(), cursor.passed, Vec::new());
        let wanted = usize::try_from(query.limit).unwrap_or(0);
        let ended = self.look(snapshot, &mut cursor, &mut |number| {
            if passed < query.offset {
                passed += 1;
                return true;
            }
            let is_wanted = given.len() < wanted;
            if is_wanted {
                given.push(number);
            }
            is_wanted
        })?;
        cursor.passed = passed;
        let rows = summaries(snapshot, &given)?;
        Ok(Step { rows, more: ended == Ended::Enough, finished: ended != Ended::Budget, cursor })
    }

    /// Looks at records in order, as many as the effort allows, and shows `see` each that meets everything until it has enough; the
    /// cursor stands behind the last one before that.
    fn look(
        &self,
        snapshot: &mut Snapshot<'_>,
        cursor: &mut Cursor,
        see: &mut impl FnMut(RecordNo) -> bool,
    ) -> Result<Ended> {
        let (mut left, mut window) = (self.effort.looked, WINDOW);
        loop {
            let size = window.min(left);
            let rows = self.window(snapshot, cursor.place.as_ref(), size)?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            for chunk in rows.chunks(CHUNK) {
                let met = self.met(snapshot, chunk)?;
                for (place, _) in chunk {
                    if met.contains(&place.number) && !see(place.number) {
                        return Ok(Ended::Enough);
                    }
                    cursor.looked = cursor.looked.saturating_add(1);
                    cursor.place = Some(place.clone());
                }
            }
            left -= count;
            if count < size {
                return Ok(Ended::AtTheEnd);
            }
            if left <= 0 {
                return Ok(Ended::Budget);
            }
            window = (2 * window).min(WINDOW_MOST);
        }
    }

    /// The next records of the source, each with word of whether it meets the probes.
    fn window(&self, snapshot: &mut Snapshot<'_>, after: Option<&Place>, size: i64) -> Result<Vec<Passed>> {
        let driver = match &self.source {
            Source::Walk(walk) => return walk.rows(snapshot, (&self.probes, Unmet::Told), after, (0, size)),
            Source::Numbers { driver, .. } | Source::Candidates(driver) => driver,
        };
        let mut inner = Sql::default();
        self.numbers(driver, &[], after, (size, 0), &mut inner);
        let sql = inner.wrapped(|sql| write_told("page.record_no", &self.probes, sql));
        let read = |mut row: crate::db::Row| Ok((Place::of_number(RecordNo(row.take()?)), row.take::<i64>()? != 0));
        let mut rows = sql.rows(snapshot)?.into_iter().map(read).collect::<Result<Vec<Passed>>>()?;
        rows.sort_by_key(|(place, _)| place.number);
        Ok(rows)
    }

    /// Which of these records meet everything.
    fn met(&self, snapshot: &mut Snapshot<'_>, rows: &[Passed]) -> Result<HashSet<RecordNo>> {
        let probed = rows.iter().filter(|(_, is_met)| *is_met).map(|(place, _)| place.number);
        if self.residual.is_empty() {
            return Ok(probed.collect());
        }
        let probed: Vec<_> = probed.collect();
        Ok(self.placed(snapshot, &probed)?.into_iter().map(|(place, _)| place.number).collect())
    }
}

/// A list that is at its end, or has a full page.
fn at_once(mut found: Vec<(Place, RecordSummary)>, query: &RecordQuery, cursor: &Cursor) -> Step {
    let wanted = usize::try_from(query.limit).unwrap_or(0);
    let more = found.len() > wanted;
    found.truncate(wanted);
    let place = found.last().map(|(place, _)| place.clone()).or_else(|| cursor.place.clone());
    let passed = cursor.passed.max(query.offset);
    let rows: Vec<_> = found.into_iter().map(|(_, summary)| summary).collect();
    Step { rows, more, finished: true, cursor: Cursor { place, passed, looked: cursor.looked } }
}
