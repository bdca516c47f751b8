//! CSV files of the records of a list, which an import reads again: columns are called as an import calls them, and values are written as
//! [`musubi_domain::item::typed`] reads them.
//!
//! Records are read in chunks by key, in the order of creation, and nothing is held between two of them; so a file of a million rows takes
//! as little memory as one of a hundred. What points at a person is his login ID, at an organization or an inquiry route its name where
//! that names one alone, at a record its id.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::condition::{Condition, Field};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::JobNo;
use musubi_domain::item::{Choice, Form, Item, ItemType, ItemValue, RawValue, Target};
use musubi_domain::job::NewJob;
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::time::Timestamp;
use musubi_store::db::{Lane, Snapshot};
use musubi_store::query::{Cursor, Effort, RecordQuery, record_list_step};
use musubi_text::csv::{RowWriter, WriteError, WriteOptions};
use musubi_text::encoding::Encoding;
use musubi_text::sjis::Substitutions;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::Service;
use crate::import::Directory;
use crate::job::job_enqueue_in;
use crate::record_page::{DatabaseSeen, database_seen, is_by_system, records_whole, value_of};

/// The kind of the job that writes a file.
pub const EXPORT: &str = "record.export";
/// Rows that are written at once, without a job.
pub const EXPORTED_AT_ONCE: i64 = 1_000;
/// Records that are looked at in a step where they have to be found.
const LOOKED: i64 = 2_000;
/// What separates several things in a field.
const BETWEEN: &str = "; ";

/// A file that is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The database.
    pub database: String,
    /// The items of the columns; none: all that an import reads.
    pub columns: Vec<Uuid>,
    /// Which records, in words that may speak of whoever looks.
    pub condition: Condition,
    /// The encoding.
    pub encoding: ExportEncoding,
    /// Whether fields that spreadsheets take for formulas begin with a '.
    pub guards_formulas: bool,
    /// Whether characters that Shift_JIS lacks are written as those that look and mean the same.
    pub substitutes: bool,
}

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportEncoding {
    /// UTF-8 with a byte order mark, as Excel knows it.
    Utf8Bom,
    /// UTF-8.
    Utf8,
    /// Shift_JIS as Windows has it (CP932).
    Sjis,
}

impl ExportEncoding {
    /// What a media type calls it.
    #[must_use]
    pub const fn charset(self) -> &'static str {
        match self {
            Self::Utf8Bom | Self::Utf8 => "utf-8",
            Self::Sjis => "Shift_JIS",
        }
    }

    const fn of_text(self) -> Encoding {
        match self {
            Self::Utf8Bom => Encoding::Utf8Bom,
            Self::Utf8 => Encoding::Utf8,
            Self::Sjis => Encoding::Cp932,
        }
    }
}

/// A character that the encoding lacks: how often it stands in the file, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// How often.
    pub count: i64,
    /// What stands for the record where it is first.
    pub name: String,
    /// The column.
    pub column: String,
}

/// What an export does, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportPhase {
    /// Every row is looked at for characters that the encoding lacks.
    #[default]
    Check,
    /// Rows are written.
    Write,
    /// Nothing is left to be done.
    Done,
}

/// How far an export has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportCursor {
    /// What is being done.
    pub phase: ExportPhase,
    /// Where the next rows are found.
    pub place: Cursor,
    /// Rows of this phase.
    pub rows: i64,
    /// What the encoding lacks, at most a hundred characters.
    pub lacking: BTreeMap<char, Lacking>,
}

/// Characters that are told of.
const TOLD: usize = 100;

/// A column: an item, or its reading.
#[derive(Clone, Debug)]
struct Column {
    item: Item,
    reading: bool,
}

/// A row of a file, and what stands for its record.
#[derive(Clone, Debug)]
pub struct ExportRow {
    name: String,
    fields: Vec<String>,
}

/// Everything that an export needs to know beside the records.
pub struct Exporter {
    export: Export,
    seen: DatabaseSeen,
    condition: Condition,
    columns: Vec<Column>,
    directory: Directory,
}

impl Exporter {
    /// Gathers it.
    ///
    /// # Errors
    /// NotFound where there is no such database; Forbidden where whoever acts may not read it; Invalid where a condition asks for what he
    /// may not see.
    pub async fn new(service: &Service, context: &Arc<Context>, export: Export) -> Result<Self> {
        let seen = database_seen(service, context, &export.database, Action::Read).await?;
        seen.sight.check(&seen.template, &export.condition, &[], "conditions")?;
        let condition = service.condition_settled(context, &seen.template, &export.condition).await?;
        let directory = Directory::load(service, context).await?;
        let columns = columns(&seen, &export.columns);
        Ok(Self { export, seen, condition, columns, directory })
    }

    /// Whether the encoding lacks characters at all.
    #[must_use]
    pub fn may_lack(&self) -> bool {
        self.export.encoding == ExportEncoding::Sjis
    }

    fn head(&self) -> Vec<String> {
        let name = |column: &Column| {
            let reading = if column.reading { "フリガナ" } else { "" };
            format!("{}{reading}", column.item.name)
        };
        self.columns.iter().map(name).collect()
    }

    /// Reads the next rows, at most `most`, and where to go on; none at the end.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rows(
        &self,
        service: &Service,
        context: &Arc<Context>,
        place: &Cursor,
        most: i64,
    ) -> Result<(Vec<ExportRow>, Option<Cursor>)> {
        let query = RecordQuery {
            template: Arc::clone(&self.seen.template),
            condition: self.condition.clone(),
            sorts: Vec::new(),
            offset: 0,
            limit: most,
        };
        let (sight, place) = (self.seen.sight.clone(), place.clone());
        let effort = Effort { looked: LOOKED, ..Effort::default() };
        let read = move |snapshot: &mut Snapshot<'_>| record_list_step(snapshot, &sight, &query, &place, &effort);
        let step = service.db().scan(context.tenant, read).await?;
        let next = (!step.finished || step.more).then_some(step.cursor);
        let numbers: Vec<_> = step.rows.iter().map(|row| row.number).collect();
        let records = records_whole(service, context, &self.seen, numbers.clone()).await?;
        let mut rows = Vec::with_capacity(numbers.len());
        for record in numbers.iter().filter_map(|number| records.get(number)) {
            rows.push(self.row(service, context, record).await?);
        }
        Ok((rows, next))
    }

    async fn row(&self, service: &Service, context: &Arc<Context>, record: &Record) -> Result<ExportRow> {
        let mut fields = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            fields.push(self.field(service, context, record, column).await?);
        }
        Ok(ExportRow { name: record.display_name.clone(), fields })
    }

    async fn field(
        &self,
        service: &Service,
        context: &Arc<Context>,
        record: &Record,
        column: &Column,
    ) -> Result<String> {
        let item = &column.item;
        let by = |number| service.user(context.tenant, number);
        match self.seen.template.field(item.number) {
            Field::CreatedAt => return Ok(moment(record.created_at)),
            Field::UpdatedAt => return Ok(moment(record.updated_at)),
            Field::CreatedBy => {
                return Ok(by(record.created_by).await?.map(|user| user.login_id.clone()).unwrap_or_default());
            }
            Field::UpdatedBy => {
                return Ok(by(record.updated_by).await?.map(|user| user.login_id.clone()).unwrap_or_default());
            }
            Field::Item(_) | Field::Likeness { .. } => {}
        }
        Ok(match value_of(record, item) {
            None => String::new(),
            Some(ItemValue::Ruby { ruby, .. }) if column.reading => ruby,
            Some(ItemValue::Text(text) | ItemValue::Ruby { value: text, .. }) => text,
            Some(ItemValue::Number(number)) => number.to_string(),
            Some(ItemValue::Date(date)) => date.to_string(),
            Some(ItemValue::Datetime(time)) => moment(time),
            Some(ItemValue::Choices(values)) => choices(item, &values),
            Some(ItemValue::References(ids)) => self.references(service, context, item, &ids).await?,
            Some(ItemValue::InquiryRoutes(routes)) => {
                let mut names = Vec::new();
                for route in routes {
                    let found = service.inquiry_route_named(context.tenant, route).await?;
                    names.extend(found.map(|found| format!("{}/{}", found.category, found.route)));
                }
                names.join(BETWEEN)
            }
        })
    }

    async fn references(&self, service: &Service, context: &Arc<Context>, item: &Item, ids: &[Uuid]) -> Result<String> {
        let mut names = Vec::with_capacity(ids.len());
        for id in ids {
            let name = match item.item_type.row().target {
                Some(Target::User) => service.user_named(context.tenant, *id).await?.map(|user| user.login_id.clone()),
                Some(Target::Organization) => {
                    service.organization_named(context.tenant, *id).await?.map(|found| found.name.clone())
                }
                _ => None,
            };
            // A name that an import would not read as this one and no other gives way to the id.
            let name = match name.filter(|name| is_one(name)) {
                Some(name) => {
                    let found = self.directory.find(service, context, item, std::slice::from_ref(&name)).await?;
                    (found == Ok(RawValue::Uuids(vec![*id]))).then_some(name)
                }
                None => None,
            };
            names.push(name.unwrap_or_else(|| id.to_string()));
        }
        Ok(names.join(BETWEEN))
    }

    /// Rows as bytes of the file, with its head where it begins; and, where the encoding lacks characters, none of them and what they are.
    ///
    /// # Errors
    /// Internal where they cannot be written.
    pub fn written(&self, rows: &[ExportRow], begins: bool, lacking: &mut BTreeMap<char, Lacking>) -> Result<Vec<u8>> {
        let failed = |error: &dyn std::fmt::Display| Error::internal(format!("a file was not written: {error}"));
        let encoding = self.export.encoding.of_text();
        let options = WriteOptions {
            substitutions: if self.export.substitutes { Substitutions::customary() } else { Substitutions::none() },
            guards_formulas: self.export.guards_formulas,
            // The mark stands at the beginning of the file alone.
            ..WriteOptions::plain(if encoding == Encoding::Utf8Bom && !begins { Encoding::Utf8 } else { encoding })
        };
        let mut writer = RowWriter::new(Vec::new(), options).map_err(|error| failed(&error))?;
        let head = self.head();
        let named = begins.then(|| ExportRow { name: String::new(), fields: head.clone() });
        for row in named.iter().chain(rows) {
            match writer.write_row(&row.fields) {
                Ok(_) => {}
                Err(WriteError::Unmappable(characters)) => {
                    for lacks in characters {
                        note(lacking, lacks.what.character, row, head.get(lacks.field));
                    }
                }
                Err(error @ WriteError::Io(_)) => return Err(failed(&error)),
            }
        }
        writer.finish().map_err(|error| failed(&error))
    }
}

fn note(lacking: &mut BTreeMap<char, Lacking>, character: char, row: &ExportRow, column: Option<&String>) {
    if let Some(known) = lacking.get_mut(&character) {
        known.count += 1;
    } else if lacking.len() < TOLD {
        let column = column.cloned().unwrap_or_default();
        lacking.insert(character, Lacking { count: 1, name: row.name.clone(), column });
    }
}

/// The columns: those that were asked for, or all that an import reads. Those that may not be seen are left out.
fn columns(seen: &DatabaseSeen, asked: &[Uuid]) -> Vec<Column> {
    let sees = |item: &&Item| seen.sight.sees(item.number);
    let items: Vec<&Item> = if asked.is_empty() {
        let is_read = |item: &&Item| !item.read_only && !is_by_system(item) && item.item_type != ItemType::AutoNumber;
        // Of two that are called alike an import takes the first for the one that ships.
        let all = || seen.template.shown_items().filter(is_read).filter(sees);
        all().filter(|item| item.built_in).chain(all().filter(|item| !item.built_in)).collect()
    } else {
        asked.iter().filter_map(|id| seen.template.shown_item(*id)).filter(sees).collect()
    };
    let mut columns = Vec::with_capacity(items.len());
    for item in items {
        columns.push(Column { item: item.clone(), reading: false });
        if item.item_type.row().form == Form::Reading {
            columns.push(Column { item: item.clone(), reading: true });
        }
    }
    columns
}

/// A moment in Japan, as people and imports read it.
fn moment(time: Timestamp) -> String {
    let seconds = time.micros().div_euclid(1_000_000).rem_euclid(60);
    format!("{}:{seconds:02}", time.jst_minute())
}

/// Whether an import would read a name as one name.
fn is_one(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains([';', '；', '、', '\n', '\r'])
}

/// Labels of choices; the number of one whose label would be read as another or as several.
fn choices(item: &Item, values: &[i64]) -> String {
    let is_path = item.item_type == ItemType::LinkagePulldown;
    let (mut level, mut parts): (&[Choice], Vec<String>) = (&item.choices, Vec::with_capacity(values.len()));
    for value in values {
        let found = level.iter().find(|choice| choice.value == *value);
        let is_clear = |choice: &&Choice| {
            let alone = level.iter().filter(|other| other.label == choice.label).count() == 1;
            alone && is_one(&choice.label) && !(is_path && choice.label.contains(['>', '＞', '/', '／']))
        };
        parts.push(found.filter(is_clear).map_or_else(|| value.to_string(), |choice| choice.label.clone()));
        if is_path {
            level = found.map_or(&[], |choice| &choice.children);
        }
    }
    parts.join(if is_path { " > " } else { BETWEEN })
}

/// Queues an export.
///
/// # Errors
/// As [`Exporter::new`].
pub async fn export_begin(service: &Service, context: &Arc<Context>, export: Export) -> Result<JobNo> {
    let exporter = Exporter::new(service, context, export).await?;
    let payload = serde_json::to_value(&exporter.export).map_err(|error| Error::internal(error.to_string()))?;
    let job = NewJob::new(EXPORT, payload);
    service.db().write(context, Lane::Interactive, move |tx| job_enqueue_in(tx, &job)).await
}

/// What an export at once came to.
#[derive(Debug)]
pub enum Exported {
    /// The file.
    File(Vec<u8>),
    /// Characters that the encoding lacks. Nothing is written.
    Lacking(BTreeMap<char, Lacking>),
    /// There are too many rows for this: a job writes them.
    Later,
}

/// Writes a file of at most [`EXPORTED_AT_ONCE`] rows.
///
/// # Errors
/// As [`Exporter::new`].
pub async fn export_at_once(service: &Service, context: &Arc<Context>, export: Export) -> Result<Exported> {
    let exporter = Exporter::new(service, context, export).await?;
    let (rows, next) = exporter.rows(service, context, &Cursor::default(), EXPORTED_AT_ONCE).await?;
    if next.is_some() {
        return Ok(Exported::Later);
    }
    let mut lacking = BTreeMap::new();
    let file = exporter.written(&rows, true, &mut lacking)?;
    Ok(if lacking.is_empty() { Exported::File(file) } else { Exported::Lacking(lacking) })
}
