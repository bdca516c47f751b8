//! Conditions in words: what a chip says.

use musubi_domain::condition::Operator;
use musubi_domain::item::{Item, KeyKind};
use musubi_domain::template::Template;

use super::{Conditions, Line, State, route_of};
use crate::frame::Frame;
use crate::texts::{Texts, fill};

/// A condition in words, with the link to the page without it.
pub(crate) struct Chip {
    /// The item.
    pub(crate) item: String,
    /// What is asked of it.
    pub(crate) asked: String,
    /// The fields of the link without it.
    pub(crate) without: Vec<(String, String)>,
    /// What the link does, said in full.
    pub(crate) remove: String,
    /// What is wrong with it; "" where nothing is.
    pub(crate) wrong: String,
}

impl Conditions {
    /// The conditions in words, those that are not used included. They have been settled.
    pub(crate) fn chips(&self, template: &Template, frame: &Frame) -> Vec<Chip> {
        let mut chips = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            for (place, line) in group.lines.iter().enumerate() {
                if line.item.is_none() || line.state == State::Incomplete {
                    continue;
                }
                // What is hidden is not told by name.
                let item = line.item.and_then(|id| template.shown_item(id)).filter(|_| line.state != State::Hidden);
                let name = item.map_or_else(|| frame.say.list.condition_item.to_owned(), |item| item.name.clone());
                let asked = item.map(|item| self.asked(line, item, frame)).unwrap_or_default();
                chips.push(Chip {
                    remove: fill(frame.say.list.condition_remove_of, &name),
                    item: name,
                    asked,
                    without: self.pairs_without(Some((at, place))),
                    wrong: said(line, frame),
                });
            }
        }
        chips
    }

    fn asked(&self, line: &Line, item: &Item, frame: &Frame) -> String {
        let say = &frame.say.list;
        let values: Vec<String> = line.values.iter().map(|value| self.label(item, value, frame.say)).collect();
        let first = values.first().cloned().unwrap_or_default();
        let is_day = matches!(item.item_type.row().key, KeyKind::Date | KeyKind::Moment);
        match line.operator {
            None => String::new(),
            Some(Operator::Contains) => fill(say.chip_contains, &first),
            Some(Operator::NotContains) => fill(say.chip_not_contains, &first),
            Some(Operator::Is) => values.join(say.or),
            Some(Operator::IsNot) => fill(say.chip_is_not, &values.join(say.or)),
            Some(Operator::From) => fill(if is_day { say.chip_since } else { say.chip_from }, &first),
            Some(Operator::To) => fill(if is_day { say.chip_until } else { say.chip_to }, &first),
            Some(Operator::Between) => format!("{first} – {}", self.label(item, &line.to, frame.say)),
            Some(Operator::Within) => match line.values.first().map(String::as_str) {
                Some("last-days") => fill(say.last_days_of, &line.to),
                Some("next-days") => fill(say.next_days_of, &line.to),
                Some(word) => period_label(word, frame.say).to_owned(),
                None => String::new(),
            },
            Some(Operator::Empty) => say.chip_empty.to_owned(),
            Some(Operator::NotEmpty) => say.chip_not_empty.to_owned(),
        }
    }

    /// What stands for a value of a line.
    pub(super) fn label(&self, item: &Item, value: &str, say: &Texts) -> String {
        match item.item_type.row().key {
            KeyKind::Choice => {
                let number = value.parse().ok();
                let path = number.and_then(|number| choice_label(&item.choices, number));
                path.unwrap_or_else(|| value.to_owned())
            }
            KeyKind::Id | KeyKind::User => {
                if let Some((_, label)) = words(say).into_iter().find(|(word, _)| *word == value) {
                    return label.to_owned();
                }
                let name = value.parse().ok().and_then(|id| self.names.ids.get(&id).cloned());
                name.unwrap_or_else(|| say.record.gone.to_owned())
            }
            KeyKind::InquiryRoute => {
                let name = route_of(value).and_then(|route| self.names.routes.get(&route).cloned());
                name.unwrap_or_else(|| say.record.gone.to_owned())
            }
            KeyKind::Text | KeyKind::Number | KeyKind::Date | KeyKind::Moment => value.to_owned(),
        }
    }
}

/// What is said of a line that is not used.
pub(super) fn said(line: &Line, frame: &Frame) -> String {
    match &line.state {
        State::Unread | State::Complete => String::new(),
        State::Incomplete => frame.say.list.condition_incomplete.to_owned(),
        State::Gone => frame.say.list.condition_gone.to_owned(),
        State::Hidden => frame.say.list.condition_hidden.to_owned(),
        State::Wrong(message) => message.text(frame.locale),
    }
}

/// The words that stand for whoever looks, with what they are called.
pub(super) fn words(say: &Texts) -> [(&'static str, &'static str); 4] {
    let say = &say.list;
    [("me", say.me), ("colleagues", say.colleagues), ("mine", say.mine), ("mine-below", say.mine_below)]
}

/// The label of a choice with those above it.
fn choice_label(choices: &[musubi_domain::item::Choice], number: i64) -> Option<String> {
    choices.iter().find_map(|choice| {
        if choice.value == number {
            return Some(choice.label.clone());
        }
        choice_label(&choice.children, number).map(|label| format!("{} > {label}", choice.label))
    })
}

/// What a span of days is called.
pub(super) fn period_label(word: &str, say: &Texts) -> &'static str {
    let say = &say.list;
    match word {
        "today" => say.today,
        "yesterday" => say.yesterday,
        "tomorrow" => say.tomorrow,
        "before-today" => say.before_today,
        "after-today" => say.after_today,
        "this-week" => say.this_week,
        "last-week" => say.last_week,
        "next-week" => say.next_week,
        "this-month" => say.this_month,
        "last-month" => say.last_month,
        "next-month" => say.next_month,
        "this-year" => say.this_year,
        "last-year" => say.last_year,
        "this-fiscal-year" => say.this_fiscal_year,
        "last-fiscal-year" => say.last_fiscal_year,
        "last-days" => say.last_days,
        "next-days" => say.next_days,
        _ => "",
    }
}
