//! The history of a chunk of records.

use std::collections::BTreeMap;

use musubi_domain::error::Result;
use musubi_domain::history::HistoryKind;
use musubi_domain::id::{ChangeSetNo, RecordNo};
use musubi_domain::record::Document;
use musubi_domain::template::Template;
use musubi_domain::verify::{Flaw, Lineage, Spot, unreadable_old_value};

use super::record::{Stored, change_sets_known};
use super::{Found, count_of};
use crate::db::{Row, Snapshot};
use crate::record::read_linkage;

/// History entries that one statement reads.
const PAGE: i64 = 2_000;

/// An entry as it is stored.
struct Entry {
    record: RecordNo,
    version: i64,
    change_set: ChangeSetNo,
    kind: Option<HistoryKind>,
    items: Document,
    linkage: String,
}

fn read(mut row: Row) -> Result<Entry> {
    Ok(Entry {
        record: RecordNo(row.take()?),
        version: row.take()?,
        change_set: ChangeSetNo(row.take()?),
        kind: HistoryKind::from_word(&row.take::<String>()?),
        items: Document::from_stored(row.take()?),
        linkage: row.take()?,
    })
}

/// The history of the records between two numbers, which are these.
pub(super) fn history_look(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    records: &[Stored],
    (after, until): (RecordNo, RecordNo),
) -> Result<Vec<Found>> {
    let by_number: BTreeMap<RecordNo, &Stored> = records.iter().map(|stored| (stored.record.number, stored)).collect();
    let mut lives: BTreeMap<RecordNo, Lineage> = BTreeMap::new();
    let mut found: Vec<Found> = Vec::new();
    let mut place = (after.0, i64::MAX);
    loop {
        let rows = snapshot.rows(
            "SELECT record_no, version, change_set_no, kind, old_items, old_linkage FROM history
             WHERE tenant_no = ?1 AND (record_no, version) > (?2, ?3) AND record_no <= ?4 ORDER BY record_no, version LIMIT ?5",
            &[place.0.into(), place.1.into(), until.0.into(), PAGE.into()],
        )?;
        let entries = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        let known = change_sets_known(snapshot, entries.iter().map(|entry| entry.change_set))?;
        for (entry, is_known) in entries.iter().zip(known) {
            let Some(stored) = by_number.get(&entry.record) else {
                // What is removed for good leaves its deletion behind: an undo tells by it that there is nothing to bring back.
                if entry.kind == Some(HistoryKind::Deleted) {
                    continue;
                }
                let stray = stray(entry.record);
                if found.last() != Some(&stray) {
                    found.push(stray);
                }
                continue;
            };
            lives.entry(entry.record).or_default().add(entry.version, entry.kind);
            found.extend(entry_flaws(template, stored, entry, is_known));
        }
        match entries.last() {
            Some(last) if count_of(entries.len()) == PAGE => place = (last.record.0, last.version),
            _ => break,
        }
    }
    for stored in records {
        let life = lives.remove(&stored.record.number).unwrap_or_default();
        let flaws = life.end(stored.record.version, stored.is_live());
        found.extend(flaws.into_iter().map(|(flaw, spot)| Found::of(stored, flaw, spot)));
    }
    Ok(found)
}

fn stray(record: RecordNo) -> Found {
    let found = Found::new(Flaw::HistoryStray, Spot::Whole).detailed(record.to_string());
    Found { database: Some(record.database()), number: Some(record), ..found }
}

fn entry_flaws(template: &Template, stored: &Stored, entry: &Entry, is_known: bool) -> Vec<Found> {
    let version = Spot::Version(entry.version);
    let mut found = Vec::new();
    if !is_known {
        let set = entry.change_set.to_string();
        found.push(Found::of(stored, Flaw::HistoryChangeSet, version.clone()).detailed(set));
    }
    let unreadable = unreadable_old_value(template, &entry.items).map(|spot| spot.value());
    let unreadable = unreadable.or_else(|| read_linkage(&entry.linkage).is_err().then(String::new));
    found.extend(unreadable.map(|item| Found::of(stored, Flaw::HistoryValue, version).detailed(item)));
    found
}
