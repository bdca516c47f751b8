//! Activities of records, and the tasks of a person. Who may change a record writes down what was done; what he has written he alone may
//! change, but that a task is done says whoever did it.

use std::sync::Arc;

use jiff::civil::Date;
use musubi_domain::activity::{Activity, ActivityKind, ActivityWritten};
use musubi_domain::comment::{lines_problem, lines_settled};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::id::{ActivityNo, RecordNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::candidate::{CandidateOf, candidate_named};
use crate::context::Service;
use crate::thread::{Place, check_own, is_keeper, note, record_at, seen_first, sight_of};

/// An activity as it is given.
#[derive(Clone, Debug)]
pub struct ActivityGiven {
    /// What kind.
    pub kind: ActivityKind,
    /// When it happened; none: now. A task has none.
    pub at: Option<Timestamp>,
    /// The day by which a task is to be done.
    pub due: Option<Date>,
    /// The login ID or the name of who did it or is to do it; "" is the caller.
    pub person: String,
    /// What was done, or is to be done.
    pub text: String,
}

/// Adds an activity to a record.
///
/// # Errors
/// Invalid, with everything that is wrong at once (`text`, `due`, `person`); NotFound at `record` where the caller may not see it;
/// Forbidden where he may not write in the database.
pub async fn activity_create(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    given: ActivityGiven,
) -> Result<ActivityNo> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let (given, person) = judged(service, context, given).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let now = tx.context().now;
        let written = written(&given, person, now);
        let number = store::activity::activity_insert(tx, record.number, &written)?;
        note(tx, "activity.create", &template, &record)?;
        Ok(number)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Gives an activity of a record.
///
/// # Errors
/// NotFound where there is none that the caller may see; Forbidden where he may not read the database.
pub async fn activity_get(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    number: ActivityNo,
) -> Result<Activity> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let record = record_at(keyed, &sight, &template, record)?;
        activity_at(keyed, record.number, number)
    };
    service.db().get(context.tenant, read).await
}

/// Changes what is written of an activity.
///
/// # Errors
/// As [`activity_create`]; Forbidden where it is another's.
pub async fn activity_set(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, ActivityNo),
    given: ActivityGiven,
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let (given, person) = judged(service, context, given).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let activity = activity_at(tx, record.number, number)?;
        check_own(tx.context(), activity.by)?;
        let written = written(&given, person, activity.at);
        store::activity::activity_set(tx, number, &written)?;
        if written.due.is_none() && activity.done.is_some() {
            store::activity::activity_done_set(tx, number, false)?;
        }
        note(tx, "activity.set", &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Says that a task is done, or that it is not.
///
/// # Errors
/// NotFound where there is no such task; Forbidden where the caller may not write in the database.
pub async fn activity_done_set(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, ActivityNo),
    done: bool,
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let activity = activity_at(tx, record.number, number)?;
        if activity.due.is_none() {
            return Err(Error::not_found("activity"));
        }
        if activity.done.is_some() == done {
            return Ok(());
        }
        store::activity::activity_done_set(tx, number, done)?;
        note(tx, if done { "activity.done" } else { "activity.reopen" }, &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Takes the text of an activity away. That there was one stays to be seen.
///
/// # Errors
/// NotFound; Forbidden where it is another's and the caller may not change the settings of the tenant.
pub async fn activity_delete(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, ActivityNo),
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let is_keeper = is_keeper(service, context).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let activity = activity_at(tx, record.number, number)?;
        if !is_keeper {
            check_own(tx.context(), activity.by)?;
        }
        store::activity::activity_delete(tx, number)?;
        note(tx, "activity.delete", &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// What the caller has yet to do, by its day, at most `most`, each with where it stands. Tasks at records that he may not see are left
/// out.
///
/// # Errors
/// Where the database does not answer.
pub async fn task_list(service: &Service, context: &Arc<Context>, most: usize) -> Result<Vec<(Activity, Place)>> {
    let (user, rows) = (context.actor.user, i64::try_from(most).unwrap_or(limits::LIST_ROWS).min(limits::LIST_ROWS));
    let page = move |last: Option<&Activity>| {
        let due = last.and_then(|task| task.due).map(|due| due.to_string()).unwrap_or_default();
        let number = last.map_or(ActivityNo(0), |task| task.number);
        move |snapshot: &mut Snapshot<'_>| store::activity::activity_open(snapshot, user, (&due, number), rows)
    };
    seen_first(service, context, most, |task: &Activity| task.record, page).await
}

async fn judged(service: &Service, context: &Arc<Context>, given: ActivityGiven) -> Result<(ActivityGiven, UserNo)> {
    let text = lines_settled(&given.text);
    let person = person_of(service, context, given.person.trim()).await?;
    let mut problems = Vec::new();
    let mut say = |path: &str, message| problems.push(Problem { path: path.to_owned(), item: None, message });
    if let Some(message) = lines_problem(&text) {
        say("text", message);
    }
    let is_task = given.kind == ActivityKind::Task;
    if is_task && given.due.is_none() {
        say("due", Message::Required);
    }
    if person.is_none() {
        say("person", Message::NoSuchUser);
    }
    let Some(person) = person.filter(|_| problems.is_empty()) else { return Err(Error::invalid(problems)) };
    let given = ActivityGiven { text, due: given.due.filter(|_| is_task), at: given.at.filter(|_| !is_task), ..given };
    Ok((given, person))
}

/// The person whom a login ID or a name means; none where that is nobody, or may be several.
async fn person_of(service: &Service, context: &Arc<Context>, name: &str) -> Result<Option<UserNo>> {
    if name.is_empty() {
        return Ok(Some(context.actor.user));
    }
    let Ok(found) = candidate_named(service, context, &CandidateOf::Users, name).await? else { return Ok(None) };
    Ok(service.user_named(context.tenant, found.id).await?.map(|user| user.number))
}

fn written(given: &ActivityGiven, person: UserNo, otherwise: Timestamp) -> ActivityWritten {
    let (kind, at, text) = (given.kind, given.at.unwrap_or(otherwise), given.text.clone());
    ActivityWritten { kind, at, due: given.due, person, text }
}

/// An activity of a record that was not deleted.
fn activity_at(keyed: &mut Keyed<'_>, record: RecordNo, number: ActivityNo) -> Result<Activity> {
    let found = store::activity::activity_by_number(keyed, number)?;
    let found = found.filter(|activity| activity.record == record && activity.deleted.is_none());
    found.ok_or_else(|| Error::not_found("activity"))
}
