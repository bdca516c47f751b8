//! Files that are kept with records. They come in and go out in chunks: none is ever held whole.

use std::sync::Arc;

use aws_lc_rs::digest;
use musubi_domain::attachment::{Attachment, content_problem, name_settled};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{AttachmentNo, RecordNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Keyed, Lane, Snapshot, Tx};
use uuid::Uuid;

use crate::context::Service;
use crate::thread::{check_own, is_keeper, note, record_at, sight_of};

const HOUR: i64 = 3_600_000_000;
const MIB: i64 = 1_048_576;
const GIB: i64 = 1_073_741_824;

/// A file that comes in. What is neither [finished](Upload::finish) nor [given up](Upload::give_up) is removed by a later upload.
pub struct Upload {
    service: Service,
    context: Arc<Context>,
    template: Arc<Template>,
    sight: Sight,
    record: Uuid,
    name: String,
    /// Once its first chunk has been looked at.
    number: Option<AttachmentNo>,
    chunks: i64,
    size: i64,
    waiting: Vec<u8>,
    digest: digest::Context,
}

/// Begins to take a file in. Nothing is written before its beginning is there.
///
/// # Errors
/// Invalid at `file` where no file of this name is kept; NotFound at `record` where the caller may not see it; Forbidden where he may not
/// write in the database.
pub async fn attachment_begin(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    name: &str,
) -> Result<Upload> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let (own_template, own_sight) = (Arc::clone(&template), sight.clone());
    let find = move |keyed: &mut Keyed<'_>| record_at(keyed, &own_sight, &own_template, record).map(drop);
    service.db().get(context.tenant, find).await?;
    let name = name_settled(name).map_err(wrong)?;
    Ok(Upload {
        service: service.clone(),
        context: Arc::clone(context),
        template,
        sight,
        record,
        name,
        number: None,
        chunks: 0,
        size: 0,
        waiting: Vec::new(),
        digest: digest::Context::new(&digest::SHA256),
    })
}

impl Upload {
    /// Takes further bytes.
    ///
    /// # Errors
    /// Invalid at `file` where the file is too large, is not what its name says, or the tenant has no room.
    pub async fn add(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if self.size > limits::ATTACHMENT_BYTES {
            return Err(wrong(Message::FileTooLarge { most: limits::ATTACHMENT_BYTES / MIB }));
        }
        while !bytes.is_empty() {
            let room = limits::ATTACHMENT_CHUNK_BYTES - self.waiting.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
            if self.waiting.len() == limits::ATTACHMENT_CHUNK_BYTES {
                self.write().await?;
            }
        }
        Ok(())
    }

    /// Keeps the file, which has come whole.
    ///
    /// # Errors
    /// As [`Upload::add`]; Invalid where it is empty; NotFound where the record has gone.
    pub async fn finish(mut self) -> Result<AttachmentNo> {
        if self.number.is_none() || !self.waiting.is_empty() {
            self.write().await?;
        }
        let number = self.number.ok_or_else(|| wrong(Message::FileEmpty))?;
        let sha256 = self.digest.finish().as_ref().to_vec();
        let (template, sight, record) = (self.template, self.sight, self.record);
        let write = move |tx: &mut Tx<'_>| {
            let record = record_at(tx, &sight, &template, record)?;
            if !store::attachment::attachment_whole_set(tx, number, &sha256)? {
                return Err(Error::not_found("file"));
            }
            note(tx, "attachment.create", &template, &record)?;
            Ok(number)
        };
        self.service.db().write(&self.context, Lane::Interactive, write).await
    }

    /// Removes what has come of the file.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn give_up(self) -> Result<()> {
        let Some(number) = self.number else { return Ok(()) };
        let write = move |tx: &mut Tx<'_>| store::attachment::attachment_delete(tx, number);
        self.service.db().write(&self.context, Lane::Interactive, write).await
    }

    async fn write(&mut self) -> Result<()> {
        if self.number.is_none() {
            if let Some(message) = content_problem(&self.name, &self.waiting) {
                return Err(wrong(message));
            }
            self.number = Some(self.begin().await?);
        }
        let Some(number) = self.number else { return Ok(()) };
        self.digest.update(&self.waiting);
        let (bytes, chunk) = (std::mem::take(&mut self.waiting), self.chunks);
        self.chunks += 1;
        let write = move |tx: &mut Tx<'_>| {
            let total = store::attachment::attachment_append(tx, number, chunk, &bytes)?;
            match total.ok_or_else(|| Error::not_found("file"))? {
                total if total > limits::ATTACHMENT_TENANT_BYTES => {
                    Err(wrong(Message::FilesFull { most: limits::ATTACHMENT_TENANT_BYTES / GIB }))
                }
                _ => Ok(()),
            }
        };
        self.service.db().write(&self.context, Lane::Interactive, write).await
    }

    async fn begin(&self) -> Result<AttachmentNo> {
        let (template, sight, record) = (Arc::clone(&self.template), self.sight.clone(), self.record);
        let name = self.name.clone();
        let write = move |tx: &mut Tx<'_>| {
            let record = record_at(tx, &sight, &template, record)?;
            let oldest = Timestamp::from_micros(tx.context().now.micros() - limits::ATTACHMENT_HOURS * HOUR);
            store::attachment::attachment_parts_delete(tx, oldest)?;
            let most = limits::ATTACHMENTS_OF_RECORD;
            let there = store::attachment::attachment_page(tx, record.number, AttachmentNo(i64::MAX), most)?;
            if i64::try_from(there.len()).unwrap_or(i64::MAX) >= most {
                return Err(wrong(Message::TooMany { most: usize::try_from(most).unwrap_or(usize::MAX) }));
            }
            store::attachment::attachment_insert(tx, record.number, &name)
        };
        self.service.db().write(&self.context, Lane::Interactive, write).await
    }
}

fn wrong(message: Message) -> Error {
    Error::invalid_at("file", message)
}

/// The files of a record before one, newest first, at most `most`.
///
/// # Errors
/// NotFound at `record` where the caller may not see it; Forbidden where he may not read the database.
pub async fn attachment_list(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    (before, most): (Option<AttachmentNo>, i64),
) -> Result<Vec<Attachment>> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let record = record_at(snapshot, &sight, &template, record)?;
        let before = before.unwrap_or(AttachmentNo(i64::MAX));
        store::attachment::attachment_page(snapshot, record.number, before, most)
    };
    service.db().page(context.tenant, read).await
}

/// Gives what is known of a file of a record.
///
/// # Errors
/// NotFound where there is none that the caller may see; Forbidden where he may not read the database.
pub async fn attachment_get(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    record: Uuid,
    number: AttachmentNo,
) -> Result<Attachment> {
    let (template, sight) = sight_of(service, context, database, Action::Read).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let record = record_at(keyed, &sight, &template, record)?;
        attachment_at(keyed, record.number, number)
    };
    service.db().get(context.tenant, read).await
}

/// A chunk of the content of a file that the caller was given ([`attachment_get`]); none past its end.
///
/// # Errors
/// Where the database does not answer.
pub async fn attachment_chunk(
    service: &Service,
    context: &Arc<Context>,
    attachment: &Attachment,
    chunk: i64,
) -> Result<Option<Vec<u8>>> {
    let number = attachment.number;
    let read = move |keyed: &mut Keyed<'_>| store::attachment::attachment_chunk(keyed, number, chunk);
    service.db().get(context.tenant, read).await
}

/// Removes a file for good.
///
/// # Errors
/// NotFound; Forbidden where the caller may not write in the database, or another sent it and the caller may not change the settings of
/// the tenant.
pub async fn attachment_delete(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (record, number): (Uuid, AttachmentNo),
) -> Result<()> {
    let (template, sight) = sight_of(service, context, database, Action::Write).await?;
    let is_keeper = is_keeper(service, context).await?;
    let write = move |tx: &mut Tx<'_>| {
        let record = record_at(tx, &sight, &template, record)?;
        let attachment = attachment_at(tx, record.number, number)?;
        if !is_keeper {
            check_own(tx.context(), attachment.by)?;
        }
        store::attachment::attachment_delete(tx, number)?;
        note(tx, "attachment.delete", &template, &record)
    };
    service.db().write(context, Lane::Interactive, write).await
}

fn attachment_at(keyed: &mut Keyed<'_>, record: RecordNo, number: AttachmentNo) -> Result<Attachment> {
    let found = store::attachment::attachment_by_number(keyed, number)?;
    found.filter(|attachment| attachment.record == record).ok_or_else(|| Error::not_found("attachment"))
}
