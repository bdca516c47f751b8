//! Files that are kept with records, in chunks: neither a whole file nor a long transaction is ever needed.

use musubi_domain::attachment::Attachment;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{AttachmentNo, RecordNo, UserNo};
use musubi_domain::limits;
use musubi_domain::time::Timestamp;

use crate::counter::counter_next;
use crate::db::{Keyed, Point, Row, Snapshot, Tx};

macro_rules! select_attachment {
    ($rest:literal) => {
        concat!(
            "SELECT attachment_no, record_no, name, size, sha256, at, user_no FROM attachment WHERE tenant_no = ?1 AND ",
            $rest
        )
    };
}

const BY_NUMBER: Point = Point::new(select_attachment!("attachment_no = ?2 AND is_whole = 1"));
const CHUNK: Point =
    Point::new("SELECT bytes FROM attachment_chunk WHERE tenant_no = ?1 AND attachment_no = ?2 AND chunk_no = ?3");

pub(crate) const POINTS: &[&Point] = &[&BY_NUMBER, &CHUNK];

const OF_RECORD: &str =
    select_attachment!("record_no = ?2 AND is_whole = 1 AND attachment_no < ?3 ORDER BY attachment_no DESC LIMIT ?4");
const IN_PARTS: &str =
    "SELECT attachment_no FROM attachment WHERE tenant_no = ?1 AND is_whole = 0 AND at < ?2 ORDER BY at LIMIT 5";

pub(crate) const PAGES: &[&str] = &[OF_RECORD, IN_PARTS];

fn read(mut row: Row) -> Result<Attachment> {
    Ok(Attachment {
        number: AttachmentNo(row.take()?),
        record: RecordNo(row.take()?),
        name: row.take()?,
        size: row.take()?,
        sha256: row.take()?,
        at: Timestamp::from_micros(row.take()?),
        by: UserNo(row.take()?),
    })
}

/// The file of a number, where it has come whole.
///
/// # Errors
/// What the database says.
pub fn attachment_by_number(keyed: &mut Keyed<'_>, number: AttachmentNo) -> Result<Option<Attachment>> {
    keyed.point_one(&BY_NUMBER, &[number.0.into()])?.map(read).transpose()
}

/// The files of a record before one, newest first, at most `most`.
///
/// # Errors
/// What the database says.
pub fn attachment_page(
    snapshot: &mut Snapshot<'_>,
    record: RecordNo,
    before: AttachmentNo,
    most: i64,
) -> Result<Vec<Attachment>> {
    let rows = snapshot.rows(OF_RECORD, &[record.0.into(), before.0.into(), most.into()])?;
    rows.into_iter().map(read).collect()
}

/// A chunk of a file; `None` past its end.
///
/// # Errors
/// What the database says.
pub fn attachment_chunk(keyed: &mut Keyed<'_>, number: AttachmentNo, chunk: i64) -> Result<Option<Vec<u8>>> {
    let row = keyed.point_one(&CHUNK, &[number.0.into(), chunk.into()])?;
    row.map(|mut row| row.take()).transpose()
}

/// Begins a file that comes in, sent by whoever acts.
///
/// # Errors
/// What the database says.
pub fn attachment_insert(tx: &mut Tx<'_>, record: RecordNo, name: &str) -> Result<AttachmentNo> {
    let number = counter_next(tx, "attachment")?;
    let (now, user) = (tx.context().now.micros(), tx.context().actor.user.0);
    tx.execute(
        "INSERT INTO attachment (tenant_no, attachment_no, record_no, name, size, sha256, at, user_no, is_whole)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, 0)",
        &[number.into(), record.0.into(), name.into(), Vec::new().into(), now.into(), user.into()],
    )?;
    Ok(AttachmentNo(number))
}

/// Adds a chunk to a file that comes in, and gives how many bytes the files of the tenant have then; `None` where the file has been
/// removed meanwhile.
///
/// # Errors
/// Internal where the chunk is too large; what the database says.
pub fn attachment_append(tx: &mut Tx<'_>, number: AttachmentNo, chunk: i64, bytes: &[u8]) -> Result<Option<i64>> {
    if bytes.len() > limits::ATTACHMENT_CHUNK_BYTES {
        return Err(Error::internal(format!("a chunk of {} bytes", bytes.len())));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let grown = "UPDATE attachment SET size = size + ?3 WHERE tenant_no = ?1 AND attachment_no = ?2 AND is_whole = 0";
    if tx.execute(grown, &[number.0.into(), size.into()])? != 1 {
        return Ok(None);
    }
    tx.execute(
        "INSERT INTO attachment_chunk (tenant_no, attachment_no, chunk_no, bytes) VALUES (?1, ?2, ?3, ?4)",
        &[number.0.into(), chunk.into(), bytes.into()],
    )?;
    total_add(tx, size).map(Some)
}

/// Says that a file has come whole; false where it has been removed meanwhile.
///
/// # Errors
/// What the database says.
pub fn attachment_whole_set(tx: &mut Tx<'_>, number: AttachmentNo, sha256: &[u8]) -> Result<bool> {
    let sql =
        "UPDATE attachment SET sha256 = ?3, is_whole = 1 WHERE tenant_no = ?1 AND attachment_no = ?2 AND is_whole = 0";
    Ok(tx.execute(sql, &[number.0.into(), sha256.into()])? == 1)
}

/// Removes a file with its content. A file is at most [`limits::ATTACHMENT_BYTES`], so that is one short transaction.
///
/// # Errors
/// What the database says.
pub fn attachment_delete(tx: &mut Tx<'_>, number: AttachmentNo) -> Result<()> {
    let rows = tx.rows(
        "DELETE FROM attachment WHERE tenant_no = ?1 AND attachment_no = ?2 RETURNING size",
        &[number.0.into()],
    )?;
    for mut row in rows {
        let size: i64 = row.take()?;
        total_add(tx, -size)?;
    }
    let chunks = "DELETE FROM attachment_chunk WHERE tenant_no = ?1 AND attachment_no = ?2";
    tx.execute(chunks, &[number.0.into()]).map(drop)
}

/// Removes a few files that began to come in before `moment` and did not come whole.
///
/// # Errors
/// What the database says.
pub fn attachment_parts_delete(tx: &mut Tx<'_>, moment: Timestamp) -> Result<()> {
    for mut row in tx.rows(IN_PARTS, &[moment.micros().into()])? {
        attachment_delete(tx, AttachmentNo(row.take()?))?;
    }
    Ok(())
}

fn total_add(tx: &mut Tx<'_>, bytes: i64) -> Result<i64> {
    let rows = tx.rows(
        "INSERT INTO attachment_total (tenant_no, bytes) VALUES (?1, ?2)
         ON CONFLICT (tenant_no) DO UPDATE SET bytes = attachment_total.bytes + ?2 RETURNING bytes",
        &[bytes.into()],
    )?;
    rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
}
