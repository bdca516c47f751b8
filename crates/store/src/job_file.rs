//! The files of jobs, in chunks: neither a whole file nor a long transaction is ever needed.

use musubi_domain::error::{Error, Result};
use musubi_domain::id::JobNo;
use musubi_domain::job::JobFile;
use musubi_domain::limits;
use musubi_domain::messages::Message;

use crate::db::{Keyed, Point, Tx};

const CHUNK: Point =
    Point::new("SELECT bytes FROM job_file WHERE tenant_no = ?1 AND job_no = ?2 AND role = ?3 AND chunk_no = ?4");

pub(crate) const POINTS: &[&Point] = &[&CHUNK];

/// Adds a chunk at the end of a file and gives its number, from 0. All but the last should be full.
///
/// # Errors
/// Invalid where the file has as many chunks as it may; Internal where the chunk is too large; what the database says.
pub fn job_file_append(tx: &mut Tx<'_>, job: JobNo, file: JobFile, bytes: &[u8]) -> Result<i64> {
    if bytes.len() > limits::JOB_FILE_CHUNK_BYTES {
        return Err(Error::internal(format!("a chunk of {} bytes", bytes.len())));
    }
    let key = [job.0.into(), file.word().into()];
    let rows =
        tx.rows("SELECT max(chunk_no) FROM job_file WHERE tenant_no = ?1 AND job_no = ?2 AND role = ?3", &key)?;
    let last: Option<i64> = rows.into_iter().next().map_or(Ok(None), |mut row| row.take())?;
    let number = last.map_or(0, |last| last + 1);
    let chunk = i64::try_from(limits::JOB_FILE_CHUNK_BYTES).unwrap_or(i64::MAX);
    if number >= limits::JOB_FILE_BYTES / chunk {
        let most = usize::try_from(limits::JOB_FILE_BYTES).unwrap_or(usize::MAX);
        return Err(Error::invalid_at("", Message::BodyTooLarge { most }));
    }
    tx.execute(
        "INSERT INTO job_file (tenant_no, job_no, role, chunk_no, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[job.0.into(), file.word().into(), number.into(), bytes.into()],
    )?;
    Ok(number)
}

/// A chunk of a file; `None` past its end.
///
/// # Errors
/// What the database says.
pub fn job_file_chunk(keyed: &mut Keyed<'_>, job: JobNo, file: JobFile, number: i64) -> Result<Option<Vec<u8>>> {
    let row = keyed.point_one(&CHUNK, &[job.0.into(), file.word().into(), number.into()])?;
    row.map(|mut row| row.take()).transpose()
}

/// Deletes chunks of a job's files, at most `most`; how many.
///
/// # Errors
/// What the database says.
pub fn job_file_delete(tx: &mut Tx<'_>, job: JobNo, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM job_file WHERE tenant_no = ?1 AND job_no = ?2 AND (role, chunk_no) IN
           (SELECT role, chunk_no FROM job_file WHERE tenant_no = ?1 AND job_no = ?2 LIMIT ?3)",
        &[job.0.into(), most.into()],
    )
}
