//! What stands in the control of an item: what was typed, as it was typed, and what was chosen.

use std::fmt::Write as _;

use musubi_domain::item::{Choice, InquiryRouteRef, Item, ItemType, ItemValue, RawValue};
use musubi_domain::time::Timestamp;
use musubi_service::value_name::ValueNames;
use musubi_text::wareki;
use uuid::Uuid;

use crate::form::Form;
use crate::frame::Frame;
use crate::texts::Texts;

/// What stands between the levels of a path of choices.
pub(crate) const BETWEEN_LEVELS: &str = " > ";

/// The fields of an item in a form: `i12`, and beside it `i12r` for the reading, `i12t` for a name that was typed, `i12l` for the name
/// that stood there, `i12c` for one of several that were meant, `i12[]` for what was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names(String);

impl Names {
    pub(crate) fn of(item: &Item) -> Self {
        Self(format!("i{}", item.number))
    }

    pub(crate) fn main(&self) -> &str {
        &self.0
    }

    pub(crate) fn ruby(&self) -> String {
        format!("{}r", self.0)
    }

    pub(crate) fn typed(&self) -> String {
        format!("{}t", self.0)
    }

    pub(crate) fn label(&self) -> String {
        format!("{}l", self.0)
    }

    pub(crate) fn picked(&self) -> String {
        format!("{}c", self.0)
    }

    pub(crate) fn list(&self) -> String {
        format!("{}[]", self.0)
    }
}

/// What stands in the control of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// A text, a number, a date as it was typed.
    pub(crate) text: String,
    /// The reading of a text.
    pub(crate) ruby: String,
    /// What was chosen: numbers of choices (`1/21` of a path), ids, pairs of ids (`category~route`).
    pub(crate) chosen: Vec<String>,
    /// The name of something that is to be chosen.
    pub(crate) typed: String,
}

impl Entry {
    /// What stands in the control of an item that holds this.
    pub(crate) fn of_value(item: &Item, value: Option<&ItemValue>) -> Self {
        let text = |text: String| Self { text, ..Self::default() };
        let chosen = |chosen: Vec<String>| Self { chosen, ..Self::default() };
        match value {
            None => Self::default(),
            Some(ItemValue::Text(value)) => text(lines(value)),
            Some(ItemValue::Ruby { value, ruby }) => Self { ruby: ruby.clone(), ..text(value.clone()) },
            Some(ItemValue::Number(number)) => text(grouped(&number.to_string())),
            Some(ItemValue::Date(date)) => text(date.to_string()),
            Some(ItemValue::Datetime(moment)) => text(jst_second(*moment)),
            Some(ItemValue::Choices(values)) if item.item_type == ItemType::LinkagePulldown => {
                chosen(vec![path_key(values)])
            }
            Some(ItemValue::Choices(values)) => chosen(values.iter().map(ToString::to_string).collect()),
            Some(ItemValue::References(ids)) => chosen(ids.iter().map(ToString::to_string).collect()),
            Some(ItemValue::InquiryRoutes(routes)) => chosen(routes.iter().map(route_key).collect()),
        }
    }

    /// What a form holds for an item.
    pub(crate) fn of_form(item: &Item, form: &Form) -> Self {
        let names = Names::of(item);
        let main = form.get(names.main());
        let mut entry = Self {
            text: lines(main),
            ruby: form.get(&names.ruby()).to_owned(),
            chosen: form.list(&names.list()).iter().filter(|key| !key.is_empty()).cloned().collect(),
            typed: form.get(&names.typed()).trim().to_owned(),
        };
        if holds_keys(item.item_type) {
            entry.text.clear();
            let picked = form.get(&names.picked());
            // A choice among several that were meant counts; else what stood there, for as long as its name was left alone.
            let is_left_alone = entry.typed == form.get(&names.label()).trim();
            if !picked.is_empty() {
                entry.chosen.push(picked.to_owned());
                entry.typed.clear();
            } else if !main.is_empty() && is_left_alone {
                entry.chosen.push(main.to_owned());
                entry.typed.clear();
            }
            entry.chosen.dedup();
        }
        entry
    }

    /// Whether nothing stands there.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The value that was chosen. What was typed is not looked at.
    pub(crate) fn chosen_value(&self, item: &Item) -> RawValue {
        let numbers = |keys: &[String], between: char| -> Vec<i64> {
            keys.iter().flat_map(|key| key.split(between)).map(|number| number.parse().unwrap_or(0)).collect()
        };
        if self.chosen.is_empty() {
            return RawValue::Empty;
        }
        match item.item_type {
            ItemType::LinkagePulldown => RawValue::Selection(numbers(&self.chosen, '/')),
            ItemType::Pulldown | ItemType::Checkbox => RawValue::Selection(numbers(&self.chosen, ',')),
            // What is none of our keys was made up: it names nobody.
            ItemType::InquiryRoute => {
                RawValue::InquiryRoutes(self.chosen.iter().map(|key| route_of(key).unwrap_or(NO_ROUTE)).collect())
            }
            _ => RawValue::Uuids(self.chosen.iter().map(|key| key.parse().unwrap_or_default()).collect()),
        }
    }

    /// The value that was chosen, as it would stand in a record: what names are looked up for.
    pub(crate) fn chosen_item_value(&self, item: &Item) -> Option<ItemValue> {
        match self.chosen_value(item) {
            RawValue::Uuids(ids) => Some(ItemValue::References(ids)),
            RawValue::InquiryRoutes(routes) => Some(ItemValue::InquiryRoutes(routes)),
            _ => None,
        }
    }
}

const NO_ROUTE: InquiryRouteRef = InquiryRouteRef { category: Uuid::nil(), route: Uuid::nil() };

/// Whether the control of a type holds keys of what is chosen, not a text.
pub(crate) fn holds_keys(item_type: ItemType) -> bool {
    matches!(item_type, ItemType::Pulldown | ItemType::Checkbox | ItemType::LinkagePulldown | ItemType::InquiryRoute)
        || item_type.row().target.is_some()
}

/// Line breaks as browsers show them, whatever they send.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A number in groups of three digits.
pub(crate) fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::with_capacity(number.len() + 6);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        let _ = write!(text, ".{fraction}");
    }
    text
}

/// A moment in Japan: to the minute, or to the second where that says more.
fn jst_second(moment: Timestamp) -> String {
    let seconds = seconds(moment);
    let minute = moment.jst_minute();
    if seconds == 0 { minute } else { format!("{minute}:{seconds:02}") }
}

const fn seconds(moment: Timestamp) -> i64 {
    moment.micros().div_euclid(1_000_000).rem_euclid(60)
}

/// The key of a path of choices.
pub(crate) fn path_key(values: &[i64]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
}

/// The key of an inquiry route.
pub(crate) fn route_key(route: &InquiryRouteRef) -> String {
    format!("{}~{}", route.category, route.route)
}

fn route_of(key: &str) -> Option<InquiryRouteRef> {
    let (category, route) = key.split_once('~')?;
    Some(InquiryRouteRef { category: category.parse().ok()?, route: route.parse().ok()? })
}

/// The labels of choices from level 1 down; of one that is gone its number.
pub(crate) fn path_labels(choices: &[Choice], values: &[i64]) -> Vec<String> {
    let mut level = choices;
    let mut labels = Vec::with_capacity(values.len());
    for value in values {
        match level.iter().find(|choice| choice.value == *value) {
            Some(choice) => {
                labels.push(choice.label.clone());
                level = &choice.children;
            }
            None => {
                labels.push(value.to_string());
                level = &[];
            }
        }
    }
    labels
}

/// The day in the Japanese calendar: 令和8年11月22日; "" before 1873.
pub(crate) fn japanese_date(text: &str) -> String {
    wareki::parse(text).ok().and_then(wareki::long).unwrap_or_default()
}

/// What people are told of a value, a part for each of a set: what reads like a sentence, not like a form.
pub(crate) fn shown(item: &Item, value: &ItemValue, names: &ValueNames, say: &Texts) -> Vec<String> {
    match value {
        ItemValue::Text(text) => vec![text.clone()],
        ItemValue::Ruby { value, ruby } if ruby.is_empty() => vec![value.clone()],
        ItemValue::Ruby { value, ruby } => vec![format!("{value} ({ruby})")],
        ItemValue::Number(number) => {
            let unit = |unit: &Option<String>| unit.clone().unwrap_or_default();
            vec![format!("{}{}{}", unit(&item.before_unit), grouped(&number.to_string()), unit(&item.after_unit))]
        }
        ItemValue::Date(date) => vec![date.to_string()],
        ItemValue::Datetime(moment) => vec![jst_second(*moment)],
        ItemValue::Choices(values) if item.item_type == ItemType::LinkagePulldown => {
            vec![path_labels(&item.choices, values).join(BETWEEN_LEVELS)]
        }
        ItemValue::Choices(values) => {
            values.iter().flat_map(|value| path_labels(&item.choices, std::slice::from_ref(value))).collect()
        }
        ItemValue::References(ids) => {
            ids.iter().map(|id| names.ids.get(id).cloned().unwrap_or_else(|| say.record.gone.to_owned())).collect()
        }
        ItemValue::InquiryRoutes(routes) => {
            let name = |route| names.routes.get(route).cloned().unwrap_or_else(|| say.record.gone.to_owned());
            routes.iter().map(name).collect()
        }
    }
}

/// As [`shown`], with days as the reader prefers them.
pub(crate) fn words(item: &Item, value: &ItemValue, names: &ValueNames, frame: &Frame) -> Vec<String> {
    match value {
        ItemValue::Date(date) => vec![frame.date(*date)],
        ItemValue::Datetime(moment) if seconds(*moment) == 0 => vec![frame.moment(*moment).shown],
        _ => shown(item, value, names, frame.say),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_from_the_point() {
        for (number, text) in [("1", "1"), ("1234", "1,234"), ("123456.50", "123,456.50"), ("1000000", "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn seconds_are_shown_where_there_are_any() {
        let moment = |text| Timestamp::parse(text).unwrap();
        assert_eq!(jst_second(moment("2025-06-01 12:00:00")), "2025-06-01 12:00");
        assert_eq!(jst_second(moment("2025-06-01 12:00:05")), "2025-06-01 12:00:05");
    }
}
