//! The template of a database: its items in order, moving them, how their form looks, export and import.

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use musubi_domain::id::ItemNo;
use musubi_domain::item::Item;
use musubi_domain::limits;
use musubi_domain::rights::named;
use musubi_domain::template::{ItemDefinition, ItemPlace, Template};
use musubi_domain::time::Timestamp;
use musubi_service::template::change::template_item_place;
use musubi_service::template::{template_apply, template_export};
use musubi_service::value_name::ValueNames;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::moment::Moment;
use crate::person::{Person, PersonForm};
use crate::record::Database;
use crate::record::entry::Entry;
use crate::record::input::{Inputs, ItemInput};
use crate::setting::input::Input;
use crate::setting::item_type::words;
use crate::setting::page::{Crumb, FormPage, Said, tell, top_crumb};
use crate::texts::{Texts, fill};
use crate::told::lead_told;

/// Items on one page of the list, and controls on that of the preview.
const ITEMS_ON_PAGE: usize = 60;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A template that somebody edits.
pub(crate) struct Opened {
    pub(crate) database: Database,
    pub(crate) template: Arc<Template>,
}

impl Opened {
    /// The template of the database that a word of a path means.
    ///
    /// # Errors
    /// Forbidden without the right; where there is no such database.
    pub(crate) async fn of(person: &Person, word: &str) -> Result<Self, Failure> {
        let (service, context) = (&person.service, &person.context);
        service.check_named_right(context, named::DATABASES).await.map_err(|error| person.failure(&error))?;
        let database = Database::of_word(person, word).await?;
        let template =
            service.template(context.tenant, &database.name).await.map_err(|error| person.failure(&error))?;
        Ok(Self { database, template })
    }

    /// The path of its page.
    pub(crate) fn path(&self) -> String {
        format!("/admin/templates/{}", self.database.word)
    }

    /// The item of a number.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn item(&self, person: &Person, number: &str) -> Result<&Item, Failure> {
        let found = number.parse().ok().and_then(|number| self.template.item_numbered(ItemNo(number)));
        found.filter(|item| !item.aside).ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
    }

    /// The pages above one of its own.
    pub(crate) fn crumbs(&self, frame: &Frame, is_below: bool) -> Vec<Crumb> {
        let mut crumbs =
            vec![top_crumb(frame), ("/admin/databases".to_owned(), frame.say.setting.databases.to_owned())];
        if is_below {
            crumbs.push((self.path(), self.database.title(frame)));
        }
        crumbs
    }

    /// The items that have places: those of the template that nobody has removed.
    pub(crate) fn placed(&self) -> Vec<&Item> {
        let is_placed = |item: &&Item| !item.aside && self.template.discarded_item(item.number).is_none();
        self.template.items().iter().filter(is_placed).collect()
    }
}

/// An item as the list shows it.
struct ItemLine {
    number: ItemNo,
    name: String,
    kind: &'static str,
    marks: Vec<(&'static str, &'static str)>,
    /// What the buttons send: where the item goes; "" where it stays.
    up: String,
    down: String,
    up_of: String,
    down_of: String,
    /// Which button has the focus.
    focus: &'static str,
}

struct DiscardedLine {
    number: ItemNo,
    name: String,
    until: Moment,
    restore_of: String,
}

#[derive(askama::Template)]
#[template(path = "setting/template.html")]
struct TemplatePage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    title: String,
    path: String,
    version: i64,
    wrong: &'static str,
    lines: Vec<ItemLine>,
    /// Pages: from which item each begins, its number, whether it is this one.
    pages: Vec<(usize, usize, bool)>,
    from: usize,
    discarded: Vec<DiscardedLine>,
}

/// GET /admin/templates/{database}
pub(crate) async fn show(
    mut person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    tell(&mut person, &query);
    let opened = Opened::of(&person, &word).await?;
    let focus = (query.get("at").parse().unwrap_or(0), if query.get("by") == "up" { "up" } else { "down" });
    page(&person, &opened, query.get("from").parse().unwrap_or(0), focus, false)
}

fn page(
    person: &Person,
    opened: &Opened,
    from: usize,
    focus: (i64, &'static str),
    is_stale: bool,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let placed = opened.placed();
    let from = if from < placed.len() { from - from % ITEMS_ON_PAGE } else { 0 };
    let lines: Vec<ItemLine> =
        (from..placed.len().min(from + ITEMS_ON_PAGE)).filter_map(|at| line(frame.say, &placed, at, focus)).collect();
    let starts = (0..placed.len()).step_by(ITEMS_ON_PAGE);
    let pages: Vec<_> = starts.enumerate().map(|(at, start)| (start, at + 1, start == from)).collect();
    let discarded = opened.template.detail.discarded_items.iter().filter_map(|discarded| {
        let item = opened.template.item_numbered(discarded.number)?;
        let until = Timestamp::from_micros(discarded.at.micros() + limits::TRASH_DAYS * DAY);
        Some(DiscardedLine {
            number: item.number,
            name: item.name.clone(),
            until: Moment::of(until, frame.dates),
            restore_of: fill(say.restore_of, &item.name),
        })
    });
    let status = if is_stale { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = TemplatePage {
        frame,
        crumbs: opened.crumbs(frame, false),
        title: opened.database.title(frame),
        path: opened.path(),
        version: opened.template.version,
        wrong: if is_stale { say.stale } else { "" },
        lines,
        pages: if pages.len() > 1 { pages } else { Vec::new() },
        from,
        discarded: discarded.collect(),
    };
    person.page(status, &page)
}

fn line(texts: &Texts, placed: &[&Item], at: usize, focus: (i64, &'static str)) -> Option<ItemLine> {
    let (item, say) = (placed.get(at)?, &texts.setting);
    let number = |at: usize| placed.get(at).map(|item| item.number);
    let (up, down) = (at.checked_sub(1).and_then(number), number(at + 1));
    let marks = [
        (item.required, ("here", say.item_required)),
        (item.unique, ("here", say.item_key)),
        (item.read_only, ("off", say.item_system)),
        (item.hidden, ("off", say.item_hidden)),
        (item.built_in, ("off", say.database_shipped)),
    ];
    // At an end the button that is left takes the focus.
    let wanted = match (focus.1, up.is_some(), down.is_some()) {
        ("up", true, _) | (_, true, false) => "up",
        _ => "down",
    };
    Some(ItemLine {
        number: item.number,
        name: item.name.clone(),
        kind: words(texts, item.item_type).0,
        marks: marks.into_iter().filter_map(|(is_so, mark)| is_so.then_some(mark)).collect(),
        up: up.map(|other| format!("{}:before:{other}", item.number)).unwrap_or_default(),
        down: down.map(|other| format!("{}:after:{other}", item.number)).unwrap_or_default(),
        up_of: fill(say.up_of, &item.name),
        down_of: fill(say.down_of, &item.name),
        focus: if focus.0 == item.number.0 { wanted } else { "" },
    })
}

/// POST /admin/templates/{database}/order
pub(crate) async fn order(Path(word): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let opened = Opened::of(&person, &word).await?;
    let wrong = || Failure::new(person.frame.clone(), Wrong::BadRequest);
    let mut parts = form.get("move").split(':');
    let (item, side, other) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
    let (item, other) = (opened.item(&person, item)?, opened.item(&person, other)?);
    let (place, by) = match side {
        Some("before") => (ItemPlace::Before(other.id), "up"),
        Some("after") => (ItemPlace::After(other.id), "down"),
        _ => return Err(wrong()),
    };
    let version = form.get("version").parse().map_err(|_| wrong())?;
    let from = form.get("from").parse().unwrap_or(0);
    let moved =
        template_item_place(&person.service, &person.context, &opened.database.name, (item.id, place), version).await;
    match moved {
        Ok(()) => {
            let to = Opened::of(&person, &word).await?;
            let at = to.placed().iter().position(|placed| placed.number == item.number).unwrap_or(0);
            let (path, number) = (opened.path(), item.number);
            let from = at - at % ITEMS_ON_PAGE;
            Ok(lead(&format!("{path}?from={from}&done=moved&at={number}&by={by}")))
        }
        Err(error) => {
            Said::of(&person, &error)?;
            page(&person, &Opened::of(&person, &word).await?, from, (item.number.0, by), true)
        }
    }
}

#[derive(askama::Template)]
#[template(path = "setting/preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    inputs: Vec<ItemInput>,
    more: Option<String>,
}

/// GET /admin/templates/{database}/preview
pub(crate) async fn preview(
    person: Person,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let opened = Opened::of(&person, &word).await?;
    let from = Form::of_query(query.as_deref()).get("from").parse::<usize>().unwrap_or(0);
    let (frame, names) = (&person.frame, ValueNames::default());
    let inputs = Inputs { say: frame.say, word: &opened.database.word, names: &names };
    let items: Vec<&Item> = opened.template.listed_items().filter(|item| !item.read_only).collect();
    let shown = items.iter().skip(from).take(ITEMS_ON_PAGE / 2);
    let shown: Vec<ItemInput> = shown.map(|item| inputs.input(item, &Entry::default())).collect();
    let next = from + shown.len();
    let more = (next < items.len()).then(|| format!("{}/preview?from={next}", opened.path()));
    let crumbs = opened.crumbs(frame, true);
    person.page(StatusCode::OK, &PreviewPage { frame, crumbs, inputs: shown, more })
}

/// GET /admin/templates/{database}/export
pub(crate) async fn export(person: Person, Path(word): Path<String>) -> Result<Response, Failure> {
    let opened = Opened::of(&person, &word).await?;
    let items = template_export(&person.service, &person.context, &opened.database.name).await;
    let items = items.map_err(|error| person.failure(&error))?;
    let text = ItemDefinition::file(&items).map_err(|error| person.failure(&error))?;
    let name = format!("attachment; filename=\"template-{}.json\"", opened.database.word);
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    let kept = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name), (header::CACHE_CONTROL, kept)], text)
        .into_response())
}

/// GET /admin/templates/{database}/import
pub(crate) async fn import_ask(person: Person, Path(word): Path<String>) -> Result<Response, Failure> {
    let opened = Opened::of(&person, &word).await?;
    import_form(&person, &opened, "", Said::default())
}

fn import_form(person: &Person, opened: &Opened, text: &str, mut said: Said) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let mut page = FormPage::new(frame, say.import_title, format!("{}/import", opened.path()));
    page.crumbs = opened.crumbs(frame, true);
    say.import_lead.clone_into(&mut page.lead);
    page.submit = say.template_import;
    page.inputs = vec![Input::lines("text", say.import_text, text, 16).with_error(said.rest()).required(frame.say)];
    page.answer(person, said)
}

/// POST /admin/templates/{database}/import
pub(crate) async fn import(Path(word): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let opened = Opened::of(&person, &word).await?;
    let text = form.get("text");
    let definitions = match ItemDefinition::of_file(text) {
        Ok(definitions) => definitions,
        Err(line) => {
            let wrong = fill(person.frame.say.setting.import_bad, &line.to_string());
            return import_form(&person, &opened, text, Said::here("text", wrong));
        }
    };
    match template_apply(&person.service, &person.context, &opened.database.name, definitions).await {
        Ok(_) => Ok(lead_told(&opened.path(), "imported", None)),
        Err(error) => import_form(&person, &opened, text, Said::of(&person, &error)?),
    }
}
