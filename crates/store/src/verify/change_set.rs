//! Change sets: whether they did what they say, and whether undoing and undone go together.

use std::collections::BTreeMap;

use musubi_domain::change_set::{ChangeCounts, ChangeSetState};
use musubi_domain::error::Result;
use musubi_domain::id::ChangeSetNo;
use musubi_domain::time::Timestamp;
use musubi_domain::verify::{Flaw, Spot};

use super::lookup::{Kind, Question, ask};
use super::{Found, Looked, count_of};
use crate::db::{Row, Snapshot};

/// Records that the change sets of one look say they touched, together, unless one alone says more.
const TOUCHED: i64 = 50_000;

/// How the set stands that another undoes: 0 as if nobody had, 1 being undone, 2 undone.
const UNDONE: Question<'_> = Question {
    key: &[("change_set_no", Kind::Number)],
    answers: &["SELECT CASE c.state WHEN 'undoing' THEN 1 WHEN 'undone' THEN 2 WHEN 'partly_undone' THEN 2 ELSE 0 END
                FROM change_set c WHERE c.tenant_no = ?1 AND c.change_set_no = w.change_set_no"],
};

/// A job that goes on with an open change set. Both are of the same kind.
const JOB: Question<'_> = Question {
    key: &[("kind", Kind::Text)],
    answers: &["SELECT min(j.job_no) FROM job j WHERE j.tenant_no = ?1 AND j.kind = w.kind AND j.finished_at IS NULL"],
};

/// What change sets say of undoing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoState {
    /// This one is being undone or has been: a later one must say that it undoes it.
    Undone(ChangeSetNo),
    /// One undoes this one.
    Undoes(ChangeSetNo),
}

/// A change set, as far as it is looked at.
struct Set {
    number: ChangeSetNo,
    kind: String,
    at: Timestamp,
    counts: ChangeCounts,
    state: Option<ChangeSetState>,
    undoes: Option<ChangeSetNo>,
}

fn read(mut row: Row) -> Result<Set> {
    Ok(Set {
        number: ChangeSetNo(row.take()?),
        kind: row.take()?,
        at: Timestamp::from_micros(row.take()?),
        counts: ChangeCounts {
            created: row.take()?,
            updated: row.take()?,
            deleted: row.take()?,
            restored: row.take()?,
        },
        state: ChangeSetState::from_word(&row.take::<String>()?),
        undoes: row.take::<Option<i64>>()?.map(ChangeSetNo),
    })
}

/// Looks at change sets after one, at most `most`. Those begun before `whole_since` may have touched records that are no longer kept, and
/// so may count more than there is.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn change_sets_look(
    snapshot: &mut Snapshot<'_>,
    after: ChangeSetNo,
    most: i64,
    whole_since: Timestamp,
) -> Result<(Looked<ChangeSetNo>, Vec<UndoState>)> {
    let rows = snapshot.rows(
        "SELECT change_set_no, kind, at, created_count, updated_count, deleted_count, restored_count, state, undoes_no FROM change_set
         WHERE tenant_no = ?1 AND change_set_no > ?2 ORDER BY change_set_no LIMIT ?3",
        &[after.0.into(), most.into()],
    )?;
    let is_last = count_of(rows.len()) < most;
    let mut sets = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let is_cut = cut(&mut sets);
    let next = sets.last().filter(|_| is_cut || !is_last).map(|set| set.number);
    let until = sets.last().map_or(after, |set| set.number);
    let counted = counted(snapshot, after, until)?;
    let mut found = Vec::new();
    for set in &sets {
        found.extend(count_flaw(set, counted.get(&set.number).copied().unwrap_or_default(), whole_since));
        if set.state.is_none() {
            found.push(Found::new(Flaw::ChangeSetState, Spot::ChangeSet(set.number)));
        }
    }
    found.extend(undo_flaws(snapshot, &sets)?);
    found.extend(abandoned(snapshot, &sets)?);
    Ok((Looked { found, count: count_of(sets.len()), next }, sets.iter().flat_map(undo_states).collect()))
}

/// Leaves as many sets as can be counted at once; whether it left any out.
fn cut(sets: &mut Vec<Set>) -> bool {
    let mut touched = 0_i64;
    let whole = sets.len();
    let fits = sets.iter().take_while(|set| {
        touched = touched.saturating_add(set.counts.total().max(0));
        touched <= TOUCHED
    });
    let fits = fits.count().max(1);
    sets.truncate(fits);
    sets.len() < whole
}

/// What history and records say of the change sets after one, up to another.
fn counted(
    snapshot: &mut Snapshot<'_>,
    after: ChangeSetNo,
    until: ChangeSetNo,
) -> Result<BTreeMap<ChangeSetNo, ChangeCounts>> {
    let range = [after.0.into(), until.0.into()];
    let created = snapshot.rows(
        "SELECT change_set_no, count(*) FROM record WHERE tenant_no = ?1 AND change_set_no > ?2 AND change_set_no <= ?3
         GROUP BY change_set_no",
        &range,
    )?;
    let changed = snapshot.rows(
        "SELECT change_set_no, kind, count(*) FROM history WHERE tenant_no = ?1 AND change_set_no > ?2 AND change_set_no <= ?3
         GROUP BY change_set_no, kind",
        &range,
    )?;
    let mut counted: BTreeMap<ChangeSetNo, ChangeCounts> = BTreeMap::new();
    for mut row in created {
        let (set, count) = (ChangeSetNo(row.take()?), row.take()?);
        counted.entry(set).or_default().created = count;
    }
    for mut row in changed {
        let counts = counted.entry(ChangeSetNo(row.take()?)).or_default();
        let (kind, count): (String, i64) = (row.take()?, row.take()?);
        match kind.as_str() {
            "updated" => counts.updated = count,
            "deleted" => counts.deleted = count,
            "restored" => counts.restored = count,
            _ => {}
        }
    }
    Ok(counted)
}

fn count_flaw(set: &Set, counted: ChangeCounts, whole_since: Timestamp) -> Option<Found> {
    let in_order = |counts: ChangeCounts| [counts.created, counts.updated, counts.deleted, counts.restored];
    let (said, is) = (in_order(set.counts), in_order(counted));
    let is_right = if set.at >= whole_since { said == is } else { said.iter().zip(is).all(|(said, is)| is <= *said) };
    let text = |counts: [i64; 4]| counts.map(|count| count.to_string()).join("/");
    let found = || Found::new(Flaw::ChangeSetCount, Spot::ChangeSet(set.number));
    (!is_right).then(|| found().detailed(format!("{} ≠ {}", text(said), text(is))))
}

/// An open undo undoes what is being undone, a closed one what has been undone.
fn undo_flaws(snapshot: &mut Snapshot<'_>, sets: &[Set]) -> Result<Vec<Found>> {
    let undos: Vec<_> = sets.iter().filter_map(|set| Some((set, set.undoes?))).collect();
    let keys: Vec<_> = undos.iter().map(|(_, undone)| vec![undone.0.into()]).collect();
    let answers = ask(snapshot, &UNDONE, &keys)?;
    let mut found = Vec::new();
    for ((set, undone), answer) in undos.into_iter().zip(answers) {
        let wanted = if set.state == Some(ChangeSetState::Open) { 1 } else { 2 };
        let flaw = match answer.first().copied().flatten() {
            None => Flaw::ChangeSetUndoes,
            Some(state) if state != wanted => Flaw::ChangeSetState,
            Some(_) => continue,
        };
        found.push(Found::new(flaw, Spot::ChangeSet(set.number)).detailed(undone.to_string()));
    }
    Ok(found)
}

/// Open change sets with which no job goes on.
fn abandoned(snapshot: &mut Snapshot<'_>, sets: &[Set]) -> Result<Vec<Found>> {
    let open: Vec<_> = sets.iter().filter(|set| set.state == Some(ChangeSetState::Open)).collect();
    let kinds: Vec<_> = open.iter().map(|set| vec![set.kind.as_str().into()]).collect();
    let answers = ask(snapshot, &JOB, &kinds)?;
    let alone = open.into_iter().zip(answers).filter(|(_, answer)| *answer == [None]);
    Ok(alone
        .map(|(set, _)| Found::new(Flaw::ChangeSetState, Spot::ChangeSet(set.number)).detailed(set.kind.as_str()))
        .collect())
}

fn undo_states(set: &Set) -> Vec<UndoState> {
    let is_undone = set.state.is_some_and(is_undone);
    let own = is_undone.then_some(UndoState::Undone(set.number));
    own.into_iter().chain(set.undoes.map(UndoState::Undoes)).collect()
}

const fn is_undone(state: ChangeSetState) -> bool {
    matches!(state, ChangeSetState::Undoing | ChangeSetState::Undone | ChangeSetState::PartlyUndone)
}

/// Whether a change set is being undone or has been, and none undoes it.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn undo_of_look(snapshot: &mut Snapshot<'_>, set: ChangeSetNo) -> Result<Option<Found>> {
    let rows = snapshot.rows(
        "SELECT c.state, (SELECT min(u.change_set_no) FROM change_set u
           WHERE u.tenant_no = ?1 AND u.change_set_no > ?2 AND u.undoes_no = ?2)
         FROM change_set c WHERE c.tenant_no = ?1 AND c.change_set_no = ?2",
        &[set.0.into()],
    )?;
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let (state, undo): (String, Option<i64>) = (row.take()?, row.take()?);
    let is_alone = ChangeSetState::from_word(&state).is_some_and(is_undone) && undo.is_none();
    Ok(is_alone.then(|| Found::new(Flaw::ChangeSetState, Spot::ChangeSet(set)).detailed(state)))
}
