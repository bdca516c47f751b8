//! The files of a record.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::AttachmentNo;
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_service::attachment::{Upload, attachment_begin, attachment_delete, attachment_get, attachment_list};

use super::head::{Head, Shown, numbered};
use super::line::name;
use crate::download;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::Frame;
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::texts::fill;
use crate::told::lead_told;
use crate::upload::{PersonUpload, UploadedFile};

/// Files that a page shows.
const ROWS: i64 = 50;
const KIB: i64 = 1_024;
const MIB: i64 = 1_048_576;

/// Where a file stands.
type At = Path<(String, String, String)>;

#[derive(Template)]
#[template(path = "thread/files.html")]
struct FilesPage<'a> {
    frame: &'a Frame,
    head: Head,
    files: Vec<File>,
    next: String,
    wrong: String,
    hint: String,
}

/// A file as it is shown.
struct File {
    path: String,
    name: String,
    size: String,
    at: Moment,
    by: String,
    sha256: String,
    is_shown: bool,
    may_delete: bool,
}

/// The part of the page, with what is wrong with a file that was sent.
pub(super) async fn show(
    person: &Person,
    shown: &Shown,
    status: StatusCode,
    query: &Form,
    wrong: String,
) -> Result<Response, Failure> {
    let before = query.given("before").and_then(|number| number.parse().ok()).map(AttachmentNo);
    let page = (before, ROWS + 1);
    let found = attachment_list(&person.service, &person.context, &shown.database.name, shown.id(), page).await;
    let mut found = found.map_err(|error| person.failure(&error))?;
    let has_more = found.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let next =
        found.last().filter(|_| has_more).map(|last| format!("{}?tab=files&before={}", shown.path(), last.number));
    let is_keeper = person.frame.menu.as_ref().is_some_and(|menu| menu.has_any(&[named::SYSTEM]));
    let mut files = Vec::with_capacity(found.len());
    for attachment in found {
        files.push(File {
            path: format!("{}/attachments/{}", shown.path(), attachment.number),
            size: size(attachment.size),
            at: person.frame.moment(attachment.at),
            by: name(person, attachment.by).await?,
            sha256: attachment.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            is_shown: attachment.is_shown(),
            may_delete: shown.may_write && (is_keeper || attachment.by == person.context.actor.user),
            name: attachment.name,
        });
    }
    let hint = fill(person.frame.say.thread.file_hint, &(limits::ATTACHMENT_BYTES / MIB).to_string());
    let (head, next) = (shown.head(person, super::FILES).await?, next.unwrap_or_default());
    person.page(status, &FilesPage { frame: &person.frame, head, files, next, wrong, hint })
}

/// A size as people read it: to a tenth.
fn size(bytes: i64) -> String {
    let tenths = |unit: i64| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    if bytes < KIB {
        format!("{bytes} B")
    } else if bytes < MIB {
        format!("{} KB", tenths(KIB))
    } else {
        format!("{} MB", tenths(MIB))
    }
}

/// POST /records/{database}/{id}/attachments
pub(super) async fn create(
    Path((database, id)): Path<(String, String)>,
    mut upload: PersonUpload,
) -> Result<Response, Failure> {
    let shown = Shown::of(&upload.person, &database, &id).await?;
    let mut count = 0;
    while let Some(mut file) = upload.next_file().await? {
        match keep(&upload, &shown, &mut file).await? {
            Ok(()) => count += 1,
            Err(error) if error.kind() == Kind::Invalid => {
                let said = error.problems().first().map(|problem| problem.message.text(upload.person.frame.locale));
                let wrong = format!("{}: {}", shortened(&file.name), said.unwrap_or_default());
                return refused(&upload.person, &shown, wrong).await;
            }
            Err(error) => return Err(upload.person.failure(&error)),
        }
    }
    if count == 0 {
        let wrong = musubi_domain::messages::Message::FileEmpty.text(upload.person.frame.locale);
        return refused(&upload.person, &shown, wrong).await;
    }
    Ok(lead_told(&format!("{}?tab=files", shown.path()), "file", None))
}

fn shortened(name: &str) -> String {
    name.chars().take(limits::ATTACHMENT_NAME_CHARACTERS).collect()
}

async fn refused(person: &Person, shown: &Shown, wrong: String) -> Result<Response, Failure> {
    show(person, shown, StatusCode::UNPROCESSABLE_ENTITY, &Form::default(), wrong).await
}

/// Takes a file in, and gives it up where it does not come whole.
async fn keep(form: &PersonUpload, shown: &Shown, file: &mut UploadedFile) -> Result<Result<(), Error>, Failure> {
    let person = &form.person;
    // Each file is an action of its own: ids come from the context.
    let own = &person.context;
    let context = person.service.context(own.tenant, own.actor.clone(), own.locale, own.request_id);
    let begun = attachment_begin(&person.service, &context, &shown.database.name, shown.id(), &file.name).await;
    let mut upload = match begun {
        Ok(upload) => upload,
        Err(error) => return Ok(Err(error)),
    };
    match take(&mut upload, file).await {
        Ok(Ok(())) => Ok(upload.finish().await.map(drop)),
        Ok(Err(error)) => {
            upload.give_up().await.map_err(|error| person.failure(&error))?;
            Ok(Err(error))
        }
        Err(wrong) => {
            upload.give_up().await.map_err(|error| person.failure(&error))?;
            Err(form.failure(wrong))
        }
    }
}

async fn take(upload: &mut Upload, file: &mut UploadedFile) -> Result<Result<(), Error>, Wrong> {
    while let Some(bytes) = file.next_bytes().await? {
        if let Err(error) = upload.add(&bytes).await {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// GET /records/{database}/{id}/attachments/{number}
pub(super) async fn give(
    person: Person,
    Path((database, id, number)): At,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let (name, number) = (&shown.database.name, AttachmentNo(numbered(&person, &number)?));
    let attachment = attachment_get(&person.service, &person.context, name, shown.id(), number).await;
    let attachment = attachment.map_err(|error| person.failure(&error))?;
    Ok(download::file(&person, attachment, query.as_deref() == Some("show")))
}

/// POST /records/{database}/{id}/attachments/{number}/delete
pub(super) async fn delete(
    Path((database, id, number)): At,
    PersonForm(person, _): PersonForm,
) -> Result<Response, Failure> {
    let shown = Shown::of(&person, &database, &id).await?;
    let at = (shown.id(), AttachmentNo(numbered(&person, &number)?));
    let deleted = attachment_delete(&person.service, &person.context, &shown.database.name, at).await;
    deleted.map_err(|error| person.failure(&error))?;
    Ok(lead_told(&format!("{}?tab=files", shown.path()), "file-deleted", None))
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_at_a_glance() {
        for (bytes, text) in
            [(0, "0 B"), (1_023, "1023 B"), (1_536, "1.5 KB"), (1_048_576, "1.0 MB"), (31_457_280, "30.0 MB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
