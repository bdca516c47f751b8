//! The form of conditions.

use askama::Template as Page;
use askama::filters::HtmlSafe;
use musubi_domain::condition::{Join, Operator, period_words};
use musubi_domain::item::{Choice, Form as Shape, Item, KeyKind, Target, built_in_order, custom_order};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;

use super::shown::{period_label, said, words};
use super::{Conditions, LINES, Line, State};
use crate::frame::Frame;
use crate::record::input::source_of;
use crate::texts::{Texts, fill};

/// Something that can be chosen.
pub(crate) struct Choosable {
    value: String,
    label: String,
    chosen: bool,
}

/// What a line takes as its values.
enum Widget {
    /// Nothing.
    Nothing,
    /// One text.
    Text { value: String, keyboard: &'static str },
    /// Texts, one per line.
    Lines { value: String },
    /// A day.
    Day { value: String },
    /// Two bounds.
    Range { from: String, to: String, is_day: bool },
    /// A span of days.
    Period { options: Vec<Choosable>, days: String },
    /// Any of these.
    Checks { options: Vec<Choosable> },
    /// Names, and words for whoever looks.
    Names { options: Vec<Choosable>, source: String, typed: String },
}

/// A line of the form.
struct LineView {
    /// The name of its first field, and the number by which it is removed.
    field: String,
    number: usize,
    group: usize,
    items: Vec<Choosable>,
    operators: Vec<Choosable>,
    widget: Widget,
    remove: String,
    wrong: String,
    /// Whether what is wrong is only that it is not finished.
    is_begun: bool,
}

struct GroupView {
    number: usize,
    title: String,
    any: bool,
    lines: Vec<LineView>,
}

/// The form of conditions, to stand in a form of a page.
#[derive(Page)]
#[template(path = "record/condition.html")]
pub(crate) struct Editor {
    say: &'static Texts,
    any: bool,
    groups: Vec<GroupView>,
    has_room: bool,
}

/// It is markup: it is not escaped where it stands in a page.
impl HtmlSafe for Editor {}

impl Conditions {
    /// The form. The conditions have been settled.
    pub(crate) fn editor(&self, template: &Template, sight: &Sight, frame: &Frame) -> Editor {
        let mut number = 0;
        let mut groups = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let mut lines = Vec::new();
            for line in &group.lines {
                number += 1;
                lines.push(self.line(line, number, at + 1, template, (sight, frame)));
            }
            let title = fill(frame.say.list.group, &(at + 1).to_string());
            groups.push(GroupView { number: at + 1, title, any: group.join == Join::Any, lines });
        }
        Editor { say: frame.say, any: self.join == Join::Any, groups, has_room: number < LINES }
    }

    fn line(
        &self,
        line: &Line,
        number: usize,
        group: usize,
        template: &Template,
        (sight, frame): (&Sight, &Frame),
    ) -> LineView {
        let item = line.item.and_then(|id| template.shown_item(id)).filter(|item| sight.sees(item.number));
        let seen = template.shown_items().filter(|item| sight.sees(item.number));
        let items = seen.map(|one| Choosable {
            value: one.id.to_string(),
            label: one.name.clone(),
            chosen: item.is_some_and(|item| item.id == one.id),
        });
        let operators = item.map(Operator::of).unwrap_or_default().iter().map(|operator| Choosable {
            value: operator.word().to_owned(),
            label: item.map_or("", |item| operator_label(item, *operator, frame.say)).to_owned(),
            chosen: line.operator == Some(*operator),
        });
        let name = item.map_or(frame.say.list.condition_item, |item| item.name.as_str());
        LineView {
            field: format!("c{number}"),
            number,
            group,
            items: items.collect(),
            operators: operators.collect(),
            widget: item.map_or(Widget::Nothing, |item| self.widget(line, item, frame)),
            remove: fill(frame.say.list.condition_remove_of, name),
            wrong: said(line, frame),
            is_begun: line.state == State::Incomplete,
        }
    }

    fn widget(&self, line: &Line, item: &Item, frame: &Frame) -> Widget {
        let row = item.item_type.row();
        let value = line.values.first().cloned().unwrap_or_default();
        let is_day = matches!(row.key, KeyKind::Date | KeyKind::Moment);
        match line.operator {
            None | Some(Operator::Empty | Operator::NotEmpty) => Widget::Nothing,
            Some(Operator::Within) => {
                let option = |word: &str| Choosable {
                    value: word.to_owned(),
                    label: period_label(word, frame.say).to_owned(),
                    chosen: word == value,
                };
                Widget::Period { options: period_words().map(option).collect(), days: line.to.clone() }
            }
            Some(Operator::Between) => Widget::Range { from: value, to: line.to.clone(), is_day },
            Some(_) if is_day => Widget::Day { value },
            Some(operator) if takes_lines(item, Some(operator)) => Widget::Lines { value: line.values.join("\n") },
            Some(_) if row.form == Shape::Prefecture => Widget::Checks { options: prefectures(item, &line.values) },
            Some(_) if row.key == KeyKind::Choice => {
                let mut options = Vec::new();
                choices(&item.choices, "", &line.values, &mut options);
                Widget::Checks { options }
            }
            Some(_) if takes_names(item) => self.names_widget(line, item, frame.say),
            Some(_) => {
                let keyboard = if row.key == KeyKind::Number { "decimal" } else { "text" };
                Widget::Text { value, keyboard }
            }
        }
    }

    /// Words for whoever looks, what is chosen, and a field for further names.
    fn names_widget(&self, line: &Line, item: &Item, say: &Texts) -> Widget {
        let fitting: &[&str] = match item.item_type.row().target {
            Some(Target::User) => &["me", "colleagues"],
            Some(Target::Organization) => &["mine", "mine-below"],
            _ => &[],
        };
        let words = words(say).into_iter().filter(|(word, _)| fitting.contains(word));
        let mut options: Vec<Choosable> = words
            .map(|(word, label)| Choosable {
                value: word.to_owned(),
                label: label.to_owned(),
                chosen: line.values.iter().any(|value| value == word),
            })
            .collect();
        for value in line.values.iter().filter(|value| !fitting.contains(&value.as_str())) {
            options.push(Choosable { value: value.clone(), label: self.label(item, value, say), chosen: true });
        }
        Widget::Names { options, source: source_of(item), typed: line.typed.clone() }
    }
}

/// Whether several texts can be given, one per line.
pub(super) fn takes_lines(item: &Item, operator: Option<Operator>) -> bool {
    let row = item.item_type.row();
    let of_texts = matches!(row.key, KeyKind::Text | KeyKind::Number) && row.form != Shape::Prefecture;
    of_texts && matches!(operator, Some(Operator::Is | Operator::IsNot))
}

/// Whether the values are found by their names.
pub(super) fn takes_names(item: &Item) -> bool {
    matches!(item.item_type.row().key, KeyKind::Id | KeyKind::User | KeyKind::InquiryRoute)
}

fn operator_label(item: &Item, operator: Operator, say: &Texts) -> &'static str {
    let say = &say.list;
    let key = item.item_type.row().key;
    let is_day = matches!(key, KeyKind::Date | KeyKind::Moment);
    match operator {
        Operator::Contains => say.op_contains,
        Operator::NotContains => say.op_not_contains,
        Operator::Is if is_day => say.op_on,
        Operator::Is if takes_lines(item, Some(operator)) => say.op_equals,
        Operator::Is => say.op_is,
        Operator::IsNot if takes_lines(item, Some(operator)) => say.op_not_equals,
        Operator::IsNot => say.op_is_not,
        Operator::From if is_day => say.op_since,
        Operator::From => say.op_from,
        Operator::To if is_day => say.op_until,
        Operator::To => say.op_to,
        Operator::Between => say.op_between,
        Operator::Within => say.op_within,
        Operator::Empty => say.op_empty,
        Operator::NotEmpty => say.op_not_empty,
    }
}

fn prefectures(item: &Item, chosen: &[String]) -> Vec<Choosable> {
    let order = if item.built_in { built_in_order() } else { custom_order() };
    let option = |name: &&str| Choosable {
        value: (*name).to_owned(),
        label: (*name).to_owned(),
        chosen: chosen.iter().any(|value| value == name),
    };
    order.iter().map(option).collect()
}

/// The choices of all levels; those that cannot be given anew are still asked for.
fn choices(level: &[Choice], above: &str, chosen: &[String], options: &mut Vec<Choosable>) {
    for choice in level {
        let value = choice.value.to_string();
        let label = if above.is_empty() { choice.label.clone() } else { format!("{above} > {}", choice.label) };
        let is_chosen = chosen.contains(&value);
        choices_below(choice, &label, chosen, options, Choosable { value, label: label.clone(), chosen: is_chosen });
    }
}

fn choices_below(choice: &Choice, label: &str, chosen: &[String], options: &mut Vec<Choosable>, own: Choosable) {
    options.push(own);
    choices(&choice.children, label, chosen, options);
}
