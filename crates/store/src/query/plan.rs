//! How a list is made: what drives, what is probed, what is looked at in memory, in which order.

use std::cmp::Ordering;

use musubi_domain::condition::{Condition, Field};
use musubi_domain::error::Result;
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;

use super::Effort;
use super::driver::{Driver, driver_of};
use super::part::Part;
use super::place::{Place, is_descending};
use super::probe::Probe;
use super::walk::Walk;
use crate::db::Snapshot;

/// Parts that are considered as drivers.
const CONSIDERED: usize = 16;
/// Places that one statement looks at for each record.
const PLACES: usize = 200;
/// Values that one statement names: below what the engines take.
const VALUES: usize = 16_000;

/// How a list is made.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) template: &'a Template,
    pub(super) source: Source,
    /// Asked in SQL of each record that the source gives.
    pub(super) probes: Vec<Probe>,
    /// Asked in memory.
    pub(super) residual: Vec<Part>,
    /// What is sorted by, without fields that are alike in all records.
    pub(super) sorts: Vec<Sort>,
    pub(super) effort: Effort,
}

/// Where the records of a list come from.
#[derive(Debug)]
pub(super) enum Source {
    /// In order of number. `wide` is what drives, as a probe, where it gives so many that it may be faster to look through all
    /// records for it than to sort them.
    Numbers { driver: Driver, wide: Option<Probe> },
    /// In the order of an index.
    Walk(Walk),
    /// All of them, to be sorted in memory: no more than [`Effort::sorted`].
    Candidates(Driver),
}

/// What drives best, among the parts.
struct Best {
    /// The part, if one drives, and whether it is certainly met.
    part: Option<(usize, bool)>,
    driver: Driver,
    /// How many records it gives, up to one more than [`Effort::few`]; counted where it matters.
    count: i64,
}

impl<'a> Plan<'a> {
    /// The plan for the records that meet a condition and that are seen; `None` where none can be.
    pub(super) fn make(
        snapshot: &mut Snapshot<'_>,
        template: &'a Template,
        sight: &Sight,
        (condition, sorts): (&Condition, &[Sort]),
        effort: &Effort,
    ) -> Result<Option<Self>> {
        let asked = Part::of(template, condition);
        let seen = sight.rows().map(|rows| Part::of(template, rows));
        let part = Part::all([asked].into_iter().chain(seen));
        if part.is_never() {
            return Ok(None);
        }
        let parts = part.into_conjuncts();
        let sorts = effective(template, &parts, sorts);
        let best = best_driver(snapshot, template, &parts, (!sorts.is_empty(), effort.few))?;
        if sorts.is_empty() {
            return Self::by_number(snapshot, template, parts, best, effort).map(Some);
        }
        let walk = if best.count > effort.few { Walk::find(template, &parts, &sorts) } else { None };
        let (source, met) = match walk {
            Some((walk, met)) => (Source::Walk(walk), met),
            None => (Source::Candidates(best.driver), met(best.part)),
        };
        let mut plan = Self { template, source, probes: Vec::new(), residual: Vec::new(), sorts, effort: *effort };
        plan.ask(parts, &met);
        Ok(Some(plan))
    }

    /// A list in order of number.
    fn by_number(
        snapshot: &mut Snapshot<'_>,
        template: &'a Template,
        parts: Vec<Part>,
        best: Best,
        effort: &Effort,
    ) -> Result<Self> {
        let Best { part, driver, count } = best;
        let is_wide =
            count > effort.few && driver.sorts() && driver.count(snapshot, template, effort.sorted)? > effort.sorted;
        let driven = part.and_then(|(at, _)| parts.get(at)).filter(|_| is_wide);
        let wide = driven.and_then(|part| Probe::of(template, part));
        let source = Source::Numbers { driver, wide };
        let (probes, residual, sorts) = (Vec::new(), Vec::new(), Vec::new());
        let mut plan = Self { template, source, probes, residual, sorts, effort: *effort };
        plan.ask(parts, &met(part));
        plan.look_through_all_rather_than_sort();
        Ok(plan)
    }

    /// Where records are looked at one after the other and the driver would have to sort very many for each window of them, all
    /// records are gone through instead.
    fn look_through_all_rather_than_sort(&mut self) {
        if !self.looks() {
            return;
        }
        if let Source::Numbers { driver, wide } = &mut self.source
            && let Some(probe) = wide.take()
        {
            *driver = Driver::Order;
            self.probes.push(probe);
        }
    }

    /// Has the parts that the source does not meet by itself asked of each record.
    fn ask(&mut self, parts: Vec<Part>, met: &[usize]) {
        let parts = parts.into_iter().enumerate().filter(|(at, _)| !met.contains(at)).map(|(_, part)| part);
        (self.probes, self.residual) = split(self.template, parts);
    }

    /// Whether records are looked at window by window: in memory, or for want of an index that says how many there are.
    pub(super) fn looks(&self) -> bool {
        !self.residual.is_empty() || self.probes.iter().any(Probe::is_loose)
    }

    /// How two places of the list stand to each other.
    pub(super) fn compare(&self, one: &Place, other: &Place) -> Ordering {
        one.compare(other, is_descending(&self.sorts))
    }

    /// Whether documents are needed to say which records are in the list, and where.
    pub(super) fn needs_documents(&self) -> bool {
        let is_in_document = |sort: &Sort| matches!(sort.field, Field::Item(_) | Field::Likeness { .. });
        let is_sorted = matches!(self.source, Source::Candidates(_)) && self.sorts.iter().any(is_in_document);
        is_sorted || !self.residual.is_empty()
    }
}

/// What is asked of each record in SQL, as far as one statement takes it, and what in memory.
pub(super) fn split(template: &Template, parts: impl IntoIterator<Item = Part>) -> (Vec<Probe>, Vec<Part>) {
    let (mut probes, mut residual) = (Vec::new(), Vec::new());
    let (mut places, mut values) = (0, 0);
    for part in parts {
        match Probe::of(template, &part) {
            Some(probe) if places + probe.places() <= PLACES && values + part.values() <= VALUES => {
                places += probe.places();
                values += part.values();
                probes.push(probe);
            }
            _ => residual.push(part),
        }
    }
    (probes, residual)
}

/// The parts that a driver meets by itself.
fn met(part: Option<(usize, bool)>) -> Vec<usize> {
    part.filter(|(_, exact)| *exact).map(|(at, _)| at).into_iter().collect()
}

/// The driver that gives the fewest records. Among many of unknown number, rather one that need not be sorted.
fn best_driver(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    parts: &[Part],
    (is_sorted, few): (bool, i64),
) -> Result<Best> {
    let dialect = snapshot.dialect();
    let driver = |(at, part)| driver_of(dialect, template, part).map(|(driver, exact)| (at, driver, exact));
    let candidates: Vec<_> = parts.iter().enumerate().filter_map(driver).take(CONSIDERED).collect();
    if candidates.is_empty() {
        let count = if is_sorted { Driver::Order.count(snapshot, template, few)? } else { few + 1 };
        return Ok(Best { part: None, driver: Driver::Order, count });
    }
    let is_counted = is_sorted || candidates.len() > 1;
    let mut best: Option<(Best, (i64, bool))> = None;
    for (at, driver, exact) in candidates {
        let counts = is_counted || driver.sorts();
        let count = if counts { driver.count(snapshot, template, few)? } else { few + 1 };
        let cost = (count, driver.sorts());
        if best.as_ref().is_none_or(|(_, least)| cost < *least) {
            best = Some((Best { part: Some((at, exact)), driver, count }, cost));
        }
    }
    Ok(best.map_or(Best { part: None, driver: Driver::Order, count: few + 1 }, |(best, _)| best))
}

/// What a list is sorted by, without fields that come again and fields of which all its records have the same value.
fn effective(template: &Template, parts: &[Part], sorts: &[Sort]) -> Vec<Sort> {
    let is_pinned = |field: Field| {
        let pins = |part: &Part| matches!(part, Part::Keys(keys) if keys.field == field && keys.pinned().is_some());
        !template.has_many(field) && parts.iter().any(pins)
    };
    let mut effective: Vec<Sort> = Vec::new();
    for sort in sorts {
        if !is_pinned(sort.field) && effective.iter().all(|other| other.field != sort.field) {
            effective.push(*sort);
        }
    }
    effective
}
