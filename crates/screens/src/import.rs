//! Importing a file (CSV): it is sent, every row of it is checked by a job, and the page of that job imports it.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::JobNo;
use musubi_domain::item::Form as Shape;
use musubi_domain::limits;
use musubi_domain::rights::Action;
use musubi_domain::template::Template as RecordTemplate;
use musubi_service::import::{Import, import_begin, import_checked};
use musubi_service::job::{job_cancel, job_input_append, job_input_complete};
use musubi_text::csv::{RowWriter, WriteOptions};
use musubi_text::encoding::Encoding;

use crate::error::{Failure, Wrong};
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::texts::fill;
use crate::upload::{PersonUpload, UploadedFile};

/// Characters of the name of a file.
const NAME: usize = 200;
/// What is put behind the name of an item to name the column of its reading.
const READING: &str = "フリガナ";

/// A column that a file may have.
struct ColumnShown {
    name: String,
    is_required: bool,
}

#[derive(Template)]
#[template(path = "import/import.html")]
struct ImportPage<'a> {
    frame: &'a Frame,
    title: String,
    name: String,
    path: String,
    columns: Vec<ColumnShown>,
    error: &'static str,
}

/// The columns that a file of this database may have, in the order of its template.
fn columns_of(template: &RecordTemplate) -> Vec<ColumnShown> {
    let mut columns = Vec::new();
    for item in template.shown_items().filter(|item| !item.read_only) {
        columns.push(ColumnShown { name: item.name.clone(), is_required: item.required });
        if item.item_type.row().form == Shape::Reading {
            columns.push(ColumnShown { name: format!("{}{READING}", item.name), is_required: false });
        }
    }
    columns
}

async fn page(person: &Person, word: &str, error: &'static str) -> Result<Response, Failure> {
    let database = Database::of_word(person, word).await?;
    let template = writable(person, &database).await?;
    let name = database.title(&person.frame);
    let title = fill(person.frame.say.change_set.import_title, &name);
    let title = if error.is_empty() { title } else { fill(person.frame.say.error_prefix, &title) };
    let columns = columns_of(&template);
    let page = ImportPage { frame: &person.frame, title, name, path: database.path(), columns, error };
    person.page(if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// The template of a database in which the person may write.
async fn writable(person: &Person, database: &Database) -> Result<std::sync::Arc<RecordTemplate>, Failure> {
    let template = person.service.template(person.context.tenant, &database.name).await;
    let template = template.map_err(|error| person.failure(&error))?;
    let right = person.service.check_right(&person.context, &template, Action::Write).await;
    right.map_err(|error| person.failure(&error))?;
    Ok(template)
}

/// GET /records/{database}/import
pub(crate) async fn show(Path(database): Path<String>, person: Person) -> Result<Response, Failure> {
    page(&person, &database, "").await
}

/// GET /records/{database}/import/columns
pub(crate) async fn columns(Path(database): Path<String>, person: Person) -> Result<Response, Failure> {
    let database = Database::of_word(&person, &database).await?;
    let template = writable(&person, &database).await?;
    let names: Vec<String> = columns_of(&template).into_iter().map(|column| column.name).collect();
    let failed = |error: &dyn std::fmt::Display| Failure::internal(&person.frame, error.to_string());
    let options = WriteOptions::plain(Encoding::Utf8Bom);
    let mut writer = RowWriter::new(Vec::new(), options).map_err(|error| failed(&error))?;
    writer.write_row(&names).map_err(|error| failed(&error))?;
    let bytes = writer.finish().map_err(|error| failed(&error))?;
    let name = format!("attachment; filename=\"musubi-{}.csv\"", database.word);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// POST /records/{database}/import
pub(crate) async fn check(Path(word): Path<String>, mut upload: PersonUpload) -> Result<Response, Failure> {
    let database = Database::of_word(&upload.person, &word).await?;
    let Some(mut file) = upload.next_file().await? else {
        let error = upload.person.frame.say.change_set.import_no_file;
        return page(&upload.person, &word, error).await;
    };
    let person = &upload.person;
    let import = Import {
        database: database.name,
        file_name: file.name.chars().filter(|sign| !sign.is_control()).take(NAME).collect(),
        encoding: None,
        dry_run: true,
        skips_bad_rows: false,
    };
    let job = import_begin(&person.service, &person.context, import).await.map_err(|error| person.failure(&error))?;
    match take(person, job, &mut file).await {
        Ok(()) => Ok(lead(&format!("/jobs/{job}"))),
        Err(failure) => {
            // What has not come whole is not checked.
            let cancelled = job_cancel(&person.service, &person.context, job).await;
            cancelled.map_err(|error| person.failure(&error))?;
            Err(failure)
        }
    }
}

/// Gives a job the bytes of a file, in full chunks.
async fn take(person: &Person, job: JobNo, file: &mut UploadedFile) -> Result<(), Failure> {
    let failure = |error: Error| person.failure(&error);
    let mut chunk = Vec::with_capacity(limits::JOB_FILE_CHUNK_BYTES);
    loop {
        let bytes = file.next_bytes().await.map_err(|wrong| Failure::new(person.frame.clone(), wrong))?;
        let Some(bytes) = bytes else { break };
        let mut rest: &[u8] = &bytes;
        while !rest.is_empty() {
            let (taken, left) = rest.split_at(rest.len().min(limits::JOB_FILE_CHUNK_BYTES - chunk.len()));
            chunk.extend_from_slice(taken);
            rest = left;
            if chunk.len() == limits::JOB_FILE_CHUNK_BYTES {
                let full = std::mem::take(&mut chunk);
                job_input_append(&person.service, &person.context, job, full).await.map_err(failure)?;
            }
        }
    }
    if !chunk.is_empty() {
        job_input_append(&person.service, &person.context, job, chunk).await.map_err(failure)?;
    }
    job_input_complete(&person.service, &person.context, job).await.map_err(failure)
}

/// POST /jobs/{number}/import
pub(crate) async fn go_on(
    Path(number): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let Ok(check) = number.parse().map(JobNo) else {
        return Err(Failure::new(person.frame.clone(), Wrong::NotFound));
    };
    let skips_bad_rows = match form.get("rows") {
        "all" => false,
        "good" => true,
        _ => return Err(Failure::new(person.frame.clone(), Wrong::BadRequest)),
    };
    match import_checked(&person.service, &person.context, check, skips_bad_rows).await {
        Ok(job) => Ok(lead(&format!("/jobs/{job}"))),
        Err(error) if error.kind() == Kind::Conflict => Err(Failure::new(person.frame.clone(), Wrong::Conflict)),
        Err(error) => Err(person.failure(&error)),
    }
}
