//! Bulk edits: values are chosen, tried, looked at, and then given to many records by a job.

use askama::Template as Page;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::{Error, Kind, Problem};
use musubi_domain::item::{Item, ItemType, ItemValue};
use musubi_domain::rights::Action;
use musubi_domain::time::Timestamp;
use musubi_service::record_bulk::{
    Bulk, BulkAction, BulkItem, BulkPreview, BulkRecords, BulkRow, Selected, bulk_begin, bulk_preview, bulk_selected,
};
use musubi_service::record_page::{DatabaseSeen, database_seen};
use musubi_service::value_name::{ValueNames, value_names};
use uuid::Uuid;

use super::asked::Asked;
use super::cell::cell;
use super::{packed, selected};
use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::entry::{Entry, grouped};
use crate::record::input::{Inputs, ItemInput};
use crate::record::reading::{Reading, read};
use crate::texts::fill;
use crate::told::lead_told;

/// The fields of a step that are not values.
const OWN: [&str; 8] = ["token", "step", "query", "all", "ids", "versions", "looked", "id[]"];
/// Items that one bulk edit changes at most.
const ITEMS: usize = 20;

/// What is carried from step to step: which records, and from which list.
struct Chosen {
    ids: Vec<Uuid>,
    /// The versions in which they were looked at, once they were.
    versions: Vec<Option<i64>>,
    all: bool,
    /// When all were looked at, once they were.
    looked_at: Option<Timestamp>,
    query: String,
}

impl Chosen {
    fn read(form: &Form) -> Self {
        let versions = form.get("versions").split(' ').map(|version| version.parse().ok()).collect();
        let looked_at = form.get("looked").parse().ok().map(Timestamp::from_micros);
        let (all, query) = (form.get("all") == "1", form.get("query").to_owned());
        Self { ids: selected(form), versions, all, looked_at, query }
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.all
    }

    /// The version in which a record was looked at.
    fn version_of(&self, id: Uuid) -> Option<i64> {
        let at = self.ids.iter().position(|other| *other == id)?;
        self.versions.get(at).copied().flatten()
    }

    fn fields(&self) -> Vec<(String, String)> {
        let all = if self.all { "1" } else { "" };
        // Where all are meant, it does not matter which were selected.
        let ids = if self.all { String::new() } else { packed(&self.ids) };
        [("query", self.query.clone()), ("all", all.to_owned()), ("ids", ids)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

struct Pickable {
    id: Uuid,
    label: String,
    chosen: bool,
}

#[derive(Page)]
#[template(path = "record/list/bulk_edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    title: String,
    lead: String,
    path: String,
    back: String,
    hidden: Vec<(String, String)>,
    items: Vec<Pickable>,
    inputs: Vec<ItemInput>,
    wrong: &'static str,
}

/// A record of the preview, as the page shows it.
struct RowView {
    name: String,
    path: String,
    /// For each item: before and after.
    changes: Vec<(String, String, String, bool)>,
    wrong: String,
}

#[derive(Page)]
#[template(path = "record/list/bulk_preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    title: String,
    lead: String,
    path: String,
    back: String,
    hidden: Vec<(String, String)>,
    rows: Vec<RowView>,
    rest: String,
    /// Whether there is nothing to be done.
    is_empty: bool,
    deletes: bool,
    run: String,
}

/// What the steps of a bulk edit have in common.
struct Stage {
    person: Person,
    form: Form,
    database: Database,
    seen: DatabaseSeen,
    chosen: Chosen,
}

/// POST /records/{database}/bulk
pub(super) async fn bulk(Path(word): Path<String>, PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let database = Database::of_word(&person, &word).await?;
    let step = form.get("step").to_owned();
    let action = if step.starts_with("delete") { Action::Delete } else { Action::Write };
    let seen = database_seen(&person.service, &person.context, &database.name, action).await;
    let seen = seen.map_err(|error| person.failure(&error))?;
    let chosen = Chosen::read(&form);
    if chosen.is_empty() {
        return Ok(lead_told(&format!("{}?{}", database.path(), chosen.query), "none", None));
    }
    let stage = Stage { person, form, database, seen, chosen };
    match step.as_str() {
        "edit" => stage.edit(StatusCode::OK, None, "").await,
        "preview" => stage.preview().await,
        "run" => stage.run().await,
        "delete" => stage.preview_of(BulkAction::Delete).await,
        "delete-run" => stage.begin(BulkAction::Delete).await,
        _ => Err(Failure::new(stage.person.frame.clone(), Wrong::BadRequest)),
    }
}

impl Stage {
    /// The items that are to be changed, as the form names them.
    fn items(&self) -> Vec<&Item> {
        let may = may_change(&self.seen);
        let ids: Vec<Uuid> = self.form.list("item[]").iter().filter_map(|id| id.parse().ok()).collect();
        may.into_iter().filter(|item| ids.contains(&item.id)).take(ITEMS).collect()
    }

    async fn readings(&self) -> Result<Vec<(&Item, Reading)>, Failure> {
        let mut readings = Vec::new();
        for item in self.items() {
            readings.push((item, read(&self.person, item, &self.form).await?));
        }
        Ok(readings)
    }

    /// The page on which items and their values are chosen; with what is wrong where they have been sent.
    async fn edit(
        &self,
        status: StatusCode,
        problems: Option<&[Problem]>,
        wrong: &'static str,
    ) -> Result<Response, Failure> {
        let (frame, readings) = (&self.person.frame, self.readings().await?);
        let values: Vec<(&Item, ItemValue)> = readings
            .iter()
            .filter_map(|(item, reading)| Some((*item, reading.entry.chosen_item_value(item)?)))
            .collect();
        let names = value_names(&self.person.service, &self.person.context, &values).await;
        let names = names.map_err(|error| self.person.failure(&error))?;
        let inputs = Inputs { say: frame.say, word: &self.database.word, names: &names };
        let input = |(item, reading): &(&Item, Reading)| {
            let input = if problems.is_some() {
                inputs.of_reading(item, reading)
            } else {
                inputs.input(item, &Entry::of_form(item, &self.form))
            };
            let own = problems.unwrap_or_default().iter().find(|problem| problem.item == Some(item.id));
            let said = own.map(|problem| problem.message.text(frame.locale)).unwrap_or_default();
            input.with_error(said)
        };
        let mut shown: Vec<ItemInput> = readings.iter().map(input).collect();
        if let Some(at) = shown.iter().position(ItemInput::is_wrong) {
            let input = shown.remove(at).with_focus();
            shown.insert(at, input);
        }
        let chosen = self.items();
        let pickable = |item: &Item| Pickable {
            id: item.id,
            label: item.name.clone(),
            chosen: chosen.iter().any(|other| other.number == item.number),
        };
        let say = &frame.say.list;
        let title =
            if problems.is_some() { fill(frame.say.error_prefix, say.bulk_title) } else { say.bulk_title.to_owned() };
        let page = EditPage {
            frame,
            title,
            lead: self.lead(),
            path: format!("{}/bulk", self.database.path()),
            back: format!("{}?{}", self.database.path(), self.chosen.query),
            hidden: self.chosen.fields(),
            items: may_change(&self.seen).into_iter().map(pickable).collect(),
            inputs: shown,
            wrong,
        };
        self.person.page(status, &page)
    }

    fn lead(&self) -> String {
        let say = &self.person.frame.say.list;
        if self.chosen.all {
            return say.bulk_all.to_owned();
        }
        fill(say.bulk_selected, &grouped(&self.chosen.ids.len().to_string()))
    }

    /// The values that are to be given; or the page with what is wrong with them.
    async fn action(&self) -> Result<Result<BulkAction, Response>, Failure> {
        let readings = self.readings().await?;
        if readings.is_empty() {
            let wrong = self.person.frame.say.list.bulk_no_item;
            return Ok(Err(self.edit(StatusCode::UNPROCESSABLE_ENTITY, Some(&[]), wrong).await?));
        }
        let (mut items, mut problems) = (Vec::new(), Vec::new());
        for (item, reading) in &readings {
            match reading.given(item) {
                Ok(given) => items.push(BulkItem { item: item.id, item_type: given.item_type, value: given.value }),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            return Ok(Ok(BulkAction::Update(items)));
        }
        Ok(Err(self.edit(StatusCode::UNPROCESSABLE_ENTITY, Some(&problems), "").await?))
    }

    /// What is to be done, to records as they were looked at; and the fields by which the next step knows how they are now.
    async fn bulk(&self, action: BulkAction) -> Result<(Bulk, Vec<(String, String)>), Failure> {
        let mut fields = self.chosen.fields();
        let records = if self.chosen.all {
            let form = Form::of_query(Some(&self.chosen.query));
            let mut asked = Asked::read(&self.seen.template, &form);
            asked.conditions.settle(&self.person, &self.seen.template, &self.seen.sight).await?;
            // What was asked for and cannot be would make it more than what was shown.
            if asked.conditions.is_wrong() {
                return Err(Failure::new(self.person.frame.clone(), Wrong::BadRequest));
            }
            let now = self.person.context.now;
            fields.push(("looked".to_owned(), now.micros().to_string()));
            let looked_at = self.chosen.looked_at.unwrap_or(now);
            BulkRecords::Matching { condition: asked.condition(&self.seen.template), looked_at }
        } else {
            let found =
                bulk_selected(&self.person.service, &self.person.context, &self.seen, self.chosen.ids.clone()).await;
            let found = found.map_err(|error| self.person.failure(&error))?;
            let (ids, versions): (Vec<Uuid>, Vec<String>) =
                found.iter().map(|selected| (selected.id, selected.version.to_string())).unzip();
            fields.retain(|(name, _)| name != "ids");
            fields.extend([("ids".to_owned(), packed(&ids)), ("versions".to_owned(), versions.join(" "))]);
            let looked =
                |selected: Selected| (selected.number, self.chosen.version_of(selected.id).unwrap_or(selected.version));
            BulkRecords::These(found.into_iter().map(looked).collect())
        };
        Ok((Bulk { database: self.database.name.clone(), action, records }, fields))
    }

    async fn preview(&self) -> Result<Response, Failure> {
        match self.action().await? {
            Ok(action) => self.preview_of(action).await,
            Err(page) => Ok(page),
        }
    }

    async fn preview_of(&self, action: BulkAction) -> Result<Response, Failure> {
        let deletes = action == BulkAction::Delete;
        let (bulk, fields) = self.bulk(action).await?;
        match bulk_preview(&self.person.service, &self.person.context, bulk).await {
            Ok(preview) => self.show(&preview, fields, deletes),
            Err(error) => self.refused(&error).await,
        }
    }

    /// What no record can have is told where it was given.
    async fn refused(&self, error: &Error) -> Result<Response, Failure> {
        if error.kind() == Kind::Invalid && error.problems().iter().any(|problem| problem.item.is_some()) {
            return self.edit(StatusCode::UNPROCESSABLE_ENTITY, Some(error.problems()), "").await;
        }
        Err(self.person.failure(error))
    }

    fn show(&self, preview: &BulkPreview, fields: Vec<(String, String)>, deletes: bool) -> Result<Response, Failure> {
        let (frame, say) = (&self.person.frame, &self.person.frame.say.list);
        let count = grouped(&preview.count.count.to_string());
        let count = if preview.count.exact { fill(say.count, &count) } else { fill(say.count_at_least, &count) };
        let shown = i64::try_from(preview.rows.len()).unwrap_or(0);
        let rest = if preview.count.exact && preview.count.count <= shown {
            String::new()
        } else {
            fill(say.bulk_first, &shown.to_string())
        };
        let is_ours = |name: &str| OWN.contains(&name);
        let kept = self.form.fields().filter(|(name, _)| !is_ours(name));
        let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let page = PreviewPage {
            frame,
            title: if deletes { say.bulk_delete_title } else { say.bulk_preview_title }.to_owned(),
            lead: fill(if deletes { say.bulk_delete_lead } else { say.bulk_preview_lead }, &count),
            path: format!("{}/bulk", self.database.path()),
            back: format!("{}?{}", self.database.path(), self.chosen.query),
            hidden: fields.into_iter().chain(kept).collect(),
            rows: preview.rows.iter().map(|row| self.row(row, preview, &preview.names)).collect(),
            rest,
            is_empty: preview.count.exact && preview.count.count == 0,
            deletes,
            run: fill(if deletes { say.bulk_delete_run } else { say.bulk_run }, &count),
        };
        self.person.page(StatusCode::OK, &page)
    }

    fn row(&self, row: &BulkRow, preview: &BulkPreview, names: &ValueNames) -> RowView {
        let (frame, template) = (&self.person.frame, &self.seen.template);
        let text = |item: &Item, value: Option<&ItemValue>| {
            let text = cell(item, value, names, frame.say, frame.dates).text;
            if text.is_empty() { frame.say.record.nothing.to_owned() } else { text }
        };
        let change = |(number, after): &(_, Option<ItemValue>)| {
            let item = template.item_numbered(*number)?;
            let before = row.before.get(number);
            let is_same = before == after.as_ref();
            Some((item.name.clone(), text(item, before), text(item, after.as_ref()), is_same))
        };
        let said = |problem: &Problem| {
            let item = problem.item.and_then(|id| template.item(id)).map(|item| item.name.as_str());
            let text = problem.message.text(frame.locale);
            item.map_or_else(|| text.clone(), |item| format!("{item}: {text}"))
        };
        let wrong =
            row.line.outcome.as_ref().err().map(|problems| problems.iter().map(said).collect::<Vec<_>>().join(" "));
        let sees = self.seen.sight.sees_name(template);
        let hidden = musubi_domain::sight::not_seen(frame.locale);
        RowView {
            name: if sees { row.line.name.clone() } else { hidden.to_owned() },
            path: self.database.record_path(row.line.id),
            changes: preview.after.iter().filter_map(change).collect(),
            wrong: wrong.unwrap_or_default(),
        }
    }

    async fn run(&self) -> Result<Response, Failure> {
        match self.action().await? {
            Ok(action) => self.begin(action).await,
            Err(page) => Ok(page),
        }
    }

    async fn begin(&self, action: BulkAction) -> Result<Response, Failure> {
        let (bulk, _) = self.bulk(action).await?;
        match bulk_begin(&self.person.service, &self.person.context, bulk).await {
            Ok(job) => Ok(lead(&format!("/jobs/{job}"))),
            Err(error) => self.refused(&error).await,
        }
    }
}

/// The items that somebody may change: not those that the system fills, not those of which every record has its own.
fn may_change(seen: &DatabaseSeen) -> Vec<&Item> {
    let may = |item: &&Item| {
        let by_system = item.read_only || item.item_type == ItemType::AutoNumber;
        !by_system && !item.unique && seen.sight.sees(item.number) && seen.sight.writes(item.number)
    };
    seen.template.shown_items().filter(may).collect()
}
