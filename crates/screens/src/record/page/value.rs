//! Values as the page of a record shows them: names lead to what they stand for, addresses to where they reach.

use std::collections::BTreeMap;

use jiff::civil::Date;
use musubi_domain::id::ItemNo;
use musubi_domain::item::{Item, ItemType, ItemValue, Target};
use musubi_domain::preference::DateStyle;
use musubi_domain::sight::not_seen;
use musubi_domain::{client, contact, product};
use musubi_service::record::RecordSeen;
use musubi_service::value_name::{ValueNames, value_names};

use crate::error::Failure;
use crate::frame::Frame;
use crate::person::Person;
use crate::record::Database;
use crate::record::entry::shown;

/// Characters of a text that a page shows; what follows is seen where the record is edited.
const CHARACTERS: usize = 1_500;

/// A part of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// What is shown.
    pub(crate) text: String,
    /// Where it leads; "" nowhere.
    pub(crate) href: String,
    /// What is said besides: the day in the other calendar.
    pub(crate) title: String,
    /// Whether more of the text is left out.
    pub(crate) is_cut: bool,
}

/// The values of a record that the reader may see, with the names of what they point at.
pub(crate) struct Values {
    /// The values.
    pub(crate) by_item: BTreeMap<ItemNo, ItemValue>,
    names: ValueNames,
}

impl Values {
    /// Those of a record.
    pub(crate) async fn of(person: &Person, seen: &RecordSeen) -> Result<Self, Failure> {
        let by_item = seen.values();
        let pairs: Vec<(&Item, ItemValue)> = by_item
            .iter()
            .filter_map(|(number, value)| Some((seen.template.item_numbered(*number)?, value.clone())))
            .collect();
        let names = value_names(&person.service, &person.context, &pairs).await;
        let names = names.map_err(|error| person.failure(&error))?;
        Ok(Self { by_item, names })
    }

    /// The parts of the value of an item; none where it has none.
    pub(crate) fn parts(&self, frame: &Frame, item: &Item) -> Vec<Part> {
        self.by_item.get(&item.number).map(|value| parts(frame, item, value, &self.names)).unwrap_or_default()
    }
}

/// The parts of a value.
pub(crate) fn parts(frame: &Frame, item: &Item, value: &ItemValue, names: &ValueNames) -> Vec<Part> {
    let texts = shown(item, value, names, frame.say);
    match value {
        ItemValue::References(ids) => {
            let lead = |(id, text): (&uuid::Uuid, String)| {
                let is_open = names.ids.contains_key(id) && text != not_seen(frame.locale);
                let href = word(item).filter(|_| is_open).map(|word| format!("/records/{word}/{id}"));
                Part { text, href: href.unwrap_or_default(), ..Part::default() }
            };
            ids.iter().zip(texts).map(lead).collect()
        }
        ItemValue::Date(date) => vec![day(frame, *date)],
        ItemValue::Datetime(moment) => vec![Part { text: frame.moment(*moment).shown, ..Part::default() }],
        _ => texts.into_iter().map(|text| text_part(item.item_type, text)).collect(),
    }
}

/// A day as the reader prefers it, and in the other calendar besides.
pub(crate) fn day(frame: &Frame, date: Date) -> Part {
    let other = match frame.dates {
        DateStyle::Western => DateStyle::Japanese,
        DateStyle::Japanese => DateStyle::Western,
    };
    Part { text: frame.date(date), title: other.date(date), ..Part::default() }
}

fn text_part(item_type: ItemType, text: String) -> Part {
    let href = match item_type {
        ItemType::Url if text.starts_with("http://") || text.starts_with("https://") => text.clone(),
        ItemType::MailAddress => format!("mailto:{}", crate::continue_to::query_value(&text)),
        ItemType::PhoneNumber => {
            let digits: String = text.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
            if digits.is_empty() { String::new() } else { format!("tel:{digits}") }
        }
        _ => String::new(),
    };
    let is_cut = text.chars().count() > CHARACTERS;
    let text = if is_cut { text.chars().take(CHARACTERS).collect() } else { text };
    Part { text, href, title: String::new(), is_cut }
}

/// The word in paths of the database that the references of an item point into.
fn word(item: &Item) -> Option<String> {
    let shipped = |name| Database::shipped(name).map(|database| database.word);
    match item.item_type.row().target {
        Some(Target::Client) => shipped(client::DATABASE),
        Some(Target::Contact) => shipped(contact::DATABASE),
        Some(Target::Product) => shipped(product::DATABASE),
        Some(Target::Record) => item.refers_to.map(|database| database.to_string()),
        Some(Target::User | Target::Organization) | None => None,
    }
}
