//! What a person may do in a database: actions, which records, which items, with what it would show before it is saved.

use std::sync::Arc;

use askama::Template as Page;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Kind;
use musubi_domain::id::ItemNo;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_service::candidate::{CandidateOf, candidate_named};
use musubi_service::rights::change::{
    RightOf, RightPreview, RightSeen, database_right_change, database_right_of, database_right_preview, right_stamp,
};

use super::words;
use crate::continue_to::query_value;
use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::condition::editor::Editor;
use crate::record::condition::{Conditions, was_pressed};
use crate::texts::{fill, fill_two};
use crate::told::lead_told;

/// Items of a page: one with more of them would grow beyond what a page may have.
const ITEMS: usize = 100;

/// Which records, as the form has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    Own,
    Organization,
    Condition,
    /// A condition that the form cannot say.
    Kept,
}

impl Rows {
    const fn of(right: &DatabaseRight, is_said: bool) -> Self {
        match right.rows {
            RowRule::All => Self::All,
            RowRule::Own => Self::Own,
            RowRule::OwnOrganization => Self::Organization,
            RowRule::Condition(_) if is_said => Self::Condition,
            RowRule::Condition(_) => Self::Kept,
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "own" => Self::Own,
            "organization" => Self::Organization,
            "condition" => Self::Condition,
            "kept" => Self::Kept,
            _ => Self::All,
        }
    }
}

/// An item on the page.
struct ItemLine {
    number: ItemNo,
    name: String,
    access: &'static str,
    hidden_by_template: bool,
}

/// What the right would show.
struct PreviewView {
    count: String,
    examples: String,
    is_nothing: bool,
}

#[derive(Page)]
#[template(path = "rights/database.html")]
struct DatabasePage<'a> {
    frame: &'a Frame,
    title: String,
    error_title: String,
    path: String,
    stamp: String,
    right: DatabaseRight,
    rows: Rows,
    may_keep: bool,
    editor: Editor,
    items: Vec<ItemLine>,
    from: usize,
    next: String,
    told: String,
    wrong: String,
    copy: String,
    copy_wrong: bool,
    preview: Option<PreviewView>,
    previewed: String,
}

/// The form of a right, as it is shown and sent.
struct Draft {
    right: DatabaseRight,
    rows: Rows,
    conditions: Conditions,
    from: usize,
}

/// What is beside the form.
#[derive(Default)]
struct Beside {
    told: String,
    wrong: String,
    copy: String,
    copy_wrong: bool,
    preview: Option<PreviewView>,
    previewed: String,
}

/// The person, the database and the right, as they stand.
pub(super) struct Place {
    pub(super) seen: RightSeen,
    pub(super) template: Arc<Template>,
    pub(super) database: Database,
}

pub(super) async fn place(person: &Person, login_id: &str, word: &str) -> Result<Place, Failure> {
    let database = Database::of_word(person, word).await?;
    let seen = database_right_of(&person.service, &person.context, login_id, &database.name).await;
    let seen = seen.map_err(|error| match error.kind() {
        Kind::Invalid => Failure::new(person.frame.clone(), crate::error::Wrong::NotFound),
        _ => person.failure(&error),
    })?;
    let template = person.service.template(person.context.tenant, &database.name).await;
    Ok(Place { seen, template: template.map_err(|error| person.failure(&error))?, database })
}

impl Place {
    pub(super) fn path(&self) -> String {
        format!("/admin/rights/users/{}/{}", query_value(&self.seen.user.login_id), self.database.word)
    }
}

/// GET /admin/rights/users/{login}/{database}
pub(super) async fn show(
    person: Person,
    Path((login_id, word)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    let place = place(&person, &login_id, &word).await?;
    let from = query.get("from").parse().unwrap_or(0);
    let (mut right, mut beside) = (place.seen.right.clone(), Beside::default());
    if let Some(name) = query.given("copy") {
        name.clone_into(&mut beside.copy);
        match copied(&person, name, &place).await? {
            Some((name, other)) => {
                beside.told = fill(person.frame.say.rights.copied, &name);
                right = other;
            }
            None => beside.copy_wrong = true,
        }
    }
    let conditions = match &right.rows {
        RowRule::Condition(condition) => Conditions::of(&place.template, condition),
        _ => Some(Conditions::default()),
    };
    let rows = Rows::of(&right, conditions.is_some());
    let draft = Draft { right, rows, conditions: conditions.unwrap_or_default(), from };
    page(&person, &place, draft, StatusCode::OK, beside).await
}

/// The right of another person, by his name.
async fn copied(person: &Person, name: &str, place: &Place) -> Result<Option<(String, DatabaseRight)>, Failure> {
    let found = candidate_named(&person.service, &person.context, &CandidateOf::Users, name).await;
    let Ok(found) = found.map_err(|error| person.failure(&error))? else { return Ok(None) };
    let Some(login_id) = login_of(person, found.id).await? else { return Ok(None) };
    let other = database_right_of(&person.service, &person.context, &login_id, &place.database.name).await;
    let other = other.map_err(|error| person.failure(&error))?;
    Ok(Some((other.user.display_name(), other.right)))
}

/// The login ID of a person.
pub(super) async fn login_of(person: &Person, id: uuid::Uuid) -> Result<Option<String>, Failure> {
    let found = musubi_service::rights::explain::login_id_of(&person.service, &person.context, id).await;
    found.map_err(|error| person.failure(&error))
}

/// POST /admin/rights/users/{login}/{database}
pub(super) async fn sent(
    Path((login_id, word)): Path<(String, String)>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let mut place = place(&person, &login_id, &word).await?;
    let mut draft = Draft::read(&place, &form);
    let all = Sight::of_everything(&place.template);
    draft.conditions.settle(&person, &place.template, &all).await?;
    if was_pressed(&form) {
        draft.rows = Rows::Condition;
        return page(&person, &place, draft, StatusCode::OK, Beside::default()).await;
    }
    let say = &person.frame.say.rights;
    if draft.rows == Rows::Condition && (draft.conditions.is_wrong() || draft.conditions.count() == 0) {
        let beside = Beside { wrong: say.wrong_condition.to_owned(), ..Beside::default() };
        return page(&person, &place, draft, StatusCode::UNPROCESSABLE_ENTITY, beside).await;
    }
    let right = draft.whole(&place.template);
    draft.right = right.clone();
    let now = right_stamp(&right).map_err(|error| person.failure(&error))?;
    if form.get("step") == "save" && form.get("previewed") == now {
        let people = vec![RightOf { login_id: login_id.clone(), stamp: form.get("stamp").to_owned() }];
        let saved =
            database_right_change(&person.service, &person.context, people, &place.database.name, right.clone()).await;
        match saved {
            Ok(met) if met.is_empty() => {
                let back = format!("/admin/rights/users/{}", query_value(&login_id));
                return Ok(lead_told(&back, "saved", None));
            }
            Ok(_) => {
                place.seen = database_right_of(&person.service, &person.context, &login_id, &place.database.name)
                    .await
                    .map_err(|error| person.failure(&error))?;
                let present = fill(say.now_has, &words::whole(&place.seen.right, person.frame.say));
                let beside = Beside { wrong: format!("{} {present}", say.met), ..Beside::default() };
                return previewed(&person, &place, draft, (StatusCode::CONFLICT, now), beside).await;
            }
            Err(error) if error.kind() == Kind::Invalid => {}
            Err(error) => return Err(person.failure(&error)),
        }
    }
    previewed(&person, &place, draft, (StatusCode::OK, now), Beside::default()).await
}

/// The page with what the right would show.
async fn previewed(
    person: &Person,
    place: &Place,
    draft: Draft,
    (status, stamp): (StatusCode, String),
    beside: Beside,
) -> Result<Response, Failure> {
    let login_id = &place.seen.user.login_id;
    let preview =
        database_right_preview(&person.service, &person.context, login_id, &place.database.name, &draft.right).await;
    let beside = match preview {
        Ok(preview) => Beside { preview: Some(PreviewView::of(&preview, &person.frame)), previewed: stamp, ..beside },
        Err(error) if error.kind() == Kind::Invalid => {
            let said: Vec<_> =
                error.problems().iter().map(|problem| problem.message.text(person.frame.locale)).collect();
            let beside = Beside { wrong: said.join(" "), ..beside };
            return page(person, place, draft, StatusCode::UNPROCESSABLE_ENTITY, beside).await;
        }
        Err(error) => return Err(person.failure(&error)),
    };
    page(person, place, draft, status, beside).await
}

impl Draft {
    fn read(place: &Place, form: &Form) -> Self {
        let is_checked = |name: &str| form.given(name).is_some();
        let from = form.get("from").parse().unwrap_or(0);
        let shown: Vec<ItemNo> = place.template.items().iter().skip(from).take(ITEMS).map(|item| item.number).collect();
        // Items of other pages stay as they are kept.
        let other = place.seen.right.items.iter().filter(|(item, _)| !shown.contains(item)).copied();
        let chosen = shown.iter().filter_map(|item| {
            let access = match form.get(&format!("i{item}")) {
                "read" => ItemAccess::Read,
                "hidden" => ItemAccess::Hidden,
                _ => return None,
            };
            Some((*item, access))
        });
        let mut items: Vec<_> = other.chain(chosen).collect();
        items.sort_by_key(|(item, _)| *item);
        let right = DatabaseRight {
            read: is_checked("read"),
            write: is_checked("write"),
            delete: is_checked("delete"),
            run: is_checked("run"),
            rows: place.seen.right.rows.clone(),
            items,
        };
        let conditions = Conditions::read(&place.template, form);
        Self { right, rows: Rows::read(form.get("rows")), conditions, from }
    }

    /// The right that the form says.
    fn whole(&self, template: &Template) -> DatabaseRight {
        let rows = match self.rows {
            Rows::All => RowRule::All,
            Rows::Own => RowRule::Own,
            Rows::Organization => RowRule::OwnOrganization,
            Rows::Condition => RowRule::Condition(self.conditions.condition(template)),
            Rows::Kept => self.right.rows.clone(),
        };
        DatabaseRight { rows, ..self.right.clone() }
    }
}

async fn page(
    person: &Person,
    place: &Place,
    mut draft: Draft,
    status: StatusCode,
    beside: Beside,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, person.frame.say);
    let all = Sight::of_everything(&place.template);
    draft.conditions.settle(person, &place.template, &all).await?;
    let items = place.template.items();
    let item = |item: &musubi_domain::item::Item| {
        let own = draft.right.items.iter().find(|(number, _)| *number == item.number);
        let access = match own {
            None => "",
            Some((_, ItemAccess::Read)) => "read",
            Some((_, ItemAccess::Hidden)) => "hidden",
        };
        ItemLine { number: item.number, name: item.name.clone(), access, hidden_by_template: item.hidden }
    };
    let (from, path) = (draft.from, place.path());
    let next = (items.len() > from + ITEMS).then(|| format!("{path}?from={}", from + ITEMS));
    let name = place.seen.user.display_name();
    let title = fill_two(say.rights.database_title, &name, &place.database.title(frame));
    let view = DatabasePage {
        frame,
        error_title: fill(say.error_prefix, &title),
        title,
        path,
        stamp: place.seen.stamp.clone(),
        may_keep: draft.rows == Rows::Kept,
        rows: draft.rows,
        editor: draft.conditions.editor(&place.template, &all, frame),
        items: items.iter().skip(from).take(ITEMS).map(item).collect(),
        right: draft.right,
        from,
        next: next.unwrap_or_default(),
        told: beside.told,
        wrong: beside.wrong,
        copy: beside.copy,
        copy_wrong: beside.copy_wrong,
        preview: beside.preview,
        previewed: beside.previewed,
    };
    person.page(status, &view)
}

impl PreviewView {
    fn of(preview: &RightPreview, frame: &Frame) -> Self {
        let say = &frame.say.rights;
        let count = |exact: bool, count: i64| {
            if exact { count.to_string() } else { fill(say.at_least, &count.to_string()) }
        };
        let (after, before) = (&preview.after, &preview.before);
        let (seen, until_now) = (count(after.exact, after.count), count(before.exact, before.count));
        let examples = preview.examples.join(frame.say.list_comma);
        Self {
            count: fill_two(say.preview_count, &seen, &until_now),
            examples: if examples.is_empty() { String::new() } else { fill(say.preview_examples, &examples) },
            is_nothing: after.exact && after.count == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use musubi_domain::condition::Condition;

    use super::*;

    #[test]
    fn a_rule_for_rows_has_its_word() {
        let right = |rows| DatabaseRight { rows, ..DatabaseRight::default() };
        let condition = || right(RowRule::Condition(Condition::always()));
        assert!(Rows::of(&right(RowRule::Own), true) == Rows::read("own"));
        assert!(Rows::of(&right(RowRule::OwnOrganization), true) == Rows::read("organization"));
        assert!(Rows::of(&condition(), true) == Rows::read("condition"));
        assert!(Rows::of(&condition(), false) == Rows::read("kept"));
        assert!(Rows::of(&right(RowRule::All), true) == Rows::read(""));
    }
}
