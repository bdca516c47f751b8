//! What the columns of a file mean, and what a row of it gives.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::id::ItemNo;
use musubi_domain::item::{Form, Item, RawValue, Typed, typed};
use musubi_domain::messages::Message;
use musubi_domain::template::Template;
use serde::{Deserialize, Serialize};

use super::names::Directory;
use crate::context::Service;
use crate::record::{GivenItem, GivenRecord};

/// What a column of a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The value of an item.
    Value(ItemNo),
    /// The reading of an item.
    Reading(ItemNo),
    /// Nothing: the column has no name and no value.
    Nothing,
}

/// What is put behind the name of an item to name the column of its reading.
const READINGS: [&str; 5] = ["フリガナ", "(フリガナ)", "（フリガナ）", "カナ", "(カナ)"];

/// The columns that these names stand for: names of items, and names of items with フリガナ behind them.
pub(super) fn columns_of(template: &Template, names: &[String]) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    let mut problems = Vec::new();
    for name in names {
        let column = column_of(template, name.trim(), &columns);
        let message = match &column {
            Err(message) => Some(message.clone()),
            Ok(Column::Nothing) => None,
            Ok(column) => columns.contains(column).then_some(Message::ItemTwice),
        };
        problems.extend(message.map(|message| Problem { path: name.clone(), item: None, message }));
        columns.push(column.unwrap_or(Column::Nothing));
    }
    for (column, name) in columns.iter().zip(names) {
        if let Column::Reading(item) = column
            && !columns.contains(&Column::Value(*item))
        {
            // A reading of nothing would be lost without a word.
            problems.push(Problem { path: name.clone(), item: None, message: Message::Required });
        }
    }
    let is_missing = |item: &&Item| item.required && !columns.contains(&Column::Value(item.number));
    for item in template.shown_items().filter(is_missing) {
        problems.push(Problem { path: item.name.clone(), item: Some(item.id), message: Message::Required });
    }
    if problems.is_empty() { Ok(columns) } else { Err(Error::invalid(problems)) }
}

/// What a column of this name holds behind other columns. Of a built-in item and one that people called like it, the first column is the
/// built-in one's.
fn column_of(template: &Template, name: &str, before: &[Column]) -> std::result::Result<Column, Message> {
    if name.is_empty() {
        return Ok(Column::Nothing);
    }
    let named = |name: &str, built_in| {
        let is_meant = |item: &&Item| item.name == name && !item.read_only && item.built_in == built_in;
        template.shown_items().filter(is_meant).collect::<Vec<_>>()
    };
    let (built_in, own) = (named(name, true), named(name, false));
    if built_in.len() > 1 || own.len() > 1 {
        return Err(Message::NameOfSeveral);
    }
    let meant: Vec<_> = built_in.iter().chain(&own).map(|item| Column::Value(item.number)).collect();
    if let Some(column) = meant.iter().find(|column| !before.contains(column)).or(meant.first()) {
        return Ok(*column);
    }
    let of_reading = |name: &str| [named(name, true), named(name, false)].concat().into_iter().next();
    let item = READINGS.iter().find_map(|reading| of_reading(name.strip_suffix(reading)?.trim_end()));
    let item = item.filter(|item| item.item_type.row().form == Form::Reading);
    item.map(|item| Column::Reading(item.number)).ok_or(Message::UnknownItem)
}

/// What a row gives: values of items as people write them, with what is wrong with those that cannot be read.
pub(super) async fn given_of(
    service: &Service,
    context: &Arc<Context>,
    template: &Template,
    directory: &Directory,
    columns: &[Column],
    fields: &[String],
) -> Result<GivenRecord> {
    let mut given = GivenRecord::default();
    for (column, field) in columns.iter().zip(fields) {
        let Column::Value(number) = column else { continue };
        let Some(item) = template.item_numbered(*number) else {
            // It was removed since the import began. Its values would be lost without a word.
            given.problems.push(Problem { path: number.to_string(), item: None, message: Message::UnknownItem });
            continue;
        };
        let read = match typed(item, field) {
            Ok(Typed::Value(value)) => Ok(value),
            Ok(Typed::Names(names)) => directory.find(service, context, item, &names).await?,
            Err(message) => Err(message),
        };
        let path = item.name.clone();
        match read {
            Ok(value) => {
                let value = with_reading(value, columns, fields, *number);
                let item_type = item.item_type.row().wire.to_owned();
                given.items.push(GivenItem { path, item: item.id, item_type, value });
            }
            Err(message) => given.problems.push(Problem { path, item: Some(item.id), message }),
        }
    }
    Ok(given)
}

fn with_reading(value: RawValue, columns: &[Column], fields: &[String], item: ItemNo) -> RawValue {
    let reading = columns.iter().zip(fields).find(|(column, _)| **column == Column::Reading(item));
    let ruby = reading.map(|(_, field)| field.trim().to_owned());
    match value {
        RawValue::Text { value, ruby: None } => RawValue::Text { value, ruby },
        // A reading without its text is for the judgement to refuse.
        RawValue::Empty if ruby.as_ref().is_some_and(|ruby| !ruby.is_empty()) => {
            RawValue::Text { value: String::new(), ruby }
        }
        other => other,
    }
}
