//! Lists of records: conditions, order, columns, saved views, selection, bulk edit, CSV.

mod asked;
mod bulk;
mod cell;
mod column;
mod export;
mod head;
mod index;
mod view;

use askama::Template as Page;
use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use musubi_domain::error::{Error, Kind};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{Action, named};
use musubi_domain::route::{Guard, Route, route};
use musubi_domain::saved_view::SavedView;
use musubi_service::Service;
use musubi_service::record_page::{
    DatabaseSeen, ListedRecord, RecordCount, RecordsAsked, RecordsPage, database_seen, records_count, records_page,
};
use musubi_service::saved_view::saved_view_list;
use uuid::Uuid;

use crate::error::Failure;
use crate::form::Form;
use crate::frame::Frame;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::condition::editor::Editor;
use crate::record::condition::{shown::Chip, was_pressed};
use crate::texts::fill;
use crate::told::done;
use asked::{Asked, SIZES, is_asked, query_of};
use cell::Cell;
use head::Heading;

/// What a caller needs for each of these pages.
pub(crate) const ROUTES: &[Route] = &[
    route("/records/{database}", "GET", Guard::Session),
    route("/records/{database}/bulk", "POST", Guard::Session),
    route("/records/{database}/export", "GET, POST", Guard::Session),
    route("/records/{database}/index", "POST", Guard::Session),
    route("/records/{database}/select", "POST", Guard::Session),
    route("/records/{database}/views", "POST", Guard::Session),
];

/// These pages.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/records/{database}", get(show))
        .route("/records/{database}/bulk", post(bulk::bulk))
        .route("/records/{database}/export", get(export::show).post(export::write))
        .route("/records/{database}/index", post(index::make))
        .route("/records/{database}/select", post(select))
        .route("/records/{database}/views", post(view::change))
}

/// A row as the page shows it.
struct RowView {
    id: Uuid,
    path: String,
    name: String,
    reading: String,
    cells: Vec<Cell>,
    select: String,
    chosen: bool,
}

/// A chip with its link.
struct ChipView {
    chip: Chip,
    link: String,
}

/// A saved view as the page offers it.
struct ViewLink {
    name: String,
    link: String,
    here: bool,
    shared: bool,
}

/// Something of which one is chosen.
struct Choosable {
    value: String,
    label: String,
    chosen: bool,
}

/// How far a list has been looked through, or why it cannot be shown.
struct Trouble {
    text: String,
    go_on: String,
    /// The fields of the index that would help; none where nobody may make it.
    index: Vec<String>,
}

#[derive(Page)]
#[template(path = "record/list/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    title: String,
    path: String,
    q: &'a str,
    query: String,
    filters: bool,
    /// The fields of the quick filter that are not typed.
    kept: Vec<(String, String)>,
    /// Those of the form of conditions.
    sorts: Vec<String>,
    editor: Editor,
    is_open: bool,
    chips: Vec<ChipView>,
    clear: String,
    columns: Vec<Choosable>,
    columns_open: bool,
    sizes: Vec<Choosable>,
    views: Vec<ViewLink>,
    view: Option<SavedView>,
    view_form: ViewForm,
    may_share: bool,
    may_write: bool,
    may_delete: bool,
    lost: Vec<&'static str>,
    heading: Heading,
    headings: Vec<Heading>,
    rows: Vec<RowView>,
    /// What is selected on other pages.
    kept_ids: String,
    table_label: String,
    page_label: String,
    next_query: String,
    count: String,
    trouble: Option<Trouble>,
    previous: String,
    next: String,
    first: String,
}

/// The form that keeps a list as a view.
#[derive(Clone, Default)]
struct ViewForm {
    name: String,
    shared: bool,
    first: bool,
    /// What is wrong with the name; "" where nothing is.
    wrong: String,
}

/// What a list is, gathered.
struct Listing {
    database: Database,
    seen: DatabaseSeen,
    asked: Asked,
    views: Vec<SavedView>,
    first_view: Option<Uuid>,
    is_open: bool,
    columns_open: bool,
    may_write: bool,
    may_delete: bool,
    /// What is selected, on this page and others.
    selected: Vec<Uuid>,
    /// A form of a view that could not be kept.
    view_form: Option<ViewForm>,
}

/// GET /records/{database}
pub(crate) async fn show(
    mut person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let form = Form::of_query(query.as_deref());
    let say = &person.frame.say.list;
    let (told, undo) = done(&form);
    let told = match told {
        "view" => say.view_kept,
        "view-removed" => say.view_removed,
        "view-first" => say.view_first_set,
        "none" => say.none_selected,
        "deleted" | "delete" => say.deleted,
        _ => "",
    };
    if !told.is_empty() {
        person.tell(told, undo);
    }
    let listing = gather(&person, &word, &form).await?;
    page(&person, listing).await
}

/// POST /records/{database}/select: the next page of a list, with what was selected before.
pub(crate) async fn select(
    Path(word): Path<String>,
    PersonForm(person, form): PersonForm,
) -> Result<Response, Failure> {
    let mut listing = gather(&person, &word, &Form::of_query(Some(form.get("next")))).await?;
    listing.selected = selected(&form);
    page(&person, listing).await
}

/// The records that a form says are selected, each once.
fn selected(form: &Form) -> Vec<Uuid> {
    let mut seen = std::collections::HashSet::new();
    let kept = form.get("ids").as_bytes().chunks(PACKED).filter_map(|id| Uuid::try_parse_ascii(id).ok());
    let ids = form.list("id[]").iter().filter_map(|id| id.parse().ok());
    kept.chain(ids).filter(|id| seen.insert(*id)).take(limits::SELECTED).collect()
}

/// Characters of an id among many.
const PACKED: usize = 32;

/// Many ids as one field, so that a page stays small.
fn packed(ids: &[Uuid]) -> String {
    ids.iter().map(|id| id.simple().to_string()).collect()
}

async fn gather(person: &Person, word: &str, form: &Form) -> Result<Listing, Failure> {
    let failure = |error: Error| person.failure(&error);
    let database = Database::of_word(person, word).await?;
    let seen = database_seen(&person.service, &person.context, &database.name, Action::Read).await.map_err(failure)?;
    let (views, first_view) =
        saved_view_list(&person.service, &person.context, &database.name).await.map_err(failure)?;
    let wanted = form.given("view").and_then(|id| id.parse().ok());
    let begins = (!is_asked(form)).then_some(wanted.or(first_view)).flatten();
    let mut asked = match begins.and_then(|id| views.iter().find(|view| view.id == id)) {
        Some(view) => {
            let asked = Asked::read(&seen.template, &Form::of_query(Some(&view.query)));
            Asked { view: Some(view.id), ..asked }
        }
        None => Asked::read(&seen.template, form),
    };
    asked.view = asked.view.filter(|id| views.iter().any(|view| view.id == *id));
    asked.conditions.settle(person, &seen.template, &seen.sight).await?;
    let columns_open = form.given("up").is_some();
    let is_open = columns_open || was_pressed(form);
    let may = async |action| person.service.check_right(&person.context, &seen.template, action).await.is_ok();
    let (may_write, may_delete) = (may(Action::Write).await, may(Action::Delete).await);
    Ok(Listing {
        database,
        seen,
        asked,
        views,
        first_view,
        is_open,
        columns_open,
        may_write,
        may_delete,
        selected: Vec::new(),
        view_form: None,
    })
}

async fn page(person: &Person, listing: Listing) -> Result<Response, Failure> {
    let Listing { seen, asked, .. } = &listing;
    let condition = asked.condition(&seen.template);
    let sorts = asked.order(&seen.template, |item| seen.sight.sees(item.number));
    let columns = column::columns(&seen.template, &seen.sight, &asked.columns);
    let wanted = RecordsAsked {
        condition: condition.clone(),
        sorts,
        offset: (asked.page - 1).saturating_mul(asked.size),
        limit: asked.size,
        after: Some(asked.after.clone()).filter(|after| !after.is_empty()),
        items: columns.iter().map(|item| item.number).collect(),
    };
    let found = records_page(&person.service, &person.context, seen, wanted).await;
    let (found, refused) = match found {
        Ok(found) => (Some(found), None),
        Err(error) if error.kind() == Kind::Invalid => (None, Some(error)),
        Err(error) => return Err(person.failure(&error)),
    };
    let count = match &found {
        Some(page) if page.next.is_none() && page.part.is_none() => None,
        Some(_) => {
            let counted = records_count(&person.service, &person.context, seen, &condition, limits::COUNTED).await;
            Some(counted.map_err(|error| person.failure(&error))?)
        }
        None => None,
    };
    let page = view_of(person, &listing, found.as_ref(), count, refused.as_ref());
    let status = if listing.view_form.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    person.page(status, &page)
}

fn view_of<'a>(
    person: &'a Person,
    listing: &'a Listing,
    found: Option<&RecordsPage>,
    count: Option<RecordCount>,
    refused: Option<&Error>,
) -> ListPage<'a> {
    let Listing { database, seen, asked, views, first_view, .. } = listing;
    let (frame, path) = (&person.frame, database.path());
    let menu = frame.menu.as_ref();
    let may_index = menu.is_some_and(|menu| menu.has_any(&[named::DATABASES]));
    let chips = asked.conditions.chips(&seen.template, frame).into_iter().map(|chip| {
        let link = format!("{path}?all=1&{}", asked.query_with(&chip.without));
        ChipView { chip, link }
    });
    let (previous, next) = turns(asked, found, &path);
    let view = asked.view.and_then(|id| views.iter().find(|view| view.id == id)).cloned();
    let of_view = |view: &SavedView| ViewForm {
        name: view.name.clone(),
        shared: view.shared,
        first: *first_view == Some(view.id),
        wrong: String::new(),
    };
    let view_form = listing.view_form.clone().or_else(|| view.as_ref().map(of_view)).unwrap_or_default();
    ListPage {
        frame,
        title: database.title(frame),
        q: &asked.text,
        query: asked.query(),
        filters: asked.filters(),
        kept: asked.pairs().into_iter().filter(|(name, _)| name != "q").collect(),
        sorts: asked.look_pairs().into_iter().filter(|(name, _)| name == "sort[]").map(|(_, value)| value).collect(),
        editor: asked.conditions.editor(&seen.template, &seen.sight, frame),
        is_open: listing.is_open,
        columns_open: listing.columns_open,
        chips: chips.collect(),
        clear: format!("{path}?all=1&{}", query_of(&asked.look_pairs())),
        columns: column_choices(seen, asked),
        sizes: SIZES.iter().map(|size| size_choice(*size, asked)).collect(),
        views: views.iter().map(|view| view_link(view, asked, &path)).collect(),
        view,
        view_form,
        may_share: may_index,
        may_write: listing.may_write,
        may_delete: listing.may_delete,
        lost: lost(seen, asked, frame),
        heading: head::of_name(seen, asked, frame, &path),
        headings: head::of_columns(seen, asked, frame, &path),
        rows: found.map(|page| rows(person, listing, page)).unwrap_or_default(),
        count: counted(asked, found, count, frame),
        trouble: trouble(listing, found, refused, may_index, frame, &path),
        kept_ids: packed(&kept_ids(listing, found)),
        table_label: fill(frame.say.list.table, &database.title(frame)),
        page_label: fill(frame.say.list.page_no, &asked.page.to_string()),
        next_query: next.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
        first: format!("{path}?all=1&{}", asked.query()),
        previous,
        next,
        path,
    }
}

fn rows(person: &Person, listing: &Listing, page: &RecordsPage) -> Vec<RowView> {
    let Listing { database, seen, asked, .. } = listing;
    let frame = &person.frame;
    let columns = column::columns(&seen.template, &seen.sight, &asked.columns);
    let row = |row: &ListedRecord| RowView {
        id: row.id,
        path: database.record_path(row.id),
        name: row.name.clone(),
        reading: row.reading.clone(),
        cells: columns
            .iter()
            .map(|item| cell::cell(item, row.values.get(&item.number), &page.names, frame.say, frame.dates))
            .collect(),
        select: fill(frame.say.list.select_of, &row.name),
        chosen: listing.selected.contains(&row.id),
    };
    page.rows.iter().map(row).collect()
}

/// What is selected and not on this page.
fn kept_ids(listing: &Listing, found: Option<&RecordsPage>) -> Vec<Uuid> {
    let is_here = |id: &&Uuid| found.is_some_and(|page| page.rows.iter().any(|row| row.id == **id));
    listing.selected.iter().filter(|id| !is_here(id)).copied().collect()
}

/// The links to the pages before and behind this one; "" where there is none.
fn turns(asked: &Asked, found: Option<&RecordsPage>, path: &str) -> (String, String) {
    let query = asked.query();
    let sign = if query.is_empty() { "" } else { "&" };
    let to = |page: i64, after: &str| {
        let after = if after.is_empty() { String::new() } else { format!("&after={after}") };
        format!("{path}?{query}{sign}page={page}{after}")
    };
    let previous = if asked.page > 1 { to(asked.page - 1, "") } else { String::new() };
    let next = found.filter(|page| page.part.is_none()).and_then(|page| page.next.as_ref());
    (previous, next.map(|next| to(asked.page + 1, next)).unwrap_or_default())
}

fn counted(asked: &Asked, found: Option<&RecordsPage>, count: Option<RecordCount>, frame: &Frame) -> String {
    let Some(page) = found else { return String::new() };
    let say = &frame.say.list;
    let group = |number: i64| crate::record::entry::grouped(&number.to_string());
    match count {
        Some(count) if count.exact => fill(say.count, &group(count.count)),
        Some(count) => fill(say.count_at_least, &group(count.count)),
        None => {
            let before = (asked.page - 1).saturating_mul(asked.size);
            fill(say.count, &group(before.saturating_add(i64::try_from(page.rows.len()).unwrap_or(0))))
        }
    }
}

/// What of a list is not as whoever kept it meant it.
fn lost(seen: &DatabaseSeen, asked: &Asked, frame: &Frame) -> Vec<&'static str> {
    let say = &frame.say.list;
    let sees = |id: &Uuid| seen.template.shown_item(*id).is_some_and(|item| seen.sight.sees(item.number));
    let mut lost = Vec::new();
    if asked.conditions.has_lost() {
        lost.push(say.lost_conditions);
    }
    if column::lost(&seen.template, &seen.sight, &asked.columns) > 0 {
        lost.push(say.lost_columns);
    }
    if asked.sorts.iter().any(|(id, _)| !sees(id)) {
        lost.push(say.lost_order);
    }
    lost
}

fn trouble(
    listing: &Listing,
    found: Option<&RecordsPage>,
    refused: Option<&Error>,
    may_index: bool,
    frame: &Frame,
    path: &str,
) -> Option<Trouble> {
    let Listing { seen, asked, .. } = listing;
    let say = &frame.say.list;
    let group = |number: i64| crate::record::entry::grouped(&number.to_string());
    if let Some(error) = refused {
        let texts: Vec<String> = error.problems().iter().map(|problem| problem.message.text(frame.locale)).collect();
        let needs_index = error.problems().iter().any(|problem| matches!(problem.message, Message::NeedsIndex { .. }));
        let index = if needs_index && may_index { index::of_order(seen, asked) } else { Vec::new() };
        return Some(Trouble { text: texts.join(" "), go_on: String::new(), index });
    }
    let page = found?;
    let looked = page.part?;
    let text = match looked.total {
        Some(total) => format!("{} / {}", group(looked.looked), fill(say.looked_of, &group(total))),
        None => fill(say.looked, &group(looked.looked)),
    };
    let query = asked.query();
    let sign = if query.is_empty() { "" } else { "&" };
    let next = page.next.as_deref().unwrap_or_default();
    let go_on = format!("{path}?{query}{sign}page={}&after={next}", asked.page);
    let index = if may_index { index::of_conditions(seen, asked) } else { Vec::new() };
    Some(Trouble { text, go_on, index })
}

fn column_choices(seen: &DatabaseSeen, asked: &Asked) -> Vec<Choosable> {
    let shown = column::columns(&seen.template, &seen.sight, &asked.columns);
    let choice = |item: &musubi_domain::item::Item, chosen| Choosable {
        value: item.id.to_string(),
        label: item.name.clone(),
        chosen,
    };
    let others = seen.template.shown_items().filter(|item| seen.sight.sees(item.number));
    let others = others.filter(|item| shown.iter().all(|other| other.number != item.number));
    shown.iter().map(|item| choice(item, true)).chain(others.map(|item| choice(item, false))).collect()
}

fn size_choice(size: i64, asked: &Asked) -> Choosable {
    Choosable { value: size.to_string(), label: size.to_string(), chosen: asked.size == size }
}

fn view_link(view: &SavedView, asked: &Asked, path: &str) -> ViewLink {
    let here = asked.view == Some(view.id);
    ViewLink { name: view.name.clone(), link: format!("{path}?view={}", view.id), here, shared: view.shared }
}
