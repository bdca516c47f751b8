//! The one compiler of conditions to SQL, and the lists that are made with it.
//!
//! What the records of a list must meet, the caller's sight included, is taken apart into parts (`part`). One part drives: it gives
//! record numbers, in their order where it can (`driver`); or an index is walked in the order of the list (`walk`). The other parts
//! are asked of each record that comes: in SQL where there is a key (`probe`), else in memory, on the documents, which comes to the
//! same as the condition's twin ([`Condition::matches`]). Among several possible drivers the one with the fewest records is taken,
//! found by counting up to a cap (`plan`).
//!
//! Where SQL alone decides, a page is one statement. Where it does not, records are looked at window by window, and a step ends when
//! the page is full or its budget is used up; whoever asked goes on from the cursor (`list`).

mod driver;
mod list;
mod name;
mod part;
mod place;
mod plan;
mod probe;
mod read;
mod sql;
mod walk;
mod whole;

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::condition::Condition;
use musubi_domain::error::Result;
use musubi_domain::id::RecordNo;
use musubi_domain::limits;
use musubi_domain::record::{Record, RecordSummary};
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Snapshot;
use place::Place;
use plan::Plan;

/// A list of records: which, in which order, from where, how many.
#[derive(Clone, Debug)]
pub struct RecordQuery {
    /// The template of the database.
    pub template: Arc<Template>,
    /// What the records must meet.
    pub condition: Condition,
    /// What they are sorted by, at most three fields. What is alike in all of them stands in the order of creation, oldest first.
    pub sorts: Vec<Sort>,
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

/// How far a list has come. It belongs to its query, and a list goes on from it, whatever has been added and removed meanwhile: each
/// record that stays where it is comes once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    place: Option<Place>,
    passed: i64,
    looked: i64,
}

impl Cursor {
    /// How many records have been looked at.
    #[must_use]
    pub const fn looked(&self) -> i64 {
        self.looked
    }
}

/// What one step may cost, and where one way of making a list gives way to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Records that a step looks at one by one.
    pub looked: i64,
    /// Up to here records that an index gives are few: they are counted so far, and rather sorted than an index walked in order.
    pub few: i64,
    /// Records that are sorted without an index.
    pub sorted: i64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { looked: 2_000, few: 1_000, sorted: limits::SORTED_RECORDS }
    }
}

/// What one step of a list has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The records, in order. Where the caller may not read what stands for a record, its name is empty.
    pub rows: Vec<RecordSummary>,
    /// Whether more certainly follow.
    pub more: bool,
    /// Whether the page is full or the list at its end. Where it is not, the budget is used up.
    pub finished: bool,
    /// Where to go on.
    pub cursor: Cursor,
}

/// How many records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordCount {
    /// How many have been counted.
    pub count: i64,
    /// Whether that is all of them.
    pub exact: bool,
}

/// What one step of a count has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountStep {
    /// How many this step has counted.
    pub count: RecordCount,
    /// Whether all are counted, or as many as were asked for. Where they are not, the budget is used up.
    pub finished: bool,
    /// Where to go on.
    pub cursor: Cursor,
}

/// Gives a page of the records that meet the query's condition and that the caller may see, however many have to be looked at.
///
/// # Errors
/// Invalid with `NeedsIndex` where more records than can be would have to be sorted; what the database says; Busy where it took too
/// long.
pub fn record_list(snapshot: &mut Snapshot<'_>, sight: &Sight, query: &RecordQuery) -> Result<RecordPage> {
    let effort = Effort { looked: i64::MAX, ..Effort::default() };
    let step = record_list_step(snapshot, sight, query, &Cursor::default(), &effort)?;
    Ok(RecordPage { rows: step.rows, more: step.more })
}

/// Goes on with a list from `cursor`, looking at `effort.looked` records at most where it has to look at them one by one. What
/// stands in `query.limit` is how many this step may give.
///
/// # Errors
/// As [`record_list`].
pub fn record_list_step(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    query: &RecordQuery,
    cursor: &Cursor,
    effort: &Effort,
) -> Result<Step> {
    let plan = Plan::make(snapshot, &query.template, sight, (&query.condition, &query.sorts), effort)?;
    let Some(plan) = plan else {
        return Ok(Step { rows: Vec::new(), more: false, finished: true, cursor: cursor.clone() });
    };
    let mut step = plan.step(snapshot, query, cursor)?;
    if !sight.sees_name(&query.template) {
        step.rows.iter_mut().for_each(|row| row.display_name.clear());
    }
    Ok(step)
}

/// How many records a list has to go through, those that do not meet its condition included: what [`Cursor::looked`] comes to.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn record_list_total(snapshot: &mut Snapshot<'_>, sight: &Sight, query: &RecordQuery) -> Result<i64> {
    let plan = Plan::make(snapshot, &query.template, sight, (&query.condition, &query.sorts), &Effort::default())?;
    plan.map_or(Ok(0), |plan| plan.total(snapshot))
}

/// Counts the records that meet a condition and that the caller may see, on from `cursor`, up to `most` and looking at
/// `effort.looked` records at most where it has to look at them one by one.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn record_count_step(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    (template, condition): (&Template, &Condition),
    cursor: &Cursor,
    effort: &Effort,
    most: i64,
) -> Result<CountStep> {
    match Plan::make(snapshot, template, sight, (condition, &[]), effort)? {
        Some(plan) => plan.count_step(snapshot, cursor, most),
        None => {
            let count = RecordCount { count: 0, exact: true };
            Ok(CountStep { count, finished: true, cursor: cursor.clone() })
        }
    }
}

/// The display names of these records of a database: `None` for one that the caller may not see, or whose name he may not read.
/// What is not there, or in the trash, is not in the answer.
///
/// # Errors
/// What the database says.
pub fn record_names(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<String>>> {
    name::names(snapshot, sight, template, ids)
}

/// The records of these numbers of a database, those that the caller may not see left out.
///
/// # Errors
/// What the database says.
pub fn record_whole(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    numbers: &[RecordNo],
) -> Result<HashMap<RecordNo, Record>> {
    whole::whole(snapshot, sight, template, numbers)
}
