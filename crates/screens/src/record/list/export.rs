//! CSV files of a list: which columns, in which encoding; small ones at once, others by a job.

use std::collections::BTreeMap;

use askama::Template as Page;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::rights::Action;
use musubi_service::record_export::{Export, ExportEncoding, Exported, Lacking, export_at_once, export_begin};
use musubi_service::record_page::{DatabaseSeen, database_seen};
use uuid::Uuid;

use super::asked::Asked;
use super::column;
use crate::continue_to::query_value;
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::condition::shown::Chip;
use crate::texts::fill;

/// A character that the encoding lacks, as the page shows it.
struct LackingView {
    character: char,
    code: String,
    count: String,
    first: String,
}

#[derive(Page)]
#[template(path = "record/list/export.html")]
struct ExportPage<'a> {
    frame: &'a Frame,
    title: String,
    path: String,
    back: String,
    query: &'a str,
    q: &'a str,
    chips: Vec<Chip>,
    shown: String,
    encodings: Vec<(&'static str, &'static str, bool)>,
    of_shown: bool,
    guards: bool,
    substitutes: bool,
    lacking: Vec<LackingView>,
}

const ENCODINGS: [(&str, ExportEncoding); 3] =
    [("utf8-bom", ExportEncoding::Utf8Bom), ("utf8", ExportEncoding::Utf8), ("sjis", ExportEncoding::Sjis)];

/// What a list is asked for, gathered.
struct Stage {
    person: Person,
    database: Database,
    seen: DatabaseSeen,
    asked: Asked,
    query: String,
}

impl Stage {
    async fn of(person: Person, word: &str, query: String) -> Result<Self, Failure> {
        let database = Database::of_word(&person, word).await?;
        let seen = database_seen(&person.service, &person.context, &database.name, Action::Read).await;
        let seen = seen.map_err(|error| person.failure(&error))?;
        let mut asked = Asked::read(&seen.template, &Form::of_query(Some(&query)));
        asked.conditions.settle(&person, &seen.template, &seen.sight).await?;
        Ok(Self { person, database, seen, asked, query })
    }

    fn page(&self, status: StatusCode, form: &Form, lacking: &BTreeMap<char, Lacking>) -> Result<Response, Failure> {
        let (frame, say) = (&self.person.frame, &self.person.frame.say.list);
        let columns = column::columns(&self.seen.template, &self.seen.sight, &self.asked.columns);
        let names: Vec<&str> = columns.iter().map(|item| item.name.as_str()).collect();
        let chosen = form.given("encoding").unwrap_or("utf8-bom");
        let labels = [say.encoding_utf8_bom, say.encoding_utf8, say.encoding_sjis];
        let encodings = ENCODINGS.iter().zip(labels).map(|((word, _), label)| (*word, label, *word == chosen));
        let view = |(character, lacks): (&char, &Lacking)| LackingView {
            character: *character,
            code: format!("U+{:04X}", u32::from(*character)),
            count: crate::record::entry::grouped(&lacks.count.to_string()),
            first: format!("{} ({})", lacks.name, lacks.column),
        };
        let title = fill(say.export_of, &self.database.title(frame));
        let page = ExportPage {
            frame,
            title: if lacking.is_empty() { title } else { fill(frame.say.error_prefix, &title) },
            path: format!("{}/export", self.database.path()),
            back: format!("{}?{}", self.database.path(), self.query),
            query: &self.query,
            q: &self.asked.text,
            chips: self.asked.conditions.chips(&self.seen.template, frame),
            shown: names.join(frame.say.list_comma),
            encodings: encodings.collect(),
            of_shown: form.get("columns") == "shown",
            guards: form.get("guard") == "1",
            substitutes: form.get("substitute") == "1",
            lacking: lacking.iter().map(view).collect(),
        };
        self.person.page(status, &page)
    }

    fn export(&self, form: &Form) -> Option<Export> {
        let (_, encoding) = ENCODINGS.into_iter().find(|(word, _)| *word == form.get("encoding"))?;
        let shown = column::columns(&self.seen.template, &self.seen.sight, &self.asked.columns);
        let names = self.seen.template.detail.display_items.iter();
        let names = names.filter_map(|item| self.seen.template.item_numbered(*item)).map(|item| item.id);
        let columns: Vec<Uuid> = if form.get("columns") == "shown" {
            let mut columns: Vec<Uuid> = names.collect();
            columns.extend(shown.iter().map(|item| item.id).filter(|id| !columns.contains(id)).collect::<Vec<_>>());
            columns
        } else {
            Vec::new()
        };
        Some(Export {
            database: self.database.name.clone(),
            columns,
            condition: self.asked.condition(&self.seen.template),
            encoding,
            guards_formulas: form.get("guard") == "1",
            substitutes: form.get("substitute") == "1",
        })
    }

    /// The file as a download: named after the database and the day.
    fn file(&self, bytes: Vec<u8>, encoding: ExportEncoding) -> Response {
        let day = self.person.context.now.jst_date();
        let name = query_value(&format!("{}_{day}.csv", self.database.title(&self.person.frame)));
        let word = &self.database.word;
        let disposition = format!("attachment; filename=\"{word}-{day}.csv\"; filename*=UTF-8''{name}");
        let value = |text: String, other| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(other));
        let headers = [
            (header::CONTENT_TYPE, value(format!("text/csv; charset={}", encoding.charset()), "text/csv")),
            (header::CONTENT_DISPOSITION, value(disposition, "attachment")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (headers, bytes).into_response()
    }
}

/// GET /records/{database}/export
pub(super) async fn show(
    person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let stage = Stage::of(person, &word, query.unwrap_or_default()).await?;
    stage.page(StatusCode::OK, &Form::default(), &BTreeMap::new())
}

/// POST /records/{database}/export
pub(super) async fn write(Path(word): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let stage = Stage::of(person, &word, form.get("query").to_owned()).await?;
    let wrong = || Failure::new(stage.person.frame.clone(), Wrong::BadRequest);
    // What was asked for and cannot be would make it more than what was shown.
    if stage.asked.conditions.is_wrong() {
        return Err(wrong());
    }
    let export = stage.export(&form).ok_or_else(wrong)?;
    let (service, context) = (&stage.person.service, &stage.person.context);
    let failure = |error| stage.person.failure(&error);
    match export_at_once(service, context, export.clone()).await.map_err(failure)? {
        Exported::File(bytes) => Ok(stage.file(bytes, export.encoding)),
        Exported::Lacking(lacking) => stage.page(StatusCode::UNPROCESSABLE_ENTITY, &form, &lacking),
        Exported::Later => {
            let job = export_begin(service, context, export).await.map_err(failure)?;
            Ok(lead(&format!("/jobs/{job}")))
        }
    }
}
