//! Indexes that people ask for: made beside the work of others, filled in slices by a job, asked when they hold every record.

use std::sync::Arc;

use musubi_domain::condition::Field;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, IndexNo, JobNo, RecordNo};
use musubi_domain::job::NewJob;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use serde::{Deserialize, Serialize};

use crate::context::Service;
use crate::job::job_enqueue_in;
use crate::record::Templates;

/// The kind of the job that fills an index.
pub const INDEX_FILL: &str = "index.fill";
/// Fields of one index at most.
const FIELDS: usize = 3;

/// An index that is being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexFill {
    /// The database.
    pub database: DatabaseNo,
    /// The index.
    pub index: IndexNo,
    /// The last record that was there when the index was made: those after it have had their keys from the beginning.
    pub until: Option<RecordNo>,
}

/// How far the filling of an index has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillCursor {
    /// Records up to this one have their keys.
    pub after: Option<RecordNo>,
    /// Records looked at.
    pub looked: i64,
    /// Whether the index holds every record.
    pub ready: bool,
}

/// Makes an index over one to three fields, filled by a job. Gives the index and, where there is anything to fill, the job.
///
/// # Errors
/// Forbidden without the right. NotFound where there is no such database; Invalid where the fields cannot be indexed or have an index already.
pub async fn index_create(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    fields: Vec<Field>,
) -> Result<(IndexNo, Option<JobNo>)> {
    service.check_named_right(context, named::DATABASES).await?;
    let number = service.template(context.tenant, database).await?.database;
    let count = move |snapshot: &mut store::db::Snapshot<'_>| store::record::record_count_all(snapshot, number);
    let total = Some(service.db().scan(context.tenant, count).await?);
    let database = database.to_owned();
    let write = move |tx: &mut Tx<'_>| {
        let fill = index_create_in(tx, &database, &fields)?;
        if fill.until.is_none() {
            return Ok((fill.index, None));
        }
        let payload = serde_json::to_value(fill).map_err(|error| Error::internal(error.to_string()))?;
        let job = job_enqueue_in(tx, &NewJob { total, ..NewJob::new(INDEX_FILL, payload) })?;
        Ok((fill.index, Some(job)))
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Adds an index over one to three fields. From the commit on every writer writes its keys; what was there before is filled by slices.
///
/// # Errors
/// Invalid where the fields cannot be indexed or have an index already.
fn index_create_in(tx: &mut Tx<'_>, database: &str, fields: &[Field]) -> Result<IndexFill> {
    let template = store::template::template_by_name(tx, database)?.ok_or_else(|| Error::not_found("database"))?;
    let fields: Vec<Field> = fields.iter().map(|field| template.settled_field(*field)).collect();
    let problems = problems(&template, &fields);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let until = store::record::record_highest(tx, template.database)?;
    let index = store::template::index_insert(tx, template.database, &fields, until.is_none())?;
    store::template::template_version_raise(tx, template.database)?;
    tx.record_operation(&Operation::new("index.create", database))?;
    Ok(IndexFill { database: template.database, index, until })
}

fn problems(template: &Template, fields: &[Field]) -> Vec<Problem> {
    let problem = |at: usize, message| Problem { path: format!("fields[{at}]"), item: None, message };
    let mut problems = Vec::new();
    if fields.is_empty() || fields.len() > FIELDS {
        let (least, most) = (1, i64::try_from(FIELDS).unwrap_or(i64::MAX));
        problems.push(Problem { path: "fields".to_owned(), item: None, message: Message::OutOfRange { least, most } });
    }
    for (at, field) in fields.iter().enumerate() {
        let is_unknown = field.item().is_some_and(|item| template.item_numbered(item).is_none());
        if is_unknown {
            problems.push(problem(at, Message::UnknownItem));
        } else if template.has_many(*field) && fields.iter().take(at).any(|other| template.has_many(*other)) {
            // Every combination of the values of both would be a key.
            problems.push(problem(at, Message::NotForThisType));
        } else if fields.iter().take(at).any(|other| other == field) {
            problems.push(problem(at, Message::ItemTwice));
        }
    }
    if template.indexes().iter().any(|index| index.fields == fields) {
        problems.push(problem(0, Message::Taken));
    }
    problems
}

/// Fills a slice of an index: at most `most` records.
///
/// # Errors
/// What the database says.
pub fn index_fill_slice_in(tx: &mut Tx<'_>, fill: IndexFill, cursor: FillCursor, most: i64) -> Result<FillCursor> {
    let template = Templates::default().of(tx, fill.database)?;
    // An index that was taken down meanwhile is filled no further.
    let Some(index) = template.indexes().iter().find(|index| index.number == fill.index) else {
        return Ok(FillCursor { ready: true, ..cursor });
    };
    let after = cursor.after.unwrap_or(RecordNo::range(fill.database).0);
    let records = store::record::record_walk(tx, fill.database, after, most)?;
    let is_old = |record: &RecordNo| fill.until.is_some_and(|until| *record <= until);
    let mut next = cursor;
    for record in records.iter().filter(|record| is_old(&record.number)) {
        next.after = Some(record.number);
        next.looked += 1;
        if record.deleted_at.is_some() {
            continue;
        }
        for (number, key) in record.facts(&template).keys_in(index) {
            store::record::key_insert(tx, number, &key, record.number)?;
        }
    }
    if next.after == cursor.after {
        next.ready = true;
        store::template::index_ready_set(tx, fill.index)?;
        store::template::template_version_raise(tx, fill.database)?;
    }
    Ok(next)
}

/// The indexes of a database, with whether each is ready.
///
/// # Errors
/// NotFound where there is no such database.
pub async fn index_list(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
) -> Result<Vec<musubi_domain::template::Index>> {
    Ok(service.template(context.tenant, database).await?.indexes().to_vec())
}
