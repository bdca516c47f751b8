//! Records: one row each, with its keys, links, linkage values and search row.

use std::collections::BTreeMap;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo, UserNo};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::{Document, DocumentBuilder, NewRecord, Record};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use uuid::Uuid;

use crate::counter::record_number_next;
use crate::db::{Keyed, Point, Row, Tx};
use crate::search::search_insert;

const BY_ID: Point = Point::new(
    "SELECT record_no, record_id, version, created_at, created_by, updated_at, updated_by, linkage, document FROM record
     WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3 AND deleted_at IS NULL",
);
const BY_NUMBER: Point = Point::new(
    "SELECT record_no, record_id, version, created_at, created_by, updated_at, updated_by, linkage, document FROM record
     WHERE tenant_no = ?1 AND record_no = ?2 AND deleted_at IS NULL",
);
const NUMBER_BY_ID: Point = Point::new(
    "SELECT record_no, display_name FROM record WHERE tenant_no = ?1 AND database_no = ?2 AND record_id = ?3 AND deleted_at IS NULL",
);

pub(crate) const POINTS: &[&Point] = &[&BY_ID, &BY_NUMBER, &NUMBER_BY_ID];

/// The linkage values of a record as its column holds them: slot → value.
pub(crate) fn read_linkage(json: &str) -> Result<Vec<LinkageValue>> {
    if json == "{}" {
        return Ok(Vec::new());
    }
    let values: BTreeMap<i64, String> =
        serde_json::from_str(json).map_err(|error| Error::internal(format!("linkage values: {error}")))?;
    Ok(values.into_iter().map(|(slot, value)| LinkageValue { slot, value }).collect())
}

fn write_linkage(values: &[LinkageValue]) -> Result<String> {
    let values: BTreeMap<i64, &str> = values.iter().map(|value| (value.slot, value.value.as_str())).collect();
    serde_json::to_string(&values).map_err(|error| Error::internal(error.to_string()))
}

fn read(mut row: Row) -> Result<Record> {
    Ok(Record {
        number: RecordNo(row.take()?),
        id: row.take()?,
        version: row.take()?,
        created_at: Timestamp::from_micros(row.take()?),
        created_by: UserNo(row.take()?),
        updated_at: Timestamp::from_micros(row.take()?),
        updated_by: UserNo(row.take()?),
        linkage: read_linkage(&row.take::<String>()?)?,
        document: Document::from_stored(row.take()?),
    })
}

/// Whether a caller sees a record, which is in question only where rows are conditioned.
fn is_seen(sight: &Sight, template: &Template, record: &Record) -> bool {
    sight.rows().is_none_or(|rows| {
        rows.matches(&musubi_domain::record::StoredView {
            template,
            document: &record.document,
            created_at: record.created_at,
            updated_at: record.updated_at,
        })
    })
}

/// The record of an outside id, if the caller may see it.
///
/// # Errors
/// What the database says.
pub fn record_by_id(keyed: &mut Keyed<'_>, sight: &Sight, template: &Template, id: Uuid) -> Result<Option<Record>> {
    let record = keyed.point_one(&BY_ID, &[template.database.0.into(), id.into()])?.map(read).transpose()?;
    Ok(record.filter(|record| is_seen(sight, template, record)))
}

/// The record of a number, if the caller may see it.
///
/// # Errors
/// What the database says.
pub fn record_by_number(
    keyed: &mut Keyed<'_>,
    sight: &Sight,
    template: &Template,
    number: RecordNo,
) -> Result<Option<Record>> {
    let record = keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()?;
    Ok(record.filter(|record| is_seen(sight, template, record)))
}

/// The number and the display name of a record, for a reference to it. A reference is held to no sight: what it shows of a
/// record that the caller may not see is for whoever shows it.
///
/// # Errors
/// What the database says.
pub fn record_reference(keyed: &mut Keyed<'_>, database: DatabaseNo, id: Uuid) -> Result<Option<(RecordNo, String)>> {
    let row = keyed.point_one(&NUMBER_BY_ID, &[database.0.into(), id.into()])?;
    row.map(|mut row| Ok((RecordNo(row.take()?), row.take()?))).transpose()
}

/// Adds a record with its keys, its search row and its links to other records. Its linkage values are added apart, since
/// they can be taken.
///
/// # Errors
/// What the database says.
pub fn record_insert(
    tx: &mut Tx<'_>,
    template: &Template,
    record: &NewRecord,
    links: &[(ItemNo, RecordNo)],
) -> Result<RecordNo> {
    let number = record_number_next(tx, template.database)?;
    let (user, moment) = (tx.context().actor.user.0, record.created_at.micros());
    let document = DocumentBuilder::build(&record.values);
    tx.execute(
        "INSERT INTO record (record_no, tenant_no, database_no, record_id, display_name, linkage, version, created_at, created_by, updated_at, updated_by, document)
         VALUES (?2, ?1, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?7, ?8, ?9)",
        &[
            number.0.into(),
            template.database.0.into(),
            record.id.into(),
            record.display_name.as_str().into(),
            write_linkage(&record.linkage)?.into(),
            moment.into(),
            user.into(),
            document.as_str().into(),
        ],
    )?;
    for (index, key) in record.keys(template) {
        tx.execute(
            "INSERT INTO record_key (tenant_no, index_no, key, record_no) VALUES (?1, ?2, ?3, ?4)",
            &[index.0.into(), key.into(), number.0.into()],
        )?;
    }
    for (item, target) in links {
        tx.execute(
            "INSERT INTO record_link (tenant_no, target_no, item_no, record_no) VALUES (?1, ?2, ?3, ?4)",
            &[target.0.into(), item.0.into(), number.0.into()],
        )?;
    }
    search_insert(tx, number, &record.search_texts(template))?;
    Ok(number)
}
