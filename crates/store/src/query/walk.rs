//! Walks: the records of an index in the order of its keys, which is how a sorted list is read without sorting.
//!
//! What is alike in its key stands in the order of creation, whichever way the keys are walked. Upwards that is the order of the
//! table. Downwards it is not: there the keys are walked backwards, and the first and the last group of records with the same key,
//! of which only a part may belong to the page, are read again forwards.

use musubi_domain::condition::Field;
use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, RecordNo};
use musubi_domain::sort::Sort;
use musubi_domain::template::{Index, Template};

use super::part::{Keys, Part, above};
use super::place::Place;
use super::probe::{Probe, write_probes, write_told};
use super::sql::Sql;
use crate::db::Snapshot;

/// A way through an index, from one key to another.
#[derive(Debug)]
pub(super) struct Walk {
    index: IndexNo,
    /// What all keys begin with: the keys of fields that are pinned to one value.
    prefix: Vec<u8>,
    /// The lowest key.
    low: Vec<u8>,
    /// Above the highest key.
    above: Vec<u8>,
    descending: bool,
}

/// What becomes of records that do not meet the probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unmet {
    /// They are left out.
    LeftOut,
    /// They are given, with word of it.
    Told,
}

/// A record on the way, and whether it meets the probes.
pub(super) type Passed = (Place, bool);

/// Which rows of a walk are read.
struct Rows<'a> {
    probes: &'a [Probe],
    unmet: Unmet,
    offset: i64,
    limit: i64,
}

impl Walk {
    /// The walk that gives records in this order, and which of the parts it meets by itself: the index holds the sorted fields
    /// last, and before them fields that are pinned to one key.
    pub(super) fn find(template: &Template, parts: &[Part], sorts: &[Sort]) -> Option<(Self, Vec<usize>)> {
        let first = sorts.first()?;
        if sorts.iter().any(|sort| sort.descending != first.descending || template.has_many(sort.field)) {
            return None;
        }
        let fits = template.indexes().iter().filter_map(|index| Some((index, pins(index, parts, sorts)?)));
        // The more is pinned, the less there is to walk through.
        let (index, pins) = fits.max_by_key(|(_, pins)| pins.len())?;
        let prefix: Vec<u8> = pins.iter().flat_map(|(_, key)| key.iter().copied()).collect();
        let mut met: Vec<usize> = pins.iter().map(|(at, _)| *at).collect();
        let bounds = bounding_part(parts, first.field);
        let (mut low, mut end) = (prefix.clone(), above(&prefix));
        if let Some((at, from, to)) = bounds {
            met.push(at);
            low = [prefix.as_slice(), &from].concat();
            end = [prefix.as_slice(), &to].concat();
        }
        Some((Self { index: index.number, prefix, low, above: end, descending: first.descending }, met))
    }

    /// Rows beyond `after`, in order.
    pub(super) fn rows(
        &self,
        snapshot: &mut Snapshot<'_>,
        (probes, unmet): (&[Probe], Unmet),
        after: Option<&Place>,
        (mut offset, limit): (i64, i64),
    ) -> Result<Vec<Passed>> {
        let mut found = Vec::new();
        let (mut low, mut end) = (self.low.clone(), self.above.clone());
        if let Some(after) = after {
            let key = [self.prefix.as_slice(), &after.key].concat();
            let rows = Rows { probes, unmet, offset, limit };
            found = self.group(snapshot, &key, Some(after.number), &rows)?;
            if is_full(&found, limit) {
                return Ok(found);
            }
            if !found.is_empty() {
                offset = 0;
            } else if offset > 0 {
                offset -= self.group_count(snapshot, &key, after.number, probes, unmet)?;
            }
            if self.descending {
                end = end.min(key);
            } else {
                low = low.max([key.as_slice(), &[0]].concat());
            }
        }
        let limit = limit - i64::try_from(found.len()).unwrap_or(limit);
        let rows = Rows { probes, unmet, offset, limit };
        found.extend(if self.descending {
            self.down(snapshot, (&low, &end), &rows)?
        } else {
            self.keyed(snapshot, (&low, &end), &rows)?
        });
        Ok(found)
    }

    /// How many records there are on the way, whether or not they meet anything else.
    pub(super) fn count(&self, snapshot: &mut Snapshot<'_>) -> Result<i64> {
        let mut sql = self.begin("SELECT count(*)", (&self.low, &self.above));
        self.write_probed(&[], Unmet::Told, &mut sql);
        Ok(sql.number(snapshot)?.unwrap_or(0))
    }

    /// Rows downwards: the keys of the page are found backwards; of its first and last group it is told forwards which records
    /// belong to it.
    fn down(&self, snapshot: &mut Snapshot<'_>, (low, end): (&[u8], &[u8]), rows: &Rows<'_>) -> Result<Vec<Passed>> {
        let mut found = self.keyed(snapshot, (low, end), rows)?;
        let (Some((begin, _)), Some((end, _))) = (found.first().cloned(), found.last()) else { return Ok(found) };
        let (first, last) = (begin.key.clone(), end.key.clone());
        let count = |key: &[u8]| found.iter().filter(|(place, _)| place.key == key).count();
        let (in_first, in_last) = (count(&first), count(&last));
        let full = |key: &[u8]| [self.prefix.as_slice(), key].concat();
        // Backwards, those of the first group that come before the page are those behind its first record.
        let before = match rows.offset {
            0 => 0,
            _ => self.group_count(snapshot, &full(&first), begin.number, rows.probes, rows.unmet)?,
        };
        let mut group = |key: &[u8], offset: i64, size: usize| {
            let limit = i64::try_from(size).unwrap_or(i64::MAX);
            self.group(snapshot, &full(key), None, &Rows { offset, limit, ..*rows })
        };
        let mut page = group(&first, before, in_first)?;
        if first == last {
            return Ok(page);
        }
        found.retain(|(place, _)| place.key != first && place.key != last);
        found.sort_by(|(one, _), (other, _)| other.key.cmp(&one.key).then(one.number.cmp(&other.number)));
        page.append(&mut found);
        page.extend(group(&last, 0, in_last)?);
        Ok(page)
    }

    /// Rows between two keys, in the order of the table or backwards.
    fn keyed(&self, snapshot: &mut Snapshot<'_>, bounds: (&[u8], &[u8]), rows: &Rows<'_>) -> Result<Vec<Passed>> {
        let mut sql = self.begin("SELECT d.key, d.record_no", bounds);
        self.write_probed(rows.probes, rows.unmet, &mut sql);
        sql.push(if self.descending {
            " ORDER BY d.key DESC, d.record_no DESC"
        } else {
            " ORDER BY d.key, d.record_no"
        });
        self.read(snapshot, sql, rows)
    }

    /// Rows of one key, in the order of creation.
    fn group(
        &self,
        snapshot: &mut Snapshot<'_>,
        key: &[u8],
        after: Option<RecordNo>,
        rows: &Rows<'_>,
    ) -> Result<Vec<Passed>> {
        let mut sql = self.begin_group("SELECT d.key, d.record_no", key, after);
        self.write_probed(rows.probes, rows.unmet, &mut sql);
        sql.push(" ORDER BY d.record_no");
        let mut found = self.read(snapshot, sql, rows)?;
        found.sort_by_key(|(place, _)| place.number);
        Ok(found)
    }

    fn group_count(
        &self,
        snapshot: &mut Snapshot<'_>,
        key: &[u8],
        after: RecordNo,
        probes: &[Probe],
        unmet: Unmet,
    ) -> Result<i64> {
        let mut sql = self.begin_group("SELECT count(*)", key, Some(after));
        self.write_probed(probes, unmet, &mut sql);
        Ok(sql.number(snapshot)?.unwrap_or(0))
    }

    fn begin(&self, select: &str, (low, end): (&[u8], &[u8])) -> Sql {
        let mut sql = Sql::default();
        sql.push(&format!("{select} FROM record_key d WHERE d.tenant_no = ?1 AND d.index_no = "));
        sql.bind(self.index.0);
        sql.push(" AND d.key >= ");
        sql.bind(low);
        sql.push(" AND d.key < ");
        sql.bind(end);
        sql
    }

    fn begin_group(&self, select: &str, key: &[u8], after: Option<RecordNo>) -> Sql {
        let mut sql = Sql::default();
        sql.push(&format!("{select} FROM record_key d WHERE d.tenant_no = ?1 AND d.index_no = "));
        sql.bind(self.index.0);
        sql.push(" AND d.key = ");
        sql.bind(key);
        if let Some(after) = after {
            sql.push(" AND d.record_no > ");
            sql.bind(after.0);
        }
        sql
    }

    fn write_probed(&self, probes: &[Probe], unmet: Unmet, sql: &mut Sql) {
        if unmet == Unmet::LeftOut && !probes.is_empty() {
            sql.push(" AND ");
            write_probes(probes, "d.record_no", sql);
        }
    }

    /// Reads the rows of a statement, which is asked whether each meets the probes where that is to be told: then only those that
    /// are read are asked about.
    fn read(&self, snapshot: &mut Snapshot<'_>, mut inner: Sql, rows: &Rows<'_>) -> Result<Vec<Passed>> {
        inner.push(" LIMIT ");
        inner.bind(rows.limit);
        inner.push(" OFFSET ");
        inner.bind(rows.offset);
        let asked = if rows.unmet == Unmet::Told { rows.probes } else { &[] };
        let sql = inner.wrapped(|sql| write_told("page.key, page.record_no", asked, sql));
        let read = sql.rows(snapshot)?.into_iter().map(|mut row| {
            let key: Vec<u8> = row.take()?;
            let key = key.get(self.prefix.len()..).unwrap_or_default().to_vec();
            Ok((Place { key, number: RecordNo(row.take()?) }, row.take::<i64>()? != 0))
        });
        let mut found = read.collect::<Result<Vec<Passed>>>()?;
        // What stands around the page says nothing of its order.
        found.sort_by(|(one, _), (other, _)| (&one.key, one.number).cmp(&(&other.key, other.number)));
        if self.descending {
            found.reverse();
        }
        Ok(found)
    }
}

/// The parts that pin the fields which an index holds before the sorted ones, each with its key; `None` where it does not fit.
fn pins(index: &Index, parts: &[Part], sorts: &[Sort]) -> Option<Vec<(usize, Vec<u8>)>> {
    let (pinned, sorted) = index.fields.split_at_checked(index.fields.len().checked_sub(sorts.len())?)?;
    let fits = index.ready && sorted.iter().copied().eq(sorts.iter().map(|sort| sort.field));
    pinned.iter().map(|field| pinned_part(parts, *field)).collect::<Option<_>>().filter(|_| fits)
}

fn is_full(found: &[Passed], limit: i64) -> bool {
    i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit
}

/// The part that leaves one key to a field, and the key.
fn pinned_part(parts: &[Part], field: Field) -> Option<(usize, Vec<u8>)> {
    parts.iter().enumerate().find_map(|(at, part)| match part {
        Part::Keys(keys) if keys.field == field => keys.pinned().map(|key| (at, key.as_bytes().to_vec())),
        _ => None,
    })
}

/// The part that holds a field to one range, and the range.
fn bounding_part(parts: &[Part], field: Field) -> Option<(usize, Vec<u8>, Vec<u8>)> {
    parts.iter().enumerate().find_map(|(at, part)| match part {
        Part::Keys(Keys { field: own, points, ranges }) if *own == field && points.is_empty() => {
            if let [range] = ranges.as_slice() { Some((at, range.low(), range.above())) } else { None }
        }
        _ => None,
    })
}
