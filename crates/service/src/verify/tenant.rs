//! One tenant, from its databases to its counters.

use std::collections::{BTreeMap, BTreeSet};

use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, DatabaseNo, IndexNo, ItemNo, RecordNo, TenantNo};
use musubi_domain::limits;
use musubi_domain::verify::Flaw;
use musubi_store as store;
use musubi_store::db::Snapshot;
use musubi_store::verify::{DatabasesLooked, Found, KeyPlace, LinkPlace, LogPlace, Looked, RecordsLooked, UndoState};

use super::walk::Pace;
use super::{Part, Verifier};

/// Databases that one read looks at.
const DATABASES: i64 = 50;
/// Records that one read looks at.
const RECORDS: i64 = 500;
/// Bytes of documents that one read is held to: with larger records there are fewer.
const BYTES: i64 = 4 << 20;
/// Rows of a table of what is made of records that one read looks at; each comes with its record.
const ROWS: i64 = 1_000;
/// Change sets that one read looks at.
const CHANGE_SETS: i64 = 500;
/// Entries of the feed of events that one read looks at.
const EVENTS: i64 = 50_000;
/// A day in seconds.
const DAY: i64 = 86_400;

/// A tenant that is being looked at.
pub(super) struct Visit {
    pub(super) number: TenantNo,
    pub(super) code: String,
    /// Its databases that can be read, by number.
    pub(super) databases: BTreeMap<DatabaseNo, String>,
    /// The database that is being looked at.
    pub(super) at: Option<DatabaseNo>,
    /// The highest automatic numbers that its records hold.
    numbers: BTreeMap<ItemNo, i64>,
    /// What was mended of it.
    pub(super) mended: BTreeMap<Flaw, i64>,
}

impl Visit {
    pub(super) const fn new(number: TenantNo, code: String) -> Self {
        Self { number, code, databases: BTreeMap::new(), at: None, numbers: BTreeMap::new(), mended: BTreeMap::new() }
    }
}

impl Verifier<'_> {
    pub(super) async fn tenant(&mut self, visit: &mut Visit) -> Result<()> {
        self.report.checked.tenants += 1;
        self.databases(visit).await?;
        let databases: Vec<_> = visit.databases.keys().copied().collect();
        for database in &databases {
            if let Some(sums) = &mut self.sums {
                sums.take_in(*database);
            }
            self.records(visit, *database).await?;
            if self.repair {
                self.resume_clears(visit, *database).await?;
            }
        }
        self.keys(visit).await?;
        self.other_strays(visit, &databases).await?;
        self.change_sets(visit).await?;
        self.feeds(visit).await?;
        let numbers = visit.numbers.clone();
        let look = move |snapshot: &mut Snapshot<'_>, _| store::verify::counters_look(snapshot, &databases, &numbers);
        self.once(visit, Part::Counters, look).await
    }

    /// Looks at something that is one chunk, and settles what is wrong.
    async fn once<F>(&mut self, visit: &mut Visit, part: Part, look: F) -> Result<()>
    where
        F: Fn(&mut Snapshot<'_>, i64) -> Result<Vec<Found>> + Clone + Send + 'static,
    {
        let same: fn(&mut Vec<Found>) -> &mut Vec<Found> = |found| found;
        let found = self.look_twice(visit, part, &mut Pace::of(1), (look, same)).await?;
        self.settle(visit, found.unwrap_or_default()).await
    }

    /// Finds the databases of the tenant, and records that are in none of them.
    async fn databases(&mut self, visit: &mut Visit) -> Result<()> {
        let (mut place, mut pace) = (Some(DatabaseNo(0)), Pace::of(DATABASES));
        let mut numbers = BTreeSet::new();
        while let Some(after) = place {
            let look = move |snapshot: &mut Snapshot<'_>, most| store::verify::databases_look(snapshot, after, most);
            let found: fn(&mut DatabasesLooked) -> &mut Vec<Found> = |looked| &mut looked.looked.found;
            let looked = self.look_twice(visit, Part::Records, &mut pace, (look, found)).await?;
            let Some(DatabasesLooked { databases, looked }) = looked else { break };
            self.report.checked.databases += looked.count;
            numbers.extend(databases.iter().map(|(number, _)| *number));
            visit.databases.extend(databases);
            place = looked.next;
            let unreadable: Vec<_> = looked.found.iter().filter_map(|found| found.database).collect();
            self.settle(visit, looked.found).await?;
            visit.databases.retain(|database, _| !unreadable.contains(database));
        }
        let look = move |snapshot: &mut Snapshot<'_>, _| store::verify::places_look(snapshot, &numbers);
        self.once(visit, Part::Records, look).await
    }

    async fn records(&mut self, visit: &mut Visit, database: DatabaseNo) -> Result<()> {
        visit.at = Some(database);
        let (mut place, mut pace, mut count) = (Some(RecordNo::range(database).0), Pace::of(RECORDS), 0);
        while let Some(after) = place {
            let look =
                move |snapshot: &mut Snapshot<'_>, most| store::verify::records_look(snapshot, database, after, most);
            let found: fn(&mut RecordsLooked) -> &mut Vec<Found> = |looked| &mut looked.looked.found;
            let Some(chunk) = self.look_twice(visit, Part::Records, &mut pace, (look, found)).await? else {
                // Of what was not read nobody knows what the search index must hold.
                self.sums = None;
                break;
            };
            self.note(visit, &chunk);
            let looked = chunk.looked;
            let bytes = i64::try_from(chunk.bytes).unwrap_or(i64::MAX);
            pace.hold_to((BYTES * looked.count.max(1)).checked_div(bytes).unwrap_or(RECORDS));
            count += looked.count;
            place = looked.next;
            self.settle(visit, looked.found).await?;
            self.progress(visit, Part::Records, count);
        }
        self.report.checked.records += count;
        visit.at = None;
        Ok(())
    }

    /// Keeps of a chunk of records what later looks need.
    fn note(&mut self, visit: &mut Visit, chunk: &RecordsLooked) {
        for (item, number) in &chunk.numbers {
            let highest = visit.numbers.entry(*item).or_insert(*number);
            *highest = (*highest).max(*number);
        }
        if let Some(sums) = &mut self.sums {
            chunk.prints.iter().for_each(|(record, print)| sums.add(*record, *print));
        }
    }

    async fn keys(&mut self, visit: &mut Visit) -> Result<()> {
        let mut after = IndexNo(0);
        loop {
            let look = move |snapshot: &mut Snapshot<'_>, _| store::verify::index_with_keys(snapshot, after);
            let next = self.look(visit, Part::Keys, &mut Pace::of(1), look).await?.flatten();
            let Some((index, is_known)) = next else { return Ok(()) };
            after = index;
            if is_known {
                let begin: KeyPlace = (Vec::new(), RecordNo(i64::MIN));
                let look = move |snapshot: &mut Snapshot<'_>, place: &KeyPlace, most| {
                    store::verify::keys_look(snapshot, index, place, most)
                };
                self.report.checked.keys += self.walk(visit, (Part::Keys, None), begin, ROWS, look).await?;
            } else {
                let look = move |snapshot: &mut Snapshot<'_>, _| {
                    Ok(store::verify::leftover_look(snapshot, index)?.into_iter().collect())
                };
                self.once(visit, Part::Keys, look).await?;
            }
        }
    }

    async fn other_strays(&mut self, visit: &mut Visit, databases: &[DatabaseNo]) -> Result<()> {
        let begin = (DatabaseNo(0), 0, String::new());
        let walked = self.walk(visit, (Part::UniqueValues, None), begin, ROWS, store::verify::uniques_look).await?;
        self.report.checked.unique_values += walked;
        let begin: LinkPlace = (RecordNo(0), ItemNo(0), RecordNo(0));
        let walked = self.walk(visit, (Part::Links, None), begin, ROWS, store::verify::links_look).await?;
        self.report.checked.links += walked;
        for database in databases.iter().copied() {
            let look = move |snapshot: &mut Snapshot<'_>, after: &RecordNo, most| {
                store::verify::search_rows_look(snapshot, database, *after, most)
            };
            let begin = RecordNo::range(database).0;
            let walked = self.walk(visit, (Part::SearchRows, Some(database)), begin, ROWS, look).await?;
            self.report.checked.search_rows += walked;
        }
        Ok(())
    }

    async fn change_sets(&mut self, visit: &mut Visit) -> Result<()> {
        // What was touched since is still kept, with a day to spare for clocks that differ.
        let whole_since = self.service.now().plus_seconds(-(limits::TRASH_DAYS - 1) * DAY);
        let (mut place, mut pace, mut count) = (Some(ChangeSetNo(0)), Pace::of(CHANGE_SETS), 0);
        // Undone, and nothing that undoes it seen so far: that comes later, since its number is higher.
        let mut alone = BTreeSet::new();
        while let Some(after) = place {
            let look = move |snapshot: &mut Snapshot<'_>, most| {
                store::verify::change_sets_look(snapshot, after, most, whole_since)
            };
            type Chunk = (Looked<ChangeSetNo>, Vec<UndoState>);
            let found: fn(&mut Chunk) -> &mut Vec<Found> = |(looked, _)| &mut looked.found;
            let chunk = self.look_twice(visit, Part::ChangeSets, &mut pace, (look, found)).await?;
            let Some((looked, undos)) = chunk else { break };
            for undo in undos {
                match undo {
                    UndoState::Undone(set) => alone.insert(set),
                    UndoState::Undoes(set) => alone.remove(&set),
                };
            }
            count += looked.count;
            place = looked.next;
            self.settle(visit, looked.found).await?;
            self.progress(visit, Part::ChangeSets, count);
        }
        self.report.checked.change_sets += count;
        for set in alone {
            let look = move |snapshot: &mut Snapshot<'_>, _| {
                Ok(store::verify::undo_of_look(snapshot, set)?.into_iter().collect())
            };
            self.once(visit, Part::ChangeSets, look).await?;
        }
        Ok(())
    }

    async fn feeds(&mut self, visit: &mut Visit) -> Result<()> {
        let key = self.keys.seal_key();
        let look =
            move |snapshot: &mut Snapshot<'_>, place: &LogPlace, _| store::verify::log_look(snapshot, &key, place);
        let begin = LogPlace::default();
        self.report.checked.log_entries += self.walk(visit, (Part::Log, None), begin, 1, look).await?;
        let look =
            move |snapshot: &mut Snapshot<'_>, after: &i64, most| store::verify::events_look(snapshot, *after, most);
        self.report.checked.events += self.walk(visit, (Part::Events, None), i64::MIN, EVENTS, look).await?;
        Ok(())
    }
}
