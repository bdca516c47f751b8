//! The choices of an item: a page for each level, so that any number of them can be worked on.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::item::{Choice, Item, ItemType};
use musubi_domain::limits;
use musubi_domain::template::ItemDefinition;
use musubi_service::template::change::template_item_change;

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::frame::{Frame, lead};
use crate::person::{Person, PersonForm};
use crate::setting::item::has_choices;
use crate::setting::page::{Crumb, Said, lines, tell};
use crate::setting::template::Opened;
use crate::texts::fill;

/// Choices on one page.
const CHOICES_ON_PAGE: usize = 60;

struct ChoiceLine {
    value: i64,
    label: String,
    shown: bool,
    is_first: bool,
    is_last: bool,
    /// How many stand below it, and where; none: there is no further level.
    below: Option<(usize, String)>,
    up_of: String,
    down_of: String,
    hide_of: String,
    focus: &'static str,
}

#[derive(askama::Template)]
#[template(path = "setting/choices.html")]
struct ChoicesPage<'a> {
    frame: &'a Frame,
    crumbs: Vec<Crumb>,
    title: String,
    path: String,
    under: String,
    from: usize,
    mark: String,
    wrong: String,
    lines: Vec<ChoiceLine>,
    pages: Vec<(usize, usize, bool)>,
    added: String,
}

/// What one page of choices is about.
struct Place<'a> {
    opened: &'a Opened,
    item: &'a Item,
    /// The values of the choices above, first level first.
    under: Vec<i64>,
    from: usize,
}

impl Place<'_> {
    fn under_text(&self) -> String {
        self.under.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
    }

    fn path(&self) -> String {
        format!("{}/items/{}", self.opened.path(), self.item.number)
    }
}

/// The choices at a place; none where nothing of it is there.
fn level<'c>(choices: &'c [Choice], under: &[i64]) -> Option<&'c [Choice]> {
    under.iter().try_fold(choices, |choices, value| {
        choices.iter().find(|choice| choice.value == *value).map(|choice| choice.children.as_slice())
    })
}

fn level_mut<'c>(choices: &'c mut Vec<Choice>, under: &[i64]) -> Option<&'c mut Vec<Choice>> {
    under.iter().try_fold(choices, |choices, value| {
        choices.iter_mut().find(|choice| choice.value == *value).map(|choice| &mut choice.children)
    })
}

fn under_of(text: &str) -> Vec<i64> {
    text.split('.').filter_map(|value| value.parse().ok()).take(limits::CHOICE_LEVELS - 1).collect()
}

/// GET /admin/templates/{database}/items/{item}/choices
pub(crate) async fn show(
    mut person: Person,
    Path((word, number)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Form::of_query(query.as_deref());
    tell(&mut person, &query);
    let opened = Opened::of(&person, &word).await?;
    let item = choosable(&person, &opened, &number)?;
    let from = query.get("from").parse().unwrap_or(0);
    let place = Place { opened: &opened, item, under: under_of(query.get("under")), from };
    let focus = (query.get("at").parse().unwrap_or(0), if query.get("by") == "up" { "up" } else { "down" });
    page(&person, &place, &item.choices, focus, "", Said::default())
}

fn choosable<'o>(person: &Person, opened: &'o Opened, number: &str) -> Result<&'o Item, Failure> {
    let item = opened.item(person, number)?;
    if has_choices(item) { Ok(item) } else { Err(Failure::new(person.frame.clone(), Wrong::NotFound)) }
}

fn page(
    person: &Person,
    place: &Place<'_>,
    all: &[Choice],
    focus: (i64, &'static str),
    added: &str,
    mut said: Said,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let choices = level(all, &place.under).ok_or_else(|| Failure::new(frame.clone(), Wrong::NotFound))?;
    let from = if place.from < choices.len() { place.from - place.from % CHOICES_ON_PAGE } else { 0 };
    let has_below = place.item.item_type == ItemType::LinkagePulldown && place.under.len() + 1 < limits::CHOICE_LEVELS;
    let under = place.under_text();
    let line = |(at, choice): (usize, &Choice)| {
        let below = if under.is_empty() { choice.value.to_string() } else { format!("{under}.{}", choice.value) };
        let hide = if choice.display_flag { say.choice_hide_of } else { say.choice_show_of };
        ChoiceLine {
            value: choice.value,
            label: choice.label.clone(),
            shown: choice.display_flag,
            is_first: at == 0,
            is_last: at + 1 == choices.len(),
            below: has_below.then(|| (choice.children.len(), format!("{}/choices?under={below}", place.path()))),
            up_of: fill(say.up_of, &choice.label),
            down_of: fill(say.down_of, &choice.label),
            hide_of: fill(hide, &choice.label),
            focus: match focus.1 {
                _ if focus.0 != choice.value => "",
                "up" if at > 0 => "up",
                _ if at + 1 < choices.len() => "down",
                _ => "up",
            },
        }
    };
    let lines = choices.iter().enumerate().skip(from).take(CHOICES_ON_PAGE).map(line).collect();
    let starts = (0..choices.len()).step_by(CHOICES_ON_PAGE).enumerate();
    let pages: Vec<_> = starts.map(|(at, start)| (start, at + 1, start == from)).collect();
    let status = said.status();
    let mut wrong = if said.is_conflict() { say.stale.to_owned() } else { said.rest() };
    if wrong.is_empty() && status != StatusCode::OK {
        say.not_saved.clone_into(&mut wrong);
    }
    let page = ChoicesPage {
        frame,
        crumbs: crumbs(frame, place),
        title: fill(say.choices_of, &place.item.name),
        path: format!("{}/choices", place.path()),
        under,
        from,
        mark: ItemDefinition::of(place.item).mark(),
        wrong,
        lines,
        pages: if pages.len() > 1 { pages } else { Vec::new() },
        added: added.to_owned(),
    };
    person.page(status, &page)
}

/// The pages above: the item, and the choices above these.
fn crumbs(frame: &Frame, place: &Place<'_>) -> Vec<Crumb> {
    let mut crumbs = place.opened.crumbs(frame, true);
    crumbs.push((place.path(), place.item.name.clone()));
    let (mut choices, mut under) = (place.item.choices.as_slice(), String::new());
    if !place.under.is_empty() {
        crumbs.push((format!("{}/choices", place.path()), frame.say.setting.choice_top.to_owned()));
    }
    for value in place.under.iter().take(place.under.len().saturating_sub(1)) {
        let Some(choice) = choices.iter().find(|choice| choice.value == *value) else { break };
        under = if under.is_empty() { value.to_string() } else { format!("{under}.{value}") };
        crumbs.push((format!("{}/choices?under={under}", place.path()), choice.label.clone()));
        choices = &choice.children;
    }
    crumbs
}

/// What a button does to the choices of a level.
fn act(level: &mut [Choice], button: &str) -> (i64, &'static str) {
    let (what, value) = button.split_once(':').unwrap_or((button, ""));
    let value = value.parse().unwrap_or(0);
    let Some(at) = level.iter().position(|choice| choice.value == value) else { return (0, "") };
    match what {
        "up" if at > 0 => {
            level.swap(at, at - 1);
            (value, "up")
        }
        "down" if at + 1 < level.len() => {
            level.swap(at, at + 1);
            (value, "down")
        }
        "flip" => {
            level.iter_mut().skip(at).take(1).for_each(|choice| choice.display_flag = !choice.display_flag);
            (0, "")
        }
        _ => (0, ""),
    }
}

/// POST /admin/templates/{database}/items/{item}/choices
pub(crate) async fn change(
    Path((word, number)): Path<(String, String)>,
    form: PersonForm,
) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let opened = Opened::of(&person, &word).await?;
    let item = choosable(&person, &opened, &number)?;
    let from = form.get("from").parse().unwrap_or(0);
    let place = Place { opened: &opened, item, under: under_of(form.get("under")), from };
    let mut all = item.choices.clone();
    let Some(own) = level_mut(&mut all, &place.under) else {
        return Err(Failure::new(person.frame.clone(), Wrong::NotFound));
    };
    // What was typed into the list is kept whatever button was pressed.
    for (value, label) in form.list("value[]").iter().zip(form.list("label[]")) {
        let value: i64 = value.parse().unwrap_or(0);
        own.iter_mut()
            .filter(|choice| choice.value == value)
            .for_each(|choice| label.trim().clone_into(&mut choice.label));
    }
    let next = own.iter().map(|choice| choice.value).max().unwrap_or(0).saturating_add(1);
    own.extend((next..).zip(lines(form.get("lines"))).map(|(value, label)| Choice::leaf(value, label)));
    let focus = act(own, form.get("do"));
    let mut definition = ItemDefinition::of(item);
    if item.item_type == ItemType::LinkagePulldown {
        definition.linkage_selection_values = Some(all.clone());
    } else {
        definition.selection_values = Some(all.clone());
    }
    let (name, seen) = (opened.database.name.as_str(), form.get("seen").to_owned());
    match template_item_change(&person.service, &person.context, name, definition, seen).await {
        Ok(()) => {
            let (path, under, (at, by)) = (place.path(), place.under_text(), focus);
            let told = if at == 0 { "saved" } else { "moved" };
            Ok(lead(&format!("{path}/choices?under={under}&from={from}&done={told}&at={at}&by={by}")))
        }
        Err(error) => {
            let said = Said::of(&person, &error)?;
            if !said.is_conflict() {
                // The names as they were typed, without what was to be added: that stands in its own field.
                let added = form.get("lines");
                let count = lines(added).len();
                if let Some(own) = level_mut(&mut all, &place.under) {
                    own.truncate(own.len().saturating_sub(count));
                }
                return page(&person, &place, &all, (0, ""), added, said);
            }
            let now = Opened::of(&person, &word).await?;
            let item = choosable(&person, &now, &number)?;
            let place = Place { opened: &now, item, under: place.under.clone(), from };
            page(&person, &place, &item.choices, (0, ""), form.get("lines"), said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_moves_and_hides_one_choice() {
        let mut choices = vec![Choice::leaf(1, "A"), Choice::leaf(2, "B"), Choice::leaf(3, "C")];
        assert_eq!(act(&mut choices, "up:3"), (3, "up"));
        assert_eq!(choices.iter().map(|choice| choice.value).collect::<Vec<_>>(), [1, 3, 2]);
        assert_eq!(act(&mut choices, "up:1"), (0, ""));
        act(&mut choices, "flip:3");
        assert!(!choices[1].display_flag);
        assert_eq!(act(&mut choices, "down:9"), (0, ""));
    }

    #[test]
    fn choices_stand_in_levels() {
        let mut choices = vec![Choice { children: vec![Choice::leaf(7, "x")], ..Choice::leaf(1, "A") }];
        assert_eq!(level(&choices, &under_of("1")).map(<[Choice]>::len), Some(1));
        assert_eq!(level(&choices, &[9]), None);
        assert!(level_mut(&mut choices, &[1, 7]).is_some_and(|level| level.is_empty()));
        assert_eq!(under_of("1.2.3.4"), [1, 2]);
    }
}
