//! The page on which a record is filled in.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::error::Problem;
use musubi_domain::id::ItemNo;
use musubi_domain::item::Item;
use musubi_service::value_name::ValueNames;

use super::duplicate::DuplicateLine;
use super::sheet::{Readings, Sheet, Values};
use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::entry::{Entry, Names};
use crate::record::input::{Inputs, ItemInput};
use crate::texts::fill;

/// The page.
#[derive(Template)]
#[template(path = "record/form.html")]
pub(crate) struct FormPage<'a> {
    frame: &'a Frame,
    title: String,
    heading: String,
    list: (String, String),
    /// The record that is changed: its path and its name.
    record: Option<(String, String)>,
    action: String,
    /// The version that the form is of; "" where a record is registered.
    version: String,
    /// The version of which both sides of a conflict are shown; "" where there is none.
    shown: String,
    /// The numbers of the items on the form.
    items: String,
    rows: Vec<Row>,
    facts: Vec<(String, Vec<String>)>,
    /// What is wrong, each with the id of its control; "" where it has none.
    summary: Vec<(String, String, String)>,
    notes: Vec<String>,
    /// Records that may be the one that is registered.
    duplicates: Vec<DuplicateLine>,
    /// The ids of those that have been shown.
    seen: String,
    /// Where they are looked for while somebody types; "" where there are none.
    lookup: String,
    /// Saving was stopped because of them.
    stopped: bool,
}

/// A row: the control, and what others made of the item.
pub(crate) struct Row {
    input: ItemInput,
    sides: Option<Sides>,
}

/// The two sides of an item that two people changed.
#[derive(Clone, Debug)]
pub(crate) struct Sides {
    /// The name of the field in which one is chosen.
    pub(crate) field: String,
    /// What has been chosen already: `mine`, `theirs`, or "".
    pub(crate) chosen: String,
    /// What stood there.
    pub(crate) before: String,
    /// What another made of it.
    pub(crate) theirs: String,
    /// Who, and when.
    pub(crate) by: String,
    /// What is on the form.
    pub(crate) mine: String,
}

/// What a form is filled with.
#[derive(Default)]
pub(crate) struct Filling {
    /// What stands in controls, over what a record holds.
    pub(crate) readings: Readings,
    /// What a record holds.
    pub(crate) values: Values,
    /// What is wrong with an item.
    pub(crate) wrong: BTreeMap<ItemNo, String>,
    /// What is wrong besides.
    pub(crate) general: Vec<String>,
    /// What is told.
    pub(crate) notes: Vec<String>,
    /// What two people changed.
    pub(crate) sides: BTreeMap<ItemNo, Sides>,
    /// What may be the same record.
    pub(crate) duplicates: Vec<DuplicateLine>,
    /// Saving was stopped because of that.
    pub(crate) stopped: bool,
    /// What is only shown.
    pub(crate) facts: Vec<(String, Vec<String>)>,
    /// The version of which both sides of a conflict are shown.
    pub(crate) shown: Option<i64>,
    /// Whether what he may only read is shown: the form is of a record.
    pub(crate) shows: bool,
    /// Whether somebody begins to type at the first item.
    pub(crate) begins: bool,
}

impl Filling {
    /// Takes in what use cases say is wrong.
    pub(crate) fn take_problems(&mut self, person: &Person, sheet: &Sheet, problems: &[Problem]) {
        for problem in problems {
            let text = problem.message.text(person.frame.locale);
            match sheet.item_of(problem) {
                Some(item) => {
                    // Of a name that may mean several the list below says more.
                    let is_several = self.readings.get(&item).is_some_and(|reading| reading.candidates.is_some());
                    let text = if is_several { person.frame.say.record.several.to_owned() } else { text };
                    self.wrong.entry(item).or_insert(text);
                }
                None => self.general.push(text),
            }
        }
    }

    /// Whether anything keeps it from being saved.
    fn is_wrong(&self) -> bool {
        !self.wrong.is_empty() || !self.general.is_empty() || !self.sides.is_empty()
    }
}

/// A record that is changed: its path, its name, its version.
pub(crate) struct Changed {
    pub(crate) id: uuid::Uuid,
    pub(crate) name: String,
    pub(crate) version: i64,
}

/// Answers with the form.
pub(crate) async fn answer(
    person: &Person,
    sheet: &Sheet,
    status: StatusCode,
    changed: Option<Changed>,
    filling: Filling,
) -> Result<Response, Failure> {
    let names = sheet.names(person, &[&filling.values], &filling.readings).await?;
    let say = person.frame.say;
    let (rows, summary) = rows(person, sheet, &filling, &names);
    let kind = sheet.database.title(&person.frame);
    let heading = match &changed {
        Some(_) => fill(say.record.edit, &kind),
        None => fill(say.record.register, &kind),
    };
    let title = if filling.is_wrong() { fill(say.error_prefix, &heading) } else { heading.clone() };
    let (list, is_new) = ((sheet.database.path(), kind), changed.is_none());
    let lookup = if is_new && super::duplicate::has_rules(&sheet.database) {
        format!("{}/duplicates", sheet.database.path())
    } else {
        String::new()
    };
    let action = changed.as_ref().map_or_else(
        || format!("{}/new", sheet.database.path()),
        |changed| format!("{}/edit", sheet.database.record_path(changed.id)),
    );
    let page = FormPage {
        frame: &person.frame,
        title,
        heading,
        list,
        action,
        version: changed.as_ref().map(|changed| changed.version.to_string()).unwrap_or_default(),
        record: changed.map(|changed| (sheet.database.record_path(changed.id), changed.name)),
        shown: filling.shown.map(|version| version.to_string()).unwrap_or_default(),
        items: sheet.numbers(),
        rows,
        facts: filling.facts,
        summary,
        notes: filling.notes,
        seen: filling.duplicates.iter().map(|line| line.id.to_string()).collect::<Vec<_>>().join(","),
        duplicates: filling.duplicates,
        lookup,
        stopped: filling.stopped,
    };
    person.page(status, &page)
}

/// The rows of a form, and what is wrong in them.
fn rows(
    person: &Person,
    sheet: &Sheet,
    filling: &Filling,
    names: &ValueNames,
) -> (Vec<Row>, Vec<(String, String, String)>) {
    let inputs = Inputs { say: person.frame.say, word: &sheet.database.word, names };
    let mut summary: Vec<_> = filling.general.iter().map(|text| (String::new(), String::new(), text.clone())).collect();
    let mut rows = Vec::new();
    let mut focus = filling.begins || !filling.wrong.is_empty() || !filling.sides.is_empty();
    let is_any_wrong = !filling.wrong.is_empty() || !filling.sides.is_empty();
    for (item, is_filled) in sheet.lines() {
        if !is_filled {
            // Of a record that is not there yet there is nothing to be read.
            if filling.shows {
                rows.push(Row { input: inputs.shown(item, filling.values.get(&item.number)), sides: None });
            }
            continue;
        }
        let mut input = row_input(&inputs, item, filling);
        if let Some(text) = filling.wrong.get(&item.number) {
            input = input.with_error(text.clone());
            summary.push((input.id().to_owned(), input.label().to_owned(), text.clone()));
        }
        let sides = filling.sides.get(&item.number).cloned();
        if sides.is_some() && !input.is_wrong() {
            let text = person.frame.say.record.both_changed.to_owned();
            summary.push((Names::of(item).main().to_owned(), item.name.clone(), text));
        }
        if focus && (!is_any_wrong || input.is_wrong() || sides.is_some()) {
            input = input.with_focus();
            focus = false;
        }
        rows.push(Row { input, sides });
    }
    // What is wrong with an item that is not on the form is said all the same.
    for (number, text) in &filling.wrong {
        if !sheet.filled().any(|item| item.number == *number) {
            let label = sheet.template.item_numbered(*number).map(|item| item.name.clone()).unwrap_or_default();
            summary.push((String::new(), label, text.clone()));
        }
    }
    (rows, summary)
}

fn row_input(inputs: &Inputs<'_>, item: &Item, filling: &Filling) -> ItemInput {
    match filling.readings.get(&item.number) {
        Some(reading) => inputs.of_reading(item, reading),
        None => inputs.input(item, &Entry::of_value(item, filling.values.get(&item.number))),
    }
}
